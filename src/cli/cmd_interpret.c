/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/err.h"
#include "cli/cmds.h"
#include "cli/govern.h"

struct interpret_opts {
	struct say_opts say;
	const char *license, *component, *text;
	unsigned question, answer; /* OPT_CHOICE */
};

static const struct opt options[] = {
    {.name = "license",
     OPT_INTO(TEXT, struct interpret_opts, license),
     .arg = "ID",
     .help = "what the text is concluded to be; of a question, the licence that it is about"},
    {.name = "text",
     OPT_INTO(TEXT, struct interpret_opts, text),
     .arg = "PATH",
     .help = "the file of the artifact whose words the conclusion is about, or sha256: and their "
	     "digest; without it: components that no text covers"},
    {.name = "component",
     OPT_INTO(TEXT, struct interpret_opts, component),
     .arg = "PATH",
     .help = "only for this file, or this role such as weights"},
    {.name = "question",
     OPT_INTO(CHOICE, struct interpret_opts, question),
     .arg = "provenance-risk|research-use",
     .help = "what is answered instead"},
    {.name = "answer",
     OPT_INTO(CHOICE, struct interpret_opts, answer),
     .arg = "accept|reject",
     .help = "the answer"},
    OPT_SAY_UNTIL(struct interpret_opts, say),
    OPT_SAY_REASON(struct interpret_opts, say),
    OPT_SAY_WITHDRAW(struct interpret_opts, say),
    OPT_SAY_KEY(struct interpret_opts, say),
    OPT_SAY_DRY_RUN(struct interpret_opts, say),
    {0},
};

static int conclude(const struct interpret_opts *o, struct ow_statement *said, struct ow_error *err)
{
	if (o->license == NULL || o->answer != 0)
		return err_set(err, OW_E_USAGE,
			       "interpret needs --license ID, or --question and --answer");
	if (said->ref == NULL)
		return err_set(err, OW_E_USAGE, "a conclusion is about an artifact: name it");
	said->kind = OW_CONCLUSION;
	said->text = o->text;
	return 0;
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	static const char *const questions[] = {NULL, "provenance-risk", "research-use"};
	static const char *const answers[] = {NULL, "accept", "reject"};
	const struct interpret_opts *o = options_given;
	const struct say_stray strays[] = {{"text", o->text != NULL}, {NULL, false}};
	struct ow_statement said = ow_statement_of(OW_INTERPRETATION);

	said.ref = c->n_args > 0 ? c->args[0] : NULL;
	said.license = o->license;
	said.component = o->component;
	if (o->question == 0) {
		if (conclude(o, &said, err) < 0)
			return err->code;
	} else {
		if (say_without("--question", strays, err) < 0)
			return err->code;
		if (o->answer == 0)
			return err_set(err, OW_E_USAGE, "--question needs --answer");
		said.key = questions[o->question];
		said.value = answers[o->answer];
	}
	return say(c, &o->say, &said, 1, err);
}

const struct cmd cmd_interpret = {
    .name = "interpret",
    .section = SECTION_POLICY,
    .summary = "record what a person takes a licence text to be or to allow",
    .synopsis = "[REF] --license ID | --question WORD --answer WORD --key NAME",
    .max_args = 1,
    .about = "With --license and no question, a conclusion: the one text that --text names, by the "
	     "digest of its words, is this licence. It counts for that text and for no other, and "
	     "wins over what was detected and declared. Without --text it is about what has no "
	     "text at all.\n\nWith --question, an answer that a text leaves open: provenance-risk "
	     "(is the risk of the training data accepted?) and research-use (is a company's own "
	     "research within \"research\"?). It holds for REF, for a licence, or for both.",
    .options = options,
    .options_size = sizeof(struct interpret_opts),
    .needs = SAY_NEEDS,
    .examples =
	{{"owstore interpret org/model@1 --text LICENSE --license "
	  "LicenseRef-gemma-terms-2026-04-01 "
	  "--key ann --reason 'compared line by line'",
	  "what this very text is"},
	 {"owstore interpret org/model@1 --component weights --license MIT --key ann --reason "
	  "'letter of 2026-10-02'",
	  "weights that came without a text"},
	 {"owstore interpret org/model@1 --question provenance-risk --answer accept --key ann "
	  "--until 2027-05-01",
	  "the answer to a question"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_E_STALE, OW_E_BUSY, OW_OK},
    .also = (const char *const[]){"license identify", "decide", "elect", NULL},
    .run = run,
};
