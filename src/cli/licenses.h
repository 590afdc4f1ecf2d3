/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the verbs about licences and decisions share.
 */
#ifndef OW_CLI_LICENSES_H
#define OW_CLI_LICENSES_H

#include <owstore/policy.h>

#include "base/auto.h"
#include "cli/cmd.h"

OW_DEFINE_AUTO(struct ow_licenses *, ow_licenses_close)
OW_DEFINE_AUTO(struct ow_decision *, ow_decision_free)

/* The line of --licenses in an option table. */
#define OPT_LICENSES(T, member)                                                                    \
	{                                                                                          \
		.name = "licenses", OPT_INTO(LIST, T, member), .arg = "DIR",                       \
		.help = "profiles that add to the built-in ones or replace them, instead of "      \
			"/etc/owstore/licenses.d; may be repeated"                                 \
	}

/* The profiles of these folders, with a warning that nothing is moved or sent by them; without any the site's. */
OW_MUST_USE int licenses_take(struct ctx *c, const struct opt_list *folders,
			      struct ow_licenses **out, struct ow_error *err);

/* Print a decision, and fill the JSON result with it. */
void decision_show(struct ctx *c, const struct ow_decision *d);

/* The commands that supply what a decision about an artifact lacks, as the last paragraph and as the list "next".
 * False: there are none.
 */
bool decision_next(struct ctx *c, const char *ref, const struct ow_decision *d);

/* Its verdict as an error: OW_E_POLICY for block, OW_E_UNCHECKED for review, else 0. */
OW_MUST_USE int decision_error(const struct ow_decision *d, struct ow_error *err);

/* One paragraph, filled to 80 columns from column `indent` on. */
void say_filled(struct ctx *c, size_t indent, const char *fmt, ...) OW_PRINTF(3, 4);

#endif
