/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <owstore/trust.h>

#include "base/err.h"
#include "base/time.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/table.h"
#include "cli/verb.h"

/* ---- trust init ------------------------------------------------------------------------------------------ */

struct init_opts {
	const char *root, *fingerprint;
	bool dry_run;
};

static const struct opt init_options[] = {
    {.name = "root",
     OPT_INTO(TEXT, struct init_opts, root),
     .arg = "PATH",
     .help = "a root's file, a bundle, or a medium"},
    {.name = "fingerprint",
     OPT_INTO(TEXT, struct init_opts, fingerprint),
     .arg = "HEX",
     .help = "all 64 digits, from a person and not from the medium"},
    OPT_DRY_RUN(struct init_opts),
    {0},
};

static int run_init(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct init_opts *o = options_given;
	struct ow_trust_opts opts = {.trust = verb_trust(c),
				     .path = o->root,
				     .fingerprint = o->fingerprint,
				     .dry_run = o->dry_run};
	struct ow_trusted t;
	char when[TIME_TEXT], id[OW_ID_TEXT];

	if (o->root == NULL || o->fingerprint == NULL) {
		(void)err_set(err, OW_E_USAGE, "trust init needs --root and --fingerprint");
		return err_hint(err, "owstore trust init --root PATH --fingerprint HEX; \"owstore "
				     "root show PATH\" shows what a "
				     "medium carries");
	}
	if (ow_trust_init(&opts, &t, err) < 0)
		return err->code;
	json_put_text(c->out.result, "origin", t.origin);
	json_put_id(c->out.result, "anchor", &t.anchor);
	json_put_u64(c->out.result, "anchor_version", t.anchor_version);
	json_put_u64(c->out.result, "version", t.newest_version);
	json_put_text(c->out.result, "not_after",
		      t.not_after == 0 ? NULL : time_text(t.not_after, when));
	json_put_bool(c->out.result, "already", t.already);
	out_styled(&c->out, OUT_GOOD,
		   t.already    ? "%s was trusted already."
		   : o->dry_run ? "Would trust %s from now on."
				: "%s is trusted from now on.",
		   t.origin);
	out_line(&c->out, "  from root version %llu, %s", (unsigned long long)t.anchor_version,
		 ow_id_text(&t.anchor, id));
	if (t.newest_version != t.anchor_version)
		out_line(&c->out, "  now at version %llu, which follows from it",
			 (unsigned long long)t.newest_version);
	if (t.not_after != 0)
		out_line(&c->out, "  until %s", time_text(t.not_after, when));
	verb_dry_run(c, o->dry_run);
	if (!o->dry_run)
		out_line(&c->out, "Next: owstore verify PATH");
	return 0;
}

const struct cmd cmd_trust_init = {
    .name = "trust init",
    .section = SECTION_KEYS,
    .summary = "begin to trust an origin by the fingerprint of its root",
    .synopsis = "--root PATH --fingerprint HEX",
    .about = "Looks for the root with this fingerprint at PATH and up to two folders below, and "
	     "trusts its origin from now "
	     "on. The fingerprint must come on another way than the medium: on paper, by voice, "
	     "from somebody you know. "
	     "Spaces, dashes and colons between the digits are fine; fewer than 64 digits are not.",
    .options = init_options,
    .options_size = sizeof(struct init_opts),
    .needs = NEEDS_TRUST,
    .examples =
	{{"owstore trust init --root /media/stick --fingerprint '1f3a5b7c 9d0e2f41 ...'",
	  "all eight groups, typed from paper"},
	 {"owstore trust init --root ROOT0001.CBR --fingerprint \"$(cat typed.txt)\"",
	  "from a file that came on another way"},
	 {"owstore trust init --root /media/stick --fingerprint \"$(cat typed.txt)\" --dry-run",
	  "do they belong together?"}},
    .exits = (const enum ow_code[]){OW_E_TRUST, OW_E_FORMAT, OW_OK},
    .also = (const char *const[]){"root show", "verify", NULL},
    .run = run_init,
};

/* ---- trust ls -------------------------------------------------------------------------------------------- */

struct listing {
	struct json list;
	struct table *table;
	enum ow_code worst;
	unsigned n, broken;
};

static int list_one(void *ctx, const struct ow_trusted *t, struct ow_error *err)
{
	struct listing *l = ctx;
	struct json one = json_put_object(l->list, NULL);
	char when[TIME_TEXT], hex[OW_ID_HEX];

	(void)err;
	l->n++;
	json_put_text(one, "origin", t->origin);
	table_cell(l->table, "%s", t->origin);
	if (t->code != OW_OK) {
		l->worst = l->broken++ == 0 ? t->code : ow_code_graver(l->worst, t->code);
		json_put_text(one, "problem", t->problem);
		table_cell(l->table, "?");
		table_cell(l->table, "-");
		table_cell(l->table, "-");
		table_cell(l->table, "%s", t->problem);
		return 0;
	}
	json_put_u64(one, "version", t->newest_version);
	json_put_id(one, "root", &t->newest);
	json_put_u64(one, "epoch", t->epoch);
	json_put_u64(one, "anchor_version", t->anchor_version);
	json_put_id(one, "anchor", &t->anchor);
	json_put_text(one, "not_after", t->not_after == 0 ? NULL : time_text(t->not_after, when));
	table_cell(l->table, "%llu", (unsigned long long)t->newest_version);
	table_cell(l->table, "%.10s", t->not_after == 0 ? "no end" : time_text(t->not_after, when));
	table_cell(l->table, "%llu", (unsigned long long)t->anchor_version);
	table_cell(l->table, "%s", ow_id_hex(&t->anchor, hex));
	return 0;
}

static int run_ls(struct ctx *c, const void *options, struct ow_error *err)
{
	OW_AUTO(table_free)
	struct table *t = table_new("ORIGIN", ">ROOT", "NOT AFTER", ">FROM", "_ANCHOR", NULL);
	struct listing l = {.list = json_put_list(c->out.result, "origins"), .table = t};

	(void)options;
	if (ow_trust_list(verb_trust(c), list_one, &l, err) < 0)
		return err->code;
	out_table(&c->out, t);
	if (l.n == 0)
		out_styled(&c->out, OUT_DIM, "no origin is trusted here");
	if (l.broken == 0)
		return 0;
	c->out.keep_result = true;
	(void)err_set(err, l.worst, "%u of %u origins cannot be trusted as they lie there",
		      l.broken, l.n);
	return err_hint(
	    err,
	    "restore their folder from a backup, or remove it and run owstore trust init again");
}

const struct cmd cmd_trust_ls = {
    .name = "trust ls",
    .section = SECTION_KEYS,
    .summary = "list the origins that this host trusts",
    .synopsis = "",
    .about = "Lists every trusted origin with the version of its newest root and the anchor that a "
	     "person typed. Each chain "
	     "of roots is checked from its anchor on while it is listed.",
    .needs = NEEDS_TRUST,
    .examples = {{"owstore trust ls", "whom this host believes"},
		 {"owstore trust ls --json", "the same for programs"}},
    .exits = (const enum ow_code[]){OW_E_TRUST, OW_E_STALE, OW_E_FORMAT, OW_OK},
    .also = (const char *const[]){"trust init", "root show", NULL},
    .run = run_ls,
};
