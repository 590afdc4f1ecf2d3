/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/time.h"
#include "cli/cmds.h"
#include "cli/govern.h"
#include "cli/verb.h"

OW_DEFINE_AUTO(struct ow_store *, ow_store_close)

struct fact_opts {
	struct say_opts say;
	const char *artifact, *component;
};

static const struct opt options[] = {
    {.name = "artifact",
     OPT_INTO(TEXT, struct fact_opts, artifact),
     .arg = "REF",
     .help = "facts of an artifact instead of a party"},
    {.name = "component",
     OPT_INTO(TEXT, struct fact_opts, component),
     .arg = "PATH",
     .help = "only of this file of it, or this role such as weights"},
    OPT_SAY_UNTIL(struct fact_opts, say),
    OPT_SAY_REASON(struct fact_opts, say),
    OPT_SAY_WITHDRAW(struct fact_opts, say),
    OPT_SAY_KEY(struct fact_opts, say),
    OPT_SAY_DRY_RUN(struct fact_opts, say),
    {0},
};

/* ---- listing -------------------------------------------------------------------------------------------- */

struct listing {
	struct json facts;
	struct table *table;
	const char *party; /* NULL: all */
	size_t n;
};

static int show(void *ctx, const struct ow_statement_row *row, struct ow_error *err)
{
	struct listing *l = ctx;
	char since[TIME_TEXT], until[TIME_TEXT];
	struct json one;

	(void)err;
	if (row->kind != OW_FACT || (l->party != NULL && strcmp(l->party, row->party) != 0))
		return 0;
	one = json_put_object(l->facts, NULL);
	if (row->artifact != NULL)
		table_text(l->table, one, "component", row->component);
	else
		table_text(l->table, one, "party", row->party);
	table_text(l->table, one, "key", row->key);
	table_text(l->table, one, "value", row->value);
	table_text(l->table, one, "signers", row->signers);
	json_put_text(one, "time", time_text(row->time, since));
	json_put_text(one, "valid_until",
		      row->valid_until == OW_NO_END ? NULL : time_text(row->valid_until, until));
	json_put_bool(one, "holds", row->holds);
	json_put_text(one, "reason", row->reason[0] == '\0' ? NULL : row->reason);
	json_put_id(one, "record", &row->record);
	table_cell(l->table, "%.10s", since);
	if (row->valid_until == OW_NO_END)
		table_cell(l->table, "-");
	else
		table_cell(l->table, "%.10s%s", until, row->holds ? "" : " (over)");
	l->n++;
	return 0;
}

static int list(struct ctx *c, const struct fact_opts *o, struct ow_error *err)
{
	const char *path = config_need(&c->config, SETTING_STORE, err);
	OW_AUTO(ow_store_close) struct ow_store *s = NULL;
	OW_AUTO(table_free)
	struct table *t = table_new(o->artifact != NULL ? "COMPONENT" : "PARTY", "KEY", "~VALUE",
				    "SIGNED BY", "SINCE", "UNTIL", NULL);
	struct listing l = {.facts = json_put_list(c->out.result, "facts"),
			    .table = t,
			    .party = c->n_args > 0 ? c->args[0] : NULL};

	if (path == NULL || ow_store_open(path, OW_STORE_READ, "fact", &c->events, &s, err) < 0 ||
	    ow_statement_list(s, o->artifact, verb_trust(c), &c->events, show, &l, err) < 0)
		return err->code;
	out_table(&c->out, t);
	if (l.n == 0)
		out_styled(&c->out, OUT_DIM, "no fact is on record");
	return 0;
}

/* Whoever names a key or a reason means to say something: what was left out is not to pass for done. */
static int check_listing(const struct fact_opts *o, struct ow_error *err)
{
	const struct say_stray strays[] = {
	    {"withdraw", o->say.withdraw},     {"until", o->say.until != NULL},
	    {"reason", o->say.reason != NULL}, {"key", o->say.keys.n > 0},
	    {"dry-run", o->say.dry_run},       {NULL, false}};

	if (say_without("a list of facts; name the KEY=VALUE, or with --withdraw the KEY", strays,
			err) < 0)
		return err_hint(err, "owstore fact PARTY KEY --withdraw --key NAME");
	return 0;
}

/* ---- saying --------------------------------------------------------------------------------------------- */

/* "key=value", split in a copy. */
static int split(char *text, bool value_too, struct ow_statement *out, struct ow_error *err)
{
	char *sign = strchr(text, '=');

	if (sign == NULL && !value_too) {
		out->key = text;
		out->value = "unknown";
		return 0;
	}
	if (sign == NULL || sign == text || sign[1] == '\0') {
		(void)err_set(err, OW_E_USAGE, "\"%s\" is not KEY=VALUE", text);
		return err_hint(err, "owstore fact organisation domicile=DE commercial=true --key "
				     "NAME");
	}
	*sign = '\0';
	out->key = text;
	out->value = sign + 1;
	return 0;
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct fact_opts *o = options_given;
	struct ow_statement said[SAY_MAX];
	size_t from = o->artifact == NULL ? 1 : 0, n = 0;
	OW_AUTO(arena_done) struct arena a = {0};

	if (c->n_args <= from)
		return check_listing(o, err) < 0 ? (int)err->code : list(c, o, err);
	for (size_t i = from; i < c->n_args; i++, n++) {
		size_t len = strlen(c->args[i]);
		char *copy = arena_array(&a, len + 1, 1, err);

		if (n == SAY_MAX)
			return err_set(err, OW_E_USAGE, "at most %d facts at once", SAY_MAX);
		if (copy == NULL)
			return err->code;
		memcpy(copy, c->args[i], len + 1);
		said[n] = ow_statement_of(OW_FACT);
		said[n].ref = o->artifact;
		said[n].component = o->component;
		said[n].party = from > 0 ? c->args[0] : NULL;
		if (split(copy, !o->say.withdraw, &said[n], err) < 0)
			return err->code;
	}
	return say(c, &o->say, said, n, err);
}

const struct cmd cmd_fact = {
    .name = "fact",
    .section = SECTION_POLICY,
    .summary = "list and record facts that decisions rest on",
    .synopsis = "[PARTY [KEY=VALUE...]] --key NAME",
    .max_args = ARGS_ANY,
    .about =
	"Without KEY=VALUE, lists what is on record: of all parties, of PARTY, or with --artifact "
	"of "
	"an artifact. Only what an approver of a trusted root has signed is shown and counts; the "
	"rest is warned of.\n\nPARTY is \"organisation\" (our own legal entity: id, commercial, "
	"domicile, revenue_usd_per_year, mau, maas_operator, affiliates), \"policy\" (this site: "
	"provenance_risk, screening_max_age_days, review_grace_days, promotion_by_word), or the id "
	"of a recipient as "
	"a "
	"root's destination has it (kind, commercial, purpose, domicile, screened, mau, "
	"revenue_usd_per_year, maas_operator). Of an artifact: modality, gated, upstream_notice, "
	"source_available, published, modified, terminated.\n\nKeys and values are those of "
	"scenario "
	"files; lists and maps are written as there, [a, b] and {2024-07-23: 900, default: 10}. "
	"What "
	"is not on record is unknown. With --withdraw a KEY needs no value: what was said of it is "
	"taken back, and it is unknown again. A fact with --until is unknown afterwards.",
    .options = options,
    .options_size = sizeof(struct fact_opts),
    .needs = SAY_NEEDS,
    .examples = {{"owstore fact", "what is on record"},
		 {"owstore fact organisation domicile=DE commercial=true mau=20000 --key ann "
		  "--reason 'annual report 2025'",
		  "about ourselves"},
		 {"owstore fact site-b kind=company domicile=FR screened=2026-11-01 --key ann",
		  "about a recipient"},
		 {"owstore fact --artifact org/model@1 modality=multimodal --key ann",
		  "about an artifact"},
		 {"owstore fact site-b screened --withdraw --key ann", "no longer"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_E_STALE, OW_E_BUSY, OW_OK},
    .also = (const char *const[]){"decide", "approve", "review", NULL},
    .run = run,
};
