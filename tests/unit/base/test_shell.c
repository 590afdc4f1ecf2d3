/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/shell.h"
#include "support/support.h"

START_TEST(a_word_stays_one_word)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {"org/model@1", "org/model@1"},
	    {"", "''"},
	    {"MIT OR Apache-2.0", "'MIT OR Apache-2.0'"},
	    {"a'; rm -r ~; '", "'a'\\''; rm -r ~; '\\'''"},
	    {"$(id)\n`id`", "'$(id)\n`id`'"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		OW_AUTO(buf_done) struct buf b = {0};

		shell_word(&b, cases[i].in, strlen(cases[i].in));
		ck_assert_str_eq(buf_str(&b), cases[i].out);
	}
}
END_TEST

SUITE_MAIN("base/shell", a_word_stays_one_word)
