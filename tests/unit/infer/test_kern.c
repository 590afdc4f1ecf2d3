/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every kernel set gives the bits of the scalar one.
 */
#include "base/mem.h"
#include "support/support.h"
#include "unit/infer/kern_sample.h"

static void expect_same(const struct kern *k, const char *what, const float *got, const float *want,
			size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (memcmp(&got[i], &want[i], 4) != 0)
			ck_abort_msg("%s: %s[%zu] %a, scalar %a", k->name, what, i, (double)got[i],
				     (double)want[i]);
}

START_TEST(matrix_kernels_give_the_scalar_bits)
{
	static float x[SAMPLE_TOKENS * SAMPLE_COLS];
	struct ow_error err = {0};
	struct act a, b;
	uint64_t seed = 7;

	ck_ok(act_init(&a, SAMPLE_TOKENS, SAMPLE_COLS, &err));
	ck_ok(act_init(&b, SAMPLE_TOKENS, SAMPLE_COLS, &err));
	sample_tokens(x, &seed);
	sample_input(&a, x, SAMPLE_TOKENS);
	sample_input(&b, x, SAMPLE_TOKENS);
	sample_quantize(kern_named("scalar"), &a);
	for (size_t i = 0; i < SAMPLE_TYPES; i++) {
		static float want[SAMPLE_TOKENS * SAMPLE_OUT], got[SAMPLE_TOKENS * SAMPLE_OUT];
		struct mat m;

		sample_matrix(&m, sample_types[i], &seed);
		sample_multiply(kern_named("scalar"), &m, &a, want);
		for (size_t j = 1; kern_at(j) != NULL; j++) {
			if (!kern_at(j)->usable())
				continue;
			memset(b.q, 0, 1);
			sample_quantize(kern_at(j), &b);
			memset(got, 0xff, sizeof got);
			sample_multiply(kern_at(j), &m, &b, got);
			expect_same(kern_at(j), m.kind->name, got, want,
				    SAMPLE_TOKENS * SAMPLE_OUT);
		}
		free(m.data);
	}
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
	static float x[SAMPLE_COLS], y[SAMPLE_OUT], row[SAMPLE_COLS];

	ck_ok(act_init(&a, 1, SAMPLE_COLS, &err));
	for (size_t i = 0; i < SAMPLE_COLS; i++)
		x[i] = (float)((int)(rnd(&seed) % 255) - 127);
	for (size_t i = 0; i < SAMPLE_COLS; i += 32)
		x[i] = 127; /* so that rounding to 8 bits changes nothing */
	sample_input(&a, x, 1);
	sample_quantize(kern_named("scalar"), &a);
	for (size_t i = 0; i < SAMPLE_TYPES; i++) {
		struct mat m;

		sample_matrix(&m, sample_types[i], &seed);
		sample_multiply(kern_named("scalar"), &m, &a, y);
		for (size_t r = 0; r < SAMPLE_ROWS; r++) {
			double want = 0, size = 0;

			mat_row(&m, r, row);
			for (size_t k = 0; k < SAMPLE_COLS; k++) {
				want += (double)row[k] * (double)x[k];
				size += fabs((double)row[k] * (double)x[k]);
			}
			ck_assert_msg(fabs(want - (double)y[r]) <= 1e-5 * size,
				      "%s row %zu: %g, expected %g", m.kind->name, r, (double)y[r],
				      want);
		}
		free(m.data);
	}
	act_done(&a);
}
END_TEST

START_TEST(float_kernels_give_the_scalar_bits)
{
	static float want[SAMPLE_FLOATS], got[SAMPLE_FLOATS];
	size_t n = sample_floats(kern_named("scalar"), want);

	for (size_t j = 1; kern_at(j) != NULL; j++) {
		if (!kern_at(j)->usable())
			continue;
		ck_assert_uint_eq(sample_floats(kern_at(j), got), n);
		expect_same(kern_at(j), "floats", got, want, n);
	}
}
END_TEST

/* Windows that begin anywhere, with and without sinks */
START_TEST(heads_and_tokens_taken_together_give_the_bits_of_each_alone)
{
	enum {
		HEAD = 40,
		PAD = 48,
		POSITIONS = 96,
		ROWS = ATTEND_TOKENS * ATTEND_HEADS
	};
	static float q[ROWS * HEAD], keys[POSITIONS * HEAD], values[POSITIONS * PAD];
	static float score[ROWS * POSITIONS], want[ROWS * PAD], got[ROWS * PAD];
	const float sinks[ATTEND_HEADS] = {0.5F, -1, 0, 2};
	uint64_t seed = 5;

	for (size_t i = 0; i < sizeof q / sizeof q[0]; i++)
		q[i] = sample_number(&seed) * 3;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		keys[i] = sample_number(&seed);
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		values[i] = sample_number(&seed);
	for (size_t i = 0; kern_at(i) != NULL; i++) {
		const struct kern *k = kern_at(i);

		for (size_t n = 2; n <= ATTEND_HEADS && k->usable(); n++) {
			for (size_t to = 1; to + ATTEND_TOKENS <= POSITIONS; to += 13) {
				struct attend at = {.n = n,
						    .tokens = 1 + to % ATTEND_TOKENS,
						    .q = q,
						    .ld_q = n * HEAD,
						    .k = keys,
						    .v = values,
						    .head = HEAD,
						    .v_pad = PAD,
						    .to = to,
						    .window = to % 3 * to / 3,
						    .scale = 0.2F,
						    .sink = to % 2 == 0 ? sinks : NULL,
						    .score = score,
						    .ld_score = POSITIONS,
						    .out = got};

				size_t rows = at.tokens * n;

				k->attend(&at);
				at.n = at.tokens = 1;
				for (size_t r = 0; r < rows; r++) {
					at.q = q + r * HEAD;
					at.to = to + r / n;
					at.sink = to % 2 == 0 ? sinks + r % n : NULL;
					at.out = want + r * PAD;
					k->attend(&at);
				}
				expect_same(k, "heads", got, want, rows * PAD);
			}
		}
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
		sample_quantize(kern_at(j), &a);
		ck_assert_int_eq(a.q[0], 0);
		ck_assert_int_eq(a.q[1], 0); /* its scale is no number */
		ck_assert_int_eq(a.q[act_w(&a, 0, 2) * BLOCK_W], 0);
		ck_assert(isnan(a.d[act_w(&a, 0, 0)]));
		ck_assert(isinf(a.d[act_w(&a, 0, 2)]));
		ck_assert(isnan(a.sd[0]));
		act_done(&a);
	}
}
END_TEST

SUITE_MAIN("infer/kern", matrix_kernels_give_the_scalar_bits,
	   matrix_products_are_near_those_of_exact_values, float_kernels_give_the_scalar_bits,
	   heads_and_tokens_taken_together_give_the_bits_of_each_alone,
	   functions_are_close_to_the_mathematical_ones,
	   numbers_that_are_none_do_not_become_numbers)
