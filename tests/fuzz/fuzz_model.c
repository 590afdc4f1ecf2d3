/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A model file from outside: tokenizer, weights and one token.
 */
#include "base/mem.h"
#include "infer/session.h"
#include "infer/tok.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void encode(const struct gguf *g)
{
	static const char text[] = "A model's 12 words, d\xc3\xa9j\xc3\xa0 vu.\n";
	OW_AUTO(tok_free) struct tok *t = NULL;
	OW_AUTO(tok_ids_done) struct tok_ids ids = {0};
	OW_AUTO(buf_done) struct buf back = {0};
	struct ow_error err = {0};

	if (tok_new(g, &t, &err) < 0 ||
	    tok_encode(t, text, sizeof text - 1, TOK_BOS | TOK_SPECIAL, &ids, &err) < 0)
		return;
	for (size_t i = 0; i < ids.n; i++)
		tok_piece(t, ids.at[i], true, &back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ow_view view = {.p = data, .n = size};
	struct inspect_src src = inspect_memory(&view);
	struct model_opts opts = {.threads = 1};
	struct session_opts so = {.threads = 1, .batch = 1, .context = 2};
	OW_AUTO(gguf_done) struct gguf g = {0};
	OW_AUTO(model_free) struct model *m = NULL;
	OW_AUTO(session_free) struct session *s = NULL;
	OW_AUTO(mem_free) float *row = NULL;
	struct ow_error err = {0};
	uint32_t id = 0;

	if (gguf_read(&src, &g, &err) < 0)
		return 0;
	encode(&g);
	if (model_load(&src, 1, &opts, &m, &err) < 0 || session_new(m, &so, &s, &err) < 0)
		return 0;
	row = mem_array(m->p.vocab, sizeof *row, &err);
	if (row != NULL && session_feed(s, &id, 1, NULL, row, &err) < 0)
		return 0;
	return 0;
}
