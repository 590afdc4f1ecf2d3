/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Activations on their way into a matrix: n rows of floats, and the same rounded to 8 bits with a scale per 32
 * columns (W shapes) or per 256 (S shapes).
 *
 * a = round(x · 127/amax) to nearest even, clamped to ±127; the scale is amax / 127. A block without a finite
 * maximum has codes 0; its infinite scale carries the damage on. So has a block with something that is not a number,
 * whose scale is none either.
 */
#ifndef OW_INFER_ACT_H
#define OW_INFER_ACT_H

#include "infer/mat.h"

enum {
	CHUNK = 64 /* columns of a row that stand together in sq */
};

/* All but x comes in groups of 16 rows, so that what 16 tokens bring to one product is one piece of memory; a row alone
 * lies without gaps.
 */
struct act {
	size_t n, cols;
	size_t ld;      /* floats from row to row of x, a multiple of 16 */
	const float *x; /* (n, ld) */

	void *memory; /* of all that follows */
	int8_t *q;    /* (n / 16, cols / 32, 16, 32) */
	float *d;     /* (n / 16, cols / 32, 16) */
	int32_t *sum; /* the same: Σ q */
	float *dsum;  /* the same: d·(float)Σ q */

	int8_t *sq;     /* (n / 16, cols / 64, 16, 64) */
	float *sd;      /* (n / 16, cols / 256, 16) */
	int16_t *sum16; /* (n / 16, cols / 256, 16, 16): of 16 columns each, in act_part's order */
	int16_t *sum32; /* (n / 16, cols / 256, 16, 8): of 32 */
};

/* Where piece i of row t stands, of the `n` pieces that each row has. */
static inline size_t act_at(const struct act *a, size_t t, size_t i, size_t n)
{
	return a->n == 1 ? i : (t / LANES * n + i) * LANES + t % LANES;
}

/* Where d, sum and dsum of block b of row t stand, and q of that block by 32. */
static inline size_t act_w(const struct act *a, size_t t, size_t b)
{
	return act_at(a, t, b, a->cols / BLOCK_W);
}

/* Where sd of super-block b of row t stands, and its sums by the number of parts. */
static inline size_t act_s(const struct act *a, size_t t, size_t b)
{
	return act_at(a, t, b, a->cols / BLOCK_S);
}

/* Where the sum of part j stands in sum16 and sum32: of each four parts the first and third before the others. */
static inline size_t act_part(size_t j)
{
	return j / 4 * 4 + j % 2 * 2 + j % 4 / 2;
}

/* Where column k of row t stands in sq. */
static inline size_t act_sq(const struct act *a, size_t t, size_t k)
{
	return act_at(a, t, k / CHUNK, a->cols / CHUNK) * CHUNK + k % CHUNK;
}

/* Room for max_n rows of max_cols columns. */
OW_MUST_USE int act_init(struct act *a, size_t max_n, size_t max_cols, struct ow_error *err);
void act_done(struct act *a);

#endif
