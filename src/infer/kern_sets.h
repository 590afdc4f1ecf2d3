/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The kernel sets, each in a file of its own.
 */
#ifndef OW_INFER_KERN_SETS_H
#define OW_INFER_KERN_SETS_H

#include "infer/kern.h"

extern const struct kern kern_scalar;
#if defined(__x86_64__)
#include <cpuid.h>

extern const struct kern kern_avx2, kern_avx512, kern_amx;

/* Half floats in hardware: CPUID leaf 1, ECX bit 29 (not a name that every compiler knows). */
static inline bool cpu_has_f16c(void)
{
	unsigned a, b, c, d;

	return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c >> 29 & 1) != 0;
}
#elif defined(__aarch64__)
extern const struct kern kern_neon_plain, kern_neon;
#endif

#define FETCH 32768 /* bytes */
#define LINE  64

/* While one row is multiplied by a group of tiles, FETCH bytes or one tile, the next group is fetched: at each of a
 * tile's steps as many lines as the step's codes have (`size` bytes), and one more for what follows the codes. They
 * come from as many places in turn: read from one end to the other a core gets two thirds of what it gets in several
 * streams, since each page of 4 KiB has its own prefetcher. They go no further than the second cache: many a first one
 * has just FETCH bytes, and would lose the row for them. Behind the last group often the next matrix begins.
 */
static inline __attribute__((always_inline)) void
fetch_next(const struct mat *m, const uint8_t *tile, size_t step, size_t steps, size_t size)
{
	size_t at = (size_t)(tile - m->data) / m->tile_size, n = size / LINE + 1;
	size_t tiles = (FETCH + m->tile_size - 1) / m->tile_size;
	size_t apart = (tiles * m->tile_size / LINE + n - 1) / n * LINE;
	const uint8_t *next =
	    m->data + (at / tiles + 1) * tiles * m->tile_size + (at % tiles * steps + step) * LINE;

	for (size_t i = 0; i < n; i++)
		__builtin_prefetch(next + i * apart, 0, 2);
}

#endif
