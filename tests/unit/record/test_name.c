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

SUITE_MAIN("record/name", names_and_versions_are_narrow)
