/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Texts that read like licences and have never been one, and fingerprints of them.
 */
#ifndef OW_TEST_DETECT_MAKERS_H
#define OW_TEST_DETECT_MAKERS_H

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "codec/digest.h"
#include "detect/detect.h"
#include "detect/lexicon.h"
#include "detect/markup.h"
#include "detect/words.h"
#include "support/support.h"

/* The words of a text as one string, "a b c". */
static inline char *words_text(const void *p, size_t n, struct words *w)
{
	static char text[1 << 16];
	struct plain t = {0};
	struct ow_error err = {0};

	ck_ok(plain_read(p, n, &t, &err));
	(void)markup_clean(t.text.p, t.text.n);
	ck_ok(words_read(&t, w, &err));
	plain_done(&t);
	ck_assert_uint_lt(w->text.n, sizeof text);
	memcpy(text, w->text.p == NULL ? (const uint8_t *)"" : w->text.p, w->text.n);
	text[w->text.n == 0 ? 0 : w->text.n - 1] = '\0';
	return text;
}

static inline const char *words_in(const char *s)
{
	struct words w = {0};
	const char *text = words_text(s, strlen(s), &w);

	words_done(&w);
	return text;
}

/* Sentences of made-up words, the same for the same seed; `name` and a date stand in the first. */
static inline void make_text(struct buf *b, const char *name, const char *date, uint64_t seed)
{
	static const char *const syllables[] = {"ba", "ke", "lo", "mi", "nu",
						"ra", "se", "ti", "vo", "za"};

	buf_printf(b, "%s Agreement\n%s\n\n", name, date);
	for (unsigned sentence = 0; sentence < 30; sentence++) {
		buf_text(b, sentence % 5 == 2 ? "You may not " : "You may ");
		for (unsigned word = 0; word < 14; word++) {
			for (unsigned part = 0; part < 3; part++)
				buf_text(b, syllables[rnd(&seed) % 10]);
			buf_text(b, word == 13 ? "" : " ");
		}
		buf_printf(b, sentence % 7 == 3 ? " with %s.\n" : ".\n", name);
		buf_text(b, sentence % 3 == 2 ? "\n" : "");
	}
}

static inline void put_u32(struct buf *b, size_t v)
{
	const uint8_t le[] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16),
			      (uint8_t)(v >> 24)};

	buf_add(b, le, sizeof le);
}

static inline void put_short(struct buf *b, const char *s)
{
	const uint8_t n = (uint8_t)strlen(s);

	buf_add(b, &n, 1);
	buf_add(b, s, n);
}

/* Begin a file of fingerprints. */
static inline void begin_prints(struct buf *b, size_t count)
{
	buf_add(b, "OWSFP\0\1\0", 8);
	put_u32(b, count);
}

/* Add a text to it; every name, number and word that turns a clause is heavy. `other` is a second id, or NULL. */
static inline void add_print(struct buf *b, const char *id, const char *other, enum print_kind kind,
			     const struct buf *text)
{
	struct words w = {0};
	struct shingles s = {0};
	struct ow_id digest;
	struct ow_error err = {0};
	uint8_t one = other == NULL ? 1 : 2, kind_byte = (uint8_t)kind;

	(void)words_text(text->p, text->n, &w);
	ck_ok(shingles_of(&w, &s, &err));
	ck_ok(digest_bytes(w.text.p, w.text.n, &digest, &err));
	buf_add(b, &one, 1);
	put_short(b, id);
	if (other != NULL)
		put_short(b, other);
	put_short(b, "zephyr agreement");
	put_short(b, "made up");
	buf_add(b, &kind_byte, 1);
	put_u32(b, w.n);
	buf_add(b, &digest, sizeof digest);
	for (size_t i = 0; i < s.n; i++)
		put_u32(b, s.at[i]);
	for (size_t i = 0; i < w.n; i += 2) {
		uint8_t flags = 0;

		for (size_t k = i; k < i + 2 && k < w.n; k++) {
			bool heavy = (w.at[k].flags & WORD_UPPER) != 0 || word_has_digit(&w, k) ||
				     lexicon_turns(word_text(&w, k), w.at[k].len);

			flags |= (uint8_t)((heavy ? PRINT_HEAVY : 0) << (k - i) * 4);
		}
		buf_add(b, &flags, 1);
	}
	shingles_done(&s);
	words_done(&w);
}

#endif
