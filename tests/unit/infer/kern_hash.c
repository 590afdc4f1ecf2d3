/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Prints a hash of what every kernel set of this CPU computes from fixed input, one line a set. Needs nothing but
 * the kernels, so that tools/check_kernels can build it with other compilers and for other CPUs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "infer/kern.h"
#include "infer/rope.h"

enum {
	ROWS = 37,
	COLS = 512,
	TOKENS = 43,
	OUT = 48,
};

static uint64_t state = 42;

static uint64_t next(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	return z ^ z >> 27;
}

static float number(void)
{
	return (float)((int64_t)(next() >> 40) - (1 << 23)) * 0x1p-22F;
}

static uint64_t hash(uint64_t h, const void *p, size_t n)
{
	const uint8_t *b = p;

	for (size_t i = 0; i < n; i++)
		h = (h ^ b[i]) * 0x100000001b3;
	return h;
}

static uint64_t matrices(const struct kern *k, struct act *a, uint64_t h)
{
	static const uint32_t types[] = {0, 1, 30, 2, 3, 6, 7, 8, 10, 11, 12, 13, 14, 20, 23, 39};
	static float y[TOKENS * OUT];

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		struct mat m;
		uint8_t *rows;

		mat_shape_init(&m, mat_kind(types[i]), ROWS, COLS);
		m.data = aligned_alloc(64, mat_bytes(&m));
		rows = malloc(mat_row_size(&m) * ROWS);
		/* small bytes are small numbers in every format */
		for (size_t b = 0; b < mat_row_size(&m) * ROWS; b++)
			rows[b] = (uint8_t)(next() % 0x3c);
		for (size_t t = 0; t < m.tiles; t++)
			mat_pack(&m, t, rows + t * LANES * mat_row_size(&m),
				 t + 1 < m.tiles ? LANES : ROWS % LANES);
		for (size_t t = 0; t < m.tiles; t++)
			k->mat(&m, t, a, 0, TOKENS, y + t * LANES, OUT);
		h = hash(h, y, sizeof y);
		free(rows);
		free(m.data);
	}
	return h;
}

static uint64_t floats(const struct kern *k, uint64_t h)
{
	static float x[256], y[256], keys[16 * 24 * 4], values[64 * 32], score[64], out[256];
	struct attend at = {.q = x,
			    .k = keys,
			    .v = values,
			    .head = 24,
			    .v_head = 24,
			    .v_pad = 32,
			    .from = 5,
			    .to = 53,
			    .scale = 0.2F,
			    .cap = 3,
			    .sink = y,
			    .score = score,
			    .out = out};
	struct rope_scaling s = {.base = 10000,
				 .factor = 4,
				 .yarn = true,
				 .beta_fast = 32,
				 .beta_slow = 1,
				 .original = 64,
				 .gain = 1};
	struct rope r;

	for (size_t i = 0; i < 256; i++) {
		x[i] = number() * 20;
		y[i] = number();
	}
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		keys[i] = number();
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		values[i] = number();
	k->attend(&at);
	h = hash(h, out, 32 * sizeof *out);
	k->norm(x, y, x, 249, 1e-5F, true, out);
	h = hash(h, out, sizeof out);
	for (int f = 0; f < 4; f++) {
		memcpy(out, x, sizeof out);
		if (f == 0)
			k->silu_mul(out, y, 256);
		else if (f == 1)
			k->gelu_mul(out, y, 256);
		else if (f == 2)
			k->oai_mul(out, y, 256, 7);
		else
			k->softcap(out, 256, 20);
		h = hash(h, out, sizeof out);
	}
	rope_init(&r, ROPE_NEOX, 64, &s);
	rope_turn(&r, 12345, out);
	return hash(h, out, 64 * sizeof *out);
}

int main(void)
{
	static float x[TOKENS * COLS];
	struct ow_error err = {0};
	struct act a;

	if (act_init(&a, TOKENS, COLS, &err) < 0)
		return 1;
	for (size_t i = 0; i < TOKENS * COLS; i++)
		x[i] = i < COLS ? 0 : number();
	a.x = x;
	a.n = TOKENS;
	a.cols = a.ld = COLS;
	for (size_t i = 0; kern_at(i) != NULL; i++) {
		const struct kern *k = kern_at(i);

		if (!k->usable())
			continue;
		state = 7;
		for (size_t t = 0; t < TOKENS; t++) {
			k->quantize_w(&a, t);
			k->quantize_s(&a, t);
		}
		printf("%016llx %s\n",
		       (unsigned long long)floats(k, matrices(k, &a, 0xcbf29ce484222325)), k->name);
	}
	act_done(&a);
	return 0;
}
