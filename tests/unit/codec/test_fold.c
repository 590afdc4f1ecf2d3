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

SUITE_MAIN("codec/fold", names_that_some_file_systems_take_for_the_same, broken_utf8_is_refused)
