/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <owstore/govern.h>

#include "base/err.h"
#include "base/time.h"
#include "cli/cmds.h"
#include "cli/licenses.h"
#include "cli/verb.h"

struct review_opts {
	uint64_t due;
	struct opt_list licenses;
};

static const struct review_opts defaults = {.due = 30};

static const struct opt options[] = {
    {.name = "due",
     OPT_INTO(U64, struct review_opts, due),
     .arg = "DAYS",
     .help = "what falls due within so many days, and what is over (default: 30)"},
    OPT_LICENSES(struct review_opts, licenses),
    {0},
};

struct listing {
	struct json list;
	struct table *table;
	size_t n;
};

static int show(void *ctx, const struct ow_due_row *row, struct ow_error *err)
{
	struct listing *l = ctx;
	struct json one = json_put_object(l->list, NULL);
	char due[TIME_TEXT];

	(void)err;
	json_put_text(one, "due", time_text(row->due, due));
	table_cell(l->table, "%.10s", due);
	table_text(l->table, one, "what", row->what);
	table_text(l->table, one, "artifact", row->artifact);
	table_text(l->table, one, "text", row->line);
	table_text(l->table, one, "next", row->next);
	l->n++;
	return 0;
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct review_opts *o = options_given;
	OW_AUTO(ow_licenses_close) struct ow_licenses *known = NULL;
	OW_AUTO(table_free)
	struct table *t = table_new("DUE", "WHAT", "~ARTIFACT", "~OF", "_NEXT", NULL);
	struct listing l = {.list = json_put_list(c->out.result, "due"), .table = t};

	if (licenses_take(c, &o->licenses, &known, err) < 0 ||
	    ow_review_list(c->store, o->due, verb_trust(c), known, &c->events, show, &l, err) < 0)
		return err->code;
	out_table(&c->out, t);
	if (l.n == 0)
		out_styled(&c->out, OUT_DIM, "nothing falls due within %llu day%s",
			   (unsigned long long)o->due, PLURAL(o->due));
	return 0;
}

const struct cmd cmd_review = {
    .name = "review",
    .section = SECTION_POLICY,
    .summary = "list approvals, facts and licences that fall due next",
    .synopsis = "",
    .max_args = 0,
    .about =
	"Lists by date what ends within --due days, and what is over: approvals, waivers, "
	"agreements, facts and every other statement with an end; screenings of recipients, by "
	"the age that site policy allows; and the licence of each promoted artifact, to be "
	"looked at again after 90 days where its profile is of low confidence, 180 where it "
	"restricts use, 365 where it is permissive. Also what an approver said who has left the "
	"root, until another says it again: nothing is decided that it may forbid. NEXT is the "
	"command that says it again.",
    .options = options,
    .options_size = sizeof(struct review_opts),
    .defaults = &defaults,
    .needs = NEEDS_STORE_READ | NEEDS_TRUST,
    .examples = {{"owstore review", "what falls due within a month"},
		 {"owstore review --due 365 --json", "within a year, for programs"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_OK},
    .also = (const char *const[]){"approve", "fact", "decide", NULL},
    .run = run,
};
