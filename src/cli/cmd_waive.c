/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/err.h"
#include "cli/cmds.h"
#include "cli/govern.h"

struct waive_opts {
	struct say_opts say;
	const char *license, *contract, *agreement, *component;
	struct opt_list lifts;
};

static const struct opt options[] = {
    {.name = "license",
     OPT_INTO(TEXT, struct waive_opts, license),
     .arg = "ID",
     .help = "the public licence"},
    {.name = "contract",
     OPT_INTO(TEXT, struct waive_opts, contract),
     .arg = "ID",
     .help = "the contract with its licensor that lifts rules"},
    {.name = "lifts",
     OPT_INTO(LIST, struct waive_opts, lifts),
     .arg = "RULE",
     .help = "a rule or obligation that the contract lifts (X-TERR, O-DISPLAY); may be repeated"},
    {.name = "agreement",
     OPT_INTO(TEXT, struct waive_opts, agreement),
     .arg = "ID",
     .help = "instead: the separate agreement that the licence asks for above a size"},
    {.name = "component",
     OPT_INTO(TEXT, struct waive_opts, component),
     .arg = "PATH",
     .help = "only for this file, or this role such as weights"},
    OPT_SAY_UNTIL(struct waive_opts, say),
    OPT_SAY_REASON(struct waive_opts, say),
    OPT_SAY_WITHDRAW(struct waive_opts, say),
    OPT_SAY_KEY(struct waive_opts, say),
    OPT_SAY_DRY_RUN(struct waive_opts, say),
    {0},
};

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct waive_opts *o = options_given;
	const struct say_stray strays[] = {{"contract", o->contract != NULL},
					   {"lifts", o->lifts.n > 0},
					   {"component", o->component != NULL},
					   {NULL, false}};
	struct ow_statement said = ow_statement_of(OW_WAIVER);

	if (o->license == NULL ||
	    (o->agreement == NULL && (o->contract == NULL || o->lifts.n == 0))) {
		(void)err_set(err, OW_E_USAGE,
			      "waive needs --license with --contract and --lifts, or with "
			      "--agreement");
		return err_hint(err, "owstore waive --license ID --contract ID --lifts RULE --key "
				     "NAME");
	}
	said.ref = c->n_args > 0 ? c->args[0] : NULL;
	said.license = o->license;
	said.component = o->component;
	said.value = o->contract;
	said.lifts = o->lifts.at;
	said.n_lifts = o->lifts.n;
	if (o->agreement != NULL) {
		if (say_without("--agreement", strays, err) < 0)
			return err->code;
		if (said.ref != NULL)
			return err_set(err, OW_E_USAGE,
				       "an agreement is with a licensor, not about %s", said.ref);
		said.kind = OW_AGREEMENT;
		said.value = o->agreement;
	}
	return say(c, &o->say, &said, 1, err);
}

const struct cmd cmd_waive = {
    .name = "waive",
    .section = SECTION_POLICY,
    .summary = "record a contract that lifts terms of a public licence",
    .synopsis = "[REF] --license ID --contract ID --lifts RULE | --agreement ID --key NAME",
    .max_args = 1,
    .about = "A contract with the licensor may lift what the public text asks for. --lifts names "
	     "the rules or obligations as decisions show them; only what a licence text causes "
	     "can be lifted, never a missing text, an approval or a screening. It holds for REF, "
	     "or without REF for everything under the licence, to the end of the day that --until "
	     "names.\n\nWith --agreement, the separate agreement that some licences ask for first "
	     "above a number of users or a revenue.",
    .options = options,
    .options_size = sizeof(struct waive_opts),
    .needs = SAY_NEEDS,
    .examples =
	{{"owstore waive org/model@1 --license LicenseRef-llama-3.2 --contract M-2026-17 "
	  "--lifts X-TERR --until 2027-12-31 --key ann",
	  "one model, one rule, for a while"},
	 {"owstore waive --license LicenseRef-llama-3.1 --agreement MSA-9 --until 2028-01-31 "
	  "--key ann",
	  "the agreement for large services"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_E_STALE, OW_E_BUSY, OW_OK},
    .also = (const char *const[]){"decide", "license show", "review", NULL},
    .run = run,
};
