/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "infer/score.h"
#include "support/support.h"

START_TEST(the_largest_come_first_and_the_lower_id_on_a_tie)
{
	static const float x[] = {1, 5, -2, 5, 3, 5, 0};
	static const uint32_t want[] = {1, 3, 5, 4, 0};
	uint32_t id[5];

	ck_assert_uint_eq(logits_top(x, 7, id, 5), 5);
	for (int i = 0; i < 5; i++)
		ck_assert_uint_eq(id[i], want[i]);
	ck_assert_uint_eq(logits_top(x, 2, id, 5), 2);
	ck_assert_uint_eq(id[0], 1);
	ck_assert_uint_eq(logits_top(x, 0, id, 5), 0);
}
END_TEST

START_TEST(one_number_that_is_none_is_found)
{
	float x[4] = {1, -3e38F, 0, 2};

	ck_assert(logits_finite(x, 4));
	x[3] = NAN;
	ck_assert(!logits_finite(x, 4));
	x[3] = -INFINITY;
	ck_assert(!logits_finite(x, 4));
}
END_TEST

START_TEST(surprise_is_the_logarithm_of_the_probability)
{
	static const float equal[] = {7, 7, 7, 7};
	static const float sure[] = {0, 1000, 0};
	static const float odd[] = {0.5F, -1.25F, 3};
	double sum = exp(0.5) + exp(-1.25) + exp(3);

	ck_assert(fabs(logits_surprise(equal, 4, 2) - log(4)) < 1e-12);
	ck_assert(fabs(logits_surprise(sure, 3, 1)) < 1e-12);
	ck_assert(fabs(logits_surprise(sure, 3, 0) - 1000) < 1e-9);
	for (uint32_t i = 0; i < 3; i++)
		ck_assert(fabs(logits_surprise(odd, 3, i) - (log(sum) - (double)odd[i])) < 1e-12);
}
END_TEST

SUITE_MAIN("infer/score", the_largest_come_first_and_the_lower_id_on_a_tie,
	   one_number_that_is_none_is_found, surprise_is_the_logarithm_of_the_probability)
