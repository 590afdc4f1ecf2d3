/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "policy/expr.h"
#include "support/support.h"

static void parses_as(const char *text, const char *want)
{
	OW_AUTO(arena_done) struct arena a = {0};
	struct ow_error err;
	struct expr e;

	ck_ok(expr_parse(text, &e, &err));
	ck_assert_str_eq(expr_text(&e, &a), want);
}

static void fails(const char *text, const char *want)
{
	struct ow_error err;
	struct expr e;

	ck_fails(expr_parse(text, &e, &err), OW_E_FORMAT);
	ck_assert_msg(strstr(err.text, want) != NULL, "%s", err.text);
}

START_TEST(expressions_come_out_as_the_ways_to_meet_them)
{
	static const char *const table[][2] = {
	    {"MIT", "MIT"},
	    {"  MIT  ", "MIT"},
	    {"Apache-2.0+", "Apache-2.0+"},
	    {"MIT AND Apache-2.0", "MIT AND Apache-2.0"},
	    {"MIT and mit", "MIT"},
	    {"MIT OR Apache-2.0", "MIT OR Apache-2.0"},
	    {"MIT or MIT AND Apache-2.0", "MIT"},
	    {"A AND B OR C", "(A AND B) OR C"},
	    {"A AND (B OR C)", "(A AND B) OR (A AND C)"},
	    {"(A OR B) AND (C OR D)", "(A AND C) OR (A AND D) OR (B AND C) OR (B AND D)"},
	    {"((A))", "A"},
	    {"GPL-3.0-only WITH GCC-exception-3.1", "GPL-3.0-only WITH GCC-exception-3.1"},
	    {"A OR B WITH C AND D", "A OR (B WITH C AND D)"},
	    {"GPL-2.0-only with AdditionRef-x", "GPL-2.0-only WITH AdditionRef-x"},
	    {"DocumentRef-doc:LicenseRef-x", "DocumentRef-doc:LicenseRef-x"},
	    {"NONE", "NONE"},
	    {"NOASSERTION", "NOASSERTION"},
	    {"ANDroid", "ANDroid"},
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		parses_as(table[i][0], table[i][1]);
}
END_TEST

START_TEST(what_is_no_expression_is_refused_with_its_byte)
{
	static const char *const table[][2] = {
	    {"", "a licence is expected at byte 1"},
	    {"  ", "a licence is expected"},
	    {"AND", "a licence is expected at byte 1"},
	    {"MIT AND", "a licence is expected at byte 8"},
	    {"MIT Apache-2.0", "AND or OR is expected at byte 5"},
	    {"MIT And Apache-2.0", "AND or OR is expected"},
	    {"(MIT", "'(' without ')'"},
	    {"MIT)", "')' without '('"},
	    {"()", "a licence is expected"},
	    {"MIT WITH", "a licence is expected"},
	    {"MIT (Apache-2.0)", "AND or OR is expected"},
	    {"MIT/Apache-2.0", "AND or OR is expected"},
	    {"LicenseRef-x+", "'+' behind a LicenseRef"},
	    {"DocumentRef-x:MIT", "not a DocumentRef"},
	    {"DocumentRef-:LicenseRef-x", "not a DocumentRef"},
	    {"DocumentRef-x:LicenseRef-", "not a DocumentRef"},
	    {"NONE AND MIT", "NONE or NOASSERTION"},
	    {"MIT OR NOASSERTION", "NONE or NOASSERTION"},
	    {"MIT\nAND MIT", "AND or OR is expected"},
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		fails(table[i][0], table[i][1]);
}
END_TEST

START_TEST(limits_hold_at_the_limit_and_one_past_it)
{
	char text[EXPR_TEXT_MAX + 64] = "";
	struct ow_error err;
	struct expr e;
	size_t n = 0;

	for (int i = 0; i < EXPR_LEAVES_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%sL%d", i > 0 ? " AND " : "", i);
	ck_ok(expr_parse(text, &e, &err));
	(void)snprintf(text + n, sizeof text - n, " AND more");
	fails(text, "too many licences");

	/* 2^6 ways are all that fit */
	(void)snprintf(text, sizeof text,
		       "(a OR b) AND (c OR d) AND (e OR f) AND (g OR h) AND (i OR j) AND (k OR l)");
	ck_ok(expr_parse(text, &e, &err));
	ck_assert_uint_eq(e.n_ways, EXPR_WAYS_MAX);
	(void)snprintf(text + strlen(text), 32, " AND (m OR n)");
	fails(text, "too many alternatives");

	memset(text, 'x', EXPR_ID_MAX);
	text[EXPR_ID_MAX - 1] = '\0';
	ck_ok(expr_parse(text, &e, &err));
	text[EXPR_ID_MAX - 1] = 'x';
	text[EXPR_ID_MAX] = '\0';
	fails(text, "too long");

	memset(text, ' ', EXPR_TEXT_MAX);
	text[0] = 'A';
	text[EXPR_TEXT_MAX] = '\0';
	ck_ok(expr_parse(text, &e, &err));
	text[EXPR_TEXT_MAX] = ' ';
	text[EXPR_TEXT_MAX + 1] = '\0';
	fails(text, "more than 1024 bytes");

	memset(text, '(', 1000);
	text[1000] = '\0';
	fails(text, "nested too deeply");
}
END_TEST

START_TEST(the_same_in_other_words_is_the_same)
{
	static const struct {
		const char *a, *b;
		bool same, elects;
	} table[] = {
	    {"A OR B", "b or a", true, true},
	    {"A AND (B OR C)", "C AND A OR B AND A", true, true},
	    {"A OR B", "A", false, true},
	    {"A OR B", "C", false, false},
	    {"A OR B OR C", "C OR A", false, true},
	    {"A", "A+", false, false},
	    {"A AND B", "A", false, false},
	    {"A WITH X", "A", false, false},
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct ow_error err;
		struct expr a, b;

		ck_ok(expr_parse(table[i].a, &a, &err));
		ck_ok(expr_parse(table[i].b, &b, &err));
		ck_assert_int_eq(expr_same(&a, &b), table[i].same);
		ck_assert_int_eq(expr_elects(&a, &b), table[i].elects);
	}
}
END_TEST

START_TEST(a_word_holds_what_was_concluded_of_parts)
{
	static const struct {
		const char *whole, *part;
		bool holds;
	} table[] = {
	    {"A", "A", true},
	    {"A AND B", "A", true},
	    {"A", "A AND B", false},
	    {"A", "A OR B", true},
	    {"A OR B", "A", false},
	    {"A OR B", "B OR A OR C", true},
	    {"A", "a", true},
	    {"A", "A+", false},
	    {"A WITH X", "A", false},
	    {"(A OR B) AND C", "C", true},
	    {"(A OR B) AND C", "A OR B", true},
	    {"B", "A", false},
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct ow_error err;
		struct expr whole, part;

		ck_ok(expr_parse(table[i].whole, &whole, &err));
		ck_ok(expr_parse(table[i].part, &part, &err));
		ck_assert_msg(expr_holds(&whole, &part) == table[i].holds, "%s holds %s",
			      table[i].whole, table[i].part);
	}
}
END_TEST

SUITE_MAIN("policy/expr", expressions_come_out_as_the_ways_to_meet_them,
	   what_is_no_expression_is_refused_with_its_byte, limits_hold_at_the_limit_and_one_past_it,
	   the_same_in_other_words_is_the_same, a_word_holds_what_was_concluded_of_parts)
