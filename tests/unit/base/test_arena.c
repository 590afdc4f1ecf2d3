/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "support/support.h"

START_TEST(texts_and_arrays_stay_what_they_were)
{
	OW_AUTO(arena_done) struct arena a = {0};
	const char *texts[2000];
	struct ow_error err = {0};
	uint64_t *numbers;

	for (size_t i = 0; i < 2000; i++) {
		texts[i] = arena_printf(&a, "text %zu", i);
		numbers = arena_array(&a, i % 7, sizeof *numbers, &err);
		ck_assert_ptr_nonnull(numbers);
		ck_assert_uint_eq((uintptr_t)numbers % 16, 0);
		for (size_t k = 0; k < i % 7; k++) {
			ck_assert_uint_eq(numbers[k], 0);
			numbers[k] = UINT64_MAX;
		}
	}
	for (size_t i = 0; i < 2000; i++)
		ck_assert_uint_eq(strtoul(texts[i] + 5, NULL, 10), i);
	ck_assert_str_eq(arena_text(&a, "abc", 2), "ab");
	ck_ok(arena_finish(&a, &err));
}
END_TEST

START_TEST(what_is_larger_than_a_block_has_one_of_its_own)
{
	OW_AUTO(arena_done) struct arena a = {0};
	struct ow_error err = {0};
	const char *small = arena_text(&a, "small", 5);
	unsigned char *large = arena_array(&a, 1, 1000000, &err);

	ck_assert_ptr_nonnull(large);
	memset(large, 1, 1000000);
	ck_assert_str_eq(small, "small");
}
END_TEST

START_TEST(sizes_that_cannot_be_had_are_refused)
{
	OW_AUTO(arena_done) struct arena a = {0};
	struct ow_error err = {0};

	ck_assert_ptr_null(arena_array(&a, SIZE_MAX, 2, &err));
	ck_assert_int_eq(err.code, OW_E_IO);
	err = (struct ow_error){0};
	ck_assert_ptr_null(arena_array(&a, SIZE_MAX / 2, 2, &err));
	ck_assert_int_eq(err.code, OW_E_IO);
}
END_TEST

START_TEST(a_text_that_failed_is_remembered)
{
	OW_AUTO(arena_done) struct arena a = {0};
	struct ow_error err = {0};

	(void)mem_fail_at(1);
	ck_assert_str_eq(arena_text(&a, "abc", 3), "");
	(void)mem_fail_at(0);
	ck_assert_str_eq(arena_printf(&a, "%d", 1), "");
	ck_fails(arena_finish(&a, &err), OW_E_IO);
}
END_TEST

START_TEST(an_array_grows_by_one)
{
	OW_AUTO(arena_done) struct arena a = {0};
	struct ow_error err = {0};
	unsigned *at = NULL;

	for (unsigned n = 0; n < 1000; n++) {
		unsigned *more = arena_more(&a, at, n, sizeof *at, &err);

		ck_assert_ptr_nonnull(more);
		more[n] = n;
		at = more;
	}
	for (unsigned n = 0; n < 1000; n++)
		ck_assert_uint_eq(at[n], n);
}
END_TEST

SUITE_MAIN("base/arena", texts_and_arrays_stay_what_they_were,
	   what_is_larger_than_a_block_has_one_of_its_own, sizes_that_cannot_be_had_are_refused,
	   a_text_that_failed_is_remembered, an_array_grows_by_one)
