/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every kernel set gives the bits of the scalar one.
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "infer/kern.h"
#include "support/support.h"

static const uint32_t types[] = {0, 1, 30, 2, 3, 6, 7, 8, 10, 11, 12, 13, 14, 20, 23, 39};

static float rnd_float(uint64_t *seed)
{
	return (float)((double)(rnd(seed) >> 11) * 0x1p-53 * 4 - 2);
}

/* Random blocks with scales that are numbers. */
static void fill_rows(const struct mat *m, uint8_t *rows, uint64_t *seed)
{
	size_t size = mat_row_size(m) * m->rows;
	static const struct {
		uint32_t type;
		uint8_t at[2];
	} scales[] = {{2, {0, 0}},  {3, {0, 2}},      {6, {0, 0}},      {7, {0, 2}},
		      {8, {0, 0}},  {10, {80, 82}},   {11, {108, 108}}, {12, {0, 2}},
		      {13, {0, 2}}, {14, {208, 208}}, {20, {0, 0}},     {23, {0, 0}},
		      {1, {0, 0}},  {30, {0, 0}}};

	rnd_fill(seed, rows, size);
	for (size_t at = 0; at < size; at += m->kind->size) {
		if (m->kind->type == 0) {
			float f = rnd_float(seed);

			memcpy(rows + at, &f, 4);
		}
		if (m->kind->type == 39)
			rows[at] = (uint8_t)(120 + rnd(seed) % 10);
		for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++)
			for (int j = 0; scales[i].type == m->kind->type && j < 2; j++)
				rows[at + scales[i].at[j] + 1] =
				    (uint8_t)(0x2c | (rnd(seed) & 0x83));
	}
}

static void expect_same(const struct kern *k, const char *what, const float *got, const float *want,
			size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (memcmp(&got[i], &want[i], 4) != 0)
			ck_abort_msg("%s: %s[%zu] %a, scalar %a", k->name, what, i, (double)got[i],
				     (double)want[i]);
}

enum {
	ROWS = 37,
	COLS = 512,
	BATCH = 43, /* so that all ways of sharing rows out are gone */
	OUT = 48,
};

static void quantize(const struct kern *k, struct act *a)
{
	for (size_t t = 0; t < a->n; t++) {
		k->quantize_w(a, t);
		k->quantize_s(a, t);
	}
}

static void multiply(const struct kern *k, const struct mat *m, const struct act *a, float *y)
{
	for (size_t t = 0; t < m->tiles; t++)
		k->mat(m, t, a, 0, a->n, y + t * LANES, OUT);
}

START_TEST(matrix_kernels_give_the_scalar_bits)
{
	struct ow_error err = {0};
	struct act a, b;
	uint64_t seed = 7;
	float *x = calloc(BATCH * COLS, sizeof *x);

	ck_ok(act_init(&a, BATCH, COLS, &err));
	ck_ok(act_init(&b, BATCH, COLS, &err));
	for (size_t i = 0; i < BATCH * COLS; i++)
		x[i] = i < COLS ? 0 : rnd_float(&seed) * (i % 97 == 0 ? 50.0F : 1.0F);
	a.x = b.x = x;
	a.n = b.n = BATCH;
	a.cols = a.ld = b.cols = b.ld = COLS;
	quantize(kern_named("scalar"), &a);
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		static float want[BATCH * OUT], got[BATCH * OUT];
		struct mat m;

		mat_shape_init(&m, mat_kind(types[i]), ROWS, COLS);
		m.data = aligned_alloc(64, mat_bytes(&m));
		uint8_t *rows = malloc(mat_row_size(&m) * ROWS);

		fill_rows(&m, rows, &seed);
		for (size_t t = 0; t < m.tiles; t++)
			mat_pack(&m, t, rows + t * LANES * mat_row_size(&m),
				 t + 1 < m.tiles ? LANES : ROWS % LANES);
		multiply(kern_named("scalar"), &m, &a, want);
		for (size_t j = 1; kern_at(j) != NULL; j++) {
			if (!kern_at(j)->usable())
				continue;
			memset(b.q, 0, 1);
			quantize(kern_at(j), &b);
			memset(got, 0xff, sizeof got);
			multiply(kern_at(j), &m, &b, got);
			expect_same(kern_at(j), m.kind->name, got, want, BATCH * OUT);
		}
		free(rows);
		free(m.data);
	}
	free(x);
	act_done(&a);
	act_done(&b);
}
END_TEST

/* The integer product is the exact dot product of what the scales say, up to the rounding of floats. */
START_TEST(matrix_products_are_near_those_of_exact_values)
{
	struct ow_error err = {0};
	uint64_t seed = 9;
	struct act a;
	static float x[COLS], y[OUT], row[COLS];

	ck_ok(act_init(&a, 1, COLS, &err));
	for (size_t i = 0; i < COLS; i++)
		x[i] = (float)((int)(rnd(&seed) % 255) - 127);
	for (size_t i = 0; i < COLS; i += 32)
		x[i] = 127; /* so that rounding to 8 bits changes nothing */
	a.x = x;
	a.n = 1;
	a.cols = a.ld = COLS;
	quantize(kern_named("scalar"), &a);
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		struct mat m;

		mat_shape_init(&m, mat_kind(types[i]), ROWS, COLS);
		m.data = aligned_alloc(64, mat_bytes(&m));
		uint8_t *rows = malloc(mat_row_size(&m) * ROWS);

		fill_rows(&m, rows, &seed);
		for (size_t t = 0; t < m.tiles; t++)
			mat_pack(&m, t, rows + t * LANES * mat_row_size(&m),
				 t + 1 < m.tiles ? LANES : ROWS % LANES);
		multiply(kern_named("scalar"), &m, &a, y);
		for (size_t r = 0; r < ROWS; r++) {
			double want = 0, size = 0;

			mat_row(&m, r, row);
			for (size_t k = 0; k < COLS; k++) {
				want += (double)row[k] * (double)x[k];
				size += fabs((double)row[k] * (double)x[k]);
			}
			ck_assert_msg(fabs(want - (double)y[r]) <= 1e-5 * size,
				      "%s row %zu: %g, expected %g", m.kind->name, r, (double)y[r],
				      want);
		}
		free(rows);
		free(m.data);
	}
	act_done(&a);
}
END_TEST

/* Run the float kernels of one set over fixed input into out. */
static size_t floats(const struct kern *k, float *out)
{
	static float x[256], y[256], keys[16 * 24 * 4], values[64 * 32], score[64];
	static uint16_t half_keys[16 * 24 * 4], half_values[64 * 32];
	uint64_t seed = 11;
	float sink = 0.25F;
	size_t n = 0;
	struct attend at = {.q = x,
			    .k = keys,
			    .v = values,
			    .head = 24,
			    .v_head = 24,
			    .v_pad = 32,
			    .from = 5,
			    .to = 53,
			    .scale = 0.2F,
			    .score = score};

	for (size_t i = 0; i < 256; i++) {
		x[i] = rnd_float(&seed) * (i % 7 == 0 ? 30.0F : 1.5F);
		y[i] = rnd_float(&seed);
	}
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		half_keys[i] = num_to_f16(keys[i] = rnd_float(&seed));
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		half_values[i] = num_to_f16(values[i] = rnd_float(&seed));
	for (int form = 0; form < 4; form++, n += 32) {
		at.cap = form == 1 ? 3 : 0;
		at.sink = form == 2 ? &sink : NULL;
		at.half = form == 3;
		at.k = form == 3 ? (const void *)half_keys : keys;
		at.v = form == 3 ? (const void *)half_values : values;
		at.out = out + n;
		k->attend(&at);
	}
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

START_TEST(float_kernels_give_the_scalar_bits)
{
	static float want[4096], got[4096];
	size_t n = floats(kern_named("scalar"), want);

	for (size_t j = 1; kern_at(j) != NULL; j++) {
		if (!kern_at(j)->usable())
			continue;
		ck_assert_uint_eq(floats(kern_at(j), got), n);
		expect_same(kern_at(j), "floats", got, want, n);
	}
}
END_TEST

START_TEST(functions_are_close_to_the_mathematical_ones)
{
	const struct kern *k = kern_named("scalar");
	static float x[16], one[16];

	for (int i = 0; i < 16; i++)
		one[i] = 1;
	for (float f = -100; f < 90; f += 0.0137F) {
		double t = tanh((double)f);

		for (int i = 0; i < 16; i++)
			x[i] = i == 0 ? 0 : f;
		double want = exp((double)f), sum = (double)k->softmax(x, 16, NULL);

		if (f < 0)
			ck_assert_msg(fabs((double)x[1] - want) <= 2.5e-7 * want + 2e-38, "exp %g",
				      (double)f);
		ck_assert(sum >= 1);
		x[0] = f / 25;
		k->softcap(x, 16, 1);
		ck_assert_msg(fabs((double)x[0] - tanh((double)(f / 25))) <=
				  3e-7 * fabs(tanh((double)(f / 25))),
			      "tanh %g", (double)(f / 25));
		x[0] = f;
		k->silu_mul(x, one, 16);
		ck_assert_msg(fabs((double)x[0] - (double)f / (1 + exp(-(double)f))) <=
				  4e-7 * fabs((double)f),
			      "silu %g", (double)f);
		x[0] = f;
		k->softcap(x, 16, 1);
		ck_assert_msg(fabs((double)x[0] - t) <= 3e-7 * fabs(t), "tanh %g", (double)f);
	}
}
END_TEST

START_TEST(numbers_that_are_none_do_not_become_numbers)
{
	for (size_t j = 0; kern_at(j) != NULL; j++) {
		struct ow_error err = {0};
		static float x[256];
		struct act a;

		if (!kern_at(j)->usable())
			continue;
		ck_ok(act_init(&a, 1, 256, &err));
		x[0] = NAN;
		x[1] = 3;
		x[64] = -INFINITY;
		a.x = x;
		a.n = 1;
		a.cols = a.ld = 256;
		quantize(kern_at(j), &a);
		ck_assert_int_eq(a.q[0], 0);
		ck_assert_int_eq(a.q[1], 127);
		ck_assert_int_eq(a.q[64], 0);
		ck_assert(isnan(a.d[act_at(&a, 0, 0)]));
		ck_assert(isinf(a.d[act_at(&a, 0, 2)]));
		ck_assert(isnan(a.sd[0]));
		act_done(&a);
	}
}
END_TEST

SUITE_MAIN("infer/kern", matrix_kernels_give_the_scalar_bits,
	   matrix_products_are_near_those_of_exact_values, float_kernels_give_the_scalar_bits,
	   functions_are_close_to_the_mathematical_ones,
	   numbers_that_are_none_do_not_become_numbers)
