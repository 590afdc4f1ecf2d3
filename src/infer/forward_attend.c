/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Attention of one layer: norms of queries and keys, positions, the cache, then every query of every head.
 */
#include <string.h>

#include "base/ints.h"
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

static void prepare(void *ctx, struct share of)
{
	const struct attention *a = ctx;
	const struct session *s = a->s;
	const struct params *p = &s->m->p;
	const struct block *b = a->b;
	const struct rope *r = b->window ? &s->m->rope_window : &s->m->rope;
	size_t first = a->tail ? b->head - b->rot : 0;
	bool borrows = b->source != a->layer;

	for (size_t t = of.from; t < of.to; t++) {
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

/* How the queries of a batch are taken apart: by key-value head, some tokens one behind the other, some of their heads, so
 * that keys and values are read once for all of these; in smaller parts where threads would be idle.
 */
struct parting {
	size_t tokens, heads; /* of a part, but the last */
	size_t rows, runs;    /* parts of the batch, and of the heads that share a key-value head */
};

static struct parting parting_of(const struct session *s, const struct block *b)
{
	size_t group = b->heads / b->kv_heads, threads = team_size(s->team);
	size_t tokens = s->n < ATTEND_TOKENS * threads ? 1 : ATTEND_TOKENS;
	size_t rows = (s->n + tokens - 1) / tokens,
	       runs = (group + ATTEND_HEADS - 1) / ATTEND_HEADS;
	size_t heads = (group + runs - 1) / runs;

	for (; heads > 1 && rows * b->kv_heads * runs < threads; heads--)
		runs = (group + heads - 2) / (heads - 1);
	return (struct parting){tokens, heads, rows, runs};
}

/* The query of a part: heads first.. of tokens t.. */
static struct attend query(const struct attention *a, unsigned member, size_t t, size_t first)
{
	const struct session *s = a->s;
	const struct params *p = &s->m->p;
	const struct block *b = a->b;
	uint32_t kv = (uint32_t)(first / (b->heads / b->kv_heads));
	size_t scratch = (size_t)member * ATTEND_TOKENS * ATTEND_HEADS;
	const float *sinks = a->l->vec[VEC_SINKS];

	return (struct attend){
	    .q = s->q + t * ld_q(s) + first * b->head,
	    .ld_q = ld_q(s),
	    .k = cache_of(s, b->source, kv, false),
	    .v = cache_of(s, b->source, kv, true),
	    .head = b->head,
	    .v_pad = pad_lanes(b->v_head),
	    .to = s->past + t + 1,
	    .window = b->window ? p->window : 0,
	    .scale = b->scale,
	    .cap = p->attn_cap,
	    .sink = sinks == NULL ? NULL : sinks + first,
	    .half = s->half,
	    .score = s->score + scratch * s->context,
	    .ld_score = s->context,
	    .out = s->head_out + scratch * pad_lanes(p->v_head),
	};
}

/* Item i is a part; those of a key-value head follow each other. */
static void queries(void *ctx, struct share of)
{
	const struct attention *a = ctx;
	const struct session *s = a->s;
	struct parting p = parting_of(s, a->b);
	size_t group = a->b->heads / a->b->kv_heads, width = a->b->v_head;

	for (size_t i = of.from; i < of.to; i++) {
		size_t skip = i % p.runs * p.heads, t = i / p.runs % p.rows * p.tokens;
		size_t first = i / p.runs / p.rows * group + skip;
		struct attend q = query(a, of.member, t, first);

		q.n = size_min(p.heads, group - skip);
		q.tokens = size_min(p.tokens, s->n - t);
		s->k->attend(&q);
		for (size_t r = 0; r < q.tokens * q.n; r++)
			memcpy(s->mixed + (t + r / q.n) * ld_mixed(s) + (first + r % q.n) * width,
			       q.out + r * q.v_pad, width * sizeof *q.out);
	}
}

void attend(struct session *s, uint32_t layer, bool tail)
{
	const struct block *b = &s->m->p.block[layer];
	struct attention a = {
	    .s = s, .layer = layer, .b = b, .l = &s->m->layers[layer], .tail = tail};
	struct parting p = parting_of(s, b);

	team_do(s->team, s->n, 1, prepare, &a);
	team_do(s->team, b->kv_heads * p.rows * p.runs, 0, queries, &a);
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
static void gate_heads(void *ctx, struct share of)
{
	const struct attention *a = ctx;
	const struct session *s = a->s;
	size_t n = a->b->head;

	for (size_t i = of.from; i < of.to; i++) {
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
