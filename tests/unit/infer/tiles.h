/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Matrix tiles in C, for CPUs that have none: included before src/infer/kern_amx.c it takes the place of the
 * instructions, as the Intel SDM (volume 2, TILELOADD, TDPBSSD, TDPBSUD, …) tells what they do.
 */
#ifndef OW_TEST_INFER_TILES_H
#define OW_TEST_INFER_TILES_H

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	TILE_COUNT = 8,
	TILE_ROWS = 16,
	TILE_WIDTH = 64 /* bytes of a row */
};

static _Thread_local struct {
	uint8_t palette, start, reserved[14];
	uint16_t bytes[TILE_COUNT * 2];
	uint8_t rows[TILE_COUNT * 2];
} tile_config;
static _Thread_local uint8_t tile_data[TILE_COUNT][TILE_ROWS][TILE_WIDTH];

static inline void tile_load_config(const void *config)
{
	memcpy(&tile_config, config, sizeof tile_config);
	memset(tile_data, 0, sizeof tile_data);
}

static inline void tile_load(int t, const void *from, size_t stride)
{
	memset(tile_data[t], 0, sizeof tile_data[t]);
	for (size_t r = 0; r < tile_config.rows[t]; r++)
		memcpy(tile_data[t][r], (const uint8_t *)from + r * stride, tile_config.bytes[t]);
}

static inline void tile_store(int t, void *to, size_t stride)
{
	for (size_t r = 0; r < tile_config.rows[t]; r++)
		memcpy((uint8_t *)to + r * stride, tile_data[t][r], tile_config.bytes[t]);
}

/* sum (m, n) += a (m, k, 4) · b (k, n, 4); a is signed, b if asked for */
static inline void tile_multiply(int sum, int a, int b, bool is_signed)
{
	for (size_t m = 0; m < tile_config.rows[sum]; m++)
		for (size_t n = 0; n < tile_config.bytes[sum] / 4U; n++) {
			int32_t s;

			memcpy(&s, &tile_data[sum][m][4 * n], 4);
			for (size_t k = 0; k < tile_config.bytes[a]; k++) {
				uint8_t v = tile_data[b][k / 4][4 * n + k % 4];

				s += (int8_t)tile_data[a][m][k] * (is_signed ? (int8_t)v : v);
			}
			memcpy(&tile_data[sum][m][4 * n], &s, 4);
		}
}

static inline int tile_cpuid(unsigned leaf, unsigned sub, unsigned *a, unsigned *b, unsigned *c,
			     unsigned *d)
{
	(void)leaf, (void)sub;
	*a = *b = *c = 0;
	*d = 3U << 24; /* AMX-TILE, AMX-INT8 */
	return 1;
}

#undef _tile_loadconfig
#undef _tile_release
#undef _tile_zero
#undef _tile_loadd
#undef _tile_stored
#undef _tile_dpbssd
#undef _tile_dpbsud
#define _tile_loadconfig(config)     tile_load_config(config)
#define _tile_release()              memset(&tile_config, 0, sizeof tile_config)
#define _tile_zero(t)                memset(tile_data[t], 0, sizeof tile_data[t])
#define _tile_loadd(t, from, stride) tile_load(t, from, stride)
#define _tile_stored(t, to, stride)  tile_store(t, to, stride)
#define _tile_dpbssd(sum, a, b)      tile_multiply(sum, a, b, true)
#define _tile_dpbsud(sum, a, b)      tile_multiply(sum, a, b, false)
#define __get_cpuid_count            tile_cpuid
#define syscall(...)                 0L /* what the kernel says of them */
#endif

#endif
