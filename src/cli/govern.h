/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the verbs that put something on record share: their common options, and saying it.
 */
#ifndef OW_CLI_GOVERN_H
#define OW_CLI_GOVERN_H

#include <owstore/govern.h>

#include "cli/cmd.h"

struct say_opts {
	struct opt_list keys;
	const char *reason, *until;
	bool withdraw, dry_run;
};

/* Their lines in an option table; `member` is a struct say_opts. */
#define OPT_SAY_KEY(T, member)                                                                     \
	{                                                                                          \
		.name = "key", .letter = 'k', OPT_INTO(LIST, T, member.keys), .arg = "NAME",       \
		.help = "an approver's key; may be repeated"                                       \
	}
#define OPT_SAY_REASON(T, member)                                                                  \
	{                                                                                          \
		.name = "reason", OPT_INTO(TEXT, T, member.reason), .arg = "TEXT",                 \
		.help = "why, for the record"                                                      \
	}
#define OPT_SAY_UNTIL(T, member)                                                                   \
	{                                                                                          \
		.name = "until", OPT_INTO(TEXT, T, member.until), .arg = "DATE",                   \
		.help = "the last day on which it holds"                                           \
	}
#define OPT_SAY_WITHDRAW(T, member)                                                                \
	{                                                                                          \
		.name = "withdraw", OPT_INTO(FLAG, T, member.withdraw),                            \
		.help = "take back what was said about the same"                                   \
	}
#define OPT_SAY_DRY_RUN(T, member)                                                                 \
	{                                                                                          \
		.name = "dry-run", .letter = 'n', OPT_INTO(FLAG, T, member.dry_run),               \
		.help = "check and say, change nothing"                                            \
	}

enum {
	SAY_NEEDS = NEEDS_STORE_DIR | NEEDS_TRUST | NEEDS_KEYS | NEEDS_PASSPHRASE,
	SAY_MAX = 64 /* statements of one command */
};

/* Read a date, a bare one as its first or last second; OW_E_USAGE that names the option. */
OW_MUST_USE int say_date(const char *option, const char *text, bool last, uint64_t *out,
			 struct ow_error *err);

/* The last option of these that was given although it belongs to another form of the verb is OW_E_USAGE. NULL ends. */
struct say_stray {
	const char *option;
	bool given;
};
OW_MUST_USE int say_without(const char *form, const struct say_stray *strays, struct ow_error *err);

/* Put n statements on record, with the reason and end of the options, and tell them. */
OW_MUST_USE int say(struct ctx *c, const struct say_opts *o, struct ow_statement *said, size_t n,
		    struct ow_error *err);

#endif
