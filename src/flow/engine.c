/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/engine.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/events.h"
#include "base/ints.h"
#include "base/mem.h"
#include "base/text.h"
#include "os/big.h"
#include "os/clock.h"
#include "os/pool.h"

enum {
	FRAME_FACTS = 1 << 16, /* beyond the kinds of the works */
	FRAME_LOADED,          /* struct told: bytes that have been read */
	FRAME_FED,             /* struct told: tokens of the prompt that have been computed */
	FEED = 128 /* tokens of a prompt between two words about it, where no batch is asked for */
};

struct told {
	uint64_t done, total; /* loading: the parent knows the total by itself */
};

/* ---- in the child ---- */

void engine_done(struct engine *e)
{
	session_free(e->session);
	model_free(e->model);
}

static unsigned threads_of(const struct ow_infer_how *how)
{
	unsigned n = how->threads != 0 ? how->threads : pool_cores();

	return n > TEAM_MAX ? TEAM_MAX : n;
}

/* Weights that do not fit beside everything else are streamed. */
static uint64_t memory_for_weights(const struct ow_infer_how *how)
{
	return how->memory != 0 ? how->memory : big_total() / 8 * 7;
}

/* What was hashed while it was loaded must be what the names of the blobs say. */
static int check_files(const struct model_files *files, const struct model *m, struct ow_error *err)
{
	char want[OW_ID_HEX], got[OW_ID_HEX];

	for (size_t i = 0; files->expected != NULL && i < m->n_files; i++) {
		if (!ow_id_equal(&files->expected[i], &m->files[i].digest))
			return err_set(err, OW_E_INTEGRITY,
				       "%s: hash mismatch (expected %s, got %s)",
				       files->open[i].path, ow_id_hex(&files->expected[i], want),
				       ow_id_hex(&m->files[i].digest, got));
	}
	return 0;
}

/* Is it a vocabulary alone? Such files are made for looking at tokenizers. */
static bool has_tensors(const struct model *m)
{
	return m->n_files > 1 || m->files[0].head.n_tensors > 0;
}

/* Ids that the model does not take are malformed in any vocabulary. */
static int check_vocabulary(const struct model *m, struct ow_error *err)
{
	const struct gguf_key *texts = gguf_find(&m->files[0].head, "tokenizer.ggml.tokens");

	if (texts != NULL && texts->n > m->p.vocab)
		return err_set(err, OW_E_FORMAT,
			       "tokenizer.ggml.tokens has %llu texts, token_embd.weight %u rows",
			       (unsigned long long)texts->n, m->p.vocab);
	return 0;
}

int engine_open(const struct model_files *files, unsigned uses, struct engine *out,
		struct tok **tok, struct ow_error *err)
{
	struct ow_error model = {0}, words = {0}; /* what is wrong with each */
	OW_AUTO(tok_free) struct tok *t = NULL;
	int runs = 0, speaks;
	bool whole;

	if (model_open(files->src, files->n, &out->model, err) < 0)
		return err->code;
	whole = (uses & ENGINE_RUN) != 0 || has_tensors(out->model);
	if (whole)
		runs = model_plan(out->model, &model);
	if (whole && runs == 0)
		runs = check_vocabulary(out->model, &model);
	speaks = tok_new(&out->model->files[0].head, &t, &words);
	if (runs < 0 && (model.code == OW_E_FORMAT || (uses & ENGINE_RUN) != 0) &&
	    words.code != OW_E_FORMAT)
		*err = model;
	else if (speaks < 0 && (words.code == OW_E_FORMAT || (uses & ENGINE_TOK) != 0))
		*err = words;
	else if ((uses & ENGINE_TOK) != 0)
		*tok = STEAL(t);
	return err->code;
}

/* The files of a model are read for the first time; its threads take turns at that. */
struct loading {
	struct jail_pipe *to;
	struct told all;
};

struct loaded_file {
	struct loading *of;
	struct inspect_src from;
};

static int read_and_tell(void *ctx, void *p, size_t n, uint64_t off, struct ow_error *err)
{
	const struct loaded_file *f = ctx;

	if (f->from.read_at(f->from.ctx, p, n, off, err) < 0)
		return err->code;
	f->of->all.done += n;
	return jail_send(f->of->to, FRAME_LOADED, &f->of->all, sizeof f->of->all, err);
}

static int load(const struct model_files *files, const struct model_opts *opts,
		struct jail_pipe *to, struct model *m, struct ow_error *err)
{
	OW_AUTO(mem_free) struct loaded_file *list = mem_array(files->n, sizeof *list, err);
	struct loading of = {.to = to};
	int result;

	if (list == NULL || jail_send(to, FRAME_LOADED, &of.all, sizeof of.all, err) < 0)
		return err->code;
	for (size_t i = 0; i < m->n_files; i++) {
		list[i] = (struct loaded_file){&of, files->src[i]};
		m->files[i].src.read_at = read_and_tell;
		m->files[i].src.ctx = &list[i];
	}
	result = model_fill(m, opts, err);
	for (size_t i = 0; i < m->n_files; i++)
		m->files[i].src = files->src[i];
	return result;
}

int engine_start(const struct model_files *files, const struct ow_infer_how *how, size_t context,
		 struct jail_pipe *to, struct engine *out, struct ow_error *err)
{
	struct model_opts mo = {.threads = threads_of(how), .memory = memory_for_weights(how)};
	struct session_opts so = {.threads = mo.threads,
				  .batch = how->batch,
				  .context = context,
				  .half_cache = how->half_cache};
	uint64_t begin = clock_ticks();

	so.kern = how->isa == NULL ? kern_best() : kern_named(how->isa);
	if (so.kern == NULL)
		return err_set(err, OW_E_UNCHECKED,
			       "kernel set %s is not one that this CPU can run", how->isa);
	if (load(files, &mo, to, out->model, err) < 0 || check_files(files, out->model, err) < 0 ||
	    session_new(out->model, &so, &out->session, err) < 0)
		return err->code;
	out->facts = (struct ow_infer_facts){.model = out->model->files[0].digest,
					     .threads = so.threads,
					     .arithmetic = ARITHMETIC,
					     .streamed = out->model->streamed,
					     .file_bytes = out->model->file_bytes,
					     .cache_bytes = session_cache_size(out->session),
					     .load_ns = clock_ticks() - begin};
	text_copy(out->facts.architecture, sizeof out->facts.architecture,
		  out->model->p.arch->name);
	text_copy(out->facts.isa, sizeof out->facts.isa, so.kern->name);
	return 0;
}

int engine_feed(struct engine *e, enum engine_part part, const uint32_t *ids, size_t n, float *rows,
		float *last, struct ow_error *err)
{
	struct ow_infer_facts *f = &e->facts;
	uint64_t begin = clock_ticks();

	if (session_feed(e->session, ids, n, rows, last, err) < 0)
		return err->code;
	*(part == ENGINE_PROMPT ? &f->prompt_ns : &f->generate_ns) += clock_ticks() - begin;
	*(part == ENGINE_PROMPT ? &f->prompt_tokens : &f->generated_tokens) += n;
	return 0;
}

static int tell_fed(const struct engine *e, const struct engine_prompt *p, struct ow_error *err)
{
	struct told told = {.done = e->facts.prompt_tokens, .total = p->whole};

	return jail_send(p->to, FRAME_FED, &told, sizeof told, err);
}

int engine_read(struct engine *e, const struct engine_prompt *p, float *last, struct ow_error *err)
{
	size_t vocab = e->model->p.vocab, most = p->batch == 0 ? FEED : p->batch;

	if (e->facts.prompt_tokens == 0 && tell_fed(e, p, err) < 0)
		return err->code;
	for (size_t at = 0, n; at < p->n; at += n) {
		float *rows = p->rows == NULL ? NULL : p->rows + at * vocab;

		n = size_min(most, p->n - at);
		if (engine_feed(e, ENGINE_PROMPT, p->ids + at, n, rows,
				at + n == p->n ? last : NULL, err) < 0 ||
		    tell_fed(e, p, err) < 0)
			return err->code;
	}
	return 0;
}

int engine_send_facts(struct engine *e, struct jail_pipe *out, struct ow_error *err)
{
	e->facts.memory_peak = big_peak();
	return jail_send(out, FRAME_FACTS, &e->facts, sizeof e->facts, err);
}

/* A job at work, and how far it is by what the child says. */
struct running {
	const struct engine_job *job;
	uint64_t bytes;    /* of the files */
	uint64_t words[2]; /* the next that may be told of them, and of the prompt's tokens */
	bool works;        /* what comes now are the work's own frames */
	uint64_t counted;  /* those of the kinds that the job counts */
};

/* A model fills the memory there is: what else the child needs is given back as soon as it can be. */
static int thrifty_work(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	const struct running *r = ctx;

	big_thrift();
	return r->job->work(r->job->ctx, out, err);
}

/* ---- in the parent ---- */

/* The child's word: every text in it must end where it should. */
static int take_facts(struct ow_infer_facts *facts, const uint8_t *p, size_t n,
		      struct ow_error *err)
{
	if (n != sizeof *facts)
		return err_set(err, OW_E_UNCHECKED, "the child's facts are %zu bytes", n);
	memcpy(facts, p, n);
	/* a byte of the child that is neither 0 nor 1 is no bool */
	facts->streamed = p[offsetof(struct ow_infer_facts, streamed)] == 1;
	facts->architecture[sizeof facts->architecture - 1] = '\0';
	facts->isa[sizeof facts->isa - 1] = '\0';
	facts->jail[0] = '\0';
	return 0;
}

/* The child's word is only shown, as long as it grows: first of the files, by no more than they have, then of the prompt,
 * by no more than a session takes.
 */
static int take_told(struct running *r, uint32_t kind, const uint8_t *p, size_t n,
		     struct ow_error *err)
{
	bool fed = kind == FRAME_FED;
	struct told now;

	if (n != sizeof now)
		return err_set(err, OW_E_UNCHECKED, "the child tells its progress in %zu bytes", n);
	memcpy(&now, p, n);
	now.total = fed ? u64_min(now.total, SESSION_TOKENS_MAX) : r->bytes;
	if (now.done > now.total || now.done < r->words[fed] ||
	    (!fed && (r->works || r->words[true] > 0)))
		return 0;
	r->words[fed] = now.done + 1;
	events_progress(r->job->how->events,
			&(struct ow_progress){.phase = fed ? "reading the prompt" : "loading",
					      .item = fed ? NULL : r->job->files->open[0].path,
					      .done = now.done,
					      .total = now.total,
					      .unit = fed ? "tokens" : NULL});
	return 0;
}

static int take_frame(void *out, uint32_t kind, const uint8_t *p, size_t n, struct ow_error *err)
{
	struct running *r = out;
	const struct engine_job *job = r->job;

	if (kind == FRAME_FACTS && job->facts != NULL)
		return take_facts(job->facts, p, n, err);
	if ((kind == FRAME_LOADED || kind == FRAME_FED) && job->facts != NULL)
		return take_told(r, kind, p, n, err);
	r->works = true;
	if (job->frame(job->out, kind, p, n, err) < 0)
		return err->code;
	if (job->phase != NULL && kind < 32 && (job->counted >> kind & 1) != 0)
		events_progress(job->how->events, &(struct ow_progress){.phase = job->phase,
									.done = ++r->counted,
									.total = job->total,
									.unit = "steps"});
	return 0;
}

/* What lacked memory or time is no fault of the model. Where nothing is computed there are no weights to hold, and the
 * time is not for the caller to say.
 */
static int explain(struct ow_error *err, uint64_t memory, bool computes)
{
	char text[TEXT_SIZE];

	if (err->code == OW_E_IO && err->sys == ENOMEM) {
		err->code = OW_E_UNCHECKED;
		(void)err_ctx(err, "%s of memory may be used here", text_size(memory, text));
		return err_hint(err, "a machine with more memory%s",
				computes ? "; --memory SIZE holds less of the weights at once"
					 : "");
	}
	if (err->code == OW_E_UNCHECKED && err->sys == ETIMEDOUT && computes)
		return err_hint(err, "--timeout SECONDS gives it longer");
	return err->code;
}

/* The child knows the files of a split model by number: what tells a byte tells of which file. */
static int name_file(const struct model_files *files, struct ow_error *err)
{
	for (size_t i = 0; err->placed && i < files->n; i++) {
		char number[32];
		int n = snprintf(number, sizeof number, "file %zu: ", i + 1);

		if (strncmp(err->text, number, (size_t)n) != 0)
			continue;
		memmove(err->text, err->text + n, strlen(err->text + n) + 1);
		return err_file(err, files->open[i].path);
	}
	return err->code;
}

int engine_run(const struct engine_job *job, struct ow_error *err)
{
	struct jail_plan plan = {.profile = JAIL_PARSER, .threads = true, .memory = big_total()};
	struct running mine = {.job = job};
	struct jail_job jail = {.what = job->what,
				.work = thrifty_work,
				.ctx = &mine,
				.frame = take_frame,
				.out = &mine,
				.keep = job->files->fds,
				.n_keep = job->files->n,
				.events = job->how->events,
				.wall_ms = job->how->wall_s * 1000U};
	struct jail_report report = {0};

	for (size_t i = 0; i < job->files->n; i++)
		mine.bytes += job->files->src[i].size;
	if (jail_child_run(&plan, &jail, &report, err) < 0) {
		(void)name_file(job->files, err);
		return explain(err, plan.memory, job->facts != NULL);
	}
	if (job->facts != NULL)
		jail_text(&report, job->facts->jail);
	return 0;
}
