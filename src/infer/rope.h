/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rotary positions: pairs of dimensions of a head are turned by angle position · freq[pair].
 *
 * Frequencies, sine and cosine are computed here in double with polynomials of our own, then rounded once.
 */
#ifndef OW_INFER_ROPE_H
#define OW_INFER_ROPE_H

#include <stdbool.h>
#include <stddef.h>

enum {
	ROPE_PAIRS = 512 /* heads of up to 1,024 dimensions */
};

enum rope_pairing {
	ROPE_NORM, /* dimensions 2i and 2i+1 */
	ROPE_NEOX, /* dimensions i and i + half */
};

struct rope {
	enum rope_pairing pairing;
	size_t pairs;
	double freq[ROPE_PAIRS]; /* radians per position */
	double gain;             /* of sine and cosine */
};

/* How a model stretches its positions. */
struct rope_scaling {
	double base;          /* wavelengths grow as base^(2i/dims) */
	const float *factors; /* (pairs) wavelength factors, or NULL */
	double factor;        /* positions are divided by it; 1: not */
	bool yarn;            /* only long wavelengths are */
	double beta_fast, beta_slow;
	double original; /* positions the model was first trained for */
	double gain;
};

void rope_init(struct rope *r, enum rope_pairing pairing, size_t dims,
	       const struct rope_scaling *s);

/* turn (pairs, 2): cosine and sine for a position. */
void rope_turn(const struct rope *r, size_t position, float *turn);

/* Turn one head in place. */
void rope_apply(const struct rope *r, const float *turn, float *head);

/* Functions in double, the same bits everywhere; the natural logarithm is of x > 0. NaN stays NaN. */
double exact_log(double x);
double exact_exp(double x);

static inline double exact_sigmoid(double x)
{
	return 1 / (1 + exact_exp(-x));
}

#endif
