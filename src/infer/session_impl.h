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
	size_t *cache_at; /* (layers) where a block's part of the cache begins */

	size_t n;            /* tokens of the batch at work */
	const uint32_t *ids; /* (n) */
	float *x, *h, *out;  /* (batch, dim): the running sum, its norm, what is added next */
	float *q, *key, *value, *mixed; /* (batch, heads · head), … and the attention's result */
	float *gate, *up;               /* (batch, ff), and free for what comes before the net */
	float *router;                  /* (batch, experts) */
	float *gathered, *answer;       /* (batch, dim): rows on their way through one expert */
	float *sum;                     /* (batch, dim) of all experts */
	uint32_t *chosen;               /* (batch, experts_used) */
	float *weight;                  /* (batch, experts_used) */
	float *turn, *turn_window;      /* (batch, rot), (batch, rot_window) */
	float *own;      /* (batch, layers · per_layer): what tokens bring to blocks */
	float *own_row;  /* (threads, the same): a row of its table */
	float *score;    /* (threads, ATTEND_TOKENS, ATTEND_HEADS, context) */
	float *head_out; /* (threads, ATTEND_TOKENS, ATTEND_HEADS, v_head padded to 16) */
	float *logits;   /* (vocab) */
	struct act act;
	bool act_w, act_s; /* act holds the rounded form */
	void *owned[32];
	size_t n_owned;
};

/* Row strides. */
#define ROW_STRIDE(of, floats)                                                                     \
	static inline size_t ld_##of(const struct session *s)                                      \
	{                                                                                          \
		return floats;                                                                     \
	}
ROW_STRIDE(dim, pad_lanes(s->m->p.dim))
ROW_STRIDE(q, s->m->p.wide_q)
ROW_STRIDE(kv, s->m->p.wide_kv)
ROW_STRIDE(mixed, s->m->p.wide_mixed)
ROW_STRIDE(ff, s->m->p.wide_ff)
ROW_STRIDE(own, pad_lanes((size_t)s->m->p.layers * s->m->p.per_layer))

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

/* y (n, ld_y) = the matrix times x (n, ld_x), for all tokens of the batch. */
void multiply(struct session *s, const struct linear *lin, const float *x, size_t ld_x, float *y,
	      size_t ld_y);

/* --- forward.c --- */

/* to (n, dim) = norm(from)·w, or a copy where there is no such norm. */
void normalize(const struct session *s, const float *from, const float *w, float *to);

/* Norm of each of the heads of `head` dimensions, or of all together; w may be NULL. */
void norm_heads(const struct session *s, float *x, const float *w, size_t heads, size_t head);

/* --- forward_own.c: what a token brings to each block beside its embedding (Gemma 4) --- */

/* From the embeddings in x to `own`, for all blocks. */
void own_prepare(struct session *s);

/* x += what the tokens bring to this block. */
void own_add(struct session *s, uint32_t layer);

/* --- forward_cache.c --- */

/* Give every block its part of the cache. */
OW_MUST_USE int cache_new(struct session *s, struct ow_error *err);

/* Keys or values of one head. */
uint8_t *cache_of(const struct session *s, uint32_t layer, uint32_t kv_head, bool value);

/* Put a token's keys and values of all heads into the cache. */
void cache_put(const struct session *s, uint32_t layer, size_t t);

/* What a block without keys and values remembers of the tokens before the batch, as floats: zeros at first. */
float *cache_state(const struct session *s, uint32_t layer);

/* --- the mixers: from `h` to `out` through the attention of a layer, or what it has in its place --- */

void attend_layer(struct session *s, uint32_t layer);
void latent_layer(struct session *s, uint32_t layer);
void conv_layer(struct session *s, uint32_t layer);
void delta_layer(struct session *s, uint32_t layer);

/* One channel of a convolution takes its next value; past[0], past[step], … are those before, the oldest first. */
float conv_step(float *past, size_t step, const float *tap, size_t taps, float now);

/* From q, key and value (before positions) to `mixed`; positions are those of the last dimensions if `tail`. */
void attend(struct session *s, uint32_t layer, bool tail);

/* --- forward_ffn.c --- */

/* From `h` to `out` through the layer's net or its experts. */
void ffn_layer(struct session *s, uint32_t layer);

#endif
