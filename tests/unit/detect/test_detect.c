/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A family of made-up agreements: three versions that differ in a number and a date, one text that serves two ids, and a
 * general one that is part of a longer one.
 */
#include "base/limits.h"
#include "base/mem.h"
#include "detect/anchors.h"
#include "detect/notices.h"
#include "makers.h"

static struct buf zephyr[3], boreas, sirocco, mistral, file;
static struct prints known;

static void make_known(void)
{
	struct ow_error err = {0};

	make_text(&zephyr[0], "Zephyr 3.1", "Released May 5, 2024", 7);
	make_text(&zephyr[1], "Zephyr 3.2", "Released July 9, 2024", 7);
	make_text(&zephyr[2], "Zephyr 4", "Released April 5, 2025", 7);
	make_text(&boreas, "Boreas", "Version 2", 8);
	make_text(&sirocco, "Sirocco", "", 9);
	buf_add(&mistral, sirocco.p, sirocco.n);
	buf_text(
	    &mistral,
	    "\nNeither name of any wind may be used to sell sails without written leave of it.\n");
	begin_prints(&file, 6);
	add_print(&file, "LicenseRef-zephyr-3.1", NULL, PRINT_MODEL, &zephyr[0]);
	add_print(&file, "LicenseRef-zephyr-3.2", NULL, PRINT_MODEL, &zephyr[1]);
	add_print(&file, "LicenseRef-zephyr-4", NULL, PRINT_MODEL, &zephyr[2]);
	add_print(&file, "Boreas-only", "Boreas-or-later", PRINT_GENERAL, &boreas);
	add_print(&file, "Sirocco", NULL, PRINT_GENERAL, &sirocco);
	add_print(&file, "Mistral", NULL, PRINT_GENERAL, &mistral);
	ck_ok(prints_read(file.p, file.n, &known, &err));
}

static struct detect told;

/* What a text is; valid until the next call. */
static enum detect_state detect(const void *p, size_t n)
{
	struct ow_error err = {0};

	if (known.n == 0)
		make_known();
	detect_done(&told);
	ck_ok(detect_with(&known, p, n, &told, &err));
	return told.state;
}

static enum detect_state detect_buf(const struct buf *b)
{
	return detect(b->p, b->n);
}

/* A copy of the text with the nth place of `from` changed to `to`. */
static const char *changed(const struct buf *b, const char *from, const char *to, unsigned nth)
{
	static char out[1 << 16];
	const char *s = (const char *)b->p, *end = s + b->n, *at = s;

	for (unsigned i = 0; at != NULL && i <= nth; i++)
		at = memmem(i == 0 ? at : at + 1, (size_t)(end - at) - (i == 0 ? 0 : 1), from,
			    strlen(from));
	ck_assert_ptr_nonnull(at);
	(void)snprintf(out, sizeof out, "%.*s%s%.*s", (int)(at - s), s, to,
		       (int)((size_t)(end - at) - strlen(from)), at + strlen(from));
	return out;
}

static enum detect_state detect_changed(const struct buf *b, const char *from, const char *to,
					unsigned nth)
{
	const char *s = changed(b, from, to, nth);

	return detect(s, strlen(s));
}

START_TEST(each_text_is_itself_word_for_word)
{
	if (known.n == 0)
		make_known();
	for (size_t i = 0; i < 3; i++) {
		ck_assert_int_eq(detect_buf(&zephyr[i]), DETECT_EXACT);
		ck_assert_uint_eq(told.n_matches, 1);
		ck_assert_int_eq(told.matches[0].method, DETECT_BY_DIGEST);
		ck_assert_uint_eq(told.matches[0].residual, 0);
		ck_assert_uint_eq(told.matches[0].from, 0);
		ck_assert_str_eq(told.id, told.matches[0].id);
		ck_assert(told.id[strlen("LicenseRef-zephyr-")] == (i == 2 ? '4' : '3'));
	}
	ck_assert_int_eq(detect_buf(&sirocco), DETECT_EXACT);
	ck_assert_str_eq(told.id, "Sirocco");
	ck_assert_int_eq(detect_buf(&mistral), DETECT_EXACT);
	ck_assert_str_eq(told.id, "Mistral");
}
END_TEST

START_TEST(one_text_of_two_ids_names_both_and_chooses_neither)
{
	make_known();
	ck_assert_int_eq(detect_buf(&boreas), DETECT_EXACT);
	ck_assert_uint_eq(told.n_matches, 2);
	ck_assert_str_eq(told.id, "");
	ck_assert_str_eq(told.matches[0].id, "Boreas-only");
	ck_assert_str_eq(told.matches[1].id, "Boreas-or-later");
}
END_TEST

START_TEST(trap_3_one_number_edited_in_one_place)
{
	make_known();
	for (unsigned nth = 0; nth < 4; nth++) {
		ck_assert_int_eq(detect_changed(&zephyr[0], "3.1", "3.2", nth), DETECT_MODIFIED);
		/* in the title it says that it is another one, and then no id is meant */
		ck_assert_str_eq(told.id, nth == 0 ? "" : "LicenseRef-zephyr-3.1");
		ck_assert_str_eq(told.matches[0].id, "LicenseRef-zephyr-3.1");
	}
	ck_assert_int_eq(detect_changed(&zephyr[2], "2025", "2026", 0), DETECT_MODIFIED);
	ck_assert_int_eq(detect_changed(&zephyr[2], "Zephyr", "Acme", 2), DETECT_MODIFIED);
}
END_TEST

START_TEST(trap_16_a_lost_or_added_not)
{
	make_known();
	for (unsigned nth = 0; nth < 6; nth++)
		ck_assert_int_eq(detect_changed(&sirocco, "may not ", "may ", nth),
				 DETECT_MODIFIED);
	for (unsigned nth = 0; nth < 6; nth++)
		ck_assert_int_eq(detect_changed(&sirocco, "You may ", "You may not ", nth),
				 DETECT_MODIFIED);
	ck_assert_str_eq(told.excerpt, "not");
}
END_TEST

START_TEST(trap_1_a_clause_before_inside_or_after)
{
	static const char clause[] = "\nThe work must show the name of its maker on every page.\n";
	struct buf b = {0};

	make_known();
	buf_text(&b, clause);
	buf_add(&b, sirocco.p, sirocco.n);
	ck_assert_int_eq(detect_buf(&b), DETECT_MODIFIED);
	ck_assert_str_eq(told.id, "Sirocco");
	buf_clear(&b);
	buf_add(&b, sirocco.p, sirocco.n);
	buf_text(&b, clause);
	ck_assert_int_eq(detect_buf(&b), DETECT_MODIFIED);
	ck_assert_uint_eq(told.matches[0].residual, 12);
	ck_assert(strncmp(told.excerpt, "the work must show", 18) == 0);
	ck_assert_double_ge(told.matches[0].coverage, 1.0);
	ck_assert_int_eq(detect_changed(&sirocco, "\n\nYou may", clause, 4), DETECT_MODIFIED);
	buf_done(&b);
}
END_TEST

START_TEST(a_slip_of_a_word_is_for_a_person)
{
	const char *word;
	char from[16] = "";

	make_known();
	/* a word well inside: it is its neighbours that tell what is missing */
	word = (const char *)memmem(sirocco.p, sirocco.n, "may not ", 8) + 8;
	memcpy(from, word, 6);
	ck_assert_int_eq(detect_changed(&sirocco, from, "wrods", 0), DETECT_NOISY);
	ck_assert_uint_eq(told.matches[0].residual, 2);
	/* twice in a row is no slip any more */
	ck_assert_int_eq(detect_changed(&sirocco, from, "w r o d s", 0), DETECT_MODIFIED);
}
END_TEST

START_TEST(copyright_line_and_title_of_a_copy)
{
	struct buf b = {0};

	make_known();
	buf_text(&b, "The Zephyr agreement\n\nCopyright (c) 2020 Jane Roe\n\n");
	buf_add(&b, sirocco.p, sirocco.n);
	ck_assert_int_eq(detect_buf(&b), DETECT_CONFIRMED);
	ck_assert_int_eq(told.matches[0].method, DETECT_BY_TEXT);
	buf_done(&b);
}
END_TEST

START_TEST(trap_13_two_texts_in_one_file)
{
	struct buf b = {0};

	make_known();
	buf_add(&b, sirocco.p, sirocco.n);
	buf_text(&b, "\nCopyright 2020 Jane Roe\n");
	buf_add(&b, zephyr[1].p, zephyr[1].n);
	ck_assert_int_eq(detect_buf(&b), DETECT_CONFIRMED);
	ck_assert_uint_eq(told.n_matches, 2);
	ck_assert_str_eq(told.id, "");
	ck_assert_uint_lt(told.matches[0].to, told.matches[1].from);
	/* the same one three times is still that one */
	buf_clear(&b);
	for (int i = 0; i < 3; i++)
		buf_add(&b, zephyr[0].p, zephyr[0].n);
	ck_assert_int_eq(detect_buf(&b), DETECT_CONFIRMED);
	ck_assert_uint_eq(told.n_matches, 3);
	ck_assert_str_eq(told.id, "LicenseRef-zephyr-3.1");
	buf_done(&b);
}
END_TEST

START_TEST(parts_of_a_text)
{
	make_known();
	ck_assert_int_eq(detect(sirocco.p, sirocco.n * 9 / 10), DETECT_MODIFIED);
	ck_assert_str_eq(told.id, "Sirocco");
	ck_assert_int_eq(detect(boreas.p, boreas.n * 2 / 3), DETECT_PARTIAL);
	ck_assert_int_eq(detect(sirocco.p, sirocco.n / 3), DETECT_UNKNOWN);
	ck_assert_uint_eq(told.n_matches, 0);
	ck_assert_int_eq(detect("", 0), DETECT_UNKNOWN);
	ck_assert_int_eq(detect("one two three four", 18), DETECT_UNKNOWN);
}
END_TEST

START_TEST(a_summary_is_no_licence)
{
	static const char readme[] =
	    "# A model\n\nReleased under the Zephyr 3.1 Agreement, free for commercial use.\n";

	ck_assert_int_eq(detect(readme, strlen(readme)), DETECT_UNKNOWN);
}
END_TEST

START_TEST(phrases_of_an_agreement_without_fingerprint)
{
	static const char text[] =
	    "META LLAMA 3 COMMUNITY LICENSE AGREEMENT\nMeta Llama 3 Version Release Date: April "
	    "18, 2024\n"
	    "prominently display \"Built with Meta Llama 3\" on a related website";

	ck_assert_int_eq(detect(text, strlen(text)), DETECT_CLUE);
	ck_assert_str_eq(told.id, "LicenseRef-llama-3");
	ck_assert_int_eq(told.matches[0].method, DETECT_BY_PHRASES);
	/* without its date it may be any of them */
	ck_assert_int_eq(detect(text, 40), DETECT_UNKNOWN);
}
END_TEST

START_TEST(lines_for_notice_files)
{
	static const struct {
		const char *line, *normal;
		unsigned words;
	} cases[] = {
	    {"  \"Zephyr\" is *ours*,\tCopyright (c) Zephyr.\r\n",
	     "zephyr is ours, copyright \xC2\xA9 zephyr", 6},
	    {"\xE2\x80\x9CZephyr\xE2\x80\x9D\xC2\xA0\xC2\xA9 A.B..", "zephyr \xC2\xA9 a.b.", 3},
	    {" \n ", "", 0},
	};
	size_t from, to, entry;
	struct ow_error err = {0};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf b = {0};

		ck_assert_uint_eq(notice_line(cases[i].line, strlen(cases[i].line), &b),
				  cases[i].words);
		ck_assert_str_eq(buf_str(&b), cases[i].normal);
		buf_done(&b);
	}
	for (size_t i = 0; i < n_notices; i++)
		ck_assert_uint_eq(strlen(notices[i].digest), 64);
	ck_assert_int_eq(notice_find("a b\nc\n\nd", 9, &from, &to, &entry, &err), 0);
}
END_TEST

START_TEST(phrases_are_written_as_words_are)
{
	for (size_t i = 0; i < n_anchors; i++) {
		for (size_t k = 0; k < ANCHOR_PHRASES && anchors[i].all[k] != NULL; k++)
			ck_assert_str_eq(words_in(anchors[i].all[k]), anchors[i].all[k]);
		if (anchors[i].veto != NULL)
			ck_assert_str_eq(words_in(anchors[i].veto), anchors[i].veto);
	}
}
END_TEST

START_TEST(a_file_over_the_limit_is_not_read)
{
	struct ow_error err = {0};
	uint8_t *p = calloc(1, LICENSE_FILE_MAX + 1);

	make_known();
	ck_assert_ptr_nonnull(p);
	memset(p, 'a', LICENSE_FILE_MAX + 1);
	ck_fails(detect_with(&known, p, LICENSE_FILE_MAX + 1, &told, &err), OW_E_FORMAT);
	ck_assert_int_eq(detect(p, LICENSE_FILE_MAX), DETECT_UNKNOWN);
	for (size_t i = 1; i < LICENSE_FILE_MAX; i += 2)
		p[i] = ' ';
	ck_assert_int_eq(detect(p, LICENSE_FILE_MAX), DETECT_UNKNOWN);
	free(p);
}
END_TEST

START_TEST(every_failed_allocation_is_an_error)
{
	unsigned long nth = 1;
	struct ow_error err;
	int result;

	make_known();
	do {
		struct detect d = {0};

		err = (struct ow_error){0};
		(void)mem_fail_at(nth++);
		result = detect_with(&known, sirocco.p, sirocco.n, &d, &err);
		ck_assert(result == 0 || err.code == OW_E_IO);
		ck_assert(result < 0 || d.state == DETECT_EXACT);
		detect_done(&d);
	} while (result < 0);
	(void)mem_fail_at(0);
	ck_assert_uint_gt(nth, 10);
}
END_TEST

SUITE_MAIN("detect/detect", each_text_is_itself_word_for_word,
	   one_text_of_two_ids_names_both_and_chooses_neither,
	   trap_3_one_number_edited_in_one_place, trap_16_a_lost_or_added_not,
	   trap_1_a_clause_before_inside_or_after, a_slip_of_a_word_is_for_a_person,
	   copyright_line_and_title_of_a_copy, trap_13_two_texts_in_one_file, parts_of_a_text,
	   a_summary_is_no_licence, phrases_of_an_agreement_without_fingerprint,
	   lines_for_notice_files, phrases_are_written_as_words_are,
	   a_file_over_the_limit_is_not_read, every_failed_allocation_is_an_error)
