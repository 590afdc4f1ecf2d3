/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * SentencePiece's vocabularies: join neighbours whose union is a token, the highest score first as Llama does, or by
 * a list of merges; what is left without a token becomes byte tokens.
 */
#include <stdio.h>

#include "base/mem.h"
#include "base/text.h"
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
		struct ow_view name = {0};
		char byte[8];
		uint32_t id;

		name.p = (const uint8_t *)byte;
		name.n = (size_t)snprintf(byte, sizeof byte, "<0x%02X>", text.p[i]);
		id = tok_id(t, name);
		if (id == TOK_NONE) {
			name = (struct ow_view){.p = text.p + i, .n = 1};
			id = tok_id(t, name);
		}
		if (id == TOK_NONE)
			id = t->unk;
		if (id != TOK_NONE && tok_push(out, id, err) < 0)
			return err->code;
	}
	return 0;
}

static int encode_line(const struct tok *t, const uint8_t *text, size_t n, struct tok_ids *out,
		       struct ow_error *err)
{
	OW_AUTO(mem_free) struct tok_symbol *s = mem_array(n, sizeof *s, err);
	size_t count = 0;

	if (s == NULL)
		return err->code;
	for (size_t at = 0; at < n; count++) {
		uint32_t c;
		size_t size = utf8_next(text + at, n - at, &c);

		s[count].text = (struct ow_view){.p = text + at, .n = size == 0 ? 1 : size};
		at += s[count].text.n;
	}
	if (tok_merge(t, s, count, t->ranked ? tok_by_merge : by_score, err) < 0)
		return err->code;
	for (size_t i = 0; i < count; i++) {
		uint32_t id;

		if (s[i].text.n == 0)
			continue;
		id = tok_id(t, s[i].text);
		if ((id != TOK_NONE ? tok_push(out, id, err) : push_bytes(t, s[i].text, out, err)) <
		    0)
			return err->code;
	}
	return 0;
}

int spm_encode(const struct tok *t, const uint8_t *text, size_t n, struct tok_ids *out,
	       struct ow_error *err)
{
	int result = 0;

	if (!t->ranked)
		return encode_line(t, text, n, out, err);
	/* merges do not reach over the end of a line; several ends may be a token, which no merge makes */
	for (size_t at = 0, size; at < n && result == 0; at += size) {
		bool ends = text[at] == '\n';
		struct ow_view line = {.p = text + at};
		uint32_t id;

		for (size = 1; at + size < n && (text[at + size] == '\n') == ends; size++)
			;
		line.n = size;
		id = ends ? tok_id(t, line) : TOK_NONE;
		result = id != TOK_NONE ? tok_push(out, id, err)
					: encode_line(t, line.p, size, out, err);
	}
	return result;
}
