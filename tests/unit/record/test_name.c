/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "record/name.h"
#include "support/support.h"

START_TEST(names_and_versions_are_narrow)
{
	static const char *const good[] = {"a", "HuggingFaceTB/SmolLM2-135M-Instruct", "a/b/c/d",
					   "x.y_z-1"};
	static const char *const bad[] = {"",       "/a",   "a/",      "a//b", "a/b/c/d/e",
					  ".a",     "a.",   "a b",     "a@b",  "-a",
					  "a/../b", "a\nb", "\xc3\xbc"};

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		ck_assert_msg(name_ok(good[i]), "%s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(!name_ok(bad[i]), "%s", bad[i]);
	ck_assert(version_ok("1"));
	ck_assert(version_ok("2.0.1+cu12"));
	ck_assert(!version_ok(""));
	ck_assert(!version_ok("1/2"));
}
END_TEST

START_TEST(an_upstream_has_a_name_of_its_own)
{
	static const struct {
		const char *upstream, *name;
	} cases[] = {{"hf:org/model@0123abcd", "org/model"},
		     {"hf:org/model", "org/model"},
		     {"hf:a@b:c", "a"},
		     {"hf:@0123", ""},
		     {"hf:", ""},
		     {"model@1", ""},
		     {"a@b:c", "c"},
		     {"", ""}};
	char name[NAME_CAP], longest[NAME_CAP + 3];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		ck_assert_int_eq(name_of_upstream(cases[i].upstream, name),
				 cases[i].name[0] != '\0');
		ck_assert_str_eq(name, cases[i].name);
	}
	memset(longest, 'x', sizeof longest);
	longest[2] = ':';
	longest[sizeof longest - 1] = '\0';
	ck_assert(name_of_upstream(longest, name));
	ck_assert_uint_eq(strlen(name), NAME_CAP - 1);
	ck_assert(!name_of_upstream(memcpy(longest, "x:x", 3), name));
}
END_TEST

SUITE_MAIN("record/name", names_and_versions_are_narrow, an_upstream_has_a_name_of_its_own)
