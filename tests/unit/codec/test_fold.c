/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/auto.h"
#include "codec/fold.h"
#include "support/support.h"

START_TEST(names_that_some_file_systems_take_for_the_same)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
	    {"Model.GGUF", "model.gguf", true},
	    {"stra\xc3\x9f"
	     "e",
	     "STRASSE", true},
	    {"u\xcc\x88"
	     "ber",
	     "\xc3\x9c"
	     "BER",
	     true},
	    {"a", "b", false},
	    {"a b", "a_b", false},
	    {"\xce\xa3", "\xcf\x83", true},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct ow_error err = {0};
		OW_AUTO(mem_free) char *a = fold_name(cases[i].a, &err);
		OW_AUTO(mem_free) char *b = fold_name(cases[i].b, &err);

		ck_assert(a != NULL && b != NULL);
		ck_assert_msg((strcmp(a, b) == 0) == cases[i].same, "%s, %s", a, b);
	}
}
END_TEST

START_TEST(broken_utf8_is_refused)
{
	struct ow_error err = {0};

	ck_assert_ptr_null(fold_name("\xff", &err));
	ck_assert_int_eq(err.code, OW_E_FORMAT);
}
END_TEST

START_TEST(characters_that_readers_take_for_letters)
{
	static const struct {
		uint32_t code_point;
		int n;
		uint32_t letters[2];
	} cases[] = {
	    {'A', 1, {'a', 0}},      {'7', 1, {'7', 0}},
	    {0xC9, 1, {'e', 0}},                        /* e with acute accent */
	    {0xDF, 2, {'s', 's'}},                      /* sharp s */
	    {0xFB01, 2, {'f', 'i'}},                    /* ligature */
	    {0xFF13, 1, {'3', 0}},                      /* full width */
	    {0x43E, 1, {0x43E, 0}},                     /* Cyrillic o is not a Latin one */
	    {0x301, 0, {0}},                            /* combining accent */
	    {0x200B, 0, {0}},                           /* zero width space */
	    {0xAD, 0, {0}},                             /* soft hyphen */
	    {' ', -1, {0}},          {0x2014, -1, {0}}, /* dash */
	    {0x1F600, -1, {0}},                         /* a face */
	    {0x110000, -1, {0}},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint32_t out[FOLD_CHAR_MAX] = {0};
		int n = fold_char(cases[i].code_point, out);

		ck_assert_msg((n < 0) == (cases[i].n < 0) && (n < 0 || n == cases[i].n),
			      "U+%04X: %d", cases[i].code_point, n);
		for (int k = 0; k < n; k++)
			ck_assert_uint_eq(out[k], cases[i].letters[k]);
	}
}
END_TEST

SUITE_MAIN("codec/fold", names_that_some_file_systems_take_for_the_same, broken_utf8_is_refused,
	   characters_that_readers_take_for_letters)
