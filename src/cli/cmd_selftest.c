/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <owstore/infer.h>

#include "base/err.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/table.h"

static int run(struct ctx *c, const void *options, struct ow_error *err)
{
	OW_AUTO(table_free)
	struct table *t = table_new("KERNELS", "HERE", "SAME BITS", ">TOKENS/S", NULL);
	struct json list = json_put_list(c->out.result, "kernels");
	struct ow_selftest result;
	int code = ow_selftest(&result, err);
	char id[OW_ID_TEXT];

	(void)options;
	if (code < 0 && err->code != OW_E_SMOKE)
		return code; /* it was not run to its end */
	c->out.keep_result = true;
	for (size_t i = 0; i < result.n_sets; i++) {
		const struct ow_selftest_set *s = &result.sets[i];
		struct json item = json_put_object(list, NULL);

		json_put_text(item, "name", s->name);
		json_put_bool(item, "usable", s->usable);
		json_put_bool(item, "same", s->same);
		json_put_real(item, "tokens_per_second", s->tokens_per_second);
		table_cell(t, "%s", s->name);
		table_cell(t, "%s", s->usable ? "yes" : "no");
		table_cell(t, "%s", !s->usable ? "-" : s->same ? "yes" : "NO");
		table_cell(t, s->usable ? "%.0f" : "-", s->tokens_per_second);
	}
	json_put_id(c->out.result, "logits_sha256", &result.logits);
	json_put_bool(c->out.result, "expected", result.expected);
	json_put_text(c->out.result, "text", result.text);
	out_table(&c->out, t);
	out_line(&c->out, "logits %s%s", ow_id_text(&result.logits, id),
		 result.expected ? "" : ", not what is expected");
	out_line(&c->out, "%s", result.text);
	return code < 0 ? err_hint(err, "do not trust a smoke test on this machine") : 0;
}

const struct cmd cmd_selftest = {
    .name = "selftest",
    .section = SECTION_MODEL,
    .summary = "check that this CPU computes models as every other one does",
    .synopsis = "",
    .about = "Runs a small model that the program carries with every kernel set of this CPU and "
	     "compares all logits, bit for "
	     "bit, with those of plain C and with those recorded when the program was made. Prints "
	     "what the model says.",
    .examples = {{"owstore selftest", "for people"}, {"owstore selftest --json", "for programs"}},
    .exits = (const enum ow_code[]){OW_E_SMOKE, OW_OK},
    .also = (const char *const[]){"run", "logits", NULL},
    .run = run,
};
