/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * SentencePiece's vocabularies: join neighbours whose union is a token, the highest score first as Llama does, or by
 * a list of merges; what is left without a token becomes byte tokens.
 */
#include <stdio.h>

#include "infer/tok_impl.h"

static bool by_score(const struct tok *t, struct ow_view left, struct ow_view right, double *rank)
{
	uint32_t id = tok_map_find(&t->ids, left, "", right);

	if (id == TOK_NONE)
		return false;
	*rank = -(double)tok_score(t, id);
	return true;
}

static int push_bytes(const struct tok *t, struct ow_view text, struct tok_ids *out,
		      struct ow_error *err)
{
	for (size_t i = 0; i < text.n; i++) {
		char byte[8];
		int n = snprintf(byte, sizeof byte, "<0x%02X>", text.p[i]);
		uint32_t id = tok_id(t, (struct ow_view){(const uint8_t *)byte, (size_t)n});

		if (id == TOK_NONE)
			id = tok_id(t, (struct ow_view){text.p + i, 1});
		if (id == TOK_NONE)
			id = t->unk;
		if (id != TOK_NONE && tok_push(out, id, err) < 0)
			return err->code;
	}
	return 0;
}

static int encode_line(const struct tok *t, struct ow_view line, struct tok_ids *out,
		       struct ow_error *err)
{
	return tok_join(t, line, t->ranked ? tok_by_merge : by_score, push_bytes, out, err);
}

int spm_encode(const struct tok *t, const uint8_t *text, size_t n, struct tok_ids *out,
	       struct ow_error *err)
{
	int result = 0;

	if (!t->ranked)
		return encode_line(t, (struct ow_view){.p = text, .n = n}, out, err);
	/* merges do not reach over the end of a line; several ends may be a token, which no merge makes */
	for (size_t at = 0, size; at < n && result == 0; at += size) {
		bool ends = text[at] == '\n';
		struct ow_view line = {.p = text + at};
		uint32_t id;

		for (size = 1; at + size < n && (text[at + size] == '\n') == ends; size++)
			;
		line.n = size;
		id = ends ? tok_id(t, line) : TOK_NONE;
		result = id != TOK_NONE ? tok_push(out, id, err) : encode_line(t, line, out, err);
	}
	return result;
}
