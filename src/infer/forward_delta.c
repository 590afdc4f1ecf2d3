/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Linear attention by the gated delta rule (arXiv 2412.06464; Qwen 3.5). Queries, keys and values run through a
 * short convolution. A head remembers a matrix S; for each token
 *
 *	S = e^g·S;  S = S + k·(b·(v - Sᵀk))ᵀ;  out = Sᵀq
 *
 * with queries and keys of length 1, and what comes out is normed and gated. Several value heads share a key head:
 * value head i has key head i mod their number.
 */
#include <string.h>

#include "infer/session_impl.h"

struct delta {
	struct session *s;
	const struct layer *l;
	float *past;  /* (taps - 1, channels) */
	float *state; /* (v_heads, keys, values) */
};

/* Some channels of all tokens in `gate` through the convolution. */
static void convolve(void *ctx, struct share of)
{
	const struct delta *a = ctx;
	const struct session *s = a->s;
	size_t all = delta_channels(&s->m->p);

	for (size_t t = 0; t < s->n; t++)
		for (size_t d = of.from; d < of.to; d++) {
			float *x = s->gate + t * ld_ff(s) + d;

			*x = conv_step(a->past + d, all, a->l->vec[VEC_TAPS] + d * LANES,
				       s->m->p.taps, *x);
		}
}

/* SiLU of some tokens' channels, then the lengths of their queries and keys. */
static void shape_tokens(void *ctx, struct share of)
{
	const struct delta *a = ctx;
	const struct session *s = a->s;
	const struct params *p = &s->m->p;
	size_t all = pad_lanes(delta_channels(p)), size = p->state, keys = p->k_heads * size;
	float root = 1 / __builtin_sqrtf((float)size);

	for (size_t t = of.from; t < of.to; t++) {
		float *x = s->gate + t * ld_ff(s), *one = s->up + t * ld_ff(s);

		for (size_t i = 0; i < all; i++)
			one[i] = 1;
		s->k->silu_mul(x, one, all);
		for (size_t at = 0; at < 2 * keys; at += size)
			s->k->norm(x + at, NULL, NULL, size, p->eps / (float)size, false, x + at);
		for (size_t i = 0; i < 2 * keys; i++)
			x[i] *= i < keys ? root * root : root;
	}
}

/* One token of a head. Every sum runs over keys ascending, values are independent. */
static void delta_step(float *state, size_t n, const float *q, const float *k, const float *v,
		       float keep, float beta, float *out)
{
	float change[MODEL_HEAD_MAX] = {0};

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			state[i * n + j] *= keep;
			change[j] += state[i * n + j] * k[i];
		}
	for (size_t j = 0; j < n; j++)
		change[j] = (v[j] - change[j]) * beta;
	memset(out, 0, n * sizeof *out);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			state[i * n + j] += k[i] * change[j];
			out[j] += state[i * n + j] * q[i];
		}
}

/* ln(1 + e^x) */
static double softplus(double x)
{
	return x > 20 ? x : exact_log(1 + exact_exp(x));
}

/* Some heads of all tokens; z, in `q`, gates what comes out and holds it after. */
static void heads(void *ctx, struct share of)
{
	const struct delta *a = ctx;
	const struct session *s = a->s;
	const struct params *p = &s->m->p;
	size_t n = p->state, keys = p->k_heads * n;

	for (size_t h = of.from; h < of.to; h++)
		for (size_t t = 0; t < s->n; t++) {
			const float *x = s->gate + t * ld_ff(s), *k = x + keys + h % p->k_heads * n;
			double alpha = (double)(s->key[t * ld_kv(s) + h] + a->l->vec[VEC_DT][h]);
			float keep =
			    (float)exact_exp(softplus(alpha) * (double)a->l->vec[VEC_A][h]);
			float beta = (float)exact_sigmoid((double)s->value[t * ld_kv(s) + h]);
			float *out = s->mixed + t * ld_mixed(s) + h * n;

			delta_step(a->state + h * n * n, n, k - keys, k, x + 2 * keys + h * n, keep,
				   beta, out);
			s->k->norm(out, a->l->vec[VEC_DELTA_NORM], NULL, n, p->eps, false, out);
			s->k->silu_mul(s->q + t * ld_q(s) + h * n, out, n);
		}
}

void delta_layer(struct session *s, uint32_t layer)
{
	const struct params *p = &s->m->p;
	const struct layer *l = &s->m->layers[layer];
	float *past = cache_state(s, layer);
	struct delta a = {.s = s,
			  .l = l,
			  .past = past,
			  .state = past + (size_t)(p->taps - 1) * delta_channels(p)};

	multiply(s, &l->lin[LIN_DELTA_IN], s->h, ld_dim(s), s->gate, ld_ff(s));
	multiply(s, &l->lin[LIN_DELTA_GATE], s->h, ld_dim(s), s->q, ld_q(s));
	multiply(s, &l->lin[LIN_ALPHA], s->h, ld_dim(s), s->key, ld_kv(s));
	multiply(s, &l->lin[LIN_BETA], s->h, ld_dim(s), s->value, ld_kv(s));
	team_do(s->team, delta_channels(p), LANES, convolve, &a);
	team_do(s->team, s->n, 1, shape_tokens, &a);
	team_do(s->team, p->v_heads, 1, heads, &a);
	multiply(s, &l->lin[LIN_DELTA_OUT], s->q, ld_q(s), s->out, ld_dim(s));
}
