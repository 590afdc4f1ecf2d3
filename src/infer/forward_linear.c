/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Matrix products: the input is rounded once in each form that is needed, tiles are shared out among threads.
 */
#include "infer/session_impl.h"

void input_set(struct session *s, const float *x, size_t ld, size_t n, size_t cols)
{
	s->act.x = x;
	s->act.ld = ld;
	s->act.n = n;
	s->act.cols = cols;
	s->act_w = s->act_s = false;
}

struct rounding {
	struct act *act;
	void (*quantize)(struct act *a, size_t t);
};

static void round_rows(void *ctx, struct share of)
{
	const struct rounding *r = ctx;

	for (size_t t = of.from; t < of.to; t++)
		r->quantize(r->act, t);
}

/* Make the form of the input that this matrix multiplies. */
static void input_round(struct session *s, const struct mat_kind *kind)
{
	bool super = kind->shape == MAT_S4 || kind->shape == MAT_S6;
	bool *made = super ? &s->act_s : &s->act_w;
	struct rounding r = {&s->act, super ? s->k->quantize_s : s->k->quantize_w};

	if (kind->shape == MAT_FLOAT || *made)
		return;
	team_do(s->team, s->act.n, 1, round_rows, &r);
	*made = true;
}

struct job {
	struct session *s;
	const struct product *p;
};

/* A product's scale and bias; a factor of 1 changes no bit. */
static void adjust(const struct session *s, const struct product *p, const float *bias, float *y)
{
	const struct linear *l = p->lin;
	float scale = l->scale == NULL ? 1 : l->scale[p->expert];
	float first = l->scale_last ? 1 : scale, last = l->scale_last ? scale : 1;

	for (size_t t = 0; t < s->act.n; t++)
		for (size_t r = 0; r < LANES; r++) {
			float v = y[t * p->ld + r] * first;

			y[t * p->ld + r] = (bias == NULL ? v : v + bias[r]) * last;
		}
}

/* One tile of 16 rows for all tokens. */
static void one_tile(const struct session *s, const struct product *p, size_t tile)
{
	struct mat m = p->lin->m;
	const float *bias = p->lin->bias;
	float *y = p->y + tile * LANES;

	m.data += p->expert * mat_bytes(&m);
	s->k->mat(&m, tile, &s->act, 0, s->act.n, y, p->ld);
	if (bias != NULL)
		bias += p->expert * pad_lanes(m.rows) + tile * LANES;
	if (bias != NULL || p->lin->scale != NULL)
		adjust(s, p, bias, y);
}

static void tiles(void *ctx, struct share of)
{
	const struct job *j = ctx;

	for (size_t i = of.from; i < of.to; i++) {
		const struct product *p = j->p;
		size_t tile = i;

		for (; tile >= p->lin->m.tiles; p++)
			tile -= p->lin->m.tiles;
		one_tile(j->s, p, tile);
	}
}

void products(struct session *s, const struct product *p, size_t n_products)
{
	struct job j = {.s = s, .p = p};
	size_t n = 0;

	for (size_t i = 0; i < n_products; i++) {
		input_round(s, p[i].lin->m.kind);
		n += p[i].lin->m.tiles;
	}
	team_do(s->team, n, 0, tiles, &j);
}

void multiply(struct session *s, const struct linear *lin, const float *x, size_t ld_x, float *y,
	      size_t ld_y)
{
	struct product p = {lin, 0, y, ld_y};

	input_set(s, x, ld_x, s->n, lin->m.cols);
	products(s, &p, 1);
}
