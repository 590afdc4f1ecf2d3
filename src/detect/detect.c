/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "detect/detect.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "codec/digest.h"
#include "detect/align.h"
#include "detect/anchors.h"
#include "detect/judge.h"
#include "detect/markup.h"
#include "detect/notices.h"

enum {
	CANDIDATES_MAX = 32, /* known texts that are aligned with one file */
	EXCERPT_WORDS = 30
};

/* 05-license-detection: what counts as so much of a text. */
static const double least_candidate = 0.30, least_partial = 0.45, least_modified = 0.80,
		    least_noisy = 0.90;

/* What is known while one file is judged. */
struct detecting {
	const struct prints *known;
	struct plain plain;
	struct words words;
	struct shingles shingles;
	struct places places;
	bool page;
	struct sighting *seen; /* every place of every candidate, then those that were accepted */
	size_t n_seen, cap_seen;
};

static void detecting_done(struct detecting *d)
{
	plain_done(&d->plain);
	words_done(&d->words);
	shingles_done(&d->shingles);
	places_done(&d->places);
	mem_free(d->seen);
}
OW_DEFINE_AUTO_DONE(struct detecting, detecting_done)

const char *detect_state_name(enum detect_state s)
{
	static const char *const names[] = {"unknown-text",   "family-clue",     "partial",
					    "modified",       "confirmed-noisy", "confirmed",
					    "confirmed-exact"};

	return names[s];
}

const char *detect_method_name(enum detect_method m)
{
	static const char *const names[] = {"exact", "anchor+shingle", "anchor-only"};

	return names[m];
}

/* ---- finding ------------------------------------------------------------------------------------- */

struct candidate {
	const struct print *known;
	double part; /* of its shingles that are in the file */
};

static int best_first(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->part > y->part || x->part < y->part)
		return x->part > y->part ? -1 : 1;
	return x->known < y->known ? -1 : x->known > y->known ? 1 : 0;
}

static int see(struct detecting *d, const struct print *known, const struct chains *chains,
	       struct ow_error *err)
{
	for (size_t i = 0; i < chains->n; i++) {
		struct sighting s;

		judge(&d->words, known, &chains->at[i], &s);
		if (sighting_coverage(&s) < least_partial)
			continue;
		if (mem_grow(&d->seen, d->n_seen, &d->cap_seen, sizeof *d->seen, err) < 0)
			return err->code;
		d->seen[d->n_seen++] = s;
	}
	return 0;
}

static int find(struct detecting *d, struct ow_error *err)
{
	OW_AUTO(mem_free)
	struct candidate *c = mem_array(d->known->n, sizeof *c, err);
	size_t n = 0;

	if (c == NULL)
		return err->code;
	assert(d->known->at != NULL);
	for (size_t i = 0; i < d->known->n; i++) {
		const struct print *p = &d->known->at[i];
		double part = (double)places_count(&d->places, p) / (double)p->n_required;

		if (part >= least_candidate)
			c[n++] = (struct candidate){p, part};
	}
	if (n > 1)
		qsort(c, n, sizeof *c, best_first);
	for (size_t i = 0; i < n && i < CANDIDATES_MAX; i++) {
		OW_AUTO(chains_done) struct chains chains = {0};

		if (align(&d->places, c[i].known, &chains, err) < 0 ||
		    see(d, c[i].known, &chains, err) < 0)
			return err->code;
	}
	return 0;
}

/* ---- choosing ------------------------------------------------------------------------------------ */

/* How much a sighting explains: words of the file, less what it leaves unexplained of both. */
static int64_t worth(const struct sighting *s)
{
	return (int64_t)(s->to - s->from) - 2 * (int64_t)s->added - 2 * (int64_t)s->missing;
}

static int worthiest_first(const void *a, const void *b)
{
	const struct sighting *x = a, *y = b;

	if (worth(x) != worth(y))
		return worth(x) > worth(y) ? -1 : 1;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->known < y->known ? -1 : x->known > y->known ? 1 : 0;
}

static int first_first(const void *a, const void *b)
{
	const struct sighting *x = a, *y = b;

	return x->from < y->from ? -1 : x->from > y->from ? 1 : 0;
}

/* How many of the words of `s` stand in `other`. */
static size_t shared(const struct sighting *s, const struct sighting *other)
{
	size_t from = s->from > other->from ? s->from : other->from;
	size_t to = s->to < other->to ? s->to : other->to;

	return from < to ? to - from : 0;
}

static bool same_ids(const struct print *a, const struct print *b)
{
	return a->ids[0].n == b->ids[0].n && memcmp(a->ids[0].p, b->ids[0].p, a->ids[0].n) == 0;
}

/* Of sightings in the same place the worthiest stays; places of two texts share a fifth at most. */
static void choose(struct detecting *d)
{
	size_t n = 0;

	if (d->n_seen > 1)
		qsort(d->seen, d->n_seen, sizeof *d->seen, worthiest_first);
	for (size_t i = 0; i < d->n_seen; i++) {
		struct sighting s = d->seen[i];
		bool free_place = true;

		for (size_t k = 0; k < n; k++) {
			if (shared(&s, &d->seen[k]) * 5 <= s.to - s.from)
				continue;
			free_place = false;
			if (!same_ids(s.known, d->seen[k].known) &&
			    worth(&s) * 10 >= worth(&d->seen[k]) * 9)
				d->seen[k].rival = true;
		}
		if (free_place)
			d->seen[n++] = s;
	}
	d->n_seen = n;
	if (n > 1)
		qsort(d->seen, n, sizeof *d->seen, first_first);
}

/* ---- what belongs to no known text --------------------------------------------------------------- */

static void excerpt(const struct words *w, size_t from, size_t to, struct detect *out)
{
	size_t n = 0;

	if (out->excerpt[0] != '\0')
		return;
	for (size_t i = from; i < to && i < from + EXCERPT_WORDS; i++) {
		if (n + w->at[i].len + 2 > sizeof out->excerpt)
			break;
		n += (size_t)snprintf(out->excerpt + n, sizeof out->excerpt - n, "%s%.*s",
				      i == from ? "" : " ", (int)w->at[i].len, word_text(w, i));
	}
}

/* Are the words [from, to) the title or the copyright statement of the sighting after or before them? */
static bool is_frame(const struct detecting *d, size_t i, size_t from, size_t to)
{
	return (i < d->n_seen && judge_frame(&d->words, from, to, d->seen[i].known)) ||
	       (i > 0 && judge_frame(&d->words, from, to, d->seen[i - 1].known));
}

/* Words before, between and after the sightings, which are in the order of the file. They are held against the one
 * before them, so that an appended clause changes what it is appended to.
 */
static void look_around(struct detecting *d, struct detect *out)
{
	size_t at = 0;

	for (size_t i = 0; i < d->n_seen; i++) {
		struct sighting *s = &d->seen[i];

		if (at < s->from && !is_frame(d, i, at, s->from)) {
			d->seen[i > 0 ? i - 1 : i].outside += s->from - at;
			s->retitled = s->retitled || s->headless;
			excerpt(&d->words, at, s->from, out);
		}
		excerpt(&d->words, s->extra, s->extra_to, out);
		at = s->to > at ? s->to : at;
	}
	if (d->n_seen > 0 && at < d->words.n && !is_frame(d, d->n_seen, at, d->words.n)) {
		d->seen[d->n_seen - 1].outside += d->words.n - at;
		excerpt(&d->words, at, d->words.n, out);
	}
}

/* ---- the answer ---------------------------------------------------------------------------------- */

static enum detect_state state_of(const struct sighting *s)
{
	double coverage = sighting_coverage(s);

	if (coverage < least_modified)
		return DETECT_PARTIAL;
	if (s->outside > 0)
		return DETECT_MODIFIED;
	if (s->missing == 0 && s->added == 0)
		return DETECT_CONFIRMED;
	return coverage >= least_noisy && !s->heavy && s->gaps * 50 <= s->known->n_required
		   ? DETECT_NOISY
		   : DETECT_MODIFIED;
}

static int add_match(struct detect *out, const struct detect_match *m, struct ow_view id,
		     struct ow_error *err)
{
	struct detect_match *at;

	if (mem_grow(&out->matches, out->n_matches, &out->cap_matches, sizeof *out->matches, err) <
	    0)
		return err->code;
	at = &out->matches[out->n_matches++];
	*at = *m;
	(void)snprintf(at->id, sizeof at->id, "%.*s", (int)id.n, (const char *)id.p);
	return 0;
}

static int tell_sighting(const struct detecting *d, const struct sighting *s,
			 enum detect_method method, enum detect_state state, struct detect *out,
			 struct ow_error *err)
{
	struct detect_match m = {
	    .method = method,
	    .state = state,
	    .coverage = sighting_coverage(s),
	    .residual = s->missing + s->added + s->outside,
	    .from = d->words.at[s->from].off,
	    .to = d->words.at[s->to - 1].end,
	};

	for (size_t k = 0; k < s->known->n_ids; k++) {
		if (add_match(out, &m, s->known->ids[k], err) < 0)
			return err->code;
	}
	return 0;
}

/* Does a part of a known text say which one is meant: it is most of the file, and no other fits it nearly as well? */
static bool is_telling(const struct sighting *s)
{
	size_t same = s->to - s->from - s->added;

	return !s->rival && same * 5 >= (s->to - s->from + s->outside) * 4;
}

/* The one id that all matches agree on: none where a text serves several, or calls itself something else. */
static void name_meant(const struct detecting *d, struct detect *out)
{
	for (size_t i = 0; i < out->n_matches; i++) {
		if (strcmp(out->matches[i].id, out->matches[0].id) != 0)
			return;
	}
	for (size_t i = 0; i < d->n_seen; i++) {
		if (d->seen[i].retitled ||
		    (out->state <= DETECT_PARTIAL && !is_telling(&d->seen[i])))
			return;
	}
	if (out->n_matches > 0)
		(void)snprintf(out->id, sizeof out->id, "%s", out->matches[0].id);
}

static int tell(struct detecting *d, struct detect *out, struct ow_error *err)
{
	if (d->n_seen == 0)
		return 0;
	out->state = DETECT_CONFIRMED;
	for (size_t i = 0; i < d->n_seen; i++) {
		enum detect_state state = state_of(&d->seen[i]);

		if (tell_sighting(d, &d->seen[i], DETECT_BY_TEXT, state, out, err) < 0)
			return err->code;
		if (state < out->state)
			out->state = state;
	}
	name_meant(d, out);
	return 0;
}

/* The text whose words are those of the file, all of them. Of a page some were left out, so it is never that. */
static const struct print *find_exact(const struct detecting *d, const struct ow_id *words)
{
	for (size_t i = 0; !d->page && i < d->known->n; i++) {
		if (ow_id_equal(&d->known->at[i].digest, words))
			return &d->known->at[i];
	}
	return NULL;
}

static int tell_exact(const struct detecting *d, const struct print *known, struct detect *out,
		      struct ow_error *err)
{
	struct sighting all = {.known = known, .to = d->words.n};

	out->state = DETECT_EXACT;
	if (tell_sighting(d, &all, DETECT_BY_DIGEST, DETECT_EXACT, out, err) < 0)
		return err->code;
	name_meant(d, out);
	return 0;
}

static struct ow_view view_of(const char *s)
{
	return (struct ow_view){(const uint8_t *)s, strlen(s)};
}

/* A line that an agreement wants in notice files names it, though its text is not here. */
static int tell_notice(const struct detecting *d, struct detect *out, struct ow_error *err)
{
	struct detect_match m = {.method = DETECT_BY_PHRASES, .state = DETECT_CLUE};
	size_t from = 0, to = 0, entry = 0;
	int found =
	    notice_find((const char *)d->plain.text.p, d->plain.text.n, &from, &to, &entry, err);

	if (found <= 0)
		return found;
	m.from = plain_place(&d->plain, from);
	m.to = plain_place(&d->plain, to);
	m.residual = d->words.n;
	out->state = DETECT_CLUE;
	for (size_t i = entry; i < n_notices; i++) {
		if (strcmp(notices[i].digest, notices[entry].digest) == 0 &&
		    add_match(out, &m, view_of(notices[i].id), err) < 0)
			return err->code;
	}
	name_meant(d, out);
	return 0;
}

/* Phrases of an agreement whose text is not known say more than likeness to one that is. */
static int tell_phrases(struct detecting *d, struct detect *out, struct ow_error *err)
{
	size_t title = 0;
	const struct anchor *a = out->state >= DETECT_NOISY ? NULL : anchor_find(&d->words, &title);
	struct detect_match m = {.method = DETECT_BY_PHRASES, .state = DETECT_CLUE};

	if (a == NULL)
		return out->state == DETECT_UNKNOWN ? tell_notice(d, out, err) : 0;
	m.from = d->words.at[title].off;
	m.to = d->words.at[d->words.n - 1].end;
	m.residual = d->words.n;
	if (out->state == DETECT_UNKNOWN)
		out->state = DETECT_CLUE;
	(void)snprintf(out->id, sizeof out->id, "%s", a->id);
	return add_match(out, &m, view_of(a->id), err);
}

static int prepare(struct detecting *d, const void *p, size_t n, struct ow_error *err)
{
	if (plain_read(p, n, &d->plain, err) < 0)
		return err->code;
	d->page = markup_clean(d->plain.text.p, d->plain.text.n);
	if (words_read(&d->plain, &d->words, err) < 0 ||
	    shingles_of(&d->words, &d->shingles, err) < 0)
		return err->code;
	return places_of(&d->shingles, &d->places, err);
}

static int choose_and_tell(struct detecting *d, struct detect *out, struct ow_error *err)
{
	choose(d);
	look_around(d, out);
	if (tell(d, out, err) < 0)
		return err->code;
	return tell_phrases(d, out, err);
}

int detect_with(const struct prints *known, const void *p, size_t n, struct detect *out,
		struct ow_error *err)
{
	OW_AUTO(detecting_done) struct detecting d = {.known = known};
	OW_AUTO(detect_done) struct detect result = {0};
	const struct print *exact;

	if (n > LICENSE_FILE_MAX)
		return err_set(err, OW_E_FORMAT, "%zu bytes, a licence text has at most %llu", n,
			       LICENSE_FILE_MAX);
	if (prepare(&d, p, n, err) < 0 ||
	    digest_bytes(d.words.text.p, d.words.text.n, &result.words, err) < 0)
		return err->code;
	result.n_words = d.words.n;
	exact = find_exact(&d, &result.words);
	if (exact != NULL) {
		if (tell_exact(&d, exact, &result, err) < 0)
			return err->code;
	} else if (find(&d, err) < 0 || choose_and_tell(&d, &result, err) < 0) {
		return err->code;
	}
	*out = result;
	result = (struct detect){0};
	return 0;
}

int detect_text(const void *p, size_t n, struct detect *out, struct ow_error *err)
{
	OW_AUTO(prints_done) struct prints known = {0};

	if (prints_read(fingerprints, fingerprints_size, &known, err) < 0)
		return err->code;
	return detect_with(&known, p, n, out, err);
}

void detect_done(struct detect *d)
{
	mem_free(d->matches);
}
