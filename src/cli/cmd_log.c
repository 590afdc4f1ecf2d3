/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The ledger: shown, and checked.
 */
#include <string.h>

#include <owstore/ledger.h>

#include "base/err.h"
#include "base/time.h"
#include "cli/cmd.h"
#include "cli/cmds.h"

struct log_opts {
	uint64_t from;
};

static const struct opt options[] = {
    {.name = "from", OPT_INTO(U64, struct log_opts, from), .arg = "N", .help = "begin at entry N"},
    {0},
};

struct showing {
	struct ctx *c;
	struct json entries;
};

static int show(void *ctx, const struct ow_ledger_row *row, struct ow_error *err)
{
	struct showing *s = ctx;
	struct json one = json_put_object(s->entries, NULL), digests;
	char when[TIME_TEXT];

	(void)err;
	json_put_u64(one, "n", row->n);
	json_put_text(one, "clock", time_text(row->clock, when));
	json_put_text(one, "actor", row->actor);
	json_put_text(one, "command", row->command);
	json_put_text(one, "outcome", row->outcome);
	json_put_text(one, "text", row->text[0] != '\0' ? row->text : NULL);
	digests = json_put_list(one, "digests");
	for (size_t i = 0; i < row->n_digests; i++)
		json_put_id(digests, NULL, &row->digests[i]);
	out_line(&s->c->out, "%6llu  %s  %-9s %-7s %s%s%s", (unsigned long long)row->n, when,
		 row->command, row->outcome, row->actor, row->text[0] != '\0' ? ": " : "",
		 row->text);
	return 0;
}

static int run_log(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct log_opts *o = options_given;
	struct showing s = {c, json_put_list(c->out.result, "entries")};

	return ow_ledger_list(c->store, o->from, show, &s, err);
}

const struct cmd cmd_log = {
    .name = "log",
    .section = SECTION_LOOK,
    .summary = "show the ledger of every change",
    .synopsis = "",
    .about = "Prints who did what, when, and how it ended. Each change is entered before it shows "
	     "(begun) and after "
	     "it is durable (done). Entries are checked against their chain while they are read.",
    .options = options,
    .options_size = sizeof(struct log_opts),
    .needs = NEEDS_STORE_READ,
    .examples = {{"owstore log", "all of it"},
		 {"owstore log --from 100 --json", "from entry 100 on, for programs"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_OK},
    .also = (const char *const[]){"audit verify", "show", NULL},
    .run = run_log,
};

static int run_audit(struct ctx *c, const void *options_given, struct ow_error *err)
{
	struct ow_audit audit = {0};
	char id[OW_ID_TEXT];
	int r = ow_audit_verify(c->store, &c->events, &audit, err);

	(void)options_given;
	c->out.keep_result = true;
	json_put_u64(c->out.result, "entries", audit.entries);
	json_put_id(c->out.result, "head", &audit.head);
	json_put_bool(c->out.result, "torn", audit.torn);
	if (r < 0) {
		json_put_u64(c->out.result, "bad_entry", audit.bad_entry);
		return r;
	}
	out_styled(&c->out, OUT_GOOD, "The ledger holds: %llu entries",
		   (unsigned long long)audit.entries);
	if (audit.entries > 0)
		out_line(&c->out, "Last entry: %s", ow_id_text(&audit.head, id));
	if (audit.torn)
		out_line(
		    &c->out,
		    "The last entry was cut short by a crash; the next change tidies that up.");
	return 0;
}

const struct cmd cmd_audit_verify = {
    .name = "audit verify",
    .section = SECTION_CARE,
    .summary = "check the ledger's chain from the first entry to the last",
    .synopsis = "",
    .about = "Reads every entry and checks that each carries the digest of the one before it, with "
	     "no number missing. "
	     "The first entry that is wrong is named. What the chain cannot show is that its end "
	     "was cut off: keep the "
	     "digest of the last entry elsewhere and compare.",
    .needs = NEEDS_STORE_READ,
    .examples = {{"owstore audit verify", "check it"},
		 {"owstore audit verify --json", "the same for programs"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_OK},
    .also = (const char *const[]){"log", "fsck", NULL},
    .run = run_audit,
};
