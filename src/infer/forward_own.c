/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a token brings to each block beside its embedding (Gemma 3n and 4): a row of a table of its own, and a
 * product of the embedding, added and multiplied by √½. Each block takes its part through a gate.
 */
#include <string.h>

#include "infer/session_impl.h"

static void add_rows(void *ctx, struct share of)
{
	const struct session *s = ctx;
	const struct model *m = s->m;
	size_t each = m->p.per_layer, all = each * m->p.layers;
	float root = __builtin_sqrtf((float)each), by = 1 / __builtin_sqrtf((float)m->p.dim);
	float half = 1 / __builtin_sqrtf(2);

	for (size_t t = of.from; t < of.to; t++) {
		float *own = s->own + t * ld_own(s), *row = s->own_row + of.member * ld_own(s);

		for (size_t i = 0; i < all; i++)
			own[i] *= by;
		norm_heads(s, own, m->own_norm, m->p.layers, each);
		mat_row(&m->own.m, s->ids[t], row);
		for (size_t i = 0; i < all; i++)
			own[i] = (own[i] + row[i] * root) * half;
	}
}

void own_prepare(struct session *s)
{
	if (s->m->p.per_layer == 0)
		return;
	multiply(s, &s->m->own_proj, s->x, ld_dim(s), s->own, ld_own(s));
	team_do(s->team, s->n, 1, add_rows, s);
}

struct own_gate {
	const struct session *s;
	size_t first; /* of the block's part */
};

/* gate = gelu(gate)·own for some tokens */
static void gate_rows(void *ctx, struct share of)
{
	const struct own_gate *g = ctx;
	const struct session *s = g->s;
	size_t n = s->m->p.per_layer;

	for (size_t t = of.from; t < of.to; t++) {
		float *gate = s->gate + t * ld_ff(s), *own = s->up + t * ld_ff(s);

		memcpy(own, s->own + t * ld_own(s) + g->first, n * sizeof *own);
		s->k->gelu_mul(gate, own, pad_lanes(n));
	}
}

void own_add(struct session *s, uint32_t layer)
{
	const struct layer *l = &s->m->layers[layer];
	struct own_gate g = {.s = s, .first = (size_t)layer * s->m->p.per_layer};

	if (s->m->p.per_layer == 0)
		return;
	multiply(s, &l->lin[LIN_OWN_IN], s->x, ld_dim(s), s->gate, ld_ff(s));
	team_do(s->team, s->n, 1, gate_rows, &g);
	multiply(s, &l->lin[LIN_OWN_OUT], s->gate, ld_ff(s), s->out, ld_dim(s));
	normalize(s, s->out, l->vec[VEC_OWN_POST], s->out);
	for (size_t i = 0; i < s->n * ld_dim(s); i++)
		s->x[i] += s->out[i];
}
