/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "detect/judge.h"

#include <string.h>

#include "detect/lexicon.h"

enum {
	TITLE_WORDS = 12, /* words from the start that say what a text is */
	SLIP_WORDS = 2,   /* words of a slip of the pen, or of a scanner */
	SLOT_WORDS = 16,  /* words of a name that fills a slot */
	FRAME_WORDS = 24  /* words of a title */
};

/* What lies between two runs: [known, known_to) of the known text, [here, here_to) of the file. */
struct gap {
	size_t known, known_to, here, here_to;
};

static bool turns(const struct words *w, size_t i)
{
	return lexicon_turns(word_text(w, i), w->at[i].len) || word_has_digit(w, i);
}

static bool any_turns(const struct words *w, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		if (turns(w, i))
			return true;
	}
	return false;
}

static bool is_optional(const struct print *p, size_t i)
{
	return i < p->n && (print_flags(p, i) & PRINT_OPTIONAL) != 0;
}

/* Is word i of an optional part of which the gap has most? Such a part may be missing, not changed. */
static bool is_left_out(const struct print *p, const struct gap *g, size_t i)
{
	size_t from = i, to = i + 1, lost_from, lost_to;

	while (from > 0 && is_optional(p, from - 1))
		from--;
	while (is_optional(p, to))
		to++;
	lost_from = from > g->known ? from : g->known;
	lost_to = to < g->known_to ? to : g->known_to;
	return (lost_to - lost_from) * 5 >= (to - from) * 4;
}

/* Words of the known text that miss in the gap and should not, and whether one of them is heavy. */
static size_t missing(const struct print *p, const struct gap *g, bool *heavy)
{
	size_t n = 0;
	bool left_out = false;

	for (size_t i = g->known; i < g->known_to; i++) {
		unsigned flags = print_flags(p, i);

		if ((flags & PRINT_OPTIONAL) != 0 && (i == g->known || !is_optional(p, i - 1)))
			left_out = is_left_out(p, g, i);
		if ((flags & (PRINT_SLOT | PRINT_MARK)) != 0 ||
		    ((flags & PRINT_OPTIONAL) != 0 && left_out))
			continue;
		n++;
		*heavy = *heavy || (flags & PRINT_HEAVY) != 0;
	}
	return n;
}

/* Has the gap a slot, or does it follow one that had some of its words? */
static bool has_slot(const struct print *p, const struct gap *g)
{
	for (size_t i = g->known > 0 ? g->known - 1 : 0; i < g->known_to; i++) {
		if ((print_flags(p, i) & PRINT_SLOT) != 0)
			return true;
	}
	return false;
}

/* A name or an address: short, and without words that clauses are made of. */
static bool fills_slot(const struct words *w, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const char *word = word_text(w, i);

		/* addresses have words of titles in them: "licenses/LICENSE-2.0" */
		if (lexicon_clause(word, w->at[i].len) && !lexicon_title(word, w->at[i].len))
			return false;
	}
	return to - from <= SLOT_WORDS;
}

/* Words of the file in the gap that should not be there. */
static size_t added(const struct words *w, const struct print *p, const struct gap *g)
{
	size_t from = g->here, to = g->here_to;

	while (p->kind == PRINT_GENERAL && from < to && (w->at[from].flags & WORD_MARK) != 0)
		from++;
	while (p->kind == PRINT_GENERAL && from < to && (w->at[to - 1].flags & WORD_MARK) != 0)
		to--;
	if (from == to || words_are_copyright(w, from, to))
		return 0;
	if (has_slot(p, g) && fills_slot(w, from, to))
		return 0;
	return to - from;
}

/* Is it the slip of a word or two for others: not words added or lost, unless where whole parts may be missing? */
static bool is_slip(const struct print *p, const struct gap *g, size_t lost, size_t extra)
{
	bool loose = g->known > 0 && is_optional(p, g->known - 1) && is_optional(p, g->known);

	return lost <= SLIP_WORDS && extra <= SLIP_WORDS && (loose || (lost > 0 && extra > 0));
}

static void judge_gap(const struct words *w, const struct print *p, const struct gap *g,
		      struct sighting *s)
{
	bool heavy = false;
	size_t lost = missing(p, g, &heavy);
	size_t extra = added(w, p, g);

	if (lost == 0 && extra == 0)
		return;
	s->missing += lost;
	s->added += extra;
	s->gaps++;
	if (heavy && g->known < TITLE_WORDS) {
		s->headless = s->headless || g->known == 0;
		s->retitled = s->retitled || extra > 0;
	}
	if (extra > 0 && s->extra_to == 0) {
		s->extra = g->here;
		s->extra_to = g->here_to;
	}
	if (heavy || !is_slip(p, g, lost, extra) ||
	    (extra > 0 && any_turns(w, g->here, g->here_to)))
		s->heavy = true;
}

void judge(const struct words *w, const struct print *known, const struct chain *c,
	   struct sighting *out)
{
	const struct run *last = &c->at[c->n - 1];
	struct sighting s = {.known = known, .from = c->at[0].here, .to = last->here + last->len};
	struct gap g = {.known_to = c->at[0].known, .here = s.from, .here_to = s.from};

	judge_gap(w, known, &g, &s);
	for (size_t i = 1; i < c->n; i++) {
		const struct run *a = &c->at[i - 1], *b = &c->at[i];

		g = (struct gap){a->known + a->len, b->known, a->here + a->len, b->here};
		judge_gap(w, known, &g, &s);
	}
	g = (struct gap){last->known + last->len, known->n, s.to, s.to};
	judge_gap(w, known, &g, &s);
	*out = s;
}

double sighting_coverage(const struct sighting *s)
{
	size_t all = s->known->n_required;

	return all == 0 || s->missing >= all ? 0.0 : (double)(all - s->missing) / (double)all;
}

/* ---- what stands around -------------------------------------------------------------------------- */

/* Is the word one of a list with a space between each? */
static bool list_has(struct ow_view list, const char *word, size_t n)
{
	for (size_t at = 0; at < list.n;) {
		const uint8_t *space = memchr(list.p + at, ' ', list.n - at);
		size_t len = space == NULL ? list.n - at : (size_t)(space - list.p) - at;

		if (len == n && memcmp(list.p + at, word, n) == 0)
			return true;
		at += len + 1;
	}
	return false;
}

static bool is_title(const struct words *w, size_t i, const struct print *known)
{
	const char *word = word_text(w, i);
	size_t n = w->at[i].len;

	return lexicon_title(word, n) || list_has(known->title, word, n);
}

bool judge_frame(const struct words *w, size_t from, size_t to, const struct print *known)
{
	size_t at = from;

	while (at < to && at - from < FRAME_WORDS && is_title(w, at, known))
		at++;
	return at == to || words_are_copyright(w, at, to);
}
