/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Tokens, logits and text of a model: three jobs for the jailed engine.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <owstore/infer.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/mem.h"
#include "codec/digest.h"
#include "flow/engine.h"
#include "infer/score.h"
#include "os/clock.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/io.h"

/* What a frame holds. */
enum frame {
	FRAME_IDS,  /* ids of one text */
	FRAME_ROWS, /* floats of rows, in order */
	FRAME_TEXT, /* text to show */
};

enum {
	TOKENS = 256,
	FRAME_SIZE = 1 << 18,
	ROWS = 64,        /* of logits at once, where the caller does not say */
	TOKEN_TEXT = 256, /* bytes of text that a token may have, taken all together */
};

/* A job as the child sees it. */
struct job {
	const struct model_files *files;
	const struct ow_infer_how *how;
	const struct ow_logits_opts *logits;
	const struct ow_generate_opts *generate;
	const char *prompt;
	const struct ow_view *texts;
	size_t n_texts;
	const struct ow_tokenize_opts *tokenize;
};

static size_t tokens_of(const struct ow_generate_opts *o)
{
	return o->tokens != 0 ? o->tokens : TOKENS;
}

/* What becomes of the frames, in the parent. */
struct sink {
	ow_ids_fn ids;
	ow_text_fn text;
	void *ctx;
	int fd;
	bool is_new; /* there was no such file */
	bool cut;    /* what it held is gone */
	const char *out;
	struct digest digest;
	uint64_t row_bytes;
	uint64_t text_left; /* bytes that may still come */
};

static int take_rows(struct sink *s, const uint8_t *p, size_t n, struct ow_error *err)
{
	if (s->row_bytes == 0) {
		s->cut = os_io()->ftruncate(s->fd, 0) == 0;
		if (!s->cut && errno != EINVAL) /* not a file */
			return err_sys_file(err, errno, s->out);
	}
	if (fd_write(s->fd, p, n, s->out, err) < 0)
		return err->code;
	digest_update(&s->digest, p, n);
	s->row_bytes += n;
	return 0;
}

static int take_text(struct sink *s, const uint8_t *p, size_t n, struct ow_error *err)
{
	if (n > s->text_left)
		return err_set(err, OW_E_UNCHECKED,
			       "writes more than %d bytes a token, which no vocabulary has",
			       TOKEN_TEXT);
	s->text_left -= n;
	return s->text(s->ctx, (const char *)p, n, err);
}

static int take_frame(void *out, uint32_t kind, const uint8_t *p, size_t n, struct ow_error *err)
{
	struct sink *s = out;

	if (kind == FRAME_IDS && s->ids != NULL && n % sizeof(uint32_t) == 0) {
		OW_AUTO(mem_free) uint32_t *ids = mem_array(n / sizeof(uint32_t), sizeof *ids, err);

		if (ids == NULL)
			return err->code;
		memcpy(ids, p, n);
		return s->ids(s->ctx, ids, n / sizeof(uint32_t), err);
	}
	if (kind == FRAME_ROWS && s->out != NULL)
		return take_rows(s, p, n, err);
	if (kind == FRAME_TEXT && s->text != NULL)
		return take_text(s, p, n, err);
	return err_set(err, OW_E_UNCHECKED, "the child sent a frame that nobody asked for");
}

/* ---- in the child ---- */

static int send_rows(struct jail_pipe *out, const float *rows, size_t n, struct ow_error *err)
{
	const uint8_t *p = (const uint8_t *)rows;
	size_t size = n * sizeof *rows;

	/* rows stand in the file as in memory: every machine this runs on is little-endian */
	for (size_t at = 0; at < size; at += FRAME_SIZE)
		if (jail_send(out, FRAME_ROWS, p + at, size_min(FRAME_SIZE, size - at), err) < 0)
			return err->code;
	return 0;
}

/* The prompt in batches, each batch's rows as soon as they are there. */
static int prompt_rows(const struct job *j, struct engine *r, float *rows, size_t batch,
		       struct jail_pipe *out, struct ow_error *err)
{
	size_t vocab = r->model->p.vocab;
	struct engine_prompt p = {
	    .rows = rows, .whole = j->logits->n_ids, .batch = batch, .to = out};

	for (size_t at = 0; at < j->logits->n_ids; at += p.n) {
		p.ids = j->logits->ids + at;
		p.n = size_min(batch, j->logits->n_ids - at);
		if (engine_read(r, &p, NULL, err) < 0 || send_rows(out, rows, p.n * vocab, err) < 0)
			return err->code;
		memmove(rows, rows + (p.n - 1) * vocab, vocab * sizeof *rows);
	}
	return 0;
}

/* Asked before the whole model is read. */
static int check_ids(const struct ow_logits_opts *o, size_t vocab, struct ow_error *err)
{
	for (size_t i = 0; i < o->n_ids; i++)
		if (o->ids[i] >= vocab)
			return err_set(err, OW_E_USAGE, "token %u, the vocabulary has %zu",
				       o->ids[i], vocab);
	return 0;
}

static int logits_work(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	const struct job *j = ctx;
	OW_AUTO(engine_done) struct engine r = {0};
	OW_AUTO(mem_free) float *rows = NULL;
	size_t batch = j->how->batch != 0 ? j->how->batch : ROWS, vocab;

	if (engine_open(j->files, ENGINE_RUN, &r, NULL, err) < 0 ||
	    check_ids(j->logits, r.model->p.vocab, err) < 0 ||
	    engine_start(j->files, j->how, j->logits->n_ids + j->logits->generate, out, &r, err) <
		0)
		return err->code;
	vocab = r.model->p.vocab;
	rows = mem_array(batch * vocab, sizeof *rows, err);
	if (rows == NULL || prompt_rows(j, &r, rows, batch, out, err) < 0)
		return err->code;
	for (size_t i = 0; i < j->logits->generate; i++) {
		uint32_t id = logits_best(rows, vocab);

		if (engine_feed(&r, ENGINE_STEPS, &id, 1, NULL, rows, err) < 0 ||
		    send_rows(out, rows, vocab, err) < 0)
			return err->code;
	}
	return engine_send_facts(&r, out, err);
}

/* Send what is whole of the text so far; `all` at the end. */
static int send_text(struct buf *text, bool all, struct jail_pipe *out, struct ow_error *err)
{
	size_t n = all ? text->n : tok_whole(text->p, text->n);

	if (buf_finish(text, err) < 0)
		return err->code;
	if (n == 0)
		return 0;
	if (jail_send(out, FRAME_TEXT, text->p, n, err) < 0)
		return err->code;
	memmove(text->p, text->p + n, text->n - n);
	text->n -= n;
	return 0;
}

static int write_on(const struct job *j, const struct tok *tok, struct engine *r, float *logits,
		    size_t tokens, struct jail_pipe *out, struct ow_error *err)
{
	const struct ow_generate_opts *o = j->generate;
	OW_AUTO(buf_done) struct buf text = {0};
	double temperature = o->temperature > 0 ? o->temperature : 0.8;
	uint64_t seed = o->seed, begin = clock_ticks();
	size_t vocab = r->model->p.vocab;

	for (size_t i = 0; i < tokens; i++) {
		uint32_t id;

		if (!logits_finite(logits, vocab))
			return err_set(err, OW_E_SMOKE,
				       "gives NaN or infinite values, after %zu tokens", i);
		id = o->random ? logits_draw(logits, vocab, temperature, &seed)
			       : logits_best(logits, vocab);
		if (tok_is_end(tok, id))
			break;
		tok_piece(tok, id, false, &text);
		if (send_text(&text, false, out, err) < 0)
			return err->code;
		r->facts.generated_tokens++;
		if (i + 1 < tokens && session_feed(r->session, &id, 1, NULL, logits, err) < 0)
			return err->code;
	}
	r->facts.generate_ns = clock_ticks() - begin;
	return send_text(&text, true, out, err);
}

static int generate_work(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	const struct job *j = ctx;
	OW_AUTO(engine_done) struct engine r = {0};
	OW_AUTO(tok_free) struct tok *tok = NULL;
	OW_AUTO(tok_ids_done) struct tok_ids ids = {0};
	OW_AUTO(mem_free) float *logits = NULL;
	unsigned flags = j->generate->plain ? TOK_BOS : TOK_BOS | TOK_SPECIAL;
	struct engine_prompt prompt = {.batch = j->how->batch, .to = out};
	size_t tokens = tokens_of(j->generate);

	if (engine_open(j->files, ENGINE_RUN | ENGINE_TOK, &r, &tok, err) < 0 ||
	    tok_encode(tok, j->prompt, strlen(j->prompt), flags, &ids, err) < 0)
		return err->code;
	if (ids.n == 0)
		return err_set(err, OW_E_USAGE,
			       "the prompt is empty and this model has no token to begin with");
	tok_settle(tok);
	if (engine_start(j->files, j->how, ids.n + tokens, out, &r, err) < 0)
		return err->code;
	prompt.ids = ids.at;
	prompt.n = prompt.whole = ids.n;
	logits = mem_array(r.model->p.vocab, sizeof *logits, err);
	if (logits == NULL || engine_read(&r, &prompt, logits, err) < 0 ||
	    write_on(j, tok, &r, logits, tokens, out, err) < 0)
		return err->code;
	return engine_send_facts(&r, out, err);
}

static int tokenize_work(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	const struct job *j = ctx;
	OW_AUTO(engine_done) struct engine r = {0};
	OW_AUTO(tok_free) struct tok *tok = NULL;
	OW_AUTO(tok_ids_done) struct tok_ids ids = {0};
	unsigned flags =
	    (j->tokenize->special ? TOK_SPECIAL : 0U) | (j->tokenize->bos ? TOK_BOS : 0U);

	if (engine_open(j->files, ENGINE_TOK, &r, &tok, err) < 0)
		return err->code;
	for (size_t i = 0; i < j->n_texts; i++) {
		ids.n = 0;
		if (tok_encode(tok, (const char *)j->texts[i].p, j->texts[i].n, flags, &ids, err) <
		    0)
			return err->code;
		if (ids.n * sizeof *ids.at > JAIL_FRAME_MAX)
			return err_set(err, OW_E_UNCHECKED,
				       "text %zu has %zu tokens, at most %zu are possible", i + 1,
				       ids.n, JAIL_FRAME_MAX / sizeof *ids.at);
		if (jail_send(out, FRAME_IDS, ids.at, ids.n * sizeof *ids.at, err) < 0)
			return err->code;
	}
	return 0;
}

/* ---- in the parent ---- */

/* Open what rows go to. It must not be a file of the model, which would be cut before it is read. */
static int open_rows(struct sink *s, const struct model_files *files, struct ow_error *err)
{
	s->fd = os_io()->openat(AT_FDCWD, s->out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	s->is_new = s->fd >= 0;
	if (s->fd < 0 && errno == EEXIST)
		s->fd = os_io()->openat(AT_FDCWD, s->out, O_WRONLY | O_CLOEXEC, 0);
	if (s->fd < 0 && errno == ENOENT && file_exists(AT_FDCWD, s->out))
		return err_set(err, OW_E_USAGE, "%s is a link to nothing", s->out);
	if (s->fd < 0)
		return err_sys_file(err, errno, s->out);
	for (size_t i = 0; i < files->n; i++)
		if (fd_same(s->fd, files->fds[i]))
			return err_set(err, OW_E_USAGE, "%s is a file of the model", s->out);
	return 0;
}

/* Does its name still lead to the file that was opened? */
static bool in_place(const struct sink *s)
{
	OW_AUTO(fd_close)
	int there = os_io()->openat(AT_FDCWD, s->out, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0);

	return there >= 0 && fd_same(there, s->fd);
}

/* What there is of rows after a failure; a new file without any goes. */
static int keep_rows(const struct sink *s, struct ow_error *err)
{
	if (s->row_bytes > 0)
		return err_kept(err, "%s holds the rows so far", s->out);
	if (s->is_new && in_place(s) && os_io()->unlinkat(AT_FDCWD, s->out, 0) < 0)
		return err_kept(err, "%s is empty", s->out);
	if (!s->is_new && s->cut)
		return err_kept(err, "what %s held is gone, no row was written to it", s->out);
	return err_kept(err, "no row was written to %s", s->out);
}

static int run_jailed(const char *what, const struct ow_model_source *m, jail_work work,
		      struct job *j, struct sink *s, struct ow_infer_facts *facts,
		      struct ow_error *err)
{
	OW_AUTO(model_files_done) struct model_files files = {0};
	struct engine_job job = {.what = what,
				 .files = &files,
				 .how = j->how,
				 .work = work,
				 .ctx = j,
				 .frame = take_frame,
				 .out = s,
				 .facts = facts};

	if (model_files_open(m, &files, err) < 0 ||
	    (s->out != NULL && open_rows(s, &files, err) < 0))
		return err->code;
	j->files = &files;
	return engine_run(&job, err) < 0 ? model_err(m, err) : 0;
}

int ow_tokenize(const struct ow_model_source *m, const struct ow_view *texts, size_t n,
		const struct ow_tokenize_opts *opts, ow_ids_fn ids, void *ctx, struct ow_error *err)
{
	struct ow_infer_how how = {.wall_s = 3600, .events = opts->events};
	struct job j = {.how = &how, .texts = texts, .n_texts = n, .tokenize = opts};
	struct sink s = {.ids = ids, .ctx = ctx, .fd = -1};

	return run_jailed("tokenizer", m, tokenize_work, &j, &s, NULL, err);
}

int ow_logits(const struct ow_model_source *m, const struct ow_logits_opts *opts,
	      const struct ow_infer_how *how, const char *out, struct ow_logits *result,
	      struct ow_infer_facts *facts, struct ow_error *err)
{
	struct job j = {.how = how, .logits = opts};
	struct sink s = {.out = out, .fd = -1};
	int ran;

	if (opts->n_ids == 0)
		return err_set(err, OW_E_USAGE, "no tokens");
	digest_init(&s.digest);
	ran = run_jailed("engine", m, logits_work, &j, &s, facts, err);
	if (ran < 0) {
		digest_drop(&s.digest);
		(void)keep_rows(&s, err);
	}
	fd_close(s.fd);
	if (ran < 0)
		return err->code;
	result->n_rows = opts->n_ids + opts->generate;
	result->vocab = s.row_bytes / sizeof(float) / result->n_rows;
	return digest_final(&s.digest, &result->rows, err);
}

int ow_generate(const struct ow_model_source *m, const char *prompt,
		const struct ow_generate_opts *opts, const struct ow_infer_how *how,
		ow_text_fn text, void *ctx, struct ow_infer_facts *facts, struct ow_error *err)
{
	struct job j = {.how = how, .generate = opts, .prompt = prompt};
	struct sink s = {.text = text, .ctx = ctx, .fd = -1};

	if (!mul_ok(tokens_of(opts), TOKEN_TEXT, &s.text_left))
		return err_set(err, OW_E_USAGE, "%zu tokens are too many", opts->tokens);
	return run_jailed("engine", m, generate_work, &j, &s, facts, err);
}
