/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Fixed input for kernels: the same numbers whoever asks, from nothing but the kernels' own headers.
 */
#ifndef OW_TEST_INFER_KERN_SAMPLE_H
#define OW_TEST_INFER_KERN_SAMPLE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "infer/kern.h"

enum {
	SAMPLE_ROWS = 37,
	SAMPLE_COLS = 512,
	SAMPLE_TOKENS = 107,  /* so that all ways of sharing rows out are gone */
	SAMPLE_OUT = 48,      /* rows, padded to tiles */
	SAMPLE_FLOATS = 2816, /* results of the float kernels, at most */
};

/* Every type that has a kernel. */
static const uint32_t sample_types[] = {0, 1, 30, 2, 3, 6, 7, 8, 10, 11, 12, 13, 14, 20, 23, 39};

enum {
	SAMPLE_TYPES = sizeof sample_types / sizeof sample_types[0]
};

static inline uint64_t sample_next(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	return z ^ z >> 27;
}

/* -2..2 */
static inline float sample_number(uint64_t *seed)
{
	return (float)((int64_t)(sample_next(seed) >> 40) - (1 << 23)) * 0x1p-22F;
}

/* Random blocks with scales that are numbers. */
static inline void sample_blocks(const struct mat *m, uint8_t *rows, uint64_t *seed)
{
	static const struct {
		uint32_t type;
		uint8_t at[2];
	} scales[] = {{2, {0, 0}},  {3, {0, 2}},      {6, {0, 0}},      {7, {0, 2}},
		      {8, {0, 0}},  {10, {80, 82}},   {11, {108, 108}}, {12, {0, 2}},
		      {13, {0, 2}}, {14, {208, 208}}, {20, {0, 0}},     {23, {0, 0}},
		      {1, {0, 0}},  {30, {0, 0}}};
	size_t size = mat_row_size(m) * m->rows;

	for (size_t i = 0; i < size; i++)
		rows[i] = (uint8_t)(sample_next(seed) >> 32);
	for (size_t at = 0; at < size; at += m->kind->size) {
		if (m->kind->type == 0) {
			float f = sample_number(seed);

			memcpy(rows + at, &f, 4);
		}
		if (m->kind->type == 39)
			rows[at] = (uint8_t)(120 + sample_next(seed) % 10);
		for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++)
			for (int j = 0; scales[i].type == m->kind->type && j < 2; j++)
				rows[at + scales[i].at[j] + 1] =
				    (uint8_t)(0x2c | (sample_next(seed) & 0x83));
	}
}

/* A matrix of a type, repacked. m->data is the caller's. */
static inline void sample_matrix(struct mat *m, uint32_t type, uint64_t *seed)
{
	uint8_t *rows;

	mat_shape_init(m, mat_kind(type), SAMPLE_ROWS, SAMPLE_COLS);
	m->data = aligned_alloc(64, mat_bytes(m));
	rows = malloc(mat_row_size(m) * SAMPLE_ROWS);
	sample_blocks(m, rows, seed);
	for (size_t t = 0; t < m->tiles; t++)
		mat_pack(m, t, rows + t * LANES * mat_row_size(m),
			 t + 1 < m->tiles ? LANES : SAMPLE_ROWS % LANES);
	free(rows);
}

/* x (n, SAMPLE_COLS) as the input of products; `a` was made for as much. */
static inline void sample_input(struct act *a, const float *x, size_t n)
{
	a->x = x;
	a->n = n;
	a->cols = a->ld = SAMPLE_COLS;
}

/* Numbers of several sizes, the first token all zeros. */
static inline void sample_tokens(float *x, uint64_t *seed)
{
	for (size_t i = 0; i < (size_t)SAMPLE_TOKENS * SAMPLE_COLS; i++)
		x[i] = i < SAMPLE_COLS ? 0 : sample_number(seed) * (i % 97 == 0 ? 50.0F : 1.0F);
}

static inline void sample_quantize(const struct kern *k, struct act *a)
{
	for (size_t t = 0; t < a->n; t++) {
		k->quantize_w(a, t);
		k->quantize_s(a, t);
	}
}

/* y (tokens, SAMPLE_OUT) */
static inline void sample_multiply(const struct kern *k, const struct mat *m, const struct act *a,
				   float *y)
{
	for (size_t t = 0; t < m->tiles; t++)
		k->mat(m, t, a, 0, a->n, y + t * LANES, SAMPLE_OUT);
}

/* Run the float kernels of one set into out; returns how many results there are. */
static inline size_t sample_floats(const struct kern *k, float out[SAMPLE_FLOATS])
{
	static float x[256], y[256], keys[16 * 24 * 4], values[64 * 32],
	    score[64 * ATTEND_HEADS * ATTEND_TOKENS];
	static uint16_t half_keys[16 * 24 * 4], half_values[64 * 32];
	uint64_t seed = 11;
	float sink = 0.25F, sinks[ATTEND_HEADS] = {0.5F, -1, 0, 2};
	size_t n = 0;
	struct attend at = {.n = 1,
			    .tokens = 1,
			    .q = x,
			    .ld_q = 48,
			    .head = 24,
			    .v_pad = 32,
			    .to = 53,
			    .window = 48,
			    .scale = 0.2F,
			    .score = score,
			    .ld_score = 64};

	for (size_t i = 0; i < 256; i++) {
		x[i] = sample_number(&seed) * (i % 7 == 0 ? 30.0F : 1.5F);
		y[i] = sample_number(&seed);
	}
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		half_keys[i] = num_to_f16(keys[i] = sample_number(&seed));
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		half_values[i] = num_to_f16(values[i] = sample_number(&seed));
	for (int form = 0; form < 4; form++, n += 32) {
		at.cap = form == 1 ? 3 : 0;
		at.sink = form == 2 ? &sink : NULL;
		at.half = form == 3;
		at.k = form == 3 ? (const void *)half_keys : keys;
		at.v = form == 3 ? (const void *)half_values : values;
		at.out = out + n;
		k->attend(&at);
	}
	at.sink = sinks;
	for (at.n = 2; at.n <= ATTEND_HEADS; n += at.n++ * 32) {
		at.out = out + n;
		k->attend(&at);
	}
	at.n = 2;
	at.tokens = ATTEND_TOKENS;
	at.out = out + n;
	k->attend(&at);
	n += (size_t)2 * ATTEND_TOKENS * 32;
	k->norm(x, y, NULL, 249, 1e-5F, false, out + n);
	n += 256;
	k->norm(x, y, x, 256, 1e-5F, true, out + n);
	n += 256;
	for (int f = 0; f < 4; f++, n += 256) {
		memcpy(out + n, x, sizeof x);
		if (f == 0)
			k->silu_mul(out + n, y, 256);
		else if (f == 1)
			k->gelu_mul(out + n, y, 256);
		else if (f == 2)
			k->oai_mul(out + n, y, 256, 7);
		else
			k->softcap(out + n, 256, 20);
	}
	memcpy(out + n, x, sizeof x);
	out[n + 3] = -INFINITY;
	out[n + 256] = k->softmax(out + n, 256, &sink);
	return n + 257;
}

#endif
