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

/* Prompt and greedy steps through a session, every row of logits into the digest. */
static int speak(struct session *s, const struct tok *tok, size_t vocab, const struct tok_ids *ids,
		 float *row, struct digest *d, struct tiny_run *out, struct ow_error *err)
{
	for (size_t i = 0; i < ids->n + TINY_STEPS; i++) {
		bool given = i < ids->n;
		uint32_t id = given ? ids->at[i] : logits_best(row, vocab);

		if (!given)
			tok_piece(tok, id, false, &out->text);
		if (session_feed(s, &id, 1, NULL, row, err) < 0)
			return err->code;
		digest_update(d, row, vocab * sizeof *row);
	}
	return buf_finish(&out->text, err);
}

int tiny_run(const struct kern *k, struct tiny_run *out, struct ow_error *err)
{
	struct ow_view view = tiny_model();
	struct inspect_src src = inspect_memory(&view);
	struct model_opts mo = {.threads = 1};
	struct session_opts so = {.kern = k, .threads = 1, .batch = 16, .context = 128};
	OW_AUTO(model_free) struct model *m = NULL;
	OW_AUTO(session_free) struct session *s = NULL;
	OW_AUTO(tok_free) struct tok *tok = NULL;
	OW_AUTO(tok_ids_done) struct tok_ids ids = {0};
	OW_AUTO(mem_free) float *row = NULL;
	struct digest d;
	uint64_t begin;

	if (model_load(&src, 1, &mo, &m, err) < 0 || tok_new(&m->files[0].head, &tok, err) < 0 ||
	    tok_encode(tok, TINY_PROMPT, strlen(TINY_PROMPT), TOK_BOS, &ids, err) < 0 ||
	    session_new(m, &so, &s, err) < 0)
		return err->code;
	row = mem_array(m->p.vocab, sizeof *row, err);
	if (row == NULL)
		return err->code;
	digest_init(&d);
	begin = clock_ticks();
	if (speak(s, tok, m->p.vocab, &ids, row, &d, out, err) < 0) {
		digest_drop(&d);
		return err->code;
	}
	out->rate = (double)(ids.n + TINY_STEPS) * 1e9 / (double)(clock_ticks() - begin);
	return digest_final(&d, &out->logits, err);
}
