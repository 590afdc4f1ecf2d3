/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Attention of one layer: norms of queries and keys, positions, the cache, then every query of every head.
 *
 * Cache of a layer: keys (kv_heads, context / 16, head, 16), so that a vector holds the same dimension of 16
 * positions; values (kv_heads, context, v_pad), so that it holds dimensions of one position.
 */
#include <string.h>

#include "infer/session_impl.h"

struct attention {
	struct session *s;
	uint32_t layer;
	const struct layer *l;
};

static uint8_t *cache_of(const struct session *s, uint32_t layer, uint32_t kv_head, bool value)
{
	size_t each = s->key_size + s->value_size, at = (size_t)layer * s->m->p.kv_heads + kv_head;

	return s->cache + at * each + (value ? s->key_size : 0);
}

static void store(const struct session *s, uint8_t *at, size_t i, float f)
{
	if (s->half) {
		uint16_t h = num_to_f16(f);

		memcpy(at + 2 * i, &h, 2);
	} else {
		memcpy(at + 4 * i, &f, 4);
	}
}

/* Put a token's keys and values of one head into the cache. */
static void remember(const struct session *s, uint32_t layer, uint32_t head, size_t t)
{
	const struct params *p = &s->m->p;
	const float *key = s->key + t * ld_kv(s) + (size_t)head * p->head;
	const float *value = s->value + t * ld_kv(s) + (size_t)head * p->v_head;
	size_t pos = s->past + t;
	uint8_t *keys = cache_of(s, layer, head, false), *values = cache_of(s, layer, head, true);

	for (size_t d = 0; d < p->head; d++)
		store(s, keys, (pos / LANES * p->head + d) * LANES + pos % LANES, key[d]);
	for (size_t d = 0; d < p->v_head; d++)
		store(s, values, pos * s->v_pad + d, value[d]);
}

/* Norm of each head, or of all together. The heads of an odd size go through a padded copy. */
static void norm_heads(const struct session *s, float *x, const float *w, size_t heads)
{
	const struct params *p = &s->m->p;
	bool all = (p->arch->traits & ARCH_QK_NORM_ALL) != 0;
	size_t n = all ? heads * p->head : p->head;
	float copy[MODEL_HEAD_MAX];

	if (w == NULL)
		return;
	if (all || n % LANES == 0) {
		for (size_t at = 0; at < heads * p->head; at += n)
			s->k->norm(x + at, w, NULL, n, p->eps, false, x + at);
		return;
	}
	for (size_t at = 0; at < heads * p->head; at += n) {
		memset(copy, 0, sizeof copy);
		memcpy(copy, x + at, n * sizeof *x);
		s->k->norm(copy, w, NULL, n, p->eps, false, copy);
		memcpy(x + at, copy, n * sizeof *x);
	}
}

/* Queries of late positions are stretched (as Llama 4 and Mistral 3 do). */
static float temperature(const struct params *p, size_t pos)
{
	double spans = (double)(uint64_t)((double)pos / p->rope_original);

	return (float)(exact_log(spans + 1) * (double)p->temp_scale + 1);
}

static void prepare(void *ctx, unsigned member, size_t from, size_t to)
{
	const struct attention *a = ctx;
	const struct session *s = a->s;
	const struct params *p = &s->m->p;
	bool window = params_has_window(p, a->layer), rope = params_has_rope(p, a->layer);
	const struct rope *r = window ? &s->m->rope_window : &s->m->rope;

	(void)member;
	for (size_t t = from; t < to; t++) {
		float *q = s->q + t * ld_q(s), *key = s->key + t * ld_kv(s);
		const float *turn = (window ? s->turn_window : s->turn) + t * p->rot;

		norm_heads(s, q, a->l->vec[VEC_Q_NORM], p->heads);
		norm_heads(s, key, a->l->vec[VEC_K_NORM], p->kv_heads);
		for (size_t h = 0; rope && h < p->heads; h++)
			rope_apply(r, turn, q + h * p->head);
		for (size_t h = 0; rope && h < p->kv_heads; h++)
			rope_apply(r, turn, key + h * p->head);
		if (p->temp_scale > 0 || p->temp_scale < 0) {
			float stretch = temperature(p, s->past + t);

			for (size_t i = 0; i < (size_t)p->heads * p->head; i++)
				q[i] *= stretch;
		}
		for (uint32_t h = 0; h < p->kv_heads; h++)
			remember(s, a->layer, h, t);
	}
}

/* Item i is head i % heads of token i / heads. */
static void queries(void *ctx, unsigned member, size_t from, size_t to)
{
	const struct attention *a = ctx;
	const struct session *s = a->s;
	const struct params *p = &s->m->p;

	for (size_t i = from; i < to; i++) {
		size_t t = i / p->heads, head = i % p->heads, end = s->past + t + 1;
		uint32_t kv = (uint32_t)(head / (p->heads / p->kv_heads));
		const float *sinks = a->l->vec[VEC_SINKS];
		struct attend q = {
		    .q = s->q + t * ld_q(s) + head * p->head,
		    .k = cache_of(s, a->layer, kv, false),
		    .v = cache_of(s, a->layer, kv, true),
		    .head = p->head,
		    .v_head = p->v_head,
		    .v_pad = s->v_pad,
		    .to = end,
		    .scale = p->attn_scale,
		    .cap = p->attn_cap,
		    .sink = sinks == NULL ? NULL : sinks + head,
		    .half = s->half,
		    .score = s->score + member * s->context,
		    .out = s->head_out + member * s->v_pad,
		};

		if (params_has_window(p, a->layer) && end > p->window)
			q.from = end - p->window;
		s->k->attend(&q);
		memcpy(s->mixed + t * ld_mixed(s) + head * p->v_head, q.out,
		       p->v_head * sizeof *q.out);
	}
}

void attend_layer(struct session *s, uint32_t layer)
{
	struct attention a = {.s = s, .layer = layer, .l = &s->m->layers[layer]};
	size_t n = s->n * s->m->p.heads, piece = n / ((size_t)8 * team_size(s->team));

	team_do(s->team, s->n, 1, prepare, &a);
	team_do(s->team, n, piece < 1 ? 1 : piece, queries, &a);
}
