/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Cutting text into words before BPE. Models publish this as regular expressions; here each expression is a
 * matcher written by hand, and a family of models is a list of them.
 */
#ifndef OW_INFER_TOK_SPLIT_H
#define OW_INFER_TOK_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>

/* A character of the text. */
struct tok_char {
	uint32_t c;
	uint16_t class; /* UNI_* */
	uint32_t off;   /* bytes before it */
};

struct tok_pass;

/* How many characters match at c[at], 0: none. The text ends before c[end]. */
typedef size_t (*tok_match)(const struct tok_char *c, size_t at, size_t end,
			    const struct tok_pass *p);

/* An expression: its shape, and what expressions of one shape differ in. */
struct tok_pass {
	tok_match match;
	unsigned letters;            /* classes of what runs on, or of words */
	size_t max;                  /* … of one run, or of digits together; 0: any number */
	const char *others;          /* … and these ASCII characters, */
	const uint32_t (*ranges)[2]; /* and what lies between these; ends with 0 */
	bool spaced;                 /* a space may lead */
	bool contracted;             /* words may end with 's 't 're … */
};

enum {
	TOK_PASSES = 5
};

struct tok_family {
	const char *names; /* values of tokenizer.ggml.pre, a space around each */
	const struct tok_pass *pass
	    [TOK_PASSES]; /* each cuts the pieces of the one before into matches and what lies between */
	bool whole_words; /* a word that is a token is not cut by merges */
	bool bos;         /* begin with BOS unless a key says otherwise */
};

/* The family of a pre-tokenizer, or NULL. */
const struct tok_family *tok_family(const char *name, size_t n);

typedef int (*tok_word)(void *ctx, const uint8_t *p, size_t n, struct ow_error *err);

/* Call `word` for every word of text[0..n), in order; < 0 ends. Texts of up to 2^31 bytes. */
OW_MUST_USE int tok_split(const struct tok_family *f, const uint8_t *text, size_t n, tok_word word,
			  void *ctx, struct ow_error *err);

#endif
