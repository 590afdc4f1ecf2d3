/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "cli/progress.h"
#include "support/support.h"

#define SECOND 1000000000ULL

static const char *line(const struct progress_state *s, uint64_t ticks, unsigned columns)
{
	static char text[600];
	OW_AUTO(buf_done) struct buf b = {0};

	progress_line(s, ticks, columns, &b);
	ck_assert_uint_lt(b.n, sizeof text);
	memcpy(text, buf_str(&b), b.n + 1);
	return text;
}

START_TEST(a_line_tells_phase_percent_rate_and_time_left)
{
	struct progress_state s = {0};
	struct ow_progress p = {
	    .phase = "hashing", .item = "w.gguf", .done = 0, .total = 4000000000};

	ck_assert(progress_note(&s, &p, SECOND));
	ck_assert_str_eq(line(&s, SECOND, 79), "hashing   0%, 0 B of 4.00 GB  w.gguf");
	p.done = 1000000000;
	ck_assert(!progress_note(&s, &p, 3 * SECOND));
	ck_assert_str_eq(line(&s, 3 * SECOND, 79),
			 "hashing  25%, 1.00 GB of 4.00 GB, 500 MB/s, 6 s left  w.gguf");
	p.done = 4000000000;
	p.item = NULL;
	ck_assert(!progress_note(&s, &p, 9 * SECOND));
	ck_assert_str_eq(line(&s, 9 * SECOND, 79), "hashing 100%, 4.00 GB of 4.00 GB, 500 MB/s");
	p.phase = "writing";
	p.done = 0;
	p.total = 0;
	ck_assert(progress_note(&s, &p, 10 * SECOND));
	ck_assert_str_eq(line(&s, 10 * SECOND, 79), "writing 0 B");
}
END_TEST

START_TEST(long_waits_are_told_in_minutes_and_hours)
{
	struct progress_state s = {0};
	struct ow_progress p = {.phase = "reading", .total = 100001000};

	(void)progress_note(&s, &p, SECOND);
	p.done = 1000;
	(void)progress_note(&s, &p, 2 * SECOND);
	ck_assert_ptr_nonnull(strstr(line(&s, 2 * SECOND, 79), ", 1.00 kB/s, 27 h 46 left"));
	p.done = 1000000;
	(void)progress_note(&s, &p, 2 * SECOND);
	ck_assert_ptr_nonnull(strstr(line(&s, 2 * SECOND, 79), ", 1.00 MB/s, 1:39 left"));
}
END_TEST

START_TEST(what_is_no_byte_is_counted_and_never_stalls)
{
	struct progress_state s = {0};
	struct ow_progress p = {.phase = "reciting", .total = 64, .unit = "steps"};

	(void)progress_note(&s, &p, SECOND);
	ck_assert_str_eq(line(&s, SECOND, 79), "reciting   0%, 0 of 64 steps");
	p.done = 16;
	(void)progress_note(&s, &p, 5 * SECOND);
	ck_assert_str_eq(line(&s, 5 * SECOND, 79), "reciting  25%, 16 of 64 steps, 12 s left");
	ck_assert_str_eq(line(&s, 50 * SECOND, 79), "reciting  25%, 16 of 64 steps, 2:27 left");
	p = (struct ow_progress){.phase = "checking", .done = 65536, .unit = "entries"};
	(void)progress_note(&s, &p, 60 * SECOND);
	ck_assert_str_eq(line(&s, 60 * SECOND, 79), "checking 65536 entries");
}
END_TEST

START_TEST(five_seconds_without_a_byte_are_a_stall)
{
	struct progress_state s = {0};
	struct ow_progress p = {.phase = "reading", .done = 10, .total = 100};

	(void)progress_note(&s, &p, SECOND);
	(void)progress_note(&s, &p, 5 * SECOND);
	ck_assert_ptr_null(strstr(line(&s, 6 * SECOND - 1, 79), "stalled"));
	ck_assert_str_eq(line(&s, 6 * SECOND, 79), "reading  10%, 10 B of 100 B, stalled for 5 s");
	p.done = 11;
	(void)progress_note(&s, &p, 7 * SECOND);
	ck_assert_ptr_null(strstr(line(&s, 8 * SECOND, 79), "stalled"));
}
END_TEST

START_TEST(attack_J06_a_line_is_scrubbed_and_fits)
{
	struct progress_state s = {0};
	char item[300];
	struct ow_progress p = {.phase = "reading", .item = item, .total = 100};

	memset(item, 'a', sizeof item - 1);
	item[sizeof item - 1] = '\0';
	memcpy(item + 280, "\033[31m\xe4\xb8\xad", 8);
	(void)progress_note(&s, &p, SECOND);
	for (unsigned columns = 40; columns < 120; columns++) {
		const char *text = line(&s, SECOND, columns);

		ck_assert_ptr_null(strchr(text, '\033'));
		ck_assert_uint_le(text_columns(text), columns);
	}
	ck_assert_ptr_nonnull(strstr(line(&s, SECOND, 79), "\\u{1b}[31m"));
}
END_TEST

START_TEST(beginning_and_ending_leave_nothing)
{
	struct progress p = {0};
	struct ow_progress now = {.phase = "x", .total = 10};
	struct ow_error err;

	progress_end(&p);
	ck_ok(progress_begin(&p, 80, &err));
	ck_assert(progress_due(&p, &now));
	now.done = 5;
	ck_assert(!progress_due(&p, &now));
	now.done = 10;
	ck_assert(progress_due(&p, &now));
	progress_end(&p);
	ck_assert_uint_eq(p.columns, 0);
}
END_TEST

SUITE_MAIN("cli/progress", a_line_tells_phase_percent_rate_and_time_left,
	   long_waits_are_told_in_minutes_and_hours, what_is_no_byte_is_counted_and_never_stalls,
	   five_seconds_without_a_byte_are_a_stall, attack_J06_a_line_is_scrubbed_and_fits,
	   beginning_and_ending_leave_nothing)
