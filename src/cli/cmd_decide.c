/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <owstore/store.h>

#include "base/auto.h"
#include "base/err.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/licenses.h"
#include "cli/verb.h"

OW_DEFINE_AUTO(struct ow_store *, ow_store_close)

struct decide_opts {
	const char *scenario, *recipient, *purpose;
	unsigned class, form; /* OPT_CHOICE: 0 not given */
	struct opt_list licenses;
};

static const struct opt options[] = {
    {.name = "class",
     .letter = 'c',
     OPT_INTO(CHOICE, struct decide_opts, class),
     .arg = "research|internal|customer|redistributable",
     .help = "whether the artifact may be of this class"},
    {.name = "recipient",
     OPT_INTO(TEXT, struct decide_opts, recipient),
     .arg = "ID",
     .help = "who is to have it; class customer needs one"},
    {.name = "form",
     OPT_INTO(CHOICE, struct decide_opts, form),
     .arg = "raw|integrated-product|hosted",
     .help = "as files, inside a product, or as a service; default: raw"},
    {.name = "purpose",
     OPT_INTO(TEXT, struct decide_opts, purpose),
     .arg = "WORD",
     .help = "what for: research, production, train-model:competing, train-model:other, or a "
	     "field of use (military, surveillance, biometric, medical, justice); default: "
	     "research for that class, else production"},
    {.name = "scenario",
     OPT_INTO(TEXT, struct decide_opts, scenario),
     .arg = "FILE",
     .help = "decide this case, as YAML, and no artifact of the store; - is standard input"},
    OPT_LICENSES(struct decide_opts, licenses),
    {0},
};

/* The word of a choice, NULL where none was given. */
static const char *choice(unsigned given, const char *const *words)
{
	return given == 0 ? NULL : words[given - 1];
}

static int decide_artifact(struct ctx *c, const struct decide_opts *o,
			   const struct ow_licenses *known, struct ow_decision **out,
			   struct ow_error *err)
{
	static const char *const forms[] = {"raw", "integrated-product", "hosted"};
	OW_AUTO(ow_store_close) struct ow_store *store = NULL;
	const char *path = config_need(&c->config, SETTING_STORE, err);
	const struct ow_decide_opts opts = {
	    .licenses = known,
	    .to = (enum ow_class)o->class,
	    .recipient = o->recipient,
	    .form = choice(o->form, forms),
	    .purpose = o->purpose,
	    .trust = verb_trust(c),
	};

	if (path == NULL ||
	    ow_store_open(path, OW_STORE_READ, "decide", &c->events, &store, err) < 0)
		return err->code;
	return ow_decide(store, c->args[0], &opts, &c->events, out, err);
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct decide_opts *o = options_given;
	OW_AUTO(ow_licenses_close) struct ow_licenses *known = NULL;
	OW_AUTO(ow_decision_free) struct ow_decision *d = NULL;

	if ((o->scenario != NULL) == (c->n_args == 1) || (c->n_args == 1 && o->class == 0)) {
		(void)err_set(err, OW_E_USAGE,
			      "decide needs an artifact and --class, or --scenario");
		return err_hint(err, "owstore decide REF --class customer --recipient ID");
	}
	if (licenses_take(c, &o->licenses, &known, err) < 0 ||
	    (o->scenario != NULL ? ow_decide_scenario(known, o->scenario, &d, err)
				 : decide_artifact(c, o, known, &d, err)) < 0)
		return err_kept(err, "nothing was decided");
	c->out.keep_result = true;
	decision_show(c, d);
	if (c->n_args > 0)
		(void)decision_next(c, c->args[0], d);
	return decision_error(d, err);
}

const struct cmd cmd_decide = {
    .name = "decide",
    .section = SECTION_POLICY,
    .summary = "decide whether something may go to somebody, with the reasons",
    .synopsis = "REF --class CLASS | --scenario FILE",
    .max_args = 1,
    .about =
	"Decides whether an artifact of the store may be of a class, for a recipient: from what "
	"was "
	"found in its files and in what it was made from, and from what is on record about us, the "
	"recipient and the licences. Prints the verdict, the ceiling (the highest class that any "
	"request may use), each reason with its component, licence, clause, fact, path and remedy, "
	"and the obligations with what is met. Nothing is changed.\n\n"
	"With --scenario the case is a file, and no store is needed: components with their "
	"licences "
	"and lineage, who we are, who asks for what, and what is on record. The keys are described "
	"in owstore-scenario(5).\n\n"
	"A fact that is missing asks for a person, it never allows: the verdict is then review, "
	"exit status 13. The same records, or the same file, give the same bytes, whatever their "
	"order; name a clock in a scenario where the time must not count.",
    .options = options,
    .options_size = sizeof(struct decide_opts),
    .needs = NEEDS_STORE_DIR | NEEDS_TRUST,
    .examples = {{"owstore decide org/model@1 --class customer --recipient acme",
		  "may acme have it, and what is missing?"},
		 {"owstore decide org/model@1 --class redistributable --json", "for programs"},
		 {"owstore decide --scenario what-if.yaml", "before a byte is downloaded"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_E_POLICY, OW_E_FORMAT,
				    OW_E_UNCHECKED, OW_OK},
    .also = (const char *const[]){"license show", "license diff", "lineage", "promote", NULL},
    .run = run,
};
