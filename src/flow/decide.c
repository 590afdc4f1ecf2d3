/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Decisions: what goes in is gathered here, the policy engine decides.
 */
#include "policy/decide.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "govern/judge.h"
#include "govern/licenses.h"
#include "os/clock.h"
#include "os/file.h"
#include "policy/scenario.h"

/* A decision with what its texts belong to; the public part comes first. */
struct decided {
	struct ow_decision d;
	struct judged j;
};

int ow_decide_scenario(const struct ow_licenses *known, const char *path, struct ow_decision **out,
		       struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf text = {0};
	struct decided *x;

	if (file_read_user(path, YAML_SIZE_MAX, &text, err) < 0)
		return err->code;
	x = MEM_NEW(struct decided, err);
	if (x == NULL)
		return err->code;
	if (scenario_read(text.p, text.n, path, clock_now(), &x->j.arena, &x->j.c, err) < 0 ||
	    decide(&x->j.c, known->set, &x->j.arena, &x->d, err) < 0) {
		ow_decision_free(&x->d);
		return err->code;
	}
	*out = &x->d;
	return 0;
}

/* ---- from the store ---------------------------------------------------------------------------------- */

static int word(const char *what, const char *const *words, const char *given, unsigned otherwise,
		unsigned *out, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf all = {0};

	*out = otherwise;
	if (given == NULL || word_find(words, given, out))
		return 0;
	for (size_t i = 0; words[i] != NULL; i++)
		buf_printf(&all, "%s%s", i == 0 ? "" : ", ", words[i]);
	(void)err_set(err, OW_E_USAGE, "\"%.60s\" is no %s", given, what);
	return err_hint(err, "one of %s", buf_str(&all));
}

static void name_artifact(struct decided *x)
{
	const struct found *f = &x->j.ancestry.at[0]->found;

	x->d.scenario = NULL;
	x->d.artifact = f->artifact.name;
	x->d.version = f->artifact.version;
	x->d.id = f->id;
}

int ow_decide(struct ow_store *s, const char *ref, const struct ow_decide_opts *opts,
	      const struct ow_events *events, struct ow_decision **out, struct ow_error *err)
{
	OW_AUTO(trust_state_done) struct trust_state trust = {0};
	const struct judge_with with = {
	    .set = opts->licenses->set, .trust = &trust, .events = events};
	struct judge_request request = {.class = opts->to, .recipient = opts->recipient};
	struct decided *x;

	if (opts->to == OW_CLASS_QUARANTINE)
		return err_set(err, OW_E_USAGE, "there is no decision for class quarantine");
	if (word("form", form_words, opts->form, FORM_RAW, &request.form, err) < 0 ||
	    word("purpose", purpose_words, opts->purpose, PURPOSE_UNSET, &request.purpose, err) <
		0 ||
	    trust_state_init(&trust, opts->trust, err) < 0)
		return err->code;
	x = MEM_NEW(struct decided, err);
	if (x == NULL)
		return err->code;
	if (judge_case(s, ref, &request, &with, &x->j, err) < 0 ||
	    decide(&x->j.c, opts->licenses->set, &x->j.arena, &x->d, err) < 0) {
		ow_decision_free(&x->d);
		return err->code;
	}
	name_artifact(x);
	*out = &x->d;
	return 0;
}

void ow_decision_free(struct ow_decision *d)
{
	struct decided *x = (struct decided *)d;

	if (d == NULL)
		return;
	judged_done(&x->j);
	free(x);
}
