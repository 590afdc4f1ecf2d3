/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Goldens and smoke tests: what a model computed where it was recorded, and whether it computes the same here.
 *
 *	struct ow_model_source model = {.store = store, .name = "org/model@1"};
 *	struct ow_smoke_opts opts = {0};
 *	struct ow_smoke_report r;
 *
 *	if (ow_smoke(&model, &opts, &how, &r, &err) < 0 && err.code != OW_E_SMOKE)
 *		return ow_code_exit(err.code);
 *	puts(r.verdict == OW_SMOKE_IDENTICAL ? "identical" : "look closer");
 *	ow_smoke_report_done(&r);
 *
 * The arithmetic of the engine is the same on every CPU, with any number of threads: whatever differs is the model's
 * bytes, the machine, or the program.
 */
#ifndef OW_SMOKE_H
#define OW_SMOKE_H

#include <owstore/infer.h>

/* ---- recording ---- */

struct ow_golden;

struct ow_golden_opts {
	const struct ow_view
	    *prompts;     /* special tokens in them count; n_prompts 0: the built-in ones */
	size_t n_prompts; /* at most 64 */
	size_t steps;     /* after each prompt, at most 4096; 0: 16. Fewer where the model ends */
};

struct ow_golden_facts {
	size_t prompts, steps; /* steps of all prompts */
	uint64_t
	    nll; /* mean negative log-likelihood of a fixed text, millionths of a nat a token; 0: none */
	char cpu[64];
	struct ow_infer_facts run;
};

/* Have the model recite its prompts and keep what it computed. Needs no key and changes nothing.
 * Errors   as of <owstore/infer.h>; OW_E_SMOKE: a number that is none came out.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_golden_record(const struct ow_model_source *m,
					const struct ow_golden_opts *opts,
					const struct ow_infer_how *how, struct ow_golden **out,
					struct ow_golden_facts *facts, struct ow_error *err);
OW_API void ow_golden_free(struct ow_golden *g);

struct ow_signer; /* see <owstore/signer.h> */

struct ow_golden_sign {
	const struct ow_signer *const *signers; /* release keys, as many as the threshold asks */
	size_t n_signers;
	const char *origin; /* NULL: the one whose root knows the first signer */
	const char *trust;  /* trust folder, NULL: the default */
};

/* Would these keys do? Signers that were only looked at are enough, so that it can be asked before the model runs.
 * Errors   OW_E_TRUST, OW_E_USAGE, OW_E_IO
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_golden_check(const struct ow_golden_sign *sign, struct ow_error *err);

/* Sign a golden of an artifact and keep it beside the artifact's records; export takes it along. Durable on return.
 * Errors   OW_E_USAGE (it is of a bare file, or the artifact is gone), OW_E_TRUST (signers do not meet the
 *          threshold of releases), OW_E_IO. The store is as it was.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_golden_keep(struct ow_store *s, struct ow_golden *g,
				      const struct ow_golden_sign *sign, struct ow_id *record,
				      struct ow_error *err);

/* Could a golden be written there? It can be asked before the model runs.
 * Errors   OW_E_USAGE (a folder, a link, or anything else that is no regular file), OW_E_IO
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_golden_check_file(const char *path, struct ow_error *err);

/* Write a golden of a bare file, unsigned, in the place of what `path` names.  Since 0.1 */
OW_API OW_MUST_USE int ow_golden_write(const struct ow_golden *g, const char *path,
				       struct ow_error *err);

/* ---- comparing ---- */

enum ow_smoke_verdict {
	OW_SMOKE_IDENTICAL,  /* every logit of every step is that of the golden */
	OW_SMOKE_DIFFERS,    /* some are not */
	OW_SMOKE_PLAUSIBLE,  /* there is no golden; what came out looks like a model's work */
	OW_SMOKE_DEGENERATE, /* what came out is no model's work */
};

/* "identical", "differs", …  Since 0.1 */
OW_API const char *ow_smoke_verdict_name(enum ow_smoke_verdict v);

struct ow_smoke_opts {
	const char *
	    golden; /* path of a golden, which nobody need have signed; NULL: the artifact's newest */
	const char *trust; /* trust folder, NULL: the default */
	bool no_golden;    /* look at the model alone, even where there is a golden */
};

struct ow_smoke_top {
	uint32_t id;
	float value;
};

/* The first place at which the two differ. */
struct ow_smoke_difference {
	bool in_text; /* in the fixed text, after all prompts; the rest is then without meaning */
	size_t prompt, step;                 /* counted from 1 */
	size_t position;                     /* tokens before it, prompt included */
	struct ow_smoke_top want[5], got[5]; /* the likeliest ids */
	size_t n_want, n_got;
};

/* A prompt and what followed, as bytes: to be escaped before they are shown. */
struct ow_smoke_said {
	uint8_t *prompt, *text;
	size_t n_prompt, n_text;
};

struct ow_smoke_report {
	enum ow_smoke_verdict verdict;
	char why[300]; /* of OW_SMOKE_DEGENERATE, else "" */
	struct ow_infer_facts run;
	char cpu[64];
	bool compared; /* there was a golden: */
	struct ow_id golden;
	uint64_t golden_time;
	char golden_origin[65]; /* whose release keys signed it; "": nobody did */
	char golden_cpu[64], golden_isa[64];
	uint64_t n_compared, n_differing; /* steps, and the fixed text as one */
	struct ow_smoke_difference first;
	uint64_t nll,
	    golden_nll; /* mean negative log-likelihood of the fixed text, millionths of a nat a token; 0: none */
	struct ow_smoke_said *said;
	size_t n_said;
};

/* Run the model in its jail and compare with a golden, or look at it alone. Nothing is written.
 *
 * Returns  0 for OW_SMOKE_IDENTICAL and OW_SMOKE_PLAUSIBLE; OW_E_SMOKE for the two others, with the report filled
 * Errors   as of <owstore/infer.h>; OW_E_UNCHECKED also: the golden is of another version of the arithmetic; OW_E_TRUST:
 *          the artifact's golden is not signed by release keys of a root that is trusted here; OW_E_INTEGRITY: the model
 *          is not the one the golden is of; OW_E_FORMAT: no golden
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_smoke(const struct ow_model_source *m, const struct ow_smoke_opts *opts,
				const struct ow_infer_how *how, struct ow_smoke_report *out,
				struct ow_error *err);
OW_API void ow_smoke_report_done(struct ow_smoke_report *r);

#endif
