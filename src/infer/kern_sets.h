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

/* While one row is multiplied by a tile, the tile behind it is fetched, a share at each of `steps` steps. It is fetched
 * at STREAMS places in turn: read from one end to the other a core gets two thirds of what it gets in four streams,
 * since each page of 4 KiB has its own prefetcher. Behind the last tile nothing is lost but a tile's time.
 */
enum {
	STREAMS = 4,
	LINE = 64
};

static inline size_t fetch_share(const struct mat *m, size_t steps)
{
	return (m->tile_size / LINE + steps - 1) / steps;
}

/* The lines of step `step`, of `share` lines each */
static inline void fetch_next(const struct mat *m, const uint8_t *tile, size_t step, size_t share)
{
	const uint8_t *next = tile + m->tile_size;
	size_t lines = m->tile_size / LINE, stream = lines / STREAMS * LINE,
	       end = (step + 1) * share;

	for (size_t i = step * share; i < end && i < lines; i++)
		__builtin_prefetch(next + i % STREAMS * stream + i / STREAMS * LINE);
}

#endif
