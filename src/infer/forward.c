/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One batch of tokens through all layers.
 *
 *	x = embedding
 *	each layer:  x += attention(norm(x));  x += net(norm(x))
 *	logits = output · norm(x)
 */
#include <string.h>

#include "base/err.h"
#include "infer/session_impl.h"

/* Norms of some tokens: to = norm(from). */
struct norming {
	const struct session *s;
	const float *from, *w;
	float *to;
};

static void norm_rows(void *ctx, struct share of)
{
	const struct norming *n = ctx;
	const struct session *s = n->s;
	const struct params *p = &s->m->p;

	for (size_t t = of.from; t < of.to; t++)
		s->k->norm(n->from + t * ld_dim(s), n->w, NULL, p->dim, p->eps,
			   (p->arch->traits & ARCH_LAYERNORM) != 0, n->to + t * ld_dim(s));
}

void normalize(const struct session *s, const float *from, const float *w, float *to)
{
	struct norming n = {.s = s, .from = from, .w = w, .to = to};

	if (w != NULL)
		team_do(s->team, s->n, 1, norm_rows, &n);
	else if (from != to)
		memcpy(to, from, s->n * ld_dim(s) * sizeof *to);
}

/* x += out, scaled and normed as the architecture wants it */
static void add_rows(void *ctx, struct share of)
{
	const struct norming *n = ctx;
	const struct session *s = n->s;
	float scale = s->m->p.residual_scale, *x = s->x, *out = s->out;

	if (n->w != NULL)
		norm_rows(ctx, of);
	for (size_t i = of.from * ld_dim(s); i < of.to * ld_dim(s); i++)
		x[i] += out[i] * scale;
}

static void add_to_sum(struct session *s, const float *norm)
{
	struct norming n = {.s = s, .from = s->out, .w = norm, .to = s->out};

	team_do(s->team, s->n, 1, add_rows, &n);
}

static void layer_forward(struct session *s, uint32_t i)
{
	static void (*const mixers[])(struct session *, uint32_t) = {[MIX_ATTEND] = attend_layer,
								     [MIX_LATENT] = latent_layer,
								     [MIX_CONV] = conv_layer,
								     [MIX_DELTA] = delta_layer};
	const struct layer *l = &s->m->layers[i];
	bool parallel = (s->m->p.arch->traits & ARCH_PARALLEL) != 0;

	normalize(s, s->x, l->vec[VEC_ATTN_NORM], s->h);
	mixers[s->m->p.block[i].mixer](s, i);
	add_to_sum(s, l->vec[VEC_ATTN_POST]);
	if (!parallel)
		normalize(s, s->x, l->vec[VEC_FFN_NORM], s->h);
	ffn_layer(s, i);
	add_to_sum(s, l->vec[VEC_FFN_POST]);
	own_add(s, i);
	if (l->vec[VEC_OUT_SCALE] != NULL)
		for (size_t d = 0; d < s->n * ld_dim(s); d++)
			s->x[d] *= l->vec[VEC_OUT_SCALE][0];
}

static void embed(struct session *s)
{
	const struct params *p = &s->m->p;

	memset(s->x, 0, s->n * ld_dim(s) * sizeof *s->x);
	for (size_t t = 0; t < s->n; t++) {
		float *x = s->x + t * ld_dim(s);

		mat_row(&s->m->embed.m, s->ids[t], x);
		for (size_t d = 0; d < p->dim; d++)
			x[d] *= p->embed_scale;
		rope_turn(&s->m->rope, s->past + t, s->turn + t * p->rot);
		rope_turn(&s->m->rope_window, s->past + t, s->turn_window + t * p->rot_window);
	}
	own_prepare(s);
}

/* Logits of the normed rows h (n, dim) into rows (n, vocab). Not-a-number gets one form, so that hashes of
 * rows do not depend on whose NaN it is.
 */
static void head(struct session *s, const float *h, size_t n, float *rows)
{
	const struct params *p = &s->m->p;
	struct linear out = s->m->output.count > 0 ? s->m->output : s->m->embed;
	size_t vocab = p->vocab;
	float scale = p->logit_scale;

	out.bias = s->m->output.bias;
	for (size_t t = 0; t < n; t++) {
		float *logits = s->logits;
		struct product product = {&out, 0, logits, pad_lanes(vocab)};

		input_set(s, h + t * ld_dim(s), ld_dim(s), 1, p->dim);
		products(s, &product, 1);
		for (size_t i = 0; i < vocab; i++)
			logits[i] *= scale;
		if (p->final_cap > 0)
			s->k->softcap(logits, pad_lanes(vocab), p->final_cap);
		for (size_t i = 0; i < vocab; i++)
			rows[t * vocab + i] =
			    __builtin_isnan(logits[i]) ? __builtin_nanf("") : logits[i];
	}
}

/* One batch; rows and last as in session_feed, last only after the final batch. */
static int forward(struct session *s, const uint32_t *ids, size_t n, float *rows, float *last,
		   struct ow_error *err)
{
	s->ids = ids;
	s->n = n;
	embed(s);
	for (uint32_t i = 0; i < s->m->p.layers; i++) {
		if (model_layer(s->m, i, s->team, err) < 0)
			return err->code;
		layer_forward(s, i);
	}
	s->past += n;
	if (rows == NULL && last == NULL)
		return 0;
	normalize(s, s->x, s->m->output_norm, s->h);
	if (rows != NULL)
		head(s, s->h, n, rows);
	if (last != NULL && rows == NULL)
		head(s, s->h + (n - 1) * ld_dim(s), 1, last);
	else if (last != NULL)
		memcpy(last, rows + (n - 1) * s->m->p.vocab, s->m->p.vocab * sizeof *last);
	return 0;
}

int session_feed(struct session *s, const uint32_t *ids, size_t n, float *rows, float *last,
		 struct ow_error *err)
{
	size_t vocab = s->m->p.vocab;

	if (n > s->limit - s->past)
		return err_set(err, OW_E_USAGE,
			       "%zu tokens after %zu, the session has room for %zu", n, s->past,
			       s->limit);
	for (size_t i = 0; i < n; i++)
		if (ids[i] >= vocab)
			return err_set(err, OW_E_USAGE, "token %u, the vocabulary has %zu", ids[i],
				       vocab);
	for (size_t done = 0; done < n;) {
		size_t now = n - done < s->batch ? n - done : s->batch;

		if (forward(s, ids + done, now, rows == NULL ? NULL : rows + done * vocab,
			    done + now == n ? last : NULL, err) < 0)
			return err->code;
		done += now;
	}
	return 0;
}
