/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include <owstore/smoke.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/digest.h"
#include "flow/goldens.h"
#include "flow/recite.h"
#include "infer/kern.h"
#include "infer/rope.h"
#include "os/file.h"
#include "trust/state.h"

const char *ow_smoke_verdict_name(enum ow_smoke_verdict v)
{
	static const char *const names[] = {"identical", "differs", "plausible", "degenerate"};

	return v <= OW_SMOKE_DEGENERATE ? names[v] : "unknown";
}

void ow_smoke_report_done(struct ow_smoke_report *r)
{
	for (size_t i = 0; i < r->n_said; i++) {
		mem_free(r->said[i].prompt);
		mem_free(r->said[i].text);
	}
	mem_free(r->said);
	*r = (struct ow_smoke_report){0};
}

/* ---- the golden ---- */

/* What is compared with; golden.models NULL: nothing. */
struct measure {
	struct golden golden;
	struct ow_id id;
};

static void measure_done(struct measure *m)
{
	golden_done(&m->golden);
}
OW_DEFINE_AUTO_DONE(struct measure, measure_done)

static int read_file(const char *path, struct measure *out, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf b = {0};

	if (file_read_user(path, GOLDEN_MAX, &b, err) < 0 ||
	    digest_bytes(b.p, b.n, &out->id, err) < 0)
		return err->code;
	if (golden_decode(b.p, b.n, &out->golden, err) < 0)
		return err_file(err, path);
	if (out->golden.signed_for) /* nobody has looked at its signatures */
		out->golden.origin[0] = '\0';
	return 0;
}

/* Is it of the files that were opened? */
static bool is_of(const struct golden *g, const struct model_files *files)
{
	return g->n_models == files->n &&
	       memcmp(g->models, files->expected, g->n_models * sizeof *g->models) == 0;
}

/* Whose golden is it? The trusted root that its signatures satisfy says so. */
static int open_kept(struct kept_golden *k, const struct trust_state *trust, struct ow_error *err)
{
	OW_AUTO(origin_list_done) struct origin_list origins = {0};
	struct ow_error last = {0};

	if (trust_origins(trust, &origins, err) < 0)
		return err->code;
	for (size_t i = 0; i < origins.n; i++) {
		OW_AUTO(chain_done) struct chain chain = {0};

		last = (struct ow_error){0};
		if (trust_load(trust, origins.at[i], &chain, err) < 0)
			return err->code;
		if (golden_open(k, chain_newest(&chain), &last) == 0)
			return 0;
		if (k->sealed != NULL)
			break; /* good signatures on something else */
	}
	if (last.code == OW_OK)
		(void)err_set(&last, OW_E_TRUST, "no root is trusted here");
	*err = last;
	return err_ctx(err, "golden");
}

/* The newest golden of the artifact that is about these files. */
static int find_kept(const struct ow_model_source *m, const struct model_files *files,
		     const char *trust_dir, struct measure *out, struct ow_error *err)
{
	OW_AUTO(ids_done) struct ids list = {0};
	OW_AUTO(trust_state_done) struct trust_state trust = {0};

	if (goldens_of(m->store, &files->of, &list, err) < 0 ||
	    (list.n > 0 && trust_state_init(&trust, trust_dir, err) < 0))
		return err->code;
	for (size_t i = list.n; i-- > 0;) {
		OW_AUTO(kept_golden_done) struct kept_golden k = {0};

		if (golden_read(m->store, &files->of, &list.at[i], &k, err) < 0)
			return err_hint(err, "owstore fsck tells what the store has lost; "
					     "--no-golden looks at the model alone");
		if (open_kept(&k, &trust, err) < 0)
			return err_hint(err, "--no-golden looks at the model alone");
		if (!is_of(&k.golden, files))
			continue;
		out->golden = MOVE(k.golden);
		out->id = k.id;
		return 0;
	}
	return 0;
}

/* Can it be compared with at all, by this program? */
static int check_measure(const struct golden *g, const struct ow_infer_how *how,
			 struct ow_error *err)
{
	if (g->models == NULL)
		return 0;
	if (g->arithmetic != ARITHMETIC) {
		(void)err_set(err, OW_E_UNCHECKED,
			      "the golden is of arithmetic %llu, this program computes %d",
			      (unsigned long long)g->arithmetic, ARITHMETIC);
		return err_hint(err, "a version of owstore as old or new as the golden compares; "
				     "without its golden the model alone can be looked at");
	}
	if (g->half_cache == how->half_cache)
		return 0;
	(void)err_set(err, OW_E_USAGE, "the golden was recorded with --kv %s, this is --kv %s",
		      g->half_cache ? "f16" : "f32", how->half_cache ? "f16" : "f32");
	return err_hint(err, "give the same --kv");
}

/* ---- what came out ---- */

static size_t tell_top(const struct golden_step *s, struct ow_smoke_top out[5])
{
	for (uint32_t i = 0; s != NULL && i < s->n_top; i++)
		out[i] = (struct ow_smoke_top){s->top[i].id, s->top[i].value};
	return s == NULL ? 0 : s->n_top;
}

static void compare(const struct golden *want, const struct recital *r, struct ow_smoke_report *out)
{
	struct golden_difference d;

	out->verdict = golden_same(want, &r->golden, &d) ? OW_SMOKE_IDENTICAL : OW_SMOKE_DIFFERS;
	out->n_compared = d.compared;
	out->n_differing = d.differing;
	if (d.differing == 0)
		return;
	out->first = (struct ow_smoke_difference){.in_text = d.in_text,
						  .prompt = d.prompt + 1,
						  .step = d.step + 1,
						  .position = d.position};
	out->first.n_want = tell_top(d.want, out->first.want);
	out->first.n_got = tell_top(d.got, out->first.got);
}

/* Do the steps only repeat one id, or two in turn? Short answers are none. */
static bool repeats(const struct golden_prompt *p)
{
	if (p->n_steps < 8)
		return false;
	for (size_t i = 2; i < p->n_steps; i++) {
		if (p->steps[i].top[0].id != p->steps[i - 2].top[0].id)
			return false;
	}
	return true;
}

/* Without a golden: numbers, words and likelihood as a trained model has them? */
static void judge(const struct recital *r, struct ow_smoke_report *out)
{
	const struct golden *g = &r->golden;
	double guess = g->vocab > 1 ? exact_log((double)g->vocab) : 0;
	double nll = (double)g->text.nll / 1e6;
	size_t repeating = 0;
	char where[RECITAL_TEXT];

	for (size_t i = 0; i < g->n_prompts; i++)
		repeating += repeats(&g->prompts[i]);
	out->verdict = OW_SMOKE_DEGENERATE;
	if (r->broken)
		text_copy(out->why, sizeof out->why, recital_broken(r, where));
	else if (repeating == g->n_prompts)
		(void)snprintf(out->why, sizeof out->why,
			       "every continuation repeats one token, or two in turn");
	else if (g->text.n_ids > 0 && nll > guess - 0.05)
		(void)snprintf(out->why, sizeof out->why,
			       "a plain English text costs %.2f nats a token; guessing among %llu "
			       "costs %.2f",
			       nll, (unsigned long long)g->vocab, guess);
	else
		out->verdict = OW_SMOKE_PLAUSIBLE;
}

/* Hand the texts over to the report. */
static int tell_said(struct golden *g, struct ow_smoke_report *out, struct ow_error *err)
{
	out->said = mem_array(g->n_prompts, sizeof *out->said, err);
	if (out->said == NULL)
		return err->code;
	for (size_t i = 0; i < g->n_prompts; i++) {
		struct golden_prompt *p = &g->prompts[i];

		out->said[i] = (struct ow_smoke_said){p->text.p, p->said.p, p->text.n, p->said.n};
		p->text = p->said = (struct buf){0};
	}
	out->n_said = g->n_prompts;
	return 0;
}

static void tell_measure(const struct measure *m, struct ow_smoke_report *out)
{
	out->compared = true;
	out->golden = m->id;
	out->golden_time = m->golden.time;
	out->golden_nll = m->golden.text.nll;
	text_copy(out->golden_origin, sizeof out->golden_origin, m->golden.origin);
	text_copy(out->golden_cpu, sizeof out->golden_cpu, m->golden.machine.cpu);
	text_copy(out->golden_isa, sizeof out->golden_isa, m->golden.machine.isa);
}

static int answer(const struct ow_smoke_report *r, const char *name, struct ow_error *err)
{
	if (r->verdict == OW_SMOKE_DEGENERATE)
		return err_set(err, OW_E_SMOKE, "%s: %s", name, r->why);
	if (r->verdict != OW_SMOKE_DIFFERS)
		return 0;
	(void)err_set(err, OW_E_SMOKE, "%s: %llu of %llu results differ from the golden", name,
		      (unsigned long long)r->n_differing, (unsigned long long)r->n_compared);
	return err_hint(
	    err,
	    "the model's bytes are those that the golden is of: suspect this machine%s; "
	    "owstore selftest, then its memory",
	    r->golden_origin[0] != '\0' ? "" : ", or the golden, which nobody vouches for");
}

int ow_smoke(const struct ow_model_source *m, const struct ow_smoke_opts *opts,
	     const struct ow_infer_how *how, struct ow_smoke_report *out, struct ow_error *err)
{
	OW_AUTO(model_files_done) struct model_files files = {0};
	OW_AUTO(measure_done) struct measure measure = {0};
	OW_AUTO(recital_done) struct recital r = {0};
	struct recite_opts what = {0};

	*out = (struct ow_smoke_report){0};
	if (model_files_open(m, &files, err) < 0)
		return err->code;
	if (opts->golden != NULL) {
		if (read_file(opts->golden, &measure, err) < 0)
			return err->code;
	} else if (m->store != NULL && !opts->no_golden) {
		if (find_kept(m, &files, opts->trust, &measure, err) < 0)
			return model_err(m, err);
	}
	if (check_measure(&measure.golden, how, err) < 0)
		return model_err(m, err);
	what.like = measure.golden.models != NULL ? &measure.golden : NULL;
	if (recite(&files, &what, how, &r, err) < 0)
		return model_err(m, err);
	out->run = r.facts;
	out->nll = r.golden.text.nll;
	text_copy(out->cpu, sizeof out->cpu, r.golden.machine.cpu);
	if (what.like != NULL) {
		tell_measure(&measure, out);
		compare(what.like, &r, out);
	} else {
		judge(&r, out);
	}
	return tell_said(&r.golden, out, err) < 0 ? err->code : answer(out, m->name, err);
}
