/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/err.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/licenses.h"
#include "cli/verb.h"

/* ---- license ls --------------------------------------------------------------------------------------------- */

struct ls_opts {
	const char *family;
	struct opt_list licenses;
};

static const struct opt ls_options[] = {
    {.name = "family",
     OPT_INTO(TEXT, struct ls_opts, family),
     .arg = "NAME",
     .help = "of this family alone: llama, cc, copyleft, ..."},
    OPT_LICENSES(struct ls_opts, licenses),
    {0},
};

struct listing {
	const char *family;
	struct json list;
	struct table *t;
	size_t n;
};

static int list_one(void *ctx, const struct ow_license_row *row, struct ow_error *err)
{
	struct listing *l = ctx;
	struct json one;

	(void)err;
	if (l->family != NULL && strcmp(l->family, row->family) != 0)
		return 0;
	one = json_put_object(l->list, NULL);
	json_put_text(one, "id", row->id);
	json_put_text(one, "name", row->name);
	json_put_text(one, "family", row->family);
	json_put_text(one, "openness", row->openness);
	json_put_text(one, "confidence", row->confidence);
	json_put_text(one, "redistribution", row->redistribution);
	json_put_text(one, "commercial_use", row->commercial_use);
	json_put_text(one, "derivatives", row->derivatives);
	json_put_text(one, "origin", row->origin);
	table_cell(l->t, "%s", row->id);
	table_cell(l->t, "%s", row->redistribution);
	table_cell(l->t, "%s", row->commercial_use);
	table_cell(l->t, "%s", row->derivatives);
	table_cell(l->t, "%s", row->confidence);
	l->n++;
	return 0;
}

static int run_ls(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct ls_opts *o = options_given;
	OW_AUTO(ow_licenses_close) struct ow_licenses *known = NULL;
	OW_AUTO(table_free)
	struct table *t = table_new("~ID", "SHARE", "COMMERCIAL", "DERIVE", "READ", NULL);
	struct listing l = {o->family, json_put_list(c->out.result, "licenses"), t, 0};

	if (licenses_take(c, &o->licenses, &known, err) < 0 ||
	    ow_licenses_list(known, list_one, &l, err) < 0)
		return err->code;
	if (l.n == 0) {
		(void)err_set(err, OW_E_USAGE, "no licence profile is of the family '%.60s'",
			      o->family == NULL ? "" : o->family);
		return err_hint(err, "owstore license ls --json names the family of each");
	}
	out_table(&c->out, t);
	return 0;
}

const struct cmd cmd_license_ls = {
    .name = "license ls",
    .section = SECTION_POLICY,
    .summary = "list the licence profiles",
    .synopsis = "",
    .about = "Prints what each known licence says of sharing, commercial use and derivatives, and "
	     "how well it was read: high, the text itself; medium, its clauses as several sources "
	     "quote them; low, the name alone, so that a person must conclude before it counts.",
    .options = ls_options,
    .options_size = sizeof(struct ls_opts),
    .needs = NEEDS_TRUST,
    .examples = {{"owstore license ls", "all of them"},
		 {"owstore license ls --family llama --json", "one family, for programs"}},
    .exits = (const enum ow_code[]){OW_E_FORMAT, OW_E_TRUST, OW_OK},
    .also = (const char *const[]){"license show", "license diff", "decide", NULL},
    .run = run_ls,
};

/* ---- license show ------------------------------------------------------------------------------------------- */

struct show_opts {
	struct opt_list licenses;
};

static const struct opt show_options[] = {
    OPT_LICENSES(struct show_opts, licenses),
    {0},
};

struct showing {
	struct ctx *c;
	struct json facts;
};

static int show_one(void *ctx, const char *key, const char *value, struct ow_error *err)
{
	struct showing *s = ctx;

	(void)err;
	json_put_text(s->facts, key, value);
	say_filled(s->c, 0, "%s: %s", key, value);
	return 0;
}

static int run_show(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct show_opts *o = options_given;
	OW_AUTO(ow_licenses_close) struct ow_licenses *known = NULL;
	struct showing s = {c, json_put_object(c->out.result, "license")};

	if (licenses_take(c, &o->licenses, &known, err) < 0)
		return err->code;
	return ow_license_facts(known, c->args[0], show_one, &s, err);
}

const struct cmd cmd_license_show = {
    .name = "license show",
    .section = SECTION_POLICY,
    .summary = "show what is known of one licence",
    .synopsis = "ID",
    .min_args = 1,
    .max_args = 1,
    .about = "ID is an SPDX id, a LicenseRef- id of the profiles, or a model card's tag that "
	     "stands for one licence alone. Prints each permission, duty and condition, then the "
	     "facts in words, with the clauses and where they were read. This is no legal advice.",
    .options = show_options,
    .options_size = sizeof(struct show_opts),
    .needs = NEEDS_TRUST,
    .examples = {{"owstore license show llama3.1", "by the tag of a model card"},
		 {"owstore license show Apache-2.0 --json", "for programs"}},
    .exits = (const enum ow_code[]){OW_E_FORMAT, OW_E_TRUST, OW_OK},
    .also = (const char *const[]){"license ls", "license diff", "decide", NULL},
    .run = run_show,
};

/* ---- license diff ------------------------------------------------------------------------------------------- */

struct diffing {
	struct ctx *c;
	struct json list;
	size_t n[3];
};

static int diff_one(void *ctx, const char *dimension, const char *before, const char *after,
		    enum ow_shift shift, struct ow_error *err)
{
	struct diffing *d = ctx;
	struct json one = json_put_object(d->list, NULL);

	(void)err;
	json_put_text(one, "dimension", dimension);
	json_put_text(one, "before", before);
	json_put_text(one, "after", after);
	json_put_text(one, "shift", ow_shift_name(shift));
	say_filled(d->c, 2, "%s %s: %s -> %s", ow_shift_name(shift), dimension, before, after);
	d->n[shift]++;
	return 0;
}

static int run_diff(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct show_opts *o = options_given;
	OW_AUTO(ow_licenses_close) struct ow_licenses *known = NULL;
	struct diffing d = {c, json_put_list(c->out.result, "differences"), {0}};

	if (licenses_take(c, &o->licenses, &known, err) < 0)
		return err->code;
	out_styled(&c->out, OUT_HEAD, "%s -> %s", c->args[0], c->args[1]);
	if (ow_license_diff(known, c->args[0], c->args[1], diff_one, &d, err) < 0)
		return err->code;
	json_put_text(c->out.result, "before", c->args[0]);
	json_put_text(c->out.result, "after", c->args[1]);
	out_line(&c->out, "%zu loosened, %zu tightened, %zu unclear", d.n[OW_SHIFT_LOOSENED],
		 d.n[OW_SHIFT_TIGHTENED], d.n[OW_SHIFT_UNCLEAR]);
	return 0;
}

const struct cmd cmd_license_diff = {
    .name = "license diff",
    .section = SECTION_POLICY,
    .summary = "compare two licences, dimension by dimension",
    .synopsis = "BEFORE AFTER",
    .min_args = 2,
    .max_args = 2,
    .about = "Prints each dimension in which the two differ and whether the second is looser, "
	     "tighter, or neither can be told. A tighter text never applies to what is held "
	     "already, unless the old one has an update clause; a looser one only where the "
	     "licensor says so.",
    .options = show_options,
    .options_size = sizeof(struct show_opts),
    .needs = NEEDS_TRUST,
    .examples = {{"owstore license diff llama3 llama3.1", "what changed between two versions"},
		 {"owstore license diff --json LicenseRef-yi-1.0 Apache-2.0", "for programs"}},
    .exits = (const enum ow_code[]){OW_E_FORMAT, OW_E_TRUST, OW_OK},
    .also = (const char *const[]){"license ls", "license show", "decide", NULL},
    .run = run_diff,
};
