/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <owstore/lineage.h>

#include "base/auto.h"
#include "base/err.h"
#include "base/time.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/licenses.h"
#include "cli/table.h"
#include "cli/verb.h"

struct impact_opts {
	const char *license;
	bool replacements;
	struct opt_list licenses;
};

static const struct opt options[] = {
    {.name = "license",
     OPT_INTO(TEXT, struct impact_opts, license),
     .arg = "ID",
     .help = "what hangs on this licence"},
    {.name = "replacements",
     .letter = 'r',
     OPT_INTO(FLAG, struct impact_opts, replacements),
     .help = "also what could take the place of these"},
    OPT_LICENSES(struct impact_opts, licenses),
    {0},
};

struct telling {
	struct json artifacts, bundles, replacements;
	struct table *reached, *carried, *instead;
	size_t n, n_instead;
};

static int show_artifact(void *ctx, const struct ow_reached *r, struct ow_error *err)
{
	struct telling *t = ctx;
	struct json one = json_put_object(t->artifacts, NULL);

	(void)err;
	json_put_text(one, "name", r->name);
	json_put_text(one, "version", r->version);
	json_put_id(one, "id", &r->id);
	json_put_text(one, "class", ow_class_name(r->zone));
	json_put_text(one, "through", r->through);
	table_cell(t->reached, "%s@%s", r->name, r->version);
	table_cell(t->reached, "%s", ow_class_name(r->zone));
	table_cell(t->reached, "%s", r->through == NULL ? "its own" : r->through);
	t->n++;
	return 0;
}

static int show_bundle(void *ctx, const struct ow_carried *b, struct ow_error *err)
{
	struct telling *t = ctx;
	struct json one = json_put_object(t->bundles, NULL);
	char when[TIME_TEXT];

	(void)err;
	json_put_text(one, "bundle", b->bundle);
	json_put_text(one, "origin", b->origin);
	json_put_u64(one, "seq", b->seq);
	json_put_text(one, "destination", b->destination[0] == '\0' ? NULL : b->destination);
	json_put_text(one, "issued", time_text(b->issued, when));
	json_put_text(one, "name", b->name);
	json_put_text(one, "version", b->version);
	json_put_id(one, "id", &b->id);
	table_cell(t->carried, "%s", b->bundle);
	table_cell(t->carried, "%s", b->origin);
	table_cell(t->carried, "%s", b->destination[0] == '\0' ? "-" : b->destination);
	table_cell(t->carried, "%.10s", when);
	table_cell(t->carried, "%s@%s", b->name, b->version);
	return 0;
}

static int show_replacement(void *ctx, const struct ow_replacement *r, struct ow_error *err)
{
	struct telling *t = ctx;
	struct json one = json_put_object(t->replacements, NULL);

	(void)err;
	json_put_text(one, "name", r->name);
	json_put_text(one, "version", r->version);
	json_put_id(one, "id", &r->id);
	json_put_text(one, "class", ow_class_name(r->zone));
	json_put_text(one, "ceiling", ow_class_name(r->ceiling));
	table_cell(t->instead, "%s@%s", r->name, r->version);
	table_cell(t->instead, "%s", ow_class_name(r->zone));
	table_cell(t->instead, "%s", ow_class_name(r->ceiling));
	t->n_instead++;
	return 0;
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct impact_opts *o = options_given;
	OW_AUTO(ow_licenses_close) struct ow_licenses *licenses = NULL;
	OW_AUTO(table_free)
	struct table *reached = table_new("~ARTIFACT", "CLASS", "~THROUGH", NULL);
	OW_AUTO(table_free)
	struct table *carried = table_new("~BUNDLE", "~FROM", "~TO", "ISSUED", "~ARTIFACT", NULL);
	struct ow_known known = {.trust = verb_trust(c)};
	OW_AUTO(table_free)
	struct table *instead = table_new("~REPLACEMENT", "CLASS", "CEILING", NULL);
	struct telling t = {.reached = reached, .carried = carried, .instead = instead};
	const struct ow_impact_calls calls = {show_artifact, show_bundle,
					      o->replacements ? show_replacement : NULL, &t};

	if (o->license == NULL) {
		(void)err_set(err, OW_E_USAGE, "impact needs --license");
		return err_hint(err,
				"owstore impact --license ID; owstore license ls shows the ids");
	}
	if (licenses_take(c, &o->licenses, &licenses, err) < 0)
		return err->code;
	known.licenses = licenses;
	json_put_text(c->out.result, "license", o->license);
	t.artifacts = json_put_list(c->out.result, "artifacts");
	t.bundles = json_put_list(c->out.result, "bundles");
	if (o->replacements)
		t.replacements = json_put_list(c->out.result, "replacements");
	if (ow_impact(c->store, o->license, &known, &calls, &c->events, err) < 0)
		return err->code;
	if (t.n == 0) {
		out_styled(&c->out, OUT_DIM, "nothing here is under %s", o->license);
		return 0;
	}
	out_table(&c->out, reached);
	out_section(&c->out, carried);
	if (t.n_instead > 0)
		out_section(&c->out, instead);
	else if (o->replacements)
		out_styled(&c->out, OUT_DIM,
			   "no promoted model here could take the place of these");
	return 0;
}

const struct cmd cmd_impact = {
    .name = "impact",
    .section = SECTION_POLICY,
    .summary = "list what hangs on a licence: artifacts, their descendants, bundles",
    .synopsis = "--license ID",
    .about = "Lists every artifact that is under a licence (by what was found in it, by a person's "
	     "conclusion, or by the licence of its promotion), everything here that was made from "
	     "one of these, and the bundles, made or received, that carried any of them: what a "
	     "licence that ends, or a clause that is read anew, would touch.\n\n"
	     "With --replacements also the models here, in any class but quarantine, that do not "
	     "hang on the licence and that licences, lineage and facts let into a class that one "
	     "of these is used in: the highest such class is their CEILING. Whether they do the "
	     "same work is for people to say. Each takes a decision, as ls --can does.\n\n"
	     "THROUGH is the artifact by which a licence that is not its own reaches one. Every "
	     "record and finding of the store is read, which takes minutes for 100,000 artifacts.",
    .options = options,
    .options_size = sizeof(struct impact_opts),
    .needs = NEEDS_STORE_READ | NEEDS_TRUST,
    .examples = {{"owstore impact --license LicenseRef-llama-3.1", "what if it ended?"},
		 {"owstore impact --license LicenseRef-llama-3.1 --replacements",
		  "and what could be used instead?"},
		 {"owstore impact --license gpl-3.0 --json",
		  "for programs; a tag that stands for one "
		  "licence will do"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_E_FORMAT, OW_E_UNCHECKED, OW_OK},
    .also = (const char *const[]){"lineage", "license show", "decide", NULL},
    .run = run,
};
