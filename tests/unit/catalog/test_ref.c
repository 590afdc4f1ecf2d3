/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "catalog/catalog.h"
#include "support/support.h"

START_TEST(name_and_version)
{
	struct catalog_ref r;
	struct ow_error err;

	ck_ok(catalog_ref_parse("org/name@1.0", &r, &err));
	ck_assert_int_eq(r.kind, REF_VERSION);
	ck_assert_str_eq(r.name, "org/name");
	ck_assert_str_eq(r.version, "1.0");
	ck_ok(catalog_ref_parse("org/na@me@1", &r, &err));
	ck_assert_str_eq(r.name, "org/na@me");
	ck_ok(catalog_ref_parse("org/name", &r, &err));
	ck_assert_int_eq(r.kind, REF_NAME);
	ck_assert_str_eq(r.name, "org/name");
}
END_TEST

START_TEST(id_prefix_is_a_range)
{
	struct catalog_ref r;
	struct ow_error err;
	char hex[OW_ID_HEX], text[80] = "sha256:";

	ck_ok(catalog_ref_parse("sha256:9f2c41ab7", &r, &err));
	ck_assert_int_eq(r.kind, REF_ID);
	ck_assert_str_eq(ow_id_hex(&r.low, hex),
			 "9f2c41ab70000000000000000000000000000000000000000000000000000000");
	ck_assert_str_eq(ow_id_hex(&r.high, hex),
			 "9f2c41ab7fffffffffffffffffffffffffffffffffffffffffffffffffffffff");
	memset(text + 7, 'a', 64);
	text[71] = '\0';
	ck_ok(catalog_ref_parse(text, &r, &err));
	ck_assert(ow_id_equal(&r.low, &r.high));
}
END_TEST

START_TEST(what_is_none_is_refused)
{
	static const char *const bad[] = {
	    "", "@1", "name@", "sha256:1234567", "sha256:1234567G", "sha256:1234567A"};
	struct catalog_ref r = {.kind = REF_ID};
	struct ow_error err;
	char text[600] = "sha256:";

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_fails(catalog_ref_parse(bad[i], &r, &err), OW_E_USAGE);
	memset(text + 7, 'a', 65);
	ck_fails(catalog_ref_parse(text, &r, &err), OW_E_USAGE);
	memset(text, 'a', 256);
	ck_fails(catalog_ref_parse(text, &r, &err), OW_E_USAGE);
	text[255] = '\0';
	ck_ok(catalog_ref_parse(text, &r, &err));
}
END_TEST

SUITE_MAIN("catalog/ref", name_and_version, id_prefix_is_a_range, what_is_none_is_refused)
