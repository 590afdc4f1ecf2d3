/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What to do next: every error that reaches a person says it.
 */
#include <string.h>

#include "base/err.h"
#include "cli/status.h"
#include "support/support.h"

static const struct cmd verb = {.name = "promote"};

START_TEST(every_error_says_what_to_do_next)
{
	enum ow_code codes[STATUS_MAX];
	size_t n = status_of(NULL, codes);

	ck_assert_uint_eq(n, STATUS_MAX);
	for (size_t i = 0; i < n; i++) {
		struct ow_error err = {0};

		if (codes[i] != OW_OK)
			(void)err_set(&err, codes[i], "something");
		status_advise(&verb, &err);
		ck_assert_int_eq(err.hint[0] != '\0', codes[i] != OW_OK);
	}
}
END_TEST

START_TEST(a_hint_of_its_own_stands)
{
	struct ow_error err = {0};

	(void)err_set(&err, OW_E_POLICY, "not allowed");
	(void)err_hint(&err, "ask for approval");
	status_advise(&verb, &err);
	ck_assert_str_eq(err.hint, "ask for approval");
}
END_TEST

START_TEST(where_nothing_is_better_the_page_of_the_verb_is_named)
{
	struct ow_error err = {0};

	(void)err_set(&err, OW_E_USAGE, "makes no sense");
	status_advise(&verb, &err);
	ck_assert_str_eq(err.hint, "owstore help promote");
}
END_TEST

SUITE_MAIN("cli/status", every_error_says_what_to_do_next, a_hint_of_its_own_stands,
	   where_nothing_is_better_the_page_of_the_verb_is_named)
