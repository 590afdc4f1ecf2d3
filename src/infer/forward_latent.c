/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Attention over short vectors (arXiv 2405.04434, "multi-head latent attention"). A token leaves one vector of
 * kv_rank floats for all heads, and the part of its key that has positions. A head's key is K_h·vector and its
 * value V_h·vector; since q·(K_h v) = (K_hᵀ q)·v, queries can be turned instead, so that the short vector itself is
 * key and value of all heads (absorbed). Files made before that hold K and V for being multiplied out.
 */
#include <string.h>

#include "infer/session_impl.h"

struct latent {
	struct session *s;
	const struct block *b;
	const struct layer *l;
};

/* The short vector of queries, in `gate`, is normed. */
static void norm_queries(void *ctx, struct share of)
{
	const struct latent *a = ctx;
	const struct session *s = a->s;

	for (size_t t = of.from; t < of.to; t++) {
		float *x = s->gate + t * ld_ff(s);

		s->k->norm(x, a->l->vec[VEC_Q_A_NORM], NULL, s->m->p.q_rank, s->m->p.eps, false, x);
	}
}

/* `up` holds the short vector and what has positions: the latter is the tail of every key, the former normed. */
static void share_vector(void *ctx, struct share of)
{
	const struct latent *a = ctx;
	const struct session *s = a->s;
	const struct params *p = &s->m->p;
	size_t rank = p->kv_rank, rot = a->b->rot, head = a->b->head;

	for (size_t t = of.from; t < of.to; t++) {
		float *x = s->up + t * ld_ff(s), *key = s->key + t * ld_kv(s);

		for (size_t h = 0; h < a->b->kv_heads; h++)
			memcpy(key + (h + 1) * head - rot, x + rank, rot * sizeof *x);
		s->k->norm(x, a->l->vec[VEC_KV_A_NORM], NULL, rank, p->eps, false, x);
		if (!p->absorbed)
			continue;
		memcpy(key, x, rank * sizeof *x);
		memcpy(s->value + t * ld_kv(s), x, rank * sizeof *x);
	}
}

/* Keys and values multiplied out, head by head in `gate`, go to their places. */
static void deal_out(void *ctx, struct share of)
{
	const struct latent *a = ctx;
	const struct session *s = a->s;
	size_t nope = s->m->p.nope, value = a->b->v_head, head = a->b->head;

	for (size_t t = of.from; t < of.to; t++)
		for (size_t h = 0; h < a->b->heads; h++) {
			const float *x = s->gate + t * ld_ff(s) + h * (nope + value);

			memcpy(s->key + t * ld_kv(s) + h * head, x, nope * sizeof *x);
			memcpy(s->value + t * ld_kv(s) + h * value, x + nope, value * sizeof *x);
		}
}

/* A head's query in `mixed` is turned to where the short vectors are. Tiles may write past the head's part, into
 * what comes after.
 */
static void turn_query(struct session *s, const struct block *b, const struct layer *l, uint32_t h)
{
	const struct params *p = &s->m->p;
	const float *raw = s->mixed + (size_t)h * (p->nope + b->rot);
	float *q = s->q + (size_t)h * b->head;
	struct product turn = {&l->lin[LIN_K_B], h, q, ld_q(s)};

	input_set(s, raw, ld_mixed(s), s->n, p->nope);
	products(s, &turn, 1);
	for (size_t t = 0; t < s->n; t++)
		memcpy(q + t * ld_q(s) + p->kv_rank, raw + t * ld_mixed(s) + p->nope,
		       b->rot * sizeof *q);
}

void latent_layer(struct session *s, uint32_t layer)
{
	const struct params *p = &s->m->p;
	const struct block *b = &p->block[layer];
	const struct layer *l = &s->m->layers[layer];
	struct latent a = {.s = s, .b = b, .l = l};
	float *q = p->absorbed ? s->mixed : s->q;
	size_t ld = p->absorbed ? ld_mixed(s) : ld_q(s);

	if (p->q_rank > 0) {
		multiply(s, &l->lin[LIN_Q_A], s->h, ld_dim(s), s->gate, ld_ff(s));
		team_do(s->team, s->n, 1, norm_queries, &a);
		multiply(s, &l->lin[LIN_Q_B], s->gate, ld_ff(s), q, ld);
	} else {
		multiply(s, &l->lin[LIN_Q], s->h, ld_dim(s), q, ld);
	}
	multiply(s, &l->lin[LIN_KV_A], s->h, ld_dim(s), s->up, ld_ff(s));
	team_do(s->team, s->n, 1, share_vector, &a);
	if (!p->absorbed) {
		multiply(s, &l->lin[LIN_KV_B], s->up, ld_ff(s), s->gate, ld_ff(s));
		team_do(s->team, s->n, 1, deal_out, &a);
		attend(s, layer, true);
		multiply(s, &l->lin[LIN_O], s->mixed, ld_mixed(s), s->out, ld_dim(s));
		return;
	}
	for (uint32_t h = 0; h < b->heads; h++)
		turn_query(s, b, l, h);
	attend(s, layer, true);
	for (uint32_t h = 0; h < b->heads; h++) {
		struct product value = {&l->lin[LIN_V_B], h, s->gate + (size_t)h * p->v_latent,
					ld_ff(s)};

		input_set(s, s->mixed + (size_t)h * p->kv_rank, ld_mixed(s), s->n, p->kv_rank);
		products(s, &value, 1);
	}
	multiply(s, &l->lin[LIN_O], s->gate, ld_ff(s), s->out, ld_dim(s));
}
