/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/recite.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/digest.h"
#include "flow/engine.h"
#include "infer/score.h"
#include "os/clock.h"
#include "os/cpu.h"

/* Frames of the child, in this order: MODEL; for each prompt PROMPT, STEP…, SAID; TEXT; the facts. */
enum frame {
	FRAME_MODEL,       /* size of the vocabulary as uint64_t, then the digests of the files */
	FRAME_PROMPT,      /* ids; a prompt begins */
	FRAME_STEP,        /* struct golden_step */
	FRAME_BROKEN,      /* the step's logits are not finite; no more of them come */
	FRAME_SAID,        /* the steps as text */
	FRAME_TEXT,        /* struct text_frame, then the ids */
	FRAME_TEXT_BROKEN, /* in its place: a row of the text is not finite */
};

struct text_frame {
	struct ow_id logits;
	double nll;
};

enum {
	STEPS = 16,
	TOGETHER = 8 /* rows of logits in memory, half as many beside all weights */
};

/* Short, of several kinds, and such that no model is at a loss. */
static const char *const prompts[] = {
    "Once upon a time, in a village by the sea, there lived",
    "The three primary colours are",
    "def fibonacci(n):\n    \"\"\"Return the n-th Fibonacci number.\"\"\"\n",
    "Die Hauptstadt von Frankreich ist",
};

static const char fixed_text[] =
    "Once upon a time a small boat lived in a large harbour. Every morning it read the names of "
    "the other boats, and every evening it said good night to the sea. One day a person came and "
    "said: the numbers are wrong, and nobody knows what to do next.";

void recital_done(struct recital *r)
{
	golden_done(&r->golden);
}

const char *recital_broken(const struct recital *r, char out[RECITAL_TEXT])
{
	if (r->in_text)
		return "gives NaN or infinite values, in the fixed text";
	(void)snprintf(out, RECITAL_TEXT, "gives NaN or infinite values, in prompt %zu",
		       r->golden.n_prompts);
	return out;
}

struct job {
	const struct model_files *files;
	const struct recite_opts *opts;
	const struct ow_infer_how *how;
};

/* ---- in the child ---- */

struct reciting {
	const struct job *job;
	struct jail_pipe *out;
	struct engine engine;
	struct tok *tok;         /* of its model */
	struct tok_ids *prompts; /* n of them */
	size_t n;
	struct tok_ids text;
	float *rows; /* (TOGETHER, vocab) */
	size_t vocab;
	bool broken;
};

static void reciting_done(struct reciting *r)
{
	tok_free(r->tok);
	engine_done(&r->engine);
	for (size_t i = 0; i < r->n && r->prompts != NULL; i++)
		tok_ids_done(&r->prompts[i]);
	mem_free(r->prompts);
	tok_ids_done(&r->text);
	mem_free(r->rows);
}
OW_DEFINE_AUTO_DONE(struct reciting, reciting_done)

static int copy_ids(const uint32_t *ids, size_t n, struct tok_ids *out, struct ow_error *err)
{
	out->at = mem_array(n, sizeof *ids, err);
	if (out->at == NULL)
		return err->code;
	memcpy(out->at, ids, n * sizeof *ids);
	out->n = out->cap = n;
	return 0;
}

/* What the ids of a prompt were made from. */
static struct ow_view text_of(const struct recite_opts *o, size_t i)
{
	if (o->like != NULL)
		return (struct ow_view){o->like->prompts[i].text.p, o->like->prompts[i].text.n};
	if (o->n_texts > 0)
		return o->texts[i];
	return (struct ow_view){(const uint8_t *)prompts[i], strlen(prompts[i])};
}

/* The ids of one prompt, from the golden, from the caller's text or from the built-in one. */
static int prompt_ids(struct reciting *r, size_t i, struct ow_error *err)
{
	const struct recite_opts *o = r->job->opts;
	struct tok_ids *ids = &r->prompts[i];
	struct ow_view text = text_of(o, i);
	unsigned flags = o->n_texts > 0 ? TOK_BOS | TOK_SPECIAL : TOK_BOS;

	if (o->like != NULL)
		return copy_ids(o->like->prompts[i].ids, o->like->prompts[i].n_ids, ids, err);
	if (tok_encode(r->tok, (const char *)text.p, text.n, flags, ids, err) < 0)
		return err->code;
	if (ids->n == 0 || ids->n > GOLDEN_IDS_MAX)
		return err_set(err, OW_E_UNCHECKED,
			       "prompt %zu has %zu tokens, 1 to %d are possible", i + 1, ids->n,
			       GOLDEN_IDS_MAX);
	return 0;
}

static int text_ids(struct reciting *r, struct ow_error *err)
{
	const struct golden *like = r->job->opts->like;

	if (like == NULL)
		return tok_encode(r->tok, fixed_text, strlen(fixed_text), TOK_BOS, &r->text, err);
	return like->text.n_ids == 0 ? 0
				     : copy_ids(like->text.ids, like->text.n_ids, &r->text, err);
}

static size_t steps_of(const struct recite_opts *o, size_t prompt)
{
	if (o->like != NULL)
		return o->like->prompts[prompt].n_steps;
	return o->steps != 0 ? o->steps : STEPS;
}

static size_t prompts_of(const struct recite_opts *o)
{
	return o->like != NULL  ? o->like->n_prompts
	       : o->n_texts > 0 ? o->n_texts
				: sizeof prompts / sizeof prompts[0];
}

static int check_ids(const struct reciting *r, const uint32_t *ids, size_t n, struct ow_error *err)
{
	for (size_t i = 0; i < n; i++) {
		if (ids[i] >= r->vocab)
			return err_set(err, OW_E_FORMAT,
				       "id %u cannot be fed, the model has %zu ids", ids[i],
				       r->vocab);
	}
	return 0;
}

static int check_prompts(const struct reciting *r, struct ow_error *err)
{
	const struct golden *like = r->job->opts->like;

	for (size_t i = 0; i < r->n; i++) {
		if (check_ids(r, r->prompts[i].at, r->prompts[i].n, err) < 0)
			return err->code;
		for (size_t s = 0; like != NULL && s < like->prompts[i].n_steps; s++) {
			if (check_ids(r, &like->prompts[i].steps[s].top[0].id, 1, err) < 0)
				return err->code;
		}
	}
	return check_ids(r, r->text.at, r->text.n, err);
}

static int prepare(struct reciting *r, struct ow_error *err)
{
	const struct job *j = r->job;
	size_t context = 0;

	if (engine_open(j->files, ENGINE_RUN | ENGINE_TOK, &r->engine, &r->tok, err) < 0)
		return err->code;
	r->n = prompts_of(j->opts);
	r->prompts = mem_array(r->n, sizeof *r->prompts, err);
	for (size_t i = 0; i < r->n; i++) {
		size_t all;

		if (r->prompts == NULL || prompt_ids(r, i, err) < 0)
			return err->code;
		all = r->prompts[i].n + steps_of(j->opts, i);
		context = all > context ? all : context;
	}
	if (text_ids(r, err) < 0)
		return err->code;
	context = r->text.n > context ? r->text.n : context;
	tok_settle(r->tok);
	r->vocab = r->engine.model->p.vocab;
	/* asked before the whole model is read */
	if (check_prompts(r, err) < 0 ||
	    engine_start(j->files, j->how, context, r->out, &r->engine, err) < 0)
		return err->code;
	r->rows = mem_array(TOGETHER * r->vocab, sizeof *r->rows, err);
	return r->rows == NULL ? err->code : 0;
}

static int send_model(struct reciting *r, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf b = {0};
	const struct model *m = r->engine.model;
	uint64_t vocab = r->vocab;

	buf_add(&b, &vocab, sizeof vocab);
	for (size_t i = 0; i < m->n_files; i++)
		buf_add(&b, &m->files[i].digest, sizeof m->files[i].digest);
	return buf_finish(&b, err) < 0 ? err->code : jail_send(r->out, FRAME_MODEL, b.p, b.n, err);
}

/* Tell one row; *best is the likeliest id. A row with a number that is none ends the recital. */
static int send_step(struct reciting *r, const float *row, uint32_t *best, struct ow_error *err)
{
	struct golden_step step = {0};
	uint32_t id[GOLDEN_TOP];

	if (!logits_finite(row, r->vocab)) {
		r->broken = true;
		return jail_send(r->out, FRAME_BROKEN, NULL, 0, err);
	}
	step.n_top = (uint32_t)logits_top(row, r->vocab, id, GOLDEN_TOP);
	for (uint32_t i = 0; i < step.n_top; i++)
		step.top[i] = (struct golden_top){id[i], row[id[i]]};
	*best = id[0];
	if (digest_bytes(row, r->vocab * sizeof *row, &step.logits, err) < 0)
		return err->code;
	return jail_send(r->out, FRAME_STEP, &step, sizeof step, err);
}

/* How many steps are fed at once: what a golden says of a model that is read from disk for each feeding. */
static size_t stride(const struct reciting *r)
{
	return r->job->opts->like != NULL && r->engine.model->streamed ? TOGETHER : 1;
}

/* Tell n rows, one after the other, and what they say; *best is the likeliest id of the last. */
static int send_steps(struct reciting *r, size_t n, struct buf *said, uint32_t *best,
		      struct ow_error *err)
{
	for (size_t i = 0; i < n && !r->broken; i++) {
		if (send_step(r, r->rows + i * r->vocab, best, err) < 0)
			return err->code;
		if (!r->broken)
			tok_piece(r->tok, *best, false, said);
	}
	return 0;
}

/* The steps after a prompt, whose last row stands in r->rows. */
static int take_steps(struct reciting *r, size_t prompt, struct buf *said, struct ow_error *err)
{
	const struct recite_opts *o = r->job->opts;
	const struct golden_prompt *like = o->like == NULL ? NULL : &o->like->prompts[prompt];
	size_t steps = steps_of(o, prompt), n = 1;

	for (size_t at = 0;;) {
		uint32_t ids[TOGETHER], best = 0;

		if (send_steps(r, n, said, &best, err) < 0)
			return err->code;
		at += n;
		if (r->broken || at == steps || (like == NULL && tok_is_end(r->tok, best)))
			return 0;
		n = size_min(stride(r), steps - at);
		for (size_t i = 0; i < n; i++)
			ids[i] = like != NULL ? like->steps[at + i - 1].top[0].id : best;
		if (engine_feed(&r->engine, ENGINE_STEPS, ids, n, r->rows, NULL, err) < 0)
			return err->code;
	}
}

static int recite_prompt(struct reciting *r, size_t i, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf said = {0};
	const struct tok_ids *ids = &r->prompts[i];

	session_reset(r->engine.session);
	if (jail_send(r->out, FRAME_PROMPT, ids->at, ids->n * sizeof *ids->at, err) < 0 ||
	    engine_feed(&r->engine, ENGINE_PROMPT, ids->at, ids->n, NULL, r->rows, err) < 0 ||
	    take_steps(r, i, &said, err) < 0 || buf_finish(&said, err) < 0)
		return err->code;
	return jail_send(r->out, FRAME_SAID, said.p, size_min(said.n, GOLDEN_TEXT_MAX), err);
}

/* Every id of the text but the first is scored by the row before it. */
static void score_rows(struct reciting *r, size_t from, size_t n, double *sum, struct digest *d)
{
	for (size_t i = 0; i < n; i++) {
		const float *row = r->rows + i * r->vocab;

		if (!logits_finite(row, r->vocab)) {
			r->broken = true;
			return;
		}
		*sum += logits_surprise(row, r->vocab, r->text.at[from + i + 1]);
		digest_update(d, row, r->vocab * sizeof *row);
	}
}

static int score_text(struct reciting *r, double *sum, struct digest *d, struct ow_error *err)
{
	size_t rows = r->text.n - 1;

	session_reset(r->engine.session);
	for (size_t at = 0, n; at < rows && !r->broken; at += n) {
		n = size_min(r->engine.model->streamed ? TOGETHER : TOGETHER / 2, rows - at);
		if (engine_feed(&r->engine, ENGINE_PROMPT, r->text.at + at, n, r->rows, NULL, err) <
		    0)
			return err->code;
		score_rows(r, at, n, sum, d);
	}
	return 0;
}

static int recite_text(struct reciting *r, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf b = {0};
	struct text_frame head = {0};
	struct digest d;
	double sum = 0;

	if (r->text.n < 2)
		return 0;
	digest_init(&d);
	if (score_text(r, &sum, &d, err) < 0) {
		digest_drop(&d);
		return err->code;
	}
	if (digest_final(&d, &head.logits, err) < 0)
		return err->code;
	if (r->broken)
		return jail_send(r->out, FRAME_TEXT_BROKEN, NULL, 0, err);
	head.nll = sum / (double)(r->text.n - 1);
	buf_add(&b, &head, sizeof head);
	buf_add(&b, r->text.at, r->text.n * sizeof *r->text.at);
	return buf_finish(&b, err) < 0 ? err->code : jail_send(r->out, FRAME_TEXT, b.p, b.n, err);
}

static int recite_work(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	OW_AUTO(reciting_done) struct reciting r = {.job = ctx, .out = out};

	if (prepare(&r, err) < 0 || send_model(&r, err) < 0)
		return err->code;
	for (size_t i = 0; i < r.n && !r.broken; i++)
		if (recite_prompt(&r, i, err) < 0)
			return err->code;
	if (!r.broken && recite_text(&r, err) < 0)
		return err->code;
	return engine_send_facts(&r.engine, out, err);
}

/* ---- in the parent ---- */

/* What comes is as hostile as the model: counts are held against what was asked for. */
struct sink {
	const struct recite_opts *opts;
	struct recital *r;
	size_t text_left; /* bytes of text that may still come */
};

static int odd(struct ow_error *err)
{
	return err_set(err, OW_E_UNCHECKED, "the child sent a frame that nobody asked for");
}

/* A golden is compared with the model that it is of, or not at all. */
static int same_model(const struct golden *want, const struct golden *got, struct ow_error *err)
{
	char hex[2][OW_ID_HEX];

	if (want->n_models != got->n_models)
		return err_set(err, OW_E_INTEGRITY,
			       "the golden is of a model of %zu files, this one has %zu",
			       want->n_models, got->n_models);
	for (size_t i = 0; i < want->n_models; i++)
		if (!ow_id_equal(&want->models[i], &got->models[i]))
			return err_set(err, OW_E_INTEGRITY,
				       "the golden is of another model (expected %s, got %s)",
				       ow_id_hex(&want->models[i], hex[0]),
				       ow_id_hex(&got->models[i], hex[1]));
	return 0;
}

static int take_model(struct sink *s, const uint8_t *p, size_t n, struct ow_error *err)
{
	struct golden *g = &s->r->golden;
	size_t digests;

	if (n < sizeof g->vocab || (n - sizeof g->vocab) % sizeof *g->models != 0 ||
	    g->models != NULL)
		return odd(err);
	digests = (n - sizeof g->vocab) / sizeof *g->models;
	if (digests == 0 || digests > GOLDEN_MODELS_MAX)
		return odd(err);
	memcpy(&g->vocab, p, sizeof g->vocab);
	g->models = mem_array(digests, sizeof *g->models, err);
	if (g->models == NULL)
		return err->code;
	memcpy(g->models, p + sizeof g->vocab, digests * sizeof *g->models);
	g->n_models = digests;
	return s->opts->like == NULL ? 0 : same_model(s->opts->like, g, err);
}

static int take_ids(const uint8_t *p, size_t n, uint32_t **ids, size_t *n_ids, struct ow_error *err)
{
	if (*ids != NULL || n == 0 || n % sizeof **ids != 0 || n / sizeof **ids > GOLDEN_IDS_MAX)
		return odd(err);
	*ids = mem_array(n / sizeof **ids, sizeof **ids, err);
	if (*ids == NULL)
		return err->code;
	memcpy(*ids, p, n);
	*n_ids = n / sizeof **ids;
	return 0;
}

static int take_prompt(struct sink *s, const uint8_t *p, size_t n, struct ow_error *err)
{
	struct golden *g = &s->r->golden;
	struct golden_prompt *now;
	struct ow_view text;

	if (g->prompts == NULL)
		g->prompts = mem_array(prompts_of(s->opts), sizeof *g->prompts, err);
	if (g->prompts == NULL)
		return err->code;
	if (g->n_prompts == prompts_of(s->opts))
		return odd(err);
	text = text_of(s->opts, g->n_prompts);
	now = &g->prompts[g->n_prompts++];
	now->steps = mem_array(steps_of(s->opts, g->n_prompts - 1), sizeof *now->steps, err);
	if (now->steps == NULL || take_ids(p, n, &now->ids, &now->n_ids, err) < 0)
		return err->code;
	buf_add(&now->text, text.p, text.n <= GOLDEN_TEXT_MAX ? text.n : 0);
	return buf_finish(&now->text, err);
}

static int take_step(struct sink *s, const uint8_t *p, size_t n, struct ow_error *err)
{
	struct golden *g = &s->r->golden;
	struct golden_prompt *now = g->n_prompts == 0 ? NULL : &g->prompts[g->n_prompts - 1];
	struct golden_step step;

	if (now == NULL || n != sizeof step || now->n_steps == steps_of(s->opts, g->n_prompts - 1))
		return odd(err);
	memcpy(&step, p, sizeof step);
	if (step.n_top == 0 || step.n_top > GOLDEN_TOP)
		return odd(err);
	for (uint32_t i = 0; i < step.n_top; i++)
		if (!logits_finite(&step.top[i].value, 1))
			return odd(err);
	now->steps[now->n_steps++] = step;
	return 0;
}

static int take_said(struct sink *s, const uint8_t *p, size_t n, struct ow_error *err)
{
	struct golden *g = &s->r->golden;
	struct golden_prompt *now = g->n_prompts == 0 ? NULL : &g->prompts[g->n_prompts - 1];

	if (now == NULL || now->said.n > 0)
		return odd(err);
	n = size_min(n, s->text_left);
	s->text_left -= n;
	buf_add(&now->said, p, n);
	return buf_finish(&now->said, err);
}

static int take_text(struct sink *s, const uint8_t *p, size_t n, struct ow_error *err)
{
	struct golden_text *t = &s->r->golden.text;
	struct text_frame head;

	if (n < sizeof head)
		return odd(err);
	memcpy(&head, p, sizeof head);
	if (!(head.nll >= 0 && head.nll < 1e9))
		return odd(err);
	t->logits = head.logits;
	t->nll = (uint64_t)(head.nll * 1e6 + 0.5);
	return take_ids(p + sizeof head, n - sizeof head, &t->ids, &t->n_ids, err);
}

static int take_frame(void *out, uint32_t kind, const uint8_t *p, size_t n, struct ow_error *err)
{
	struct sink *s = out;

	switch (kind) {
	case FRAME_MODEL:
		return take_model(s, p, n, err);
	case FRAME_PROMPT:
		return take_prompt(s, p, n, err);
	case FRAME_STEP:
		return take_step(s, p, n, err);
	case FRAME_BROKEN:
	case FRAME_TEXT_BROKEN:
		s->r->broken = true;
		s->r->in_text = kind == FRAME_TEXT_BROKEN;
		return 0;
	case FRAME_SAID:
		return take_said(s, p, n, err);
	case FRAME_TEXT:
		return take_text(s, p, n, err);
	default:
		return odd(err);
	}
}

/* The facts that a golden keeps, and whether everything came. */
static int complete(struct recital *r, const struct recite_opts *o, const struct ow_infer_how *how,
		    struct ow_error *err)
{
	const struct ow_infer_facts *f = &r->facts;
	struct golden *g = &r->golden;

	if (g->models == NULL || f->architecture[0] == '\0' || g->n_prompts == 0 ||
	    (!r->broken && g->n_prompts != prompts_of(o)))
		return err_set(err, OW_E_UNCHECKED, "the child ended before it was done");
	for (size_t i = 0; i < g->n_prompts && !r->broken; i++) {
		if (g->prompts[i].n_steps == 0)
			return err_set(err, OW_E_UNCHECKED, "the child took no step");
	}
	g->arithmetic = f->arithmetic;
	g->half_cache = how->half_cache;
	text_copy(g->architecture, sizeof g->architecture, f->architecture);
	(void)cpu_text(g->machine.cpu);
	text_copy(g->machine.isa, sizeof g->machine.isa, f->isa);
	g->machine.threads = f->threads;
	g->machine.load_ns = f->load_ns;
	g->machine.prompt_tokens = f->prompt_tokens;
	g->machine.prompt_ns = f->prompt_ns;
	g->machine.steps = f->generated_tokens;
	g->machine.steps_ns = f->generate_ns;
	g->machine.memory_peak = f->memory_peak;
	return 0;
}

int recite(const struct model_files *files, const struct recite_opts *opts,
	   const struct ow_infer_how *how, struct recital *out, struct ow_error *err)
{
	OW_AUTO(recital_done) struct recital r = {0};
	struct job work = {.files = files, .opts = opts, .how = how};
	struct sink sink = {.opts = opts, .r = &r, .text_left = GOLDEN_TEXT_MAX};
	struct engine_job job = {.what = "engine",
				 .files = files,
				 .how = how,
				 .work = recite_work,
				 .ctx = &work,
				 .frame = take_frame,
				 .out = &sink,
				 .facts = &r.facts,
				 .phase = "reciting",
				 .counted = 1U << FRAME_STEP | 1U << FRAME_TEXT,
				 .total = opts->like == NULL || opts->like->text.n_ids > 0};

	for (size_t i = 0; i < prompts_of(opts); i++)
		job.total += steps_of(opts, i);
	if (engine_run(&job, err) < 0 || complete(&r, opts, how, err) < 0)
		return err->code;
	*out = MOVE(r);
	return 0;
}
