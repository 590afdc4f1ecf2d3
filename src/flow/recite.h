/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Have a model recite, in its jail: prompts in, the logits of every step out, as a golden tells them. What `golden`
 * records and what `smoke` compares come from here.
 */
#ifndef OW_FLOW_RECITE_H
#define OW_FLOW_RECITE_H

#include <owstore/infer.h>

#include "flow/model_files.h"
#include "record/golden.h"

struct recite_opts {
	const struct golden *like; /* its prompts, steps and text again; or NULL: */
	const struct ow_view
	    *texts; /* prompts, in which special tokens count; n_texts 0: the built-in ones */
	size_t n_texts;
	size_t steps; /* after each, at most GOLDEN_STEPS_MAX; 0: 16. Fewer where the model ends */
};

struct recital {
	struct golden golden; /* without time, artifact and origin */
	struct ow_infer_facts facts;
	bool broken;  /* a logit was not finite, at the step that is not there */
	bool in_text; /* then: of the fixed text; otherwise of prompt golden.n_prompts - 1 */
};

/* Of a broken one: what it gives, and where. */
enum {
	RECITAL_TEXT = 80
};
const char *recital_broken(const struct recital *r, char out[RECITAL_TEXT]);

void recital_done(struct recital *r);
OW_DEFINE_AUTO_DONE(struct recital, recital_done)

/* Errors: as of every function of <owstore/infer.h>; OW_E_INTEGRITY also where opts->like is of another model. */
OW_MUST_USE int recite(const struct model_files *files, const struct recite_opts *opts,
		       const struct ow_infer_how *how, struct recital *out, struct ow_error *err);

#endif
