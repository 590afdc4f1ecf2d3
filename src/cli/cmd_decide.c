/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/err.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/licenses.h"

struct decide_opts {
	const char *scenario;
	struct opt_list licenses;
};

static const struct opt options[] = {
    {.name = "scenario",
     OPT_INTO(TEXT, struct decide_opts, scenario),
     .arg = "FILE",
     .help = "the case to decide, as YAML; - is standard input"},
    OPT_LICENSES(struct decide_opts, licenses),
    {0},
};

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct decide_opts *o = options_given;
	OW_AUTO(ow_licenses_close) struct ow_licenses *known = NULL;
	OW_AUTO(ow_decision_free) struct ow_decision *d = NULL;

	if (o->scenario == NULL) {
		(void)err_set(err, OW_E_USAGE, "decide needs --scenario");
		return err_hint(err, "owstore decide --scenario FILE");
	}
	if (ow_licenses_open(o->licenses.at, o->licenses.n, &known, err) < 0 ||
	    ow_decide_scenario(known, o->scenario, &d, err) < 0)
		return err_kept(err, "nothing was decided");
	c->out.keep_result = true;
	decision_show(c, d);
	return decision_error(d, err);
}

const struct cmd cmd_decide = {
    .name = "decide",
    .section = SECTION_POLICY,
    .summary = "decide whether something may go to somebody, with the reasons",
    .synopsis = "--scenario FILE",
    .about =
	"Reads a scenario: components with their licences and lineage, who we are, who asks for "
	"what, and what is on record. Prints the verdict, the ceiling (the highest class that any "
	"request may use), each reason with its component, licence, clause, fact, path and remedy, "
	"and the obligations with what is met. Nothing is changed and no store is needed.\n\n"
	"A fact that is missing asks for a person, it never allows: the verdict is then review, "
	"exit status 13. The same file gives the same bytes, whatever the order of its lists; "
	"name a clock in it where the time must not count.\n\n"
	"The keys of a scenario are described in owstore-scenario(5).",
    .options = options,
    .options_size = sizeof(struct decide_opts),
    .examples = {{"owstore decide --scenario what-if.yaml", "before a byte is downloaded"},
		 {"owstore decide --scenario - --json <what-if.yaml", "for programs"}},
    .exits = (const enum ow_code[]){OW_E_POLICY, OW_E_FORMAT, OW_E_UNCHECKED, OW_OK},
    .also = (const char *const[]){"license show", "license diff", "promote", NULL},
    .run = run,
};
