/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Short convolutions (LFM2). The input gives three vectors b, c and x; every channel of b·x runs through a kernel
 * of a few taps, and c gates what comes out.
 */
#include "infer/session_impl.h"

struct convolution {
	struct session *s;
	const float *kernel; /* (dim, 16) */
	float *state;        /* (taps - 1, dim) */
};

float conv_step(float *past, size_t step, const float *tap, size_t taps, float now)
{
	float sum = 0;

	for (size_t i = 0; i + 1 < taps; i++) {
		sum += past[i * step] * tap[i];
		past[i * step] = i + 2 < taps ? past[(i + 1) * step] : now;
	}
	return sum + now * tap[taps - 1];
}

/* Some channels of all tokens: from `gate` to `up`. */
static void channels(void *ctx, struct share of)
{
	const struct convolution *c = ctx;
	const struct session *s = c->s;
	size_t dim = s->m->p.dim;

	for (size_t t = 0; t < s->n; t++) {
		const float *in = s->gate + t * ld_ff(s);
		float *out = s->up + t * ld_ff(s);

		for (size_t d = of.from; d < of.to; d++)
			out[d] = in[dim + d] * conv_step(c->state + d, dim, c->kernel + d * LANES,
							 s->m->p.taps, in[d] * in[2 * dim + d]);
	}
}

void conv_layer(struct session *s, uint32_t layer)
{
	const struct layer *l = &s->m->layers[layer];
	struct convolution c = {.s = s, .kernel = l->vec[VEC_TAPS], .state = cache_state(s, layer)};

	multiply(s, &l->lin[LIN_CONV_IN], s->h, ld_dim(s), s->gate, ld_ff(s));
	team_do(s->team, s->m->p.dim, LANES, channels, &c);
	multiply(s, &l->lin[LIN_CONV_OUT], s->up, ld_ff(s), s->out, ld_dim(s));
}
