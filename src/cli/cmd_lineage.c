/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <owstore/lineage.h>

#include "base/auto.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/licenses.h"
#include "cli/verb.h"

struct lineage_opts {
	struct opt_list licenses;
};

static const struct opt options[] = {
    OPT_LICENSES(struct lineage_opts, licenses),
    {0},
};

struct telling {
	struct ctx *c;
	struct json up, down;
	bool told_up, told_down;
	size_t missing;
};

static void head(struct telling *t, bool *told, const char *title)
{
	if (!*told)
		out_styled(&t->c->out, OUT_HEAD, "%s", title);
	*told = true;
}

static void say(struct telling *t, const struct ow_relative *r)
{
	size_t indent = 2 * (size_t)(r->depth > 20 ? 20 : r->depth);

	if (r->down)
		head(t, &t->told_down, "What was made from it here");
	else
		head(t, &t->told_up, "What it was made from");
	if (!r->here) {
		say_filled(t->c, indent, "%s%s %s: %s%s%s", r->kind, ow_kind_of(r->kind),
			   r->claimed,
			   r->quarantined == NULL ? "not in the store" : "no more than ",
			   r->quarantined == NULL ? "" : r->quarantined,
			   r->quarantined == NULL ? "" : ", in quarantine");
		t->missing += strcmp(r->kind, "trained-on") != 0;
		return;
	}
	say_filled(t->c, indent, "%s%s %s@%s: %s, %s (%s)%s", r->kind,
		   r->down ? "" : ow_kind_of(r->kind), r->name, r->version, ow_class_name(r->zone),
		   r->license == NULL ? "no licence" : r->license, r->state,
		   r->again ? ", as above" : "");
}

static int show(void *ctx, const struct ow_relative *r, struct ow_error *err)
{
	struct telling *t = ctx;
	struct json one = json_put_object(r->down ? t->down : t->up, NULL);

	(void)err;
	json_put_u64(one, "depth", r->depth);
	json_put_text(one, "kind", r->kind);
	json_put_text(one, "claimed", r->claimed);
	json_put_bool(one, "here", r->here);
	json_put_text(one, "quarantined", r->quarantined);
	json_put_bool(one, "again", r->again);
	json_put_text(one, "name", r->here ? r->name : NULL);
	json_put_text(one, "version", r->here ? r->version : NULL);
	if (r->here)
		json_put_id(one, "id", &r->id);
	json_put_text(one, "class", r->here ? ow_class_name(r->zone) : NULL);
	json_put_text(one, "license", r->license);
	json_put_text(one, "state", r->state);
	say(t, r);
	return 0;
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct lineage_opts *o = options_given;
	OW_AUTO(ow_licenses_close) struct ow_licenses *licenses = NULL;
	struct ow_known known = {.trust = verb_trust(c)};
	struct telling t = {.c = c};

	if (licenses_take(c, &o->licenses, &licenses, err) < 0)
		return err->code;
	known.licenses = licenses;
	json_put_text(c->out.result, "artifact", c->args[0]);
	t.up = json_put_list(c->out.result, "ancestors");
	t.down = json_put_list(c->out.result, "derived");
	if (ow_lineage(c->store, c->args[0], &known, show, &t, &c->events, err) < 0)
		return err->code;
	if (!t.told_up && !t.told_down)
		out_line(&c->out,
			 "%s claims to be made from nothing, and nothing here claims to be "
			 "made from it",
			 c->args[0]);
	if (t.missing > 0)
		out_line(&c->out,
			 "Of what is not in the store, or in quarantine, nothing counts: class "
			 "research at most until it is added and promoted");
	return 0;
}

const struct cmd cmd_lineage = {
    .name = "lineage",
    .section = SECTION_LOOK,
    .summary = "show what an artifact was made from, and what was made from it",
    .synopsis = "REF",
    .min_args = 1,
    .max_args = 1,
    .about =
	"Shows the ancestors of an artifact as its files claim them (base_model of the model "
	"card, general.base_model of GGUF, the base of an adapter) and as theirs do, with "
	"licence and class where they are in the store; then what claims to be made from it "
	"here. A claim is met by each artifact of that name, letter case aside and in any version, "
	"or from that place upstream, that was promoted: nobody answers for a name in "
	"quarantine. What may come from the artifact itself is told whatever its class.\n\n"
	"The licence is that of the model's text or tag, with what is behind it in brackets. "
	"The second part reads every record of the store.",
    .options = options,
    .options_size = sizeof(struct lineage_opts),
    .needs = NEEDS_STORE_READ | NEEDS_TRUST,
    .examples = {{"owstore lineage org/model-GGUF@1", "where does it come from?"},
		 {"owstore lineage --json org/base@1", "what hangs on it, for programs"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_E_FORMAT, OW_E_UNCHECKED, OW_OK},
    .also = (const char *const[]){"show", "decide", "impact", NULL},
    .run = run,
};
