/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Byte-level BPE: a scanner cuts the text into words, bytes are written as printable characters (GPT-2's table),
 * and neighbours are joined by the list of merges.
 */
#include <string.h>

#include "base/text.h"
#include "infer/tok_impl.h"

/* The character of a byte. GPT-2's table: printable bytes of Latin-1 stand for themselves, the others follow from
 * U+0100.
 */
static uint32_t char_of_byte(uint32_t byte)
{
	if (byte <= 0x20)
		return 0x100 + byte;
	if (byte >= 0x7f && byte <= 0xa0)
		return 0x121 + byte - 0x7f;
	return byte == 0xad ? 0x143 : byte;
}

/* The byte of a character, or -1 if it has none. */
static int byte_of_char(uint32_t c)
{
	uint32_t byte = c < 0x100 ? c : c < 0x121 ? c - 0x100 : c < 0x143 ? c - 0x121 + 0x7f : 0xad;

	return char_of_byte(byte) == c ? (int)byte : -1;
}

void bpe_piece(struct ow_view text, struct buf *out)
{
	for (size_t at = 0; at < text.n;) {
		uint32_t c = 0;
		size_t size = utf8_next(text.p + at, text.n - at, &c);
		int byte = size == 0 ? -1 : byte_of_char(c);
		uint8_t one = (uint8_t)byte;

		size = size == 0 ? 1 : size;
		if (byte >= 0)
			buf_add(out, &one, 1);
		else
			buf_add(out, text.p + at, size);
		at += size;
	}
}

bool tok_by_merge(const struct tok *t, struct ow_view left, struct ow_view right, double *rank)
{
	uint32_t number = tok_map_find(&t->ranks, left, " ", right);

	*rank = number;
	return number != TOK_NONE;
}

struct words {
	const struct tok *t;
	struct tok_ids *out;
	struct buf word; /* in the table's characters */
};

/* Not in the vocabulary: its characters, where they are. */
static int push_chars(const struct tok *t, struct ow_view text, struct tok_ids *out,
		      struct ow_error *err)
{
	for (size_t at = 0, size; at < text.n; at += size) {
		uint32_t c, id;

		size = utf8_next(text.p + at, text.n - at, &c);
		size = size == 0 ? 1 : size;
		id = tok_id(t, (struct ow_view){.p = text.p + at, .n = size});
		if (id != TOK_NONE && tok_push(out, id, err) < 0)
			return err->code;
	}
	return 0;
}

static int encode_word(void *ctx, const uint8_t *p, size_t n, struct ow_error *err)
{
	struct words *w = ctx;
	struct ow_view whole;
	uint32_t id;

	buf_clear(&w->word);
	for (size_t i = 0; i < n; i++) {
		uint32_t c = char_of_byte(p[i]);
		uint8_t two[] = {(uint8_t)(0xc0 | c >> 6), (uint8_t)(0x80 | (c & 0x3f))};

		buf_add(&w->word, c < 0x80 ? &p[i] : two, c < 0x80 ? 1 : 2);
	}
	if (buf_finish(&w->word, err) < 0)
		return err->code;
	whole = (struct ow_view){.p = w->word.p, .n = w->word.n};
	id = w->t->family->whole_words ? tok_id(w->t, whole) : TOK_NONE;
	return id != TOK_NONE ? tok_push(w->out, id, err)
			      : tok_join(w->t, whole, tok_by_merge, push_chars, w->out, err);
}

int bpe_encode(const struct tok *t, const uint8_t *text, size_t n, struct tok_ids *out,
	       struct ow_error *err)
{
	struct words w = {.t = t, .out = out};
	int result = tok_split(t->family, text, n, encode_word, &w, err);

	buf_done(&w.word);
	return result;
}
