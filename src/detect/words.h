/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A licence text as the words that count: what stays the same however a text was wrapped, quoted, marked up, spelled or
 * saved.
 *
 * Letters and digits make words, everything else parts them; case, accents and forms of characters are folded; words of
 * several spellings get one. Lines that are only a copyright statement or an SPDX tag are left out, and so is the scheme
 * of an address. Digits stay: they are often all that two versions of an agreement differ in.
 */
#ifndef OW_DETECT_WORDS_H
#define OW_DETECT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>

#include "base/auto.h"
#include "base/buf.h"
#include "detect/plain.h"

enum {
	WORD_LINE = 1,  /* the first of its line */
	WORD_MARK = 2,  /* looks like the number of a list item: "1.", "(b)", "iv)" */
	WORD_UPPER = 4, /* began with an upper case letter */
	WORD_MORE = 16, /* the line before it was a copyright statement, which may go on */
	WORD_SLOT = 8, /* stands in "<…>" or "[…]", where a template has a blank to be filled in */
};

struct word {
	uint32_t at, len;  /* in words.text */
	uint32_t off, end; /* bytes of the file */
	uint8_t flags;
};

struct words {
	struct buf text; /* the words, a space after each */
	struct word *at;
	size_t n, cap;
};

/* The words of a text, after markup_clean(). Fails only without memory. */
OW_MUST_USE int words_read(const struct plain *t, struct words *out, struct ow_error *err);
void words_done(struct words *w);
OW_DEFINE_AUTO_DONE(struct words, words_done)

/* The text of word i, not terminated. */
static inline const char *word_text(const struct words *w, size_t i)
{
	return (const char *)w->text.p + w->at[i].at;
}

/* Is word i this one? */
bool word_is(const struct words *w, size_t i, const char *s);

/* Has word i a digit? */
bool word_has_digit(const struct words *w, size_t i);

/* Could the words [from, to) be one copyright statement: it begins as such and has no word of a clause? */
bool words_are_copyright(const struct words *w, size_t from, size_t to);

/* The shingles of a text: one 32-bit number for each stretch of SHINGLE words, at[i] for the one that begins at word i. */
enum {
	SHINGLE = 5
};
struct shingles {
	uint32_t *at;
	size_t n;
};
OW_MUST_USE int shingles_of(const struct words *w, struct shingles *out, struct ow_error *err);
void shingles_done(struct shingles *s);
OW_DEFINE_AUTO_DONE(struct shingles, shingles_done)

#endif
