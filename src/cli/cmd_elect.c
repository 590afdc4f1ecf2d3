/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/err.h"
#include "cli/cmds.h"
#include "cli/govern.h"

struct elect_opts {
	struct say_opts say;
	const char *expression, *choose, *component;
};

static const struct opt options[] = {
    {.name = "expression",
     OPT_INTO(TEXT, struct elect_opts, expression),
     .arg = "EXPR",
     .help = "the licence expression with the OR; of a licence that changed, the old one"},
    {.name = "choose",
     OPT_INTO(TEXT, struct elect_opts, choose),
     .arg = "EXPR",
     .help = "the branch that is chosen"},
    {.name = "component",
     OPT_INTO(TEXT, struct elect_opts, component),
     .arg = "PATH",
     .help = "only for this file, or this role such as code"},
    OPT_SAY_UNTIL(struct elect_opts, say),
    OPT_SAY_REASON(struct elect_opts, say),
    OPT_SAY_WITHDRAW(struct elect_opts, say),
    OPT_SAY_KEY(struct elect_opts, say),
    OPT_SAY_DRY_RUN(struct elect_opts, say),
    {0},
};

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct elect_opts *o = options_given;
	struct ow_statement said = ow_statement_of(OW_ELECTION);

	if (o->expression == NULL || o->choose == NULL) {
		(void)err_set(err, OW_E_USAGE, "elect needs --expression and --choose");
		return err_hint(err, "owstore elect REF --expression 'A OR B' --choose A --key "
				     "NAME");
	}
	said.ref = c->n_args > 0 ? c->args[0] : NULL;
	said.license = o->expression;
	said.value = o->choose;
	said.component = o->component;
	return say(c, &o->say, &said, 1, err);
}

const struct cmd cmd_elect = {
    .name = "elect",
    .section = SECTION_POLICY,
    .summary = "choose a branch of a licence that leaves the choice",
    .synopsis = "[REF] --expression EXPR --choose EXPR --key NAME",
    .max_args = 1,
    .about = "A licence such as \"Apache-2.0 OR GPL-3.0-only\" leaves the choice to whoever takes "
	     "it. Until somebody has chosen, decisions ask for it. The election holds for REF, or "
	     "without REF wherever the expression is met.\n\nWhere upstream now carries another "
	     "text for the same bytes (drift), the election of the new licence under the old one "
	     "says that the licensor has released these very bytes under it.",
    .options = options,
    .options_size = sizeof(struct elect_opts),
    .needs = SAY_NEEDS,
    .examples = {{"owstore elect org/model@1 --expression 'Apache-2.0 OR GPL-3.0-only' --choose "
		  "Apache-2.0 --key ann",
		  "for one artifact"},
		 {"owstore elect --expression 'MIT OR Apache-2.0' --choose MIT --key ann",
		  "wherever it is met"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_E_STALE, OW_E_BUSY, OW_OK},
    .also = (const char *const[]){"decide", "interpret", NULL},
    .run = run,
};
