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

/* gate = f(gate)·up for some tokens; the gate has been taken as the next input */
static void activate(void *ctx, struct share of)
{
	const struct session *s = ctx;
	enum arch_gate kind = s->m->p.arch->gate;
	size_t n = pad_lanes(s->act.cols);

	for (size_t t = of.from; t < of.to; t++) {
		float *gate = s->gate + t * ld_ff(s);
		const float *up = s->up + t * ld_ff(s);

		if (kind == GATE_OAI)
			s->k->oai_mul(gate, up, n, OAI_LIMIT);
		else if (kind == GATE_GELU)
			s->k->gelu_mul(gate, up, n);
		else
			s->k->silu_mul(gate, up, n);
	}
}

/* out (n, dim) = down · f(gate · x) (up · x) */
static void net(struct session *s, const struct linear *gate, const struct linear *up,
		const struct linear *down, uint32_t expert, const float *x, size_t n, float *out)
{
	struct product first[] = {{gate, expert, s->gate, ld_ff(s)}, {up, expert, s->up, ld_ff(s)}};
	struct product last = {down, expert, out, ld_dim(s)};

	input_set(s, x, ld_dim(s), n, s->m->p.dim);
	products(s, first, 2);
	input_set(s, s->gate, ld_ff(s), n, gate->m.rows);
	team_do(s->team, n, 1, activate, s);
	products(s, &last, 1);
}

static bool is_among(const uint32_t *chosen, uint32_t n, uint32_t expert)
{
	for (uint32_t i = 0; i < n; i++)
		if (chosen[i] == expert)
			return true;
	return false;
}

/* The `n` best of `of` scores, the best first, the lower number on a tie. */
static void choose(const float *score, uint32_t of, uint32_t n, uint32_t *chosen)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t best = UINT32_MAX;

		for (uint32_t e = 0; e < of; e++)
			if (!is_among(chosen, i, e) &&
			    (best == UINT32_MAX || score[e] > score[best]))
				best = e;
		chosen[i] = best;
	}
}

/* Only experts of the best groups may be chosen; a group is worth its two best experts. */
static void drop_groups(const struct params *p, float *score)
{
	uint32_t each = p->experts / p->groups, two[2], best[MODEL_EXPERTS_MAX];
	float worth[MODEL_EXPERTS_MAX];

	for (uint32_t g = 0; g < p->groups; g++) {
		choose(score + (size_t)g * each, each, 2, two);
		worth[g] = score[g * each + two[0]] + score[g * each + two[1]];
	}
	choose(worth, p->groups, p->groups_used, best);
	for (uint32_t g = 0; g < p->groups; g++)
		for (uint32_t i = 0; i < each && !is_among(best, p->groups_used, g); i++)
			score[g * each + i] = -INFINITY;
}

/* Scores to weights: each its sigmoid, or all together their softmax. */
static void weigh(const struct session *s, float *score)
{
	const struct params *p = &s->m->p;
	size_t n = pad_lanes(p->experts);
	float total;

	if (p->sigmoid) {
		for (uint32_t e = 0; e < p->experts; e++)
			score[e] = (float)exact_sigmoid((double)score[e]);
		return;
	}
	for (size_t e = p->experts; e < n; e++)
		score[e] = -INFINITY;
	total = s->k->softmax(score, n, NULL);
	for (uint32_t e = 0; e < p->experts; e++)
		score[e] /= total;
}

/* Choose by weight, which a bias of the model may correct for this alone. */
static void choose_weighed(const struct params *p, const float *bias, float *score,
			   uint32_t *chosen)
{
	float rated[MODEL_EXPERTS_MAX];

	for (uint32_t e = 0; e < p->experts; e++)
		rated[e] = bias == NULL ? score[e] : score[e] + bias[e];
	if (p->groups > 1)
		drop_groups(p, rated);
	choose(rated, p->experts, p->experts_used, chosen);
}

/* A token's experts and their weights. */
static void route(const struct session *s, const float *bias, float *score, uint32_t *chosen,
		  float *weight)
{
	const struct params *p = &s->m->p;
	uint32_t traits = p->arch->traits, used = p->experts_used;
	float sum = 0;

	if ((traits & ARCH_GATING) != 0) {
		weigh(s, score);
		choose_weighed(p, bias, score, chosen);
	} else {
		choose(score, p->experts, used, chosen);
		for (uint32_t e = 0; (traits & ARCH_TOP_SOFTMAX) != 0 && e < p->experts; e++)
			if (!is_among(chosen, used, e))
				score[e] = -INFINITY;
		weigh(s, score);
	}
	for (uint32_t i = 0; i < used; i++) {
		weight[i] = score[chosen[i]];
		sum += weight[i];
	}
	sum = sum < WEIGHT_FLOOR ? WEIGHT_FLOOR : sum;
	for (uint32_t i = 0; i < used; i++)
		weight[i] = (p->sum_to_1 ? weight[i] / sum : weight[i]) * p->weights_scale;
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

/* The experts' sum of all tokens. Beside a net, router and experts norm the running sum each for itself. */
static void experts(struct session *s, const struct layer *l)
{
	const struct params *p = &s->m->p;
	size_t ld = pad_lanes(p->experts), n = s->n * ld;
	bool beside = l->vec[VEC_ROUTER_SCALE] != NULL;
	float by = 1 / __builtin_sqrtf((float)p->dim);

	if (beside)
		normalize(s, s->x, l->vec[VEC_ROUTER_SCALE], s->h);
	multiply(s, &l->lin[LIN_ROUTER], s->h, ld_dim(s), s->router, ld);
	for (size_t i = 0; beside && i < n; i++)
		s->router[i] *= by;
	for (size_t t = 0; t < s->n; t++)
		route(s, l->vec[VEC_ROUTER_BIAS], s->router + t * ld,
		      s->chosen + t * p->experts_used, s->weight + t * p->experts_used);
	if (beside)
		normalize(s, s->x, l->vec[VEC_FFN_NORM_X], s->h);
	memset(s->sum, 0, s->n * ld_dim(s) * sizeof *s->sum);
	for (uint32_t e = 0; e < p->experts; e++)
		one_expert(s, l, e);
	normalize(s, s->sum, l->vec[VEC_FFN_POST_2], s->sum);
}

/* What the shared expert says of a token counts as far as a gate of its own is open. */
static void gate_shared(struct session *s, const struct layer *l)
{
	size_t ld = pad_lanes(s->m->p.experts);

	multiply(s, &l->lin[LIN_SHARED_GATE], s->h, ld_dim(s), s->router, ld);
	for (size_t t = 0; t < s->n; t++) {
		float open = (float)exact_sigmoid((double)s->router[t * ld]);

		for (size_t d = 0; d < s->m->p.dim; d++)
			s->out[t * ld_dim(s) + d] *= open;
	}
}

void ffn_layer(struct session *s, uint32_t layer)
{
	const struct layer *l = &s->m->layers[layer];
	bool routed = s->m->p.block[layer].experts, beside = routed && l->lin[LIN_GATE].count > 0;
	enum lin gate = routed && !beside ? LIN_GATE_S : LIN_GATE;
	size_t n = s->n * ld_dim(s);

	if (routed)
		experts(s, l);
	if (beside)
		normalize(s, s->x, l->vec[VEC_FFN_NORM], s->h);
	if (l->lin[gate].count == 0) {
		memcpy(s->out, s->sum, n * sizeof *s->out);
		return;
	}
	net(s, &l->lin[gate], &l->lin[gate + 1], &l->lin[gate + 2], 0, s->h, s->n, s->out);
	if (routed && l->lin[LIN_SHARED_GATE].count > 0)
		gate_shared(s, l);
	normalize(s, s->out, l->vec[VEC_FFN_POST_1], s->out);
	for (size_t i = 0; routed && i < n; i++)
		s->out[i] += s->sum[i];
}
