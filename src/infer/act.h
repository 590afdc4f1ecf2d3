/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Activations on their way into a matrix: n rows of floats, and the same rounded to 8 bits with a scale per 32
 * columns (W shapes) or per 256 (S shapes).
 *
 * a = round(x · 127/amax) to nearest even, clamped to ±127; the scale is amax / 127. A block without a finite
 * maximum has codes 0; its infinite scale carries the damage on.
 */
#ifndef OW_INFER_ACT_H
#define OW_INFER_ACT_H

#include "infer/mat.h"

struct act {
	size_t n, cols;
	size_t ld;      /* floats from row to row of x, a multiple of 16 */
	const float *x; /* (n, ld) */

	int8_t *q;    /* (n, cols) */
	float *d;     /* (n, cols / 32) */
	int32_t *sum; /* (n, cols / 32): Σ q */
	float *dsum;  /* (n, cols / 32): d·(float)Σ q */

	int8_t *sq;             /* (n, cols) */
	float *sd;              /* (n, cols / 256) */
	int32_t *sum16;         /* (n, cols / 16) */
	int32_t *sum32;         /* (n, cols / 32) */
	int8_t *low16, *high16; /* (n, cols / 16): Σ = 128·high + low, 0 <= low < 128 */
	int8_t *low32, *high32; /* (n, cols / 32) */
};

/* Room for max_n rows of max_cols columns. */
OW_MUST_USE int act_init(struct act *a, size_t max_n, size_t max_cols, struct ow_error *err);
void act_done(struct act *a);

#endif
