/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The feed-forward net of a layer, or the experts in its place.
 */
#include <math.h>
#include <string.h>

#include "infer/session_impl.h"

#define OAI_LIMIT    7.0F
#define WEIGHT_FLOOR 6.103515625e-5F /* 2^-14: the least sum that expert weights are divided by */

struct gating {
	struct session *s;
	size_t ff;
};

/* gate = f(gate)·up for some tokens */
static void activate(void *ctx, unsigned member, size_t from, size_t to)
{
	const struct gating *g = ctx;
	const struct session *s = g->s;
	uint32_t traits = s->m->p.arch->traits;

	(void)member;
	for (size_t t = from; t < to; t++) {
		float *gate = s->gate + t * ld_ff(s);
		const float *up = s->up + t * ld_ff(s);

		if ((traits & ARCH_OAI) != 0)
			s->k->oai_mul(gate, up, pad_lanes(g->ff), OAI_LIMIT);
		else if ((traits & ARCH_GELU) != 0)
			s->k->gelu_mul(gate, up, pad_lanes(g->ff));
		else
			s->k->silu_mul(gate, up, pad_lanes(g->ff));
	}
}

/* out (n, dim) = down · f(gate · x) (up · x) */
static void net(struct session *s, const struct linear *gate, const struct linear *up,
		const struct linear *down, uint32_t expert, const float *x, size_t n, float *out)
{
	struct product first[] = {{gate, expert, s->gate, ld_ff(s)}, {up, expert, s->up, ld_ff(s)}};
	struct product last = {down, expert, out, ld_dim(s)};
	struct gating g = {.s = s, .ff = gate->m.rows};

	input_set(s, x, ld_dim(s), n, s->m->p.dim);
	products(s, first, 2);
	team_do(s->team, n, 1, activate, &g);
	input_set(s, s->gate, ld_ff(s), n, gate->m.rows);
	products(s, &last, 1);
}

static bool is_among(const uint32_t *chosen, uint32_t n, uint32_t expert)
{
	for (uint32_t i = 0; i < n; i++)
		if (chosen[i] == expert)
			return true;
	return false;
}

/* Choose a token's experts by their scores, the best first, the lower number on a tie. */
static void choose(const struct session *s, const float *score, uint32_t *chosen)
{
	const struct params *p = &s->m->p;

	for (uint32_t i = 0; i < p->experts_used; i++) {
		uint32_t best = UINT32_MAX;

		for (uint32_t e = 0; e < p->experts; e++)
			if (!is_among(chosen, i, e) &&
			    (best == UINT32_MAX || score[e] > score[best]))
				best = e;
		chosen[i] = best;
	}
}

/* Weights of the chosen: their part of the softmax of all scores, or the softmax of theirs alone. */
static void weigh(const struct session *s, float *score, const uint32_t *chosen, float *weight)
{
	const struct params *p = &s->m->p;
	size_t n = pad_lanes(p->experts);
	float sum = 0, total;

	for (size_t e = p->experts; e < n; e++)
		score[e] = -INFINITY;
	if ((p->arch->traits & ARCH_TOP_SOFTMAX) != 0)
		for (uint32_t e = 0; e < p->experts; e++)
			if (!is_among(chosen, p->experts_used, e))
				score[e] = -INFINITY;
	total = s->k->softmax(score, n, NULL);
	for (uint32_t i = 0; i < p->experts_used; i++) {
		weight[i] = score[chosen[i]] / total;
		sum += weight[i];
	}
	if ((p->arch->traits & ARCH_TOP_SOFTMAX) == 0) {
		sum = sum < WEIGHT_FLOOR ? WEIGHT_FLOOR : sum;
		for (uint32_t i = 0; i < p->experts_used; i++)
			weight[i] /= sum;
	}
	for (uint32_t i = 0; i < p->experts_used; i++)
		weight[i] *= p->weights_scale;
}

/* All tokens that chose expert e go through it together; what it says is added to their sums. Experts come in
 * ascending order, so a token's sum does not depend on its neighbours.
 */
static void one_expert(struct session *s, const struct layer *l, uint32_t e)
{
	uint32_t used = s->m->p.experts_used;
	size_t dim = ld_dim(s), n = 0;

	for (size_t i = 0; i < s->n * used; i++)
		if (s->chosen[i] == e)
			memcpy(s->gathered + n++ * dim, s->h + i / used * dim, dim * sizeof *s->h);
	if (n == 0)
		return;
	net(s, &l->lin[LIN_GATE_X], &l->lin[LIN_UP_X], &l->lin[LIN_DOWN_X], e, s->gathered, n,
	    s->answer);
	n = 0;
	for (size_t i = 0; i < s->n * used; i++) {
		if (s->chosen[i] != e)
			continue;
		for (size_t d = 0; d < dim; d++)
			s->sum[i / used * dim + d] += s->answer[n * dim + d] * s->weight[i];
		n++;
	}
}

static void experts(struct session *s, const struct layer *l)
{
	const struct params *p = &s->m->p;
	size_t ld = pad_lanes(p->experts), all = s->n * ld_dim(s);
	struct product router = {&l->lin[LIN_ROUTER], 0, s->router, ld};

	input_set(s, s->h, ld_dim(s), s->n, p->dim);
	products(s, &router, 1);
	for (size_t t = 0; t < s->n; t++) {
		uint32_t *chosen = s->chosen + t * p->experts_used;

		choose(s, s->router + t * ld, chosen);
		weigh(s, s->router + t * ld, chosen, s->weight + t * p->experts_used);
	}
	memset(s->sum, 0, all * sizeof *s->sum);
	for (uint32_t e = 0; e < p->experts; e++)
		one_expert(s, l, e);
	if (p->ff_shared == 0) {
		memcpy(s->out, s->sum, all * sizeof *s->out);
		return;
	}
	net(s, &l->lin[LIN_GATE_S], &l->lin[LIN_UP_S], &l->lin[LIN_DOWN_S], 0, s->h, s->n, s->out);
	for (size_t i = 0; i < all; i++)
		s->out[i] += s->sum[i];
}

void ffn_layer(struct session *s, const struct layer *l)
{
	if (s->m->p.experts > 0)
		experts(s, l);
	else
		net(s, &l->lin[LIN_GATE], &l->lin[LIN_UP], &l->lin[LIN_DOWN], 0, s->h, s->n,
		    s->out);
}
