/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include <owstore/infer.h>

#include "base/err.h"
#include "infer/tiny.h"

static int one_set(const struct kern *k, struct ow_selftest *out, struct ow_selftest_set *set,
		   struct ow_error *err)
{
	struct tiny_run run = {0};
	int result = tiny_run(k, &run, err);

	if (result == 0) {
		if (out->n_sets == 0) {
			out->logits = run.logits;
			snprintf(out->text, sizeof out->text, "%s%s", TINY_PROMPT,
				 buf_str(&run.text));
		}
		set->same = ow_id_equal(&run.logits, &out->logits);
		set->tokens_per_second = run.rate;
	}
	buf_done(&run.text);
	return result;
}

int ow_selftest(struct ow_selftest *out, struct ow_error *err)
{
	char hex[OW_ID_HEX];
	const struct kern *k;
	bool same = true;

	*out = (struct ow_selftest){0};
	/* the scalar set is the first and the measure of the others */
	for (size_t i = 0;
	     (k = kern_at(i)) != NULL && out->n_sets < sizeof out->sets / sizeof out->sets[0];
	     i++) {
		struct ow_selftest_set set = {.usable = k->usable()};

		snprintf(set.name, sizeof set.name, "%s", k->name);
		if (set.usable && one_set(k, out, &set, err) < 0)
			return err_ctx(err, "kernel set %s", k->name);
		same = same && (set.same || !set.usable);
		out->sets[out->n_sets++] = set;
	}
	out->expected = strcmp(ow_id_hex(&out->logits, hex), TINY_EXPECTED) == 0;
	if (!same)
		return err_set(err, OW_E_SMOKE,
			       "a kernel set of this CPU does not give the scalar bits");
	if (!out->expected)
		return err_set(err, OW_E_SMOKE, "the logits are %s, this arithmetic gives %s", hex,
			       TINY_EXPECTED);
	return 0;
}
