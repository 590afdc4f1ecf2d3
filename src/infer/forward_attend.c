/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Attention of one layer: norms of queries and keys, positions, the cache, then every query of every head.
 */
#include <string.h>

#include "infer/session_impl.h"

struct attention {
	struct session *s;
	uint32_t layer;
	const struct block *b;
	const struct layer *l;
	bool tail;
};

/* The heads of an odd size go through a padded copy. */
void norm_heads(const struct session *s, float *x, const float *w, size_t heads, size_t head)
{
	const struct params *p = &s->m->p;
	bool all = (p->arch->traits & ARCH_QK_NORM_ALL) != 0;
	size_t n = all ? heads * head : head;
	float copy[MODEL_HEAD_MAX];

	for (size_t at = 0; at < heads * head; at += n) {
		if (all || n % LANES == 0) {
			s->k->norm(x + at, w, NULL, n, p->eps, false, x + at);
			continue;
		}
		memset(copy, 0, sizeof copy);
		memcpy(copy, x + at, n * sizeof *x);
		s->k->norm(copy, w, NULL, n, p->eps, false, copy);
		memcpy(x + at, copy, n * sizeof *x);
	}
}

/* Queries of late positions are stretched (as Llama 4 and Mistral 3 do). */
static float temperature(const struct params *p, size_t pos)
{
	double spans = (double)(uint64_t)((double)pos / p->temp_length);

	return (float)(exact_log(spans + 1) * (double)p->temp_scale + 1);
}

/* Norms of a token's keys, and of its values in models that have it, where those may be the keys as they were. */
static void norm_keys(const struct attention *a, float *key, float *value)
{
	const struct session *s = a->s;
	const struct block *b = a->b;
	const float *w = a->l->vec[VEC_K_NORM];

	if ((s->m->p.arch->traits & ARCH_GEMMA_4) != 0) {
		if (a->l->lin[LIN_V].count == 0)
			memcpy(value, key, (size_t)b->kv_heads * b->head * sizeof *key);
		norm_heads(s, value, NULL, b->kv_heads, b->v_head);
	}
	if (w != NULL)
		norm_heads(s, key, w, b->kv_heads, b->head);
}

static void turn_heads(const struct rope *r, const float *turn, float *x, size_t heads, size_t head)
{
	for (size_t h = 0; h < heads; h++)
		rope_apply(r, turn, x + h * head);
}

static void stretch(const struct params *p, size_t pos, float *q, size_t n)
{
	float by = temperature(p, pos);

	for (size_t i = 0; i < n; i++)
		q[i] *= by;
}

static void prepare(void *ctx, unsigned member, size_t from, size_t to)
{
	const struct attention *a = ctx;
	const struct session *s = a->s;
	const struct params *p = &s->m->p;
	const struct block *b = a->b;
	const struct rope *r = b->window ? &s->m->rope_window : &s->m->rope;
	size_t first = a->tail ? b->head - b->rot : 0;
	bool borrows = b->source != a->layer;

	(void)member;
	for (size_t t = from; t < to; t++) {
		float *q = s->q + t * ld_q(s), *key = s->key + t * ld_kv(s);
		const float *turn =
		    b->window ? s->turn_window + t * p->rot_window : s->turn + t * p->rot;

		if (a->l->vec[VEC_Q_NORM] != NULL)
			norm_heads(s, q, a->l->vec[VEC_Q_NORM], b->heads, b->head);
		if (!borrows)
			norm_keys(a, key, s->value + t * ld_kv(s));
		if (b->rot > 0) {
			turn_heads(r, turn, q + first, b->heads, b->head);
			turn_heads(r, turn, key + first, b->kv_heads, b->head);
		}
		if (p->temp_scale > 0 || p->temp_scale < 0)
			stretch(p, s->past + t, q, (size_t)b->heads * b->head);
		if (!borrows)
			cache_put(s, a->layer, t);
	}
}

/* Heads first.. of a token */
static void query(const struct attention *a, unsigned member, size_t t, size_t first, size_t n)
{
	const struct session *s = a->s;
	const struct params *p = &s->m->p;
	const struct block *b = a->b;
	uint32_t kv = (uint32_t)(first / (b->heads / b->kv_heads));
	size_t end = s->past + t + 1, v_pad = pad_lanes(b->v_head), scratch = member;
	const float *sinks = a->l->vec[VEC_SINKS];
	struct attend q = {
	    .n = n,
	    .q = s->q + t * ld_q(s) + first * b->head,
	    .k = cache_of(s, b->source, kv, false),
	    .v = cache_of(s, b->source, kv, true),
	    .head = b->head,
	    .v_pad = v_pad,
	    .from = b->window && end > p->window ? end - p->window : 0,
	    .to = end,
	    .scale = b->scale,
	    .cap = p->attn_cap,
	    .sink = sinks == NULL ? NULL : sinks + first,
	    .half = s->half,
	    .score = s->score + scratch * ATTEND_HEADS * s->context,
	    .ld_score = s->context,
	    .out = s->head_out + scratch * ATTEND_HEADS * pad_lanes(p->v_head),
	};

	s->k->attend(&q);
	for (size_t h = 0; h < n; h++)
		memcpy(s->mixed + t * ld_mixed(s) + (first + h) * b->v_head, q.out + h * v_pad,
		       b->v_head * sizeof *q.out);
}

/* The heads of one key-value head are taken in parts, so that keys and values are read once for each; in smaller ones
 * where threads would be idle. Returns how many parts there are, *each the heads of all but the last.
 */
static size_t parts(const struct session *s, const struct block *b, size_t *each)
{
	size_t group = b->heads / b->kv_heads, n = (group + ATTEND_HEADS - 1) / ATTEND_HEADS;

	*each = (group + n - 1) / n;
	for (; *each > 1 && s->n * b->kv_heads * n < team_size(s->team); *each -= 1)
		n = (group + *each - 2) / (*each - 1);
	return n;
}

/* Item i is a part of a token's heads. */
static void queries(void *ctx, unsigned member, size_t from, size_t to)
{
	const struct attention *a = ctx;
	const struct block *b = a->b;
	size_t group = b->heads / b->kv_heads, each, n_parts = parts(a->s, b, &each);

	for (size_t i = from; i < to; i++) {
		size_t t = i / n_parts / b->kv_heads, kv = i / n_parts % b->kv_heads;
		size_t first = i % n_parts * each;

		query(a, member, t, kv * group + first,
		      group - first < each ? group - first : each);
	}
}

void attend(struct session *s, uint32_t layer, bool tail)
{
	const struct block *b = &s->m->p.block[layer];
	struct attention a = {
	    .s = s, .layer = layer, .b = b, .l = &s->m->layers[layer], .tail = tail};
	size_t each, n_parts = parts(s, b, &each);

	team_do(s->team, s->n, 1, prepare, &a);
	team_do(s->team, s->n * b->kv_heads * n_parts, 0, queries, &a);
}

/* A head's query and its gate lie side by side in `gate`; the query goes to its place. */
static void part_queries(const struct session *s, const struct block *b)
{
	size_t n = b->head;

	for (size_t t = 0; t < s->n; t++)
		for (size_t h = 0; h < b->heads; h++)
			memcpy(s->q + t * ld_q(s) + h * n, s->gate + t * ld_ff(s) + 2 * h * n,
			       n * sizeof *s->q);
}

/* What a head heard counts as far as its gate is open, each dimension for itself. */
static void gate_heads(void *ctx, unsigned member, size_t from, size_t to)
{
	const struct attention *a = ctx;
	const struct session *s = a->s;
	size_t n = a->b->head;

	(void)member;
	for (size_t i = from; i < to; i++) {
		size_t t = i / a->b->heads, h = i % a->b->heads;
		const float *gate = s->gate + t * ld_ff(s) + (2 * h + 1) * n;
		float *x = s->mixed + t * ld_mixed(s) + h * n;

		for (size_t d = 0; d < n; d++)
			x[d] *= (float)exact_sigmoid((double)gate[d]);
	}
}

void attend_layer(struct session *s, uint32_t layer)
{
	const struct layer *l = &s->m->layers[layer];
	bool gated = (s->m->p.arch->traits & ARCH_DELTA) != 0;
	const struct {
		enum lin lin;
		float *y;
		size_t ld;
	} to[] = {{LIN_Q, gated ? s->gate : s->q, gated ? ld_ff(s) : ld_q(s)},
		  {LIN_K, s->key, ld_kv(s)},
		  {LIN_V, s->value, ld_kv(s)}};
	struct attention a = {.s = s, .layer = layer, .b = &s->m->p.block[layer], .l = l};
	struct product qkv[3];
	size_t n = 0;

	for (size_t i = 0; i < 3; i++)
		if (l->lin[to[i].lin].count > 0)
			qkv[n++] = (struct product){&l->lin[to[i].lin], 0, to[i].y, to[i].ld};
	input_set(s, s->h, ld_dim(s), s->n, s->m->p.dim);
	products(s, qkv, n);
	if (gated)
		part_queries(s, a.b);
	attend(s, layer, false);
	if (gated)
		team_do(s->team, s->n * a.b->heads, 1, gate_heads, &a);
	multiply(s, &l->lin[LIN_O], s->mixed, ld_mixed(s), s->out, ld_dim(s));
}
