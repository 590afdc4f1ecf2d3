/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the forward pass share. Arrays are row-major, a row per token, rows padded to 16.
 */
#ifndef OW_INFER_SESSION_IMPL_H
#define OW_INFER_SESSION_IMPL_H

#include "base/limits.h"
#include "infer/session.h"

struct session {
	struct model *m;
	const struct kern *k;
	struct team *team;
	size_t batch, limit; /* tokens at once, and in all */
	size_t context;      /* limit, rounded up to 16 */
	bool half;
	size_t past; /* tokens in the cache */
	uint8_t *cache;
	size_t cache_size;
	size_t key_size, value_size; /* bytes of one layer's keys and values of one head */
	size_t v_pad;                /* v_head padded to 16 */

	size_t n;            /* tokens of the batch at work */
	const uint32_t *ids; /* (n) */
	float *x, *h, *out;  /* (batch, dim): the running sum, its norm, what is added next */
	float *q, *key, *value, *mixed; /* (batch, heads · head), … and the attention's result */
	float *gate, *up;               /* (batch, ff) */
	float *router;                  /* (batch, experts) */
	float *gathered, *answer;       /* (batch, dim): rows on their way through one expert */
	float *sum;                     /* (batch, dim) of all experts */
	uint32_t *chosen;               /* (batch, experts_used) */
	float *weight;                  /* (batch, experts_used) */
	float *turn, *turn_window;      /* (batch, rot) */
	float *score;                   /* (threads, context) */
	float *head_out;                /* (threads, v_pad) */
	float *logits;                  /* (vocab) */
	struct act act;
	bool act_w, act_s; /* act holds the rounded form */
	void *owned[32];
	size_t n_owned;
};

/* Row strides. */
static inline size_t ld_dim(const struct session *s)
{
	return pad_lanes(s->m->p.dim);
}

static inline size_t ld_q(const struct session *s)
{
	return pad_lanes((size_t)s->m->p.heads * s->m->p.head);
}

static inline size_t ld_kv(const struct session *s)
{
	size_t head = s->m->p.head > s->m->p.v_head ? s->m->p.head : s->m->p.v_head;

	return pad_lanes(s->m->p.kv_heads * head);
}

static inline size_t ld_mixed(const struct session *s)
{
	return pad_lanes((size_t)s->m->p.heads * s->m->p.v_head);
}

static inline size_t ld_ff(const struct session *s)
{
	const struct params *p = &s->m->p;
	size_t ff = p->ff > p->ff_expert ? p->ff : p->ff_expert;

	return pad_lanes(ff > p->ff_shared ? ff : p->ff_shared);
}

/* --- forward_linear.c --- */

/* One product: rows of y (n, ld) get expert `expert` of the matrix. */
struct product {
	const struct linear *lin;
	uint32_t expert;
	float *y;
	size_t ld;
};

/* Take x (n, ld) of `cols` columns as the input of the next products. */
void input_set(struct session *s, const float *x, size_t ld, size_t n, size_t cols);

/* Compute up to three products of the input. */
void products(struct session *s, const struct product *p, size_t n_products);

/* --- forward_attend.c --- */

/* From q, key and value (before positions) of a layer to `mixed`. */
void attend_layer(struct session *s, uint32_t layer);

/* --- forward_ffn.c --- */

/* From `h` to `out` through the layer's net or its experts. */
void ffn_layer(struct session *s, const struct layer *l);

#endif
