/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Cutting text into words before BPE. Models publish how as regular expressions; a family of models is a list of
 * them.
 */
#ifndef OW_INFER_TOK_SPLIT_H
#define OW_INFER_TOK_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>

enum {
	TOK_PASSES = 5
};

struct tok_family {
	const char *names;            /* values of tokenizer.ggml.pre, a space around each */
	const char *expr[TOK_PASSES]; /* each cuts the pieces of the one before it into matches and
					 what lies between */
	bool whole_words;             /* a word that is a token is not cut by merges */
	bool bos;                     /* begin with BOS unless a key says otherwise */
};

/* The family of a pre-tokenizer, or NULL. */
const struct tok_family *tok_family(const char *name, size_t n);

typedef int (*tok_word)(void *ctx, const uint8_t *p, size_t n, struct ow_error *err);

/* Call `word` for every word of text[0..n), in order; < 0 ends. Texts of up to 2^31 bytes. */
OW_MUST_USE int tok_split(const struct tok_family *f, const uint8_t *text, size_t n, tok_word word,
			  void *ctx, struct ow_error *err);

#endif
