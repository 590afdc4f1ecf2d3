/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "store/licence.h"
#include "support/support.h"

START_TEST(ids_are_their_own_folder)
{
	static const char *const ids[] = {"MIT", "Apache-2.0", "GPL-3.0+", "0BSD", "unsorted"};
	struct ow_error err;
	char out[LICENCE_FOLDER];

	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		ck_ok(licence_folder(ids[i], out, &err));
		ck_assert_str_eq(out, ids[i]);
	}
}
END_TEST

START_TEST(expressions_get_a_digest)
{
	struct ow_error err;
	char out[LICENCE_FOLDER], other[LICENCE_FOLDER];

	ck_ok(licence_folder("MIT OR Apache-2.0", out, &err));
	/* printf '%s' 'MIT OR Apache-2.0' | sha256sum */
	ck_assert_str_eq(out, "expr-db11fec99467");
	ck_assert(licence_folder_ok(out));
	/* a text that looks like such a folder must not name the folder of another expression */
	ck_ok(licence_folder(out, other, &err));
	ck_assert_str_ne(out, other);
	ck_fails(licence_folder("", out, &err), OW_E_USAGE);
}
END_TEST

START_TEST(folder_names_cannot_lead_elsewhere)
{
	static const char *const bad[] = {"",    ".",   "..",  ".git",     "-x",
					  "a/b", "a b", "a\n", "\xc3\xa9", "a_b"};
	char name[LICENCE_FOLDER + 1];

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(!licence_folder_ok(bad[i]), "%s", bad[i]);
	memset(name, 'a', sizeof name);
	name[LICENCE_FOLDER - 1] = '\0';
	ck_assert(licence_folder_ok(name)); /* 64 */
	name[LICENCE_FOLDER - 1] = 'a';
	name[LICENCE_FOLDER] = '\0';
	ck_assert(!licence_folder_ok(name)); /* 65 */
}
END_TEST

SUITE_MAIN("store/licence", ids_are_their_own_folder, expressions_get_a_digest,
	   folder_names_cannot_lead_elsewhere)
