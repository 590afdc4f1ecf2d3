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

/* Some channels of all tokens: from `gate` to `up`. */
static void channels(void *ctx, unsigned member, size_t from, size_t to)
{
	const struct convolution *c = ctx;
	const struct session *s = c->s;
	size_t dim = s->m->p.dim, old = s->m->p.taps - 1;

	(void)member;
	for (size_t t = 0; t < s->n; t++) {
		const float *in = s->gate + t * ld_ff(s);
		float *out = s->up + t * ld_ff(s);

		for (size_t d = from; d < to; d++) {
			const float *tap = c->kernel + d * LANES;
			float now = in[d] * in[2 * dim + d], sum = 0;

			for (size_t i = 0; i < old; i++) {
				sum += c->state[i * dim + d] * tap[i];
				c->state[i * dim + d] =
				    i + 1 < old ? c->state[(i + 1) * dim + d] : now;
			}
			sum += now * tap[old];
			out[d] = in[dim + d] * sum;
		}
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
