/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/sorted.h"
#include "support/support.h"

static int int_order(const void *key, const void *row)
{
	const int a = *(const int *)key, b = *(const int *)row;

	return (a > b) - (a < b);
}

/* Every array of up to eight rows out of three values, and keys between, before and behind them. */
START_TEST(runs_are_those_that_counting_finds)
{
	enum {
		MOST = 8
	};
	int rows[MOST];

	for (size_t n = 0; n <= MOST; n++) {
		for (size_t twos = 0; twos <= n; twos++) {
			for (size_t fours = twos; fours <= n; fours++) {
				for (size_t i = 0; i < n; i++)
					rows[i] = i < twos ? 2 : i < fours ? 4 : 6;
				for (int key = 1; key <= 7; key++) {
					size_t before = 0, same = 0, count;

					for (size_t i = 0; i < n; i++) {
						before += rows[i] < key;
						same += rows[i] == key;
					}
					ck_assert_uint_eq(
					    sorted_from(&key, rows, n, sizeof(int), int_order),
					    before);
					ck_assert_uint_eq(sorted_run(&key, rows, n, sizeof(int),
								     int_order, &count),
							  before);
					ck_assert_uint_eq(count, same);
				}
			}
		}
	}
}
END_TEST

SUITE_MAIN("base/sorted", runs_are_those_that_counting_finds)
