/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "detect/words.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "codec/fold.h"
#include "detect/lexicon.h"
#include "detect/markup.h"

enum {
	SLOT_MAX = 100,     /* bytes of a blank of a template */
	STATEMENT_MAX = 40, /* words of a copyright line */
	TAG_MAX = 20,       /* words of an SPDX expression */
	MORE_MAX = 24,      /* words of the lines in which it goes on */
	TITLE_MAX = 8,      /* words of a title that a copyright line may follow */
};

/* What is known of the line at hand and of those before it. */
struct line {
	size_t first;       /* its first word */
	bool sign;          /* it began with "(c)" or the copyright sign */
	size_t before;      /* words of the line before */
	bool before_opened; /* that line began a paragraph, and does not end in a comma */
	bool before_gone;   /* that line was part of a copyright statement */
	size_t more;        /* words of that statement after its first line */
};

struct scan {
	const struct plain *t;
	const uint8_t *p;
	size_t n, at;
	struct words *w;
	struct line line;
	size_t sign;     /* the word that "(c)" or its sign stands for or follows, or SIZE_MAX */
	size_t slot_end; /* words before this byte stand in a blank */
	size_t word_at;  /* in w->text: the word in the making */
	size_t word_off, word_end;
	bool in_word, upper;
};

/* ---- words --------------------------------------------------------------------------------------- */

static int add_word(struct scan *s, size_t at, size_t len, struct ow_error *err)
{
	struct words *w = s->w;
	struct word *word;

	if (mem_grow(&w->at, w->n, &w->cap, sizeof *w->at, err) < 0)
		return err->code;
	word = &w->at[w->n];
	word->at = (uint32_t)at;
	word->len = (uint32_t)len;
	word->off = (uint32_t)plain_place(s->t, s->word_off);
	word->end = (uint32_t)plain_place(s->t, s->word_end);
	word->flags =
	    (uint8_t)((w->n == s->line.first ? WORD_LINE : 0) | (s->upper ? WORD_UPPER : 0) |
		      (s->word_off < s->slot_end ? WORD_SLOT : 0));
	w->n++;
	return 0;
}

static bool is_roman(const char *p, size_t n)
{
	return n <= 5 && strspn(p, "ivxlcdm") >= n;
}

/* "1." "12)" "b." "iv)": the number of a list item, if it begins a line or follows an opening bracket. */
static bool is_mark(const struct scan *s, const char *p, size_t n)
{
	bool digits = strspn(p, "0123456789") >= n;
	uint8_t next = s->word_end < s->n ? s->p[s->word_end] : 0;
	uint8_t before = s->word_off > 0 ? s->p[s->word_off - 1] : '\n';

	if (next != '.' && next != ')')
		return false;
	if (before != '\n' && before != ' ' && before != '\t' && before != '(' && before != '*')
		return false;
	return digits ? n <= 2 : n == 1 || is_roman(p, n);
}

/* "http" of "http://", "www" of "www.", "c" of "(c)" after "copyright": what differs without meaning. */
static bool is_noise(const struct scan *s, const char *p, size_t n)
{
	size_t left = s->n - s->word_end;
	const uint8_t *after = s->p + s->word_end;

	if ((n == 4 && memcmp(p, "http", 4) == 0) || (n == 5 && memcmp(p, "https", 5) == 0))
		return left >= 3 && memcmp(after, "://", 3) == 0;
	if (n == 3 && memcmp(p, "www", 3) == 0)
		return left >= 1 && *after == '.';
	return n == 1 && *p == 'c' && left >= 1 && *after == ')' && s->w->n > 0 &&
	       word_is(s->w, s->w->n - 1, "copyright");
}

/* The word in the making is whole. */
static int end_word(struct scan *s, struct ow_error *err)
{
	struct buf *text = &s->w->text;
	const char *spelling, *space;
	char *p = (char *)text->p + s->word_at;
	size_t n = text->n - s->word_at, first;
	bool mark;

	s->in_word = false;
	if (buf_finish(text, err) < 0)
		return err->code;
	if (n == 1 && *p == 'c' && s->w->n == s->line.first && s->word_off > 0 &&
	    s->p[s->word_off - 1] == '(' && s->word_end < s->n && s->p[s->word_end] == ')')
		s->line.sign = true;
	if (n == 0 || is_noise(s, p, n)) {
		if (n == 1)
			s->sign = s->w->n - 1;
		text->n = s->word_at;
		return 0;
	}
	buf_text(text, " "); /* ends what is_mark() looks at */
	if (buf_finish(text, err) < 0)
		return err->code;
	p = (char *)text->p + s->word_at;
	mark = is_mark(s, p, n);
	spelling = lexicon_spelling(p, n);
	if (spelling != NULL) {
		text->n = s->word_at;
		buf_text(text, spelling);
		buf_text(text, " ");
		n = strlen(spelling);
		if (buf_finish(text, err) < 0)
			return err->code;
	}
	p = (char *)text->p + s->word_at;
	space = memchr(p, ' ', n);
	first = space == NULL ? n : (size_t)(space - p);
	if (add_word(s, s->word_at, first, err) < 0)
		return err->code;
	s->w->at[s->w->n - 1].flags |= mark ? WORD_MARK : 0;
	return space == NULL ? 0 : add_word(s, s->word_at + first + 1, n - first - 1, err);
}

static void begin_word(struct scan *s, size_t off)
{
	s->in_word = true;
	s->word_at = s->w->text.n;
	s->word_off = off;
	s->upper = s->p[off] >= 'A' && s->p[off] <= 'Z';
}

/* ---- lines --------------------------------------------------------------------------------------- */

bool word_is(const struct words *w, size_t i, const char *s)
{
	return strlen(s) == w->at[i].len && memcmp(word_text(w, i), s, w->at[i].len) == 0;
}

bool word_has_digit(const struct words *w, size_t i)
{
	const char *p = word_text(w, i);

	for (size_t k = 0; k < w->at[i].len; k++) {
		if (p[k] >= '0' && p[k] <= '9')
			return true;
	}
	return false;
}

static bool is_clean(const struct words *w, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		if (lexicon_clause(word_text(w, i), w->at[i].len))
			return false;
	}
	return to - from <= STATEMENT_MAX;
}

static bool begins(const struct words *w, size_t from, size_t to, const char *a, const char *b)
{
	return to - from >= 2 && word_is(w, from, a) && word_is(w, from + 1, b);
}

bool words_are_copyright(const struct words *w, size_t from, size_t to)
{
	if (from >= to)
		return false;
	if ((w->at[from].flags & WORD_MORE) != 0 && to - from <= MORE_MAX)
		return is_clean(w, from, to);
	if (!word_is(w, from, "copyright") && !begins(w, from, to, "all", "rights") &&
	    !begins(w, from, to, "portions", "copyright"))
		return false;
	return is_clean(w, from, to);
}

/* Does the line begin as statements do: "Copyright (c)", "Copyright 2024", "Copyright [yyyy]"? */
static bool is_signed(const struct scan *s, size_t first, size_t to)
{
	const struct words *w = s->w;

	if (s->line.sign)
		return to - first >= 2 && word_has_digit(w, first + 1);
	if (begins(w, first, to, "portions", "copyright"))
		first++;
	return to - first >= 2 && word_is(w, first, "copyright") &&
	       (s->sign == first || word_has_digit(w, first + 1) ||
		(w->at[first + 1].flags & WORD_SLOT) != 0);
}

/* Is the line one that does not count? A statement begins a paragraph, or follows a title or another one: elsewhere the
 * word begins a line by chance, as the text was wrapped. It goes on to the next blank line or word of a clause.
 */
static bool is_gone(const struct scan *s)
{
	const struct words *w = s->w;
	const struct line *l = &s->line;
	size_t to = w->n;
	bool opens =
	    l->before == 0 || l->before_gone || (l->before <= TITLE_MAX && l->before_opened);

	if (begins(w, l->first, to, "spdx", "license"))
		return to - l->first <= TAG_MAX;
	if (begins(w, l->first, to, "spdx", "filecopyrighttext"))
		return is_clean(w, l->first, to);
	if (!opens || !is_clean(w, l->first, to))
		return false;
	return is_signed(s, l->first, to) ||
	       (l->before_gone && l->more + (to - l->first) <= MORE_MAX);
}

static void end_line(struct scan *s)
{
	struct words *w = s->w;
	struct line *l = &s->line;
	size_t n = w->n - l->first;
	bool gone = n > 0 && is_gone(s);
	bool goes_on = gone && l->before_gone && !is_signed(s, l->first, w->n);

	if (gone) {
		w->text.n = w->at[l->first].at;
		w->n = l->first;
	} else if (n > 0 && l->before_gone) {
		w->at[l->first].flags |= WORD_MORE;
	}
	*l = (struct line){
	    .first = w->n,
	    .before = gone ? 0 : n,
	    .before_opened = l->before == 0 && !(s->at > 0 && s->p[s->at - 1] == ','),
	    .before_gone = gone,
	    .more = goes_on ? l->more + n : 0,
	};
	s->sign = SIZE_MAX;
}

/* ---- the scanner --------------------------------------------------------------------------------- */

/* A blank of a template begins: how far it goes, if it ends soon and in this line. */
static void open_slot(struct scan *s)
{
	uint8_t close = s->p[s->at] == '<' ? '>' : ']';

	for (size_t i = s->at + 1; i < s->n && i < s->at + SLOT_MAX && s->p[i] != '\n'; i++) {
		if (s->p[i] == close) {
			s->slot_end = i;
			return;
		}
	}
}

/* The copyright sign counts as the word, once. */
static int take_sign(struct scan *s, struct ow_error *err)
{
	if (s->w->n > 0 && word_is(s->w, s->w->n - 1, "copyright")) {
		s->sign = s->w->n - 1;
		return 0;
	}
	s->sign = s->w->n;
	begin_word(s, s->at);
	buf_text(&s->w->text, "copyright");
	s->word_end = s->at + 2;
	return end_word(s, err);
}

static int part_words(struct scan *s, struct ow_error *err)
{
	if (s->in_word && end_word(s, err) < 0)
		return err->code;
	if (s->at < s->n && s->p[s->at] == '\n')
		end_line(s);
	if (s->at < s->n && (s->p[s->at] == '<' || s->p[s->at] == '[') && s->at >= s->slot_end)
		open_slot(s);
	return 0;
}

static void put_letter(struct scan *s, uint32_t c)
{
	uint8_t b[4];
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n - 1; i > 0; i--) {
		b[i] = (uint8_t)(0x80 | (c & 0x3F));
		c >>= 6;
	}
	b[0] = (uint8_t)(n == 1 ? c : ((0xF00U >> n) & 0xF0U) | c);
	buf_add(&s->w->text, b, n);
}

/* A character beyond ASCII, of `len` bytes. */
static int take_wide(struct scan *s, uint32_t c, size_t len, struct ow_error *err)
{
	uint32_t parts[FOLD_CHAR_MAX];
	int n;

	if (c == 0xA9) {
		if (part_words(s, err) < 0)
			return err->code;
		return take_sign(s, err);
	}
	/* the signs of trade and service marks are no letters, though they fold to some */
	n = c == 0x2122 || c == 0x2120 ? -1 : fold_char(c, parts);
	if (n < 0)
		return part_words(s, err);
	if (n > 0 && !s->in_word)
		begin_word(s, s->at);
	for (int i = 0; i < n; i++)
		put_letter(s, parts[i]);
	if (n > 0)
		s->word_end = s->at + len;
	return 0;
}

static bool is_unseen(uint8_t b)
{
	return b < 0x09 || b == 0x7F || (b >= 0x0E && b < 0x20);
}

static int take_ascii(struct scan *s, uint8_t b, struct ow_error *err)
{
	bool upper = b >= 'A' && b <= 'Z';
	uint8_t low = (uint8_t)(upper ? b + ('a' - 'A') : b);

	if (is_unseen(b))
		return 0;
	if (!(low >= 'a' && low <= 'z') && !(b >= '0' && b <= '9'))
		return part_words(s, err);
	if (!s->in_word)
		begin_word(s, s->at);
	buf_add(&s->w->text, &low, 1);
	s->word_end = s->at + 1;
	return 0;
}

int words_read(const struct plain *t, struct words *out, struct ow_error *err)
{
	OW_AUTO(words_done) struct words w = {0};
	struct scan s = {.t = t, .p = t->text.p, .n = t->text.n, .w = &w, .sign = SIZE_MAX};

	while (s.at < s.n) {
		uint32_t c;
		size_t len = s.p[s.at] < 0x80 ? 1 : utf8_next(s.p + s.at, s.n - s.at, &c);
		int result = len == 1   ? take_ascii(&s, s.p[s.at], err)
			     : len == 0 ? part_words(&s, err)
					: take_wide(&s, c, len, err);

		if (result < 0)
			return result;
		s.at += len == 0 ? 1 : len;
	}
	if (part_words(&s, err) < 0)
		return err->code;
	end_line(&s);
	*out = w;
	w = (struct words){0};
	return 0;
}

void words_done(struct words *w)
{
	buf_done(&w->text);
	mem_free(w->at);
}

/* ---- shingles ------------------------------------------------------------------------------------ */

/* FNV-1a of a word, 64 bits. */
static uint64_t word_hash(const struct words *w, size_t i)
{
	const char *p = word_text(w, i);
	uint64_t h = 0xCBF29CE484222325ULL;

	for (size_t k = 0; k < w->at[i].len; k++)
		h = (h ^ (uint8_t)p[k]) * 0x100000001B3ULL;
	return h;
}

/* The finalizer of splitmix64. */
static uint64_t mix(uint64_t h)
{
	h = (h ^ h >> 30) * 0xBF58476D1CE4E5B9ULL;
	h = (h ^ h >> 27) * 0x94D049BB133111EBULL;
	return h ^ h >> 31;
}

int shingles_of(const struct words *w, struct shingles *out, struct ow_error *err)
{
	size_t n = w->n < SHINGLE ? 0 : w->n - SHINGLE + 1;
	OW_AUTO(mem_free) uint64_t *hashes = mem_array(w->n, sizeof *hashes, err);
	uint32_t *at = hashes == NULL ? NULL : mem_array(n, sizeof *at, err);

	if (at == NULL)
		return err->code;
	for (size_t i = 0; i < w->n; i++)
		hashes[i] = word_hash(w, i);
	for (size_t i = 0; i < n; i++) {
		uint64_t h = 0;

		for (size_t k = 0; k < SHINGLE; k++)
			h = mix(h ^ hashes[i + k]);
		at[i] = (uint32_t)(h >> 32);
	}
	*out = (struct shingles){.at = at, .n = n};
	return 0;
}

void shingles_done(struct shingles *s)
{
	mem_free(s->at);
}
