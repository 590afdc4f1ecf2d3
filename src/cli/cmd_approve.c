/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/err.h"
#include "cli/cmds.h"
#include "cli/govern.h"

struct approve_opts {
	struct say_opts say;
	unsigned class; /* OPT_CHOICE */
	unsigned form;  /* OPT_CHOICE */
	const char *recipient;
};

static const struct opt options[] = {
    {.name = "class",
     .letter = 'c',
     OPT_INTO(CHOICE, struct approve_opts, class),
     .arg = "research|internal|customer|redistributable",
     .help = "the circle that it may go to"},
    {.name = "recipient",
     OPT_INTO(TEXT, struct approve_opts, recipient),
     .arg = "ID",
     .help = "who may have it; needed for class customer, else ourselves, or anyone where it is "
	     "redistributable"},
    {.name = "form",
     OPT_INTO(CHOICE, struct approve_opts, form),
     .arg = "raw|integrated-product|hosted",
     .help = "in which form (default: raw)"},
    OPT_SAY_UNTIL(struct approve_opts, say),
    OPT_SAY_REASON(struct approve_opts, say),
    OPT_SAY_WITHDRAW(struct approve_opts, say),
    OPT_SAY_KEY(struct approve_opts, say),
    OPT_SAY_DRY_RUN(struct approve_opts, say),
    {0},
};

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	static const char *const forms[] = {NULL, "raw", "integrated-product", "hosted"};
	const struct approve_opts *o = options_given;
	struct ow_statement said = ow_statement_of(OW_APPROVAL);

	if (o->class == 0) {
		(void)err_set(err, OW_E_USAGE, "approve needs --class");
		return err_hint(err, "owstore approve REF --class CLASS --key NAME");
	}
	said.ref = c->args[0];
	said.zone = (int)o->class; /* the choices begin with research, which is 1 as well */
	said.form = forms[o->form];
	said.party = o->recipient;
	return say(c, &o->say, &said, 1, err);
}

const struct cmd cmd_approve = {
    .name = "approve",
    .section = SECTION_POLICY,
    .summary = "sign that an artifact may go to a class of recipients",
    .synopsis = "REF --class CLASS [--recipient ID] --key NAME",
    .min_args = 1,
    .max_args = 1,
    .about = "Puts an approval on record: this artifact, by its digest and no other, may go to "
	     "that class, recipient and form. One approver is enough for research, internal and "
	     "customer; redistributable takes two with keys of their own, who may sign one after "
	     "the other or together (--key twice). An approval ends with the day that --until "
	     "names. Saying it again replaces what the same key said before; --withdraw takes it "
	     "back.\n\nAn approval alone moves nothing: owstore promote does, where the decision "
	     "for the class allows it.",
    .options = options,
    .options_size = sizeof(struct approve_opts),
    .needs = SAY_NEEDS,
    .examples = {{"owstore approve org/model@1 --class customer --recipient site-b --key ann "
		  "--until 2027-06-30",
		  "for one customer, for a while"},
		 {"owstore approve org/model@1 --class redistributable --key ann --key bob",
		  "for anyone: two approvers at once"},
		 {"owstore approve org/model@1 --class internal --withdraw --key ann",
		  "no longer"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_E_STALE, OW_E_BUSY, OW_OK},
    .also = (const char *const[]){"decide", "promote", "review", NULL},
    .run = run,
};
