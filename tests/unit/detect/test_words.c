/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* REUSE-IgnoreStart: what follows has tags as samples */
#include "makers.h"

START_TEST(what_does_not_count)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
	    {"", ""},
	    {"The  Quick,\tbrown\r\nFOX.", "the quick brown fox"},
	    {"> # // The\n> quick -- *fox*", "the quick fox"},
	    {"licence licences", "license licenses"},
	    {"noncommercial non-commercial non commercial",
	     "non commercial non commercial non commercial"},
	    {"sublicense sub-licence", "sub license sub license"},
	    {"https://www.example.org/a http://example.org/a", "example org a example org a"},
	    {"\xE2\x80\x9CYou\xE2\x80\x9D \xE2\x80\x94 licensor\xE2\x80\x99s", "you licensor s"},
	    {"r\xC3\xA9sum\xC3\xA9 re\xCC\x81sume\xCC\x81 \xEF\xAC\x81le", "resume resume file"},
	    {"n\xE2\x80\x8Bot n\xC2\xADot", "not not"},
	    {"Zephyr\xE2\x84\xA2 Zephyr\xC2\xAE", "zephyr zephyr"},
	    {"version 3.1 of 2024", "version 3 1 of 2024"},
	    {"Copyright \xC2\xA9 or copyright (c)", "copyright or copyright"},
	    {"under (c) this", "under c this"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_str_eq(words_in(cases[i].text), cases[i].words);
}
END_TEST

START_TEST(copyright_lines_do_not_count)
{
	static const char *const cases[] = {
	    "Copyright (c) 2024 Zephyr\n\nYou may go.",
	    "Copyright \xC2\xA9 2024 Zephyr. All rights reserved.\nYou may go.",
	    "(c) 2024 by Zephyr\n\nYou may go.",
	    "\n * Copyright 2024 Zephyr\n * and friends\n * You may go.",
	    "Copyright [yyyy] [name of owner]\n\nYou may go.",
	    "Copyright (c) 1999 A\nCopyright (c) 2000 B\n  C and D\n\nYou may go.",
	    "Copyright (c) 2004-2010 by Zephyr\nSystems Consortium, Inc.\n\nYou may go.",
	    "SPDX-License-Identifier: MIT\nYou may go.",
	    "# SPDX-FileCopyrightText: 2024 Zephyr\nYou may go.",
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_str_eq(words_in(cases[i]), "you may go");
}
END_TEST

START_TEST(what_only_looks_like_a_copyright_line_counts)
{
	/* a clause on the line, or under it */
	ck_assert_str_eq(words_in("Copyright (c) 2024 Zephyr. No sale.\n\nGo."),
			 "copyright 2024 zephyr no sale go");
	ck_assert_str_eq(words_in("Copyright (c) 2024 Zephyr\nThere is no sale.\n\nGo."),
			 "there is no sale go");
	ck_assert_str_eq(words_in("SPDX-FileCopyrightText: you must pay\nGo."),
			 "spdx filecopyrighttext you must pay go");
	/* a sentence that the wrapping broke here */
	ck_assert_str_eq(words_in("keep the above\ncopyright notice in it"),
			 "keep the above copyright notice in it");
	ck_assert_str_eq(
	    words_in("is what Zephyr gives out with\ngreat joy under the Zephyr terms,\nCopyright "
		     "(c) 2024 Zephyr"),
	    "is what zephyr gives out with great joy under the zephyr terms copyright 2024 zephyr");
	/* an item of a list */
	ck_assert_str_eq(words_in("first thing\n\n(c) Zephyr is a wind"),
			 "first thing c zephyr is a wind");
}
END_TEST

START_TEST(attack_homoglyphs_are_other_letters)
{
	/* U+043E looks like an o */
	ck_assert_str_eq(words_in("you may n\xD0\xBEt"), "you may n\xD0\xBEt");
}
END_TEST

START_TEST(words_know_their_place_in_the_file)
{
	static const struct {
		const char *bytes;
		size_t n, off, end;
	} cases[] = {
	    {"ab  second", 10, 4, 10},
	    {"\xEF\xBB\xBF"
	     "ab second",
	     12, 6, 12},
	    {"a\xE9 second", 9, 3, 9}, /* Windows-1252 */
	    {"\xFF\xFE"
	     "a\0 \0s\0e\0c\0",
	     12, 6, 12},                    /* UTF-16 */
	    {"\0a\0 \0s\0e\0c", 10, 4, 10}, /* the other order, without its mark */
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct words w = {0};

		(void)words_text(cases[i].bytes, cases[i].n, &w);
		ck_assert_uint_eq(w.n, 2);
		ck_assert_uint_eq(w.at[1].off, cases[i].off);
		ck_assert_uint_eq(w.at[1].end, cases[i].end);
		words_done(&w);
	}
}
END_TEST

START_TEST(flags_of_words)
{
	struct words w = {0};
	const char *s = "1. The <name of owner> may\n  (b) go [yyyy]";

	ck_assert_str_eq(words_text(s, strlen(s), &w), "1 the name of owner may b go yyyy");
	ck_assert_uint_eq(w.at[0].flags, WORD_LINE | WORD_MARK);
	ck_assert_uint_eq(w.at[1].flags, WORD_UPPER);
	ck_assert_uint_eq(w.at[2].flags, WORD_SLOT);
	ck_assert_uint_eq(w.at[5].flags, 0);
	ck_assert_uint_eq(w.at[6].flags, WORD_LINE | WORD_MARK);
	ck_assert_uint_eq(w.at[8].flags, WORD_SLOT);
	words_done(&w);
}
END_TEST

START_TEST(the_lexicon_is_sorted)
{
	/* the first and the last of each table are found, and nothing beside them */
	static const char *const turning[] = {"acceptable", "not", "written"};
	static const char *const clauses[] = {"academic", "license", "your"};

	for (size_t i = 0; i < 3; i++) {
		ck_assert(lexicon_turns(turning[i], strlen(turning[i])));
		ck_assert(lexicon_clause(clauses[i], strlen(clauses[i])));
	}
	ck_assert(!lexicon_turns("notes", 5) && !lexicon_turns("no ", 1 + 2) &&
		  lexicon_turns("note", 3));
	ck_assert_str_eq(lexicon_spelling("wilful", 6), "willful");
	ck_assert_ptr_null(lexicon_spelling("license", 7));
	ck_assert(lexicon_title("version", 7) && !lexicon_title("only", 4));
}
END_TEST

SUITE_MAIN("detect/words", what_does_not_count, copyright_lines_do_not_count,
	   what_only_looks_like_a_copyright_line_counts, attack_homoglyphs_are_other_letters,
	   words_know_their_place_in_the_file, flags_of_words, the_lexicon_is_sorted)
/* REUSE-IgnoreEnd */
