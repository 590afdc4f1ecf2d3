/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The functions that are computed alike everywhere, against those of the C library.
 */
#include <math.h>

#include "infer/rope.h"
#include "support/support.h"

START_TEST(exponential_and_logarithm_are_the_mathematical_ones)
{
	for (double x = -60; x <= 60; x += 0.0625) {
		double e = exp(x);

		ck_assert(fabs(exact_exp(x) - e) <= 1e-14 * e);
		ck_assert(fabs(exact_log(e) - x) <= 1e-13 * (1 + fabs(x)));
	}
	ck_assert(exact_exp(1e300) > 1e300 && exact_exp(-1e300) > 0);
	ck_assert(fabs(exact_sigmoid(0) - 0.5) < 1e-16);
}
END_TEST

START_TEST(what_is_no_number_stays_none)
{
	ck_assert(isnan(exact_exp((double)NAN)));
	ck_assert(isnan(exact_log((double)NAN)));
	ck_assert(isnan(exact_sigmoid((double)NAN)));
}
END_TEST

START_TEST(a_turn_is_sine_and_cosine_of_position_times_frequency)
{
	const struct rope_scaling s = {.base = 10000, .factor = 1, .gain = 1};
	float turn[64];
	struct rope r;

	rope_init(&r, ROPE_NORM, 64, &s);
	for (size_t at = 0; at < 100000; at = 3 * at + 1) {
		rope_turn(&r, at, turn);
		for (size_t i = 0; i < 32; i++) {
			double angle = (double)at * pow(10000, -2 * (double)i / 64);

			ck_assert(fabs((double)turn[2 * i] - cos(angle)) < 1e-7);
			ck_assert(fabs((double)turn[2 * i + 1] - sin(angle)) < 1e-7);
		}
	}
}
END_TEST

START_TEST(hostile_factors_turn_by_nothing)
{
	static const float factors[] = {NAN, 0, -INFINITY, 1e-38F};
	const struct rope_scaling s = {.base = 10000, .factor = 1, .gain = 1, .factors = factors};
	float turn[8];
	struct rope r;

	rope_init(&r, ROPE_NORM, 8, &s);
	rope_turn(&r, 1000, turn);
	for (size_t i = 0; i < 4; i++) {
		ck_assert(fabsf(turn[2 * i] - 1) < 1e-6F);
		ck_assert(fabsf(turn[2 * i + 1]) < 1e-6F);
	}
}
END_TEST

SUITE_MAIN("infer/rope", exponential_and_logarithm_are_the_mathematical_ones,
	   what_is_no_number_stays_none, a_turn_is_sine_and_cosine_of_position_times_frequency,
	   hostile_factors_turn_by_nothing)
