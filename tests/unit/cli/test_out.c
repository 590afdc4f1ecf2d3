/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "cli/fill.h"
#include "cli/table.h"
#include "support/support.h"

/* Standard output and error go to files until `told` reads one of them. */
static void listen_to(int fd, const char *name, int dir)
{
	int to = openat(dir, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	ck_assert_int_ge(to, 0);
	ck_assert_int_eq(dup2(to, fd), fd);
	(void)close(to);
}

static const char *told(int fd, char *out, size_t cap)
{
	ssize_t n = pread(fd, out, cap - 1, 0);

	ck_assert_int_ge(n, 0);
	out[n] = '\0';
	return out;
}

static struct out begin(enum out_mode mode)
{
	struct out o = {.columns = 80};
	struct ow_error err;
	int dir;

	(void)scratch(&dir);
	listen_to(STDOUT_FILENO, "stdout", dir);
	listen_to(STDERR_FILENO, "stderr", dir);
	ck_ok(out_begin(&o, mode, "key new", &err));
	return o;
}

/* Check's own report goes to standard output, so each test that listens ends in a child of its own. */
static char seen[4096], said[4096];

START_TEST(attack_J06_lines_and_cells_are_scrubbed)
{
	struct out o = begin(OUT_TEXT);
	OW_AUTO(table_free) struct table *t = table_new("NAME", ">SIZE", NULL);
	struct ow_error none = {0};

	out_line(&o, "%s", "a\033[31m\r\xe2\x80\xae\xff");
	out_styled(&o, OUT_BAD, "%s", "REFUSED\n");
	table_cell(t, "%s", "x\x1b]8;;http://a\x07");
	table_cell(t, "%d", 12);
	table_cell(t, "%s", "\xf0\x9f\x98\x80\xe4\xb8\xad");
	table_cell(t, "%d", 3);
	out_table(&o, t);
	ck_assert_int_eq(out_finish(&o, &none), 0);
	out_done(&o);
	ck_assert_str_eq(told(STDOUT_FILENO, seen, sizeof seen),
			 "a\\u{1b}[31m\\u{d}\\u{202e}\\xff\n"
			 "REFUSED\\n\n"
			 "NAME                      SIZE\n"
			 "x\\u{1b}]8;;http://a\\u{7}    12\n"
			 "\xf0\x9f\x98\x80\xe4\xb8\xad                         3\n");
}
END_TEST

START_TEST(what_a_model_writes_keeps_its_lines_and_its_characters)
{
	struct out o = begin(OUT_TEXT);
	struct ow_error err = {0};

	/* a character of three bytes at every place of a long piece */
	for (size_t before = 40; before < 70; before++) {
		char text[80];

		memset(text, 'a', before);
		memcpy(text + before, "\xe4\xb8\xad\n\t\r", 7);
		ck_ok(out_piece(&o, text, before + 6, &err));
		(void)told(STDOUT_FILENO, seen, sizeof seen);
		ck_assert_ptr_nonnull(strstr(seen, "a\xe4\xb8\xad\n\t\\u{d}"));
		ck_assert_int_eq(ftruncate(STDOUT_FILENO, 0), 0);
		ck_assert_int_eq(lseek(STDOUT_FILENO, 0, SEEK_SET), 0);
	}
	out_part(&o, "said [\0\n", 8);
	out_line(&o, "]");
	ck_assert_int_eq(out_finish(&o, &err), 0);
	out_done(&o);
	ck_assert_str_eq(told(STDOUT_FILENO, seen, sizeof seen), "said [\\u{0}\\n]\n");
}
END_TEST

START_TEST(a_piece_that_nobody_takes_is_told)
{
	struct out o = begin(OUT_TEXT);
	struct ow_error err = {0};

	ck_assert_int_eq(dup2(open("/dev/full", O_WRONLY | O_CLOEXEC), STDOUT_FILENO),
			 STDOUT_FILENO);
	ck_fails(out_piece(&o, "a", 1, &err), OW_E_IO);
	out_done(&o);
}
END_TEST

START_TEST(attack_J07_invisible_differences_show)
{
	struct out o = begin(OUT_TEXT);
	struct ow_error none = {0};
	char *second;

	out_line(&o, "%s", "model");
	out_line(&o, "%s",
		 "mo\xe2\x80\x8b"
		 "del");
	ck_assert_int_eq(out_finish(&o, &none), 0);
	out_done(&o);
	(void)told(STDOUT_FILENO, seen, sizeof seen);
	second = strchr(seen, '\n');
	ck_assert_ptr_nonnull(second);
	ck_assert_str_eq(second + 1, "mo\\u{200b}del\n");
}
END_TEST

START_TEST(tables_are_cut_on_a_terminal_only)
{
	struct out o = begin(OUT_TEXT);
	OW_AUTO(table_free) struct table *t = table_new("~NAME", "STATE", NULL);
	OW_AUTO(table_free) struct table *none = table_new("A", NULL);
	struct ow_error fine = {0};

	o.columns = 20;
	table_cell(t, "abcdefghijklmnopqrstuvwxyz");
	table_cell(t, "good");
	out_table(&o, t);
	o.terminal = true;
	out_table(&o, t);
	out_table(&o, none);
	ck_assert_int_eq(out_finish(&o, &fine), 0);
	out_done(&o);
	ck_assert_str_eq(told(STDOUT_FILENO, seen, sizeof seen),
			 "NAME                        STATE\n"
			 "abcdefghijklmnopqrstuvwxyz  good\n"
			 "NAME           STATE\n"
			 "abcdef\xe2\x80\xa6uvwxyz  good\n");
}
END_TEST

START_TEST(the_widest_column_gives_way_and_what_comes_next_stands_below)
{
	struct out o = begin(OUT_TEXT);
	OW_AUTO(table_free) struct table *t = table_new("~NAME", "~OF", "_NEXT", NULL);
	struct ow_error fine = {0};

	o.columns = 24;
	o.terminal = true;
	table_cell(t, "org/model-one-and-two@1");
	table_cell(t, "short one");
	table_cell(t, "owstore show org/model-one-and-two@1");
	table_cell(t, "\xe4\xba\x8c\xe4\xba\x8c\xe4\xba\x8c\xe4\xba\x8c\xe4\xba\x8c\xe4\xba\x8c"
		      "\xe4\xba\x8c\xe4\xba\x8c"); /* each two columns wide */
	table_cell(t, "-");
	table_cell(t, "-");
	out_table(&o, t);
	ck_assert_int_eq(out_finish(&o, &fine), 0);
	out_done(&o);
	ck_assert_str_eq(
	    told(STDOUT_FILENO, seen, sizeof seen),
	    "NAME           OF\n"
	    "org/mo\xe2\x80\xa6-two@1  short one\n"
	    "    owstore show org/model-one-and-two@1\n"
	    "\xe4\xba\x8c\xe4\xba\x8c\xe4\xba\x8c\xe2\x80\xa6\xe4\xba\x8c\xe4\xba\x8c\xe4\xba\x8c"
	    "  -\n"
	    "    -\n");
}
END_TEST

START_TEST(attack_J10_an_error_is_one_object)
{
	struct out o = begin(OUT_JSON);
	struct ow_error err = {0};

	o.verbose = true;
	json_put_text(o.result, "half", "done");
	out_line(&o, "not shown");
	(void)err_set(&err, OW_E_INTEGRITY, "chunk 7: expected a, got b");
	(void)err_kept(&err, "nothing was imported");
	(void)err_hint(&err, "copy it again");
	ck_assert_int_eq(out_finish(&o, &err), 3);
	out_done(&o);
	ck_assert_str_eq(told(STDOUT_FILENO, seen, sizeof seen),
			 "{\"schema\":\"owstore.error/"
			 "1\",\"error\":{\"code\":\"OWS-E-INTEGRITY\",\"exit\":3,\"message\":"
			 "\"chunk 7: expected a, got b\",\"effect\":\"nothing was "
			 "imported\",\"hint\":\"copy it again\"}}\n");
	ck_assert_str_eq(told(STDERR_FILENO, said, sizeof said),
			 "owstore: key new: chunk 7: expected a, got b\n"
			 "  state: nothing was imported\n"
			 "  next:  copy it again\n"
			 "  code:  OWS-E-INTEGRITY, exit status 3\n");
}
END_TEST

START_TEST(a_report_keeps_its_error_inside)
{
	struct out o = begin(OUT_JSON);
	struct ow_error err = {0};

	json_put_text(o.result, "verdict", "REFUSED");
	o.keep_result = true;
	(void)err_set(&err, OW_E_TRUST, "no");
	ck_assert_int_eq(out_finish(&o, &err), 4);
	out_done(&o);
	ck_assert_str_eq(told(STDOUT_FILENO, seen, sizeof seen),
			 "{\"schema\":\"owstore.key-new/"
			 "1\",\"verdict\":\"REFUSED\",\"error\":{\"code\":\"OWS-E-TRUST\","
			 "\"exit\":4,\"message\":\"no\"}}\n");
}
END_TEST

START_TEST(warnings_are_told_in_every_form)
{
	struct out o = begin(OUT_JSON);
	struct ow_error none = {0};

	o.quiet = true;
	out_warn(&o, "a link, skipped");
	o.quiet = false;
	out_warn(&o, "another");
	ck_assert_int_eq(out_finish(&o, &none), 0);
	out_done(&o);
	ck_assert_str_eq(
	    told(STDOUT_FILENO, seen, sizeof seen),
	    "{\"schema\":\"owstore.key-new/1\",\"warnings\":[\"a link, skipped\",\"another\"]}\n");
	ck_assert_str_eq(told(STDERR_FILENO, said, sizeof said),
			 "owstore: key new: warning: another\n");
}
END_TEST

START_TEST(events_come_before_the_result)
{
	struct out o = begin(OUT_JSON_LINES);
	struct ow_error none = {0};

	out_warn(&o, "w");
	json_put_u64(o.result, "n", 1);
	ck_assert_int_eq(out_finish(&o, &none), 0);
	out_done(&o);
	ck_assert_str_eq(
	    told(STDOUT_FILENO, seen, sizeof seen),
	    "{\"event\":\"warning\",\"text\":\"w\"}\n{\"schema\":\"owstore.key-new/1\",\"n\":1}\n");
}
END_TEST

START_TEST(attack_H30_a_full_output_is_an_error)
{
	struct out o = begin(OUT_TEXT);
	struct ow_error none = {0};
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	ck_assert_int_ge(full, 0);
	ck_assert_int_eq(dup2(full, STDOUT_FILENO), STDOUT_FILENO);
	for (int i = 0; i < 100000; i++) /* more than is gathered before the first write */
		out_line(&o, "line");
	ck_assert_int_eq(out_finish(&o, &none), 9);
	out_done(&o);
	ck_assert_str_eq(told(STDERR_FILENO, said, sizeof said),
			 "owstore: key new: standard output: write: No space left on device\n");
}
END_TEST

START_TEST(running_text_is_filled)
{
	OW_AUTO(buf_done) struct buf b = {0};

	buf_text(&b, "--option");
	fill(&b, "one two\n\nthree", 8, 10);
	ck_assert_str_eq(buf_str(&b), "--option  one two\n\n          three\n");
	buf_clear(&b);
	fill(&b,
	     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 345 789",
	     0, 0);
	ck_assert_str_eq(buf_str(&b), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
				      "aaaaaaaaaaaaaaaa 345\n789\n");
}
END_TEST

START_TEST(commands_are_folded_outside_quotes)
{
	OW_AUTO(buf_done) struct buf b = {0};

	fill_command(&b, "owstore a --b 'c d e f g'", 2, 20);
	ck_assert_str_eq(buf_str(&b), "  owstore a --b \\\n      'c d e f g'\n");
	buf_clear(&b);
	fill_command(&b, "owstore verify ab cd", 0, 20);
	ck_assert_str_eq(buf_str(&b), "owstore verify ab cd\n");
	buf_clear(&b);
	fill_command(&b, "owstore add x --to y z", 0, 18);
	ck_assert_str_eq(buf_str(&b), "owstore add x \\\n    --to y z\n");
	buf_clear(&b);
	fill_command(&b, "owstore verify ab cd", 0, 19);
	ck_assert_str_eq(buf_str(&b), "owstore verify ab \\\n    cd\n");
}
END_TEST

SUITE_MAIN("cli/out", attack_J06_lines_and_cells_are_scrubbed,
	   what_a_model_writes_keeps_its_lines_and_its_characters,
	   a_piece_that_nobody_takes_is_told, attack_J07_invisible_differences_show,
	   tables_are_cut_on_a_terminal_only,
	   the_widest_column_gives_way_and_what_comes_next_stands_below,
	   attack_J10_an_error_is_one_object, a_report_keeps_its_error_inside,
	   warnings_are_told_in_every_form, events_come_before_the_result,
	   attack_H30_a_full_output_is_an_error, running_text_is_filled,
	   commands_are_folded_outside_quotes)
