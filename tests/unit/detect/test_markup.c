/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "makers.h"

START_TEST(markup_of_running_text_is_no_word)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
	    {"<b>You</b> may<br/>go", "you may go"},
	    {"<p align=\"center\">You</p><p>go</p>", "you go"},
	    {"n<b>o</b>t", "not"},
	    {"You &amp; I&rsquo;ll &copy; &#8220;go&#8221; &#x2014; now",
	     "you i ll copyright go now"},
	    {"caf&#233; n&shy;ot", "cafe not"},
	    {"[the terms](https://example.org/terms) hold", "the terms hold"},
	    {"[terms](https://example.org/long-\nname) hold", "terms hold"},
	    {"| a | b |\n| --- | --- |", "a b"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_str_eq(words_in(cases[i].text), cases[i].words);
}
END_TEST

START_TEST(what_only_looks_like_markup_stays)
{
	ck_assert_str_eq(words_in("<name of owner> <year>"), "name of owner year");
	ck_assert_str_eq(words_in("<https://example.org/>"), "example org");
	ck_assert_str_eq(words_in("a < b &amp b &nothing; &#1; &#55555;"),
			 "a b amp b nothing 1 55555");
	ck_assert_str_eq(words_in("<b unclosed"), "b unclosed");
}
END_TEST

START_TEST(attack_nothing_hides_in_markup_of_a_text_file)
{
	ck_assert_str_eq(words_in("go <!-- but not there -->"), "go but not there");
	ck_assert_str_eq(words_in("go [on](but not there)"), "go on but not there");
	ck_assert_str_eq(words_in("go <a you must not use this for any gain>on</a>"),
			 "go a you must not use this for any gain on");
	ck_assert_str_eq(words_in("go <script>but not there</script>"),
			 "go script but not there script");
}
END_TEST

START_TEST(a_page_loses_what_is_not_shown)
{
	const char *page =
	    "<?xml version=\"1.0\"?>\n<!-- saved -->\n<!DOCTYPE html><html><head><title>T</title>"
	    "<style>p { x: y }</style></head><body><script>var a = '<p>';</script>"
	    "<p>You may</p><!-- not --><custom-tag>go</custom-tag></body></html>";
	struct plain t = {0};
	struct ow_error err = {0};

	ck_assert_str_eq(words_in(page), "you may go");
	ck_ok(plain_read(page, strlen(page), &t, &err));
	ck_assert(markup_clean(t.text.p, t.text.n));
	plain_done(&t);
	ck_assert_str_eq(words_in("<html><script>never closed"), "");
	ck_assert_str_eq(words_in("<html><!-- never closed"), "");
}
END_TEST

SUITE_MAIN("detect/markup", markup_of_running_text_is_no_word, what_only_looks_like_markup_stays,
	   attack_nothing_hides_in_markup_of_a_text_file, a_page_loses_what_is_not_shown)
