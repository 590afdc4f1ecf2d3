/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/err.h"
#include "cli/cmds.h"
#include "cli/govern.h"

struct accept_opts {
	struct say_opts say;
	const char *entity, *date, *how, *shown, *component;
	const char *obligation, *license, *recipient, *text;
};

static const struct opt options[] = {
    {.name = "entity",
     OPT_INTO(TEXT, struct accept_opts, entity),
     .arg = "ID",
     .help = "the legal entity that accepted (default: our own)"},
    {.name = "date",
     OPT_INTO(TEXT, struct accept_opts, date),
     .arg = "DATE",
     .help = "when it accepted (default: now)"},
    {.name = "how",
     OPT_INTO(TEXT, struct accept_opts, how),
     .arg = "TEXT",
     .help = "by a click, a form, a contract; under which account"},
    {.name = "obligation",
     OPT_INTO(TEXT, struct accept_opts, obligation),
     .arg = "ID",
     .help = "instead: this obligation is met (O-DISPLAY)"},
    {.name = "text",
     OPT_INTO(TEXT, struct accept_opts, text),
     .arg = "TEXT",
     .help = "of an obligation: the exact text that is shown, or the contract that carries it"},
    {.name = "license",
     OPT_INTO(TEXT, struct accept_opts, license),
     .arg = "ID",
     .help = "of an obligation: the licence that asks for it"},
    {.name = "recipient",
     OPT_INTO(TEXT, struct accept_opts, recipient),
     .arg = "ID",
     .help = "of an obligation: only towards this recipient"},
    {.name = "component",
     OPT_INTO(TEXT, struct accept_opts, component),
     .arg = "PATH",
     .help = "only for this file, or this role such as weights"},
    {.name = "shown",
     OPT_INTO(TEXT, struct accept_opts, shown),
     .arg = "FILE",
     .help = "a file that shows it (a screenshot, a contract), of which the SHA-256 is kept"},
    OPT_SAY_UNTIL(struct accept_opts, say),
    OPT_SAY_REASON(struct accept_opts, say),
    OPT_SAY_WITHDRAW(struct accept_opts, say),
    OPT_SAY_KEY(struct accept_opts, say),
    OPT_SAY_DRY_RUN(struct accept_opts, say),
    {0},
};

static int of_gate(const struct accept_opts *o, struct ow_statement *said, struct ow_error *err)
{
	const struct say_stray strays[] = {{"text", o->text != NULL},
					   {"license", o->license != NULL},
					   {"recipient", o->recipient != NULL},
					   {NULL, false}};

	if (say_without("the acceptance of a gate; name the --obligation", strays, err) < 0)
		return err->code;
	said->party = o->entity;
	said->value = o->how;
	return say_date("date", o->date, false, &said->date, err);
}

static int of_obligation(const struct accept_opts *o, struct ow_statement *said,
			 struct ow_error *err)
{
	const struct say_stray strays[] = {{"entity", o->entity != NULL},
					   {"date", o->date != NULL},
					   {"how", o->how != NULL},
					   {NULL, false}};

	if (say_without("--obligation", strays, err) < 0)
		return err->code;
	if (o->text == NULL && o->shown == NULL)
		return err_set(err, OW_E_USAGE, "--obligation needs --text or --shown");
	said->kind = OW_EVIDENCE;
	said->key = o->obligation;
	said->value = o->text;
	said->license = o->license;
	said->party = o->recipient;
	return 0;
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct accept_opts *o = options_given;
	struct ow_statement said = ow_statement_of(OW_ACCEPTANCE);
	int r;

	said.ref = c->args[0];
	said.component = o->component;
	said.shown = o->shown;
	r = o->obligation == NULL ? of_gate(o, &said, err) : of_obligation(o, &said, err);
	return r < 0 ? r : say(c, &o->say, &said, 1, err);
}

const struct cmd cmd_accept = {
    .name = "accept",
    .section = SECTION_POLICY,
    .summary = "record that terms were accepted or an obligation is met",
    .synopsis = "REF [--obligation ID --text TEXT] --key NAME",
    .min_args = 1,
    .max_args = 1,
    .about = "Some models are handed out only after somebody has accepted their terms upstream. "
	     "The record says which legal entity did, when and how; an acceptance by an affiliate "
	     "is not ours.\n\nWith --obligation, the evidence that an obligation is met which the "
	     "store cannot see for itself: the exact text that a product displays, a contract "
	     "with a recipient that carries use restrictions (name --recipient and --license), a "
	     "registration. What a bundle itself carries - licence texts, notices, changes - meets "
	     "its obligations, and no evidence stands for it.",
    .options = options,
    .options_size = sizeof(struct accept_opts),
    .needs = SAY_NEEDS,
    .examples = {{"owstore accept org/model@1 --date 2026-10-02 --how 'click, account acme-ml' "
		  "--shown page.png --key ann",
		  "the terms of a gated model"},
		 {"owstore accept org/model@1 --obligation O-DISPLAY --text 'Built with Llama' "
		  "--license LicenseRef-llama-3.1 --shown about.png --key ann",
		  "what the product displays"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_E_STALE, OW_E_BUSY, OW_OK},
    .also = (const char *const[]){"decide", "approve", "review", NULL},
    .run = run,
};
