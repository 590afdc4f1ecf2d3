/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/hex.h"
#include "codec/gitid.h"
#include "support/support.h"

START_TEST(known_answers)
{
	/* as `git hash-object` prints them */
	static const struct {
		const char *text, *id;
	} cases[] = {
	    {"", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"},
	    {"hello\n", "ce013625030ba8dba906f756967f9e9ca394464a"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		OW_AUTO(gitid_free) struct gitid *g = NULL;
		struct ow_error err;
		uint8_t id[GITID_SIZE];
		char hex[2 * GITID_SIZE + 1];

		ck_ok(gitid_new(strlen(cases[i].text), &g, &err));
		ck_ok(gitid_update(g, cases[i].text, strlen(cases[i].text), &err));
		ck_ok(gitid_final(g, id, &err));
		hex_encode(id, sizeof id, hex);
		ck_assert_str_eq(hex, cases[i].id);
	}
}
END_TEST

SUITE_MAIN("codec/gitid", known_answers)
