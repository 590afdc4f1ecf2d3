/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "infer/tiny.h"

#include <string.h>

#include "base/mem.h"
#include "codec/digest.h"
#include "infer/score.h"
#include "infer/session.h"
#include "infer/tok.h"
#include "os/clock.h"

struct ow_view tiny_model(void)
{
	return (struct ow_view){.p = tiny_bytes, .n = tiny_bytes_size};
}

/* Prompt and greedy steps one by one, then all of them at once, as prompts are computed: every row is in the digest. */
static int speak(struct session *s, const struct tok *tok, size_t vocab, const struct tok_ids *ids,
		 float *rows, struct tiny_run *out, struct ow_error *err)
{
	uint32_t all[TINY_CONTEXT];
	uint64_t begin = clock_ticks();
	size_t n = ids->n + TINY_STEPS;

	memcpy(all, ids->at, ids->n * sizeof *all);
	for (size_t i = 0; i < n; i++) {
		if (i >= ids->n) {
			all[i] = logits_best(rows + (i - 1) * vocab, vocab);
			tok_piece(tok, all[i], false, &out->text);
		}
		if (session_feed(s, &all[i], 1, NULL, rows + i * vocab, err) < 0)
			return err->code;
	}
	out->rate = (double)n * 1e9 / (double)(clock_ticks() - begin);
	session_reset(s);
	if (session_feed(s, all, n, rows + n * vocab, NULL, err) < 0 ||
	    digest_bytes(rows, 2 * n * vocab * sizeof *rows, &out->logits, err) < 0)
		return err->code;
	return buf_finish(&out->text, err);
}

int tiny_run(const struct kern *k, struct tiny_run *out, struct ow_error *err)
{
	struct ow_view view = tiny_model();
	struct inspect_src src = inspect_memory(&view);
	struct model_opts mo = {.threads = 1};
	struct session_opts so = {.kern = k, .threads = 1, .context = TINY_CONTEXT};
	OW_AUTO(model_free) struct model *m = NULL;
	OW_AUTO(session_free) struct session *s = NULL;
	OW_AUTO(tok_free) struct tok *tok = NULL;
	OW_AUTO(tok_ids_done) struct tok_ids ids = {0};
	OW_AUTO(mem_free) float *rows = NULL;

	if (model_load(&src, 1, &mo, &m, err) < 0 || tok_new(&m->files[0].head, &tok, err) < 0 ||
	    tok_encode(tok, TINY_PROMPT, strlen(TINY_PROMPT), TOK_BOS, &ids, err) < 0 ||
	    session_new(m, &so, &s, err) < 0)
		return err->code;
	rows = mem_array((size_t)2 * TINY_CONTEXT, m->p.vocab * sizeof *rows, err);
	return rows == NULL ? err->code : speak(s, tok, m->p.vocab, &ids, rows, out, err);
}
