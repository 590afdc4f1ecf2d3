/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Tokenizers: text to ids and back, as the keys tokenizer.ggml.* of a model describe them.
 *
 *	OW_AUTO(tok_free) struct tok *t = NULL;
 *	OW_AUTO(tok_ids_done) struct tok_ids ids = {0};
 *
 *	if (tok_new(&gguf, &t, err) < 0 || tok_encode(t, text, n, TOK_BOS, &ids, err) < 0)
 *		return err->code;
 */
#ifndef OW_INFER_TOK_H
#define OW_INFER_TOK_H

#include <stdbool.h>

#include "base/auto.h"
#include "base/buf.h"
#include "inspect/gguf.h"

struct tok;

struct tok_ids {
	uint32_t *at;
	size_t n, cap;
};
void tok_ids_done(struct tok_ids *ids);
OW_DEFINE_AUTO_DONE(struct tok_ids, tok_ids_done)

enum tok_flags {
	TOK_SPECIAL = 1, /* special tokens in the text count, not only user-defined ones */
	TOK_BOS = 2,     /* begin and end as the model wants it, which may add nothing */
};

/* Read the tokenizer of a model; `g` must stay. OW_E_FORMAT: malformed, of a known kind or not; OW_E_UNCHECKED: a kind
 * of tokenizer that is not known here, or none.
 */
OW_MUST_USE int tok_new(const struct gguf *g, struct tok **out, struct ow_error *err);
void tok_free(struct tok *t);
OW_DEFINE_AUTO(struct tok *, tok_free)

/* Append the ids of text[0..n). */
OW_MUST_USE int tok_encode(const struct tok *t, const char *text, size_t n, unsigned flags,
			   struct tok_ids *out, struct ow_error *err);

/* Nothing is left to encode: give back the memory that only tok_encode needs, which may not be called any more. */
void tok_settle(struct tok *t);

/* Append the bytes of a token; special ones are nothing unless `special`. A token may end inside a character. */
void tok_piece(const struct tok *t, uint32_t id, bool special, struct buf *out);

/* Does generation end at this token? */
bool tok_is_end(const struct tok *t, uint32_t id);

/* Bytes of p[0..n) that are whole characters: what a stream may show now. Bytes that never will be count, too. */
size_t tok_whole(const uint8_t *p, size_t n);

#endif
