/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The roll: every statement stands on it under what it is about, whatever a power cut left at its end.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "kit.h"
#include "store/roll.h"

static struct roll_row row(uint8_t about, uint8_t statement)
{
	return (struct roll_row){{.b = {about}}, {.b = {statement}}};
}

static void add(uint8_t about, uint8_t statement)
{
	struct roll_row r = row(about, statement);

	ck_ok(roll_add(store, &r, 1, &err));
}

/* The digests about something, in order, as a number of their first bytes. */
static unsigned about(uint8_t subject)
{
	OW_AUTO(roll_done) struct roll r = {0};
	const struct ow_id id = {.b = {subject}};
	const struct roll_row *at;
	unsigned all = 0;
	size_t n;

	ck_ok(roll_read(store, &r, &err));
	at = roll_about(&r, subject == 0 ? NULL : &id, &n);
	for (size_t i = 0; i < n; i++)
		all = all * 10 + at[i].statement.b[0];
	return all;
}

START_TEST(each_statement_stands_under_its_subject)
{
	struct roll_row two[] = {row(7, 5), row(7, 4)};

	kit_begin(OW_CLASS_INTERNAL);
	ck_assert_uint_eq(about(0), 0);
	add(9, 1);
	add(0, 2);
	ck_ok(roll_add(store, two, 2, &err));
	add(7, 6);
	add(0, 3);
	ck_assert_uint_eq(about(0), 23);
	ck_assert_uint_eq(about(7), 456);
	ck_assert_uint_eq(about(9), 1);
	ck_assert_uint_eq(about(8), 0);
	ck_assert_uint_eq(about(10), 0);
	kit_end();
}
END_TEST

START_TEST(what_a_power_cut_left_is_passed_over_and_written_over)
{
	static const uint8_t nothing[64];

	for (size_t left = 1; left <= sizeof nothing; left++) {
		int fd;

		kit_begin(OW_CLASS_INTERNAL);
		add(0, 1);
		fd = openat(root, "s/roll", O_WRONLY | O_APPEND | O_CLOEXEC);
		ck_assert_int_ge(fd, 0);
		ck_assert_int_eq(write(fd, nothing, left), (int)left);
		ck_assert_int_eq(close(fd), 0);
		ck_assert_uint_eq(about(0), 1);
		add(0, 2);
		add(3, 4);
		ck_assert_uint_eq(about(0), 12);
		ck_assert_uint_eq(about(3), 4);
		kit_end();
	}
}
END_TEST

START_TEST(it_is_written_anew_whole)
{
	struct roll_row rows[] = {row(0, 8), row(0, 9)};
	const struct roll r = {rows, 2, 2};

	kit_begin(OW_CLASS_INTERNAL);
	add(0, 1);
	add(2, 3);
	ck_ok(roll_write(store, &r, &err));
	ck_assert_uint_eq(about(0), 89);
	ck_assert_uint_eq(about(2), 0);
	kit_end();
}
END_TEST

START_TEST(without_memory_it_fails_and_nothing_leaks)
{
	kit_begin(OW_CLASS_INTERNAL);
	add(0, 1);
	for (unsigned long n = 1;; n++) {
		OW_AUTO(roll_done) struct roll r = {0};
		struct ow_error why = {0};
		int got;

		(void)mem_fail_at(n);
		got = roll_read(store, &r, &why);
		(void)mem_fail_at(0);
		if (got == 0)
			break;
		ck_assert_uint_lt(n, 100);
	}
	kit_end();
}
END_TEST

SUITE_MAIN("store/roll", each_statement_stands_under_its_subject,
	   what_a_power_cut_left_is_passed_over_and_written_over, it_is_written_anew_whole,
	   without_memory_it_fails_and_nothing_leaks)
