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

START_TEST(references_have_three_forms)
{
	struct ow_error err = {0};
	struct ref r;

	ck_ok(ref_parse("org/name@1.0", &r, &err));
	ck_assert_int_eq(r.kind, REF_EXACT);
	ck_assert_str_eq(r.name, "org/name");
	ck_assert_str_eq(r.version, "1.0");
	ck_ok(ref_parse("org/name", &r, &err));
	ck_assert_int_eq(r.kind, REF_NAME);
	ck_ok(ref_parse("sha256:0123abcd", &r, &err));
	ck_assert_int_eq(r.kind, REF_DIGEST);
	ck_assert_str_eq(r.digits, "0123abcd");
}
END_TEST

START_TEST(attack_J09_digest_prefix_too_short)
{
	struct ow_error err = {0};
	struct ref r;

	ck_fails(ref_parse("sha256:abc", &r, &err), OW_E_USAGE);
	ck_fails(ref_parse("sha256:0123ABCD", &r, &err), OW_E_USAGE);
	ck_fails(ref_parse("a@b@", &r, &err), OW_E_USAGE);
	ck_fails(ref_parse("", &r, &err), OW_E_USAGE);
}
END_TEST

SUITE_MAIN("record/name", names_and_versions_are_narrow, references_have_three_forms,
	   attack_J09_digest_prefix_too_short)
