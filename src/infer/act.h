/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Activations on their way into a matrix: n rows of floats, and the same rounded to 8 bits with a scale per 32
 * columns (W shapes) or per 256 (S shapes).
 *
 * a = round(x · 127/amax) to nearest even, clamped to ±127; the scale is amax / 127. A block without a finite
 * maximum has codes 0; its infinite scale carries the damage on. A block with something that is not a number has a scale
 * that is none either.
 */
#ifndef OW_INFER_ACT_H
#define OW_INFER_ACT_H

#include "infer/mat.h"

enum {
	ACT_PAD = 64
};

struct act {
	size_t n, cols;
	size_t ld;      /* floats from row to row of x, a multiple of 16 */
	const float *x; /* (n, ld) */

	int8_t *q;    /* (n, act_ld) */
	float *d;     /* (n / 16, cols / 32, 16), see act_at */
	int32_t *sum; /* the same: Σ q */
	float *dsum;  /* the same: d·(float)Σ q */

	int8_t *sq;             /* (n, act_ld) */
	float *sd;              /* (n, cols / 256) */
	int32_t *sum16;         /* (n, cols / 16) */
	int32_t *sum32;         /* (n, cols / 32) */
	int8_t *low16, *high16; /* (n, cols / 16): Σ = 128·high + low, 0 <= low < 128 */
	int8_t *low32, *high32; /* (n, cols / 32) */

	void *codes; /* memory of q and sq, which begin where a cache line does */
};

/* Bytes from row to row of q and sq: a cache line more than they hold, or the rows of a width that is a power of two would
 * compete for the same few lines of the cache.
 */
static inline size_t act_ld(const struct act *a)
{
	return a->cols + ACT_PAD;
}

/* Where d, sum and dsum of block b of row t stand: those of 16 rows side by side. */
static inline size_t act_at(const struct act *a, size_t t, size_t b)
{
	return (t / LANES * (a->cols / BLOCK_W) + b) * LANES + t % LANES;
}

/* Room for max_n rows of max_cols columns. */
OW_MUST_USE int act_init(struct act *a, size_t max_n, size_t max_cols, struct ow_error *err);
void act_done(struct act *a);

#endif
