/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The kernels: everything that does arithmetic on vectors, once per instruction set, chosen at run time.
 *
 * Canonical arithmetic, version ARITHMETIC. Every float result below is one fixed sequence of IEEE single
 * operations, rounded to nearest, never fused; vectors only do several independent results at once:
 *
 *	W shapes   y[r] = Σ_b (d·dx)·isum, then + m·(dx·asum) where there are minima; blocks b ascending
 *	S shapes   y[r] = Σ_b dx·(d·I1 - dm·I2), I1 = Σ_j sc·isum_j and I2 = Σ_j mn·asum_j exact in 32 bits
 *	floats     y[r] = Σ_k w·x, k ascending
 *	sums of norms and softmax: 16 stripes (index mod 16) ascending, then the tree 8, 4, 2, 1
 *	attention: q·k over dimensions ascending, then weights times values over positions ascending, then one
 *	division by the sum
 *
 * where isum = Σ code·a and asum = Σ a over the 8-bit activations of a block, exact integers in any order.
 */
#ifndef OW_INFER_KERN_H
#define OW_INFER_KERN_H

#include "infer/act.h"
#include "infer/mat.h"

#define ARITHMETIC 1

enum {
	ATTEND_HEADS = 4,
	ATTEND_TOKENS = 4
};

/* Queries of up to ATTEND_HEADS heads of up to ATTEND_TOKENS tokens, one behind the other, against the positions of the
 * key-value head that they share: of the first token those before `to`, of each other one more, of them the last
 * `window` (0: all).
 */
struct attend {
	size_t n, tokens;
	const float *q; /* (tokens, ld_q), of each (n, head) */
	size_t ld_q;
	const void *k; /* (positions / 16, head, 16): f32, or f16 if half */
	const void *v; /* (positions, v_pad), the same */
	size_t head, v_pad;
	size_t to, window;
	float scale, cap;  /* scores are multiplied; cap > 0: cap·tanh(score / cap) */
	const float *sink; /* (n) one more score each, with no value behind it, or NULL */
	bool half;
	float *score;    /* scratch (tokens, n, ld_score) */
	size_t ld_score; /* positions rounded up to 16, or more */
	float *out;      /* (tokens, n, v_pad) */
};

struct kern {
	const char *name;
	bool (*usable)(void);

	/* y (n, ld): columns 16·tile .. + 15 of the products of n rows of `a`, from row t0 on, with m. */
	void (*mat)(const struct mat *m, size_t tile, const struct act *a, size_t t0, size_t n,
		    float *y, size_t ld);

	/* Row t of `a` from its x to 8 bits, for W and for S shapes. */
	void (*quantize_w)(struct act *a, size_t t);
	void (*quantize_s)(struct act *a, size_t t);

	/* out = x / rms(x) · w, with (x - mean) for `layer`; w may be NULL; n may be any number, arrays are
	 * padded to 16.
	 */
	void (*norm)(const float *x, const float *w, const float *bias, size_t n, float eps,
		     bool layer, float *out);

	/* gate[i] = f(gate[i])·up[i]; n a multiple of 16 */
	void (*silu_mul)(float *gate, const float *up, size_t n);
	void (*gelu_mul)(float *gate, const float *up, size_t n);
	/* min(g, limit)·sigmoid(1.702·g)·(clamp(u, ±limit) + 1) */
	void (*oai_mul)(float *gate, const float *up, size_t n, float limit);

	/* x[i] = cap·tanh(x[i] / cap); n a multiple of 16 */
	void (*softcap)(float *x, size_t n, float cap);

	/* x[i] = exp(x[i] - max); returns their sum, with exp(*extra - max) added last if extra. n a multiple
	 * of 16, masked elements are -INFINITY.
	 */
	float (*softmax)(float *x, size_t n, const float *extra);

	void (*attend)(const struct attend *a);
};

/* The best kernels of this CPU, or those called `name`; NULL if there are none of that name or this CPU cannot
 * run them. The names: "scalar" "avx2" "avx512" "amx" "neon" "neon-plain".
 */
const struct kern *kern_best(void);
const struct kern *kern_named(const char *name);

/* All kernel sets compiled in, in ascending order of speed; usable() tells which may run. */
const struct kern *kern_at(size_t i);

#endif
