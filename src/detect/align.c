/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "detect/align.h"

#include <stdlib.h>
#include <string.h>

#include "base/ints.h"
#include "base/mem.h"

enum {
	PLACES_MAX = 128, /* places of one shingle that are looked at */
	RUNS_MAX = 8192,  /* runs that are collected, */
	CHAIN_MAX = 512,  /* the longest of which are chained */
	CHAINS_MAX = 64,  /* copies of one text in a file */
	GAP_MAX = 3000,   /* words of a file between two runs of a chain */
	WORD_GAIN = 4,    /* what a word that is the same is worth; one between costs 1, */
	GAP_COST = 240,   /* and all of a gap so much at most */
};

/* ---- places -------------------------------------------------------------------------------------- */

int places_of(const struct shingles *s, struct places *out, struct ow_error *err)
{
	OW_AUTO(mem_free) uint32_t *head = NULL;
	OW_AUTO(mem_free) uint32_t *next = mem_array(s->n, sizeof *next, err);
	size_t size = 256;
	uint32_t mask;

	while (size < 2 * s->n)
		size *= 2;
	mask = (uint32_t)(size - 1);
	head = next == NULL ? NULL : mem_array(size, sizeof *head, err);
	if (head == NULL)
		return err->code;
	for (size_t i = s->n; i > 0; i--) {
		uint32_t *first = &head[s->at[i - 1] & mask];

		next[i - 1] = *first;
		*first = (uint32_t)i;
	}
	*out = (struct places){.of = s, .mask = mask};
	out->head = STEAL(head);
	out->next = STEAL(next);
	return 0;
}

void places_done(struct places *p)
{
	mem_free(p->head);
	mem_free(p->next);
}

size_t places_count(const struct places *p, const struct print *known)
{
	size_t count = 0;

	for (size_t i = 0; i + SHINGLE <= known->n; i++) {
		uint32_t h = print_shingle(known, i);
		unsigned steps = 0;

		for (uint32_t at = p->head[h & p->mask]; at != 0 && steps < PLACES_MAX;
		     at = p->next[at - 1], steps++) {
			if (p->of->at[at - 1] == h) {
				count++;
				break;
			}
		}
	}
	return count;
}

/* ---- runs ---------------------------------------------------------------------------------------- */

struct runs {
	struct run *at;
	size_t n, cap;
};

static void runs_done(struct runs *r)
{
	mem_free(r->at);
}
OW_DEFINE_AUTO_DONE(struct runs, runs_done)

/* The run that begins at these shingles; 0 words if an earlier one goes over them. */
static uint32_t run_len(const struct places *p, const struct print *known, size_t k, size_t here)
{
	uint32_t n = 0;

	if (k > 0 && here > 0 && print_shingle(known, k - 1) == p->of->at[here - 1])
		return 0;
	while (k + n + SHINGLE <= known->n && here + n < p->of->n &&
	       print_shingle(known, k + n) == p->of->at[here + n])
		n++;
	return n == 0 ? 0 : n + SHINGLE - 1;
}

static int collect(const struct places *p, const struct print *known, struct runs *out,
		   struct ow_error *err)
{
	for (size_t k = 0; k + SHINGLE <= known->n; k++) {
		uint32_t at = p->head[print_shingle(known, k) & p->mask];

		for (unsigned steps = 0; at != 0 && steps < PLACES_MAX;
		     at = p->next[at - 1], steps++) {
			uint32_t len = run_len(p, known, k, at - 1);

			if (len == 0)
				continue;
			if (out->n == RUNS_MAX)
				return 0;
			if (mem_grow(&out->at, out->n, &out->cap, sizeof *out->at, err) < 0)
				return err->code;
			out->at[out->n++] =
			    (struct run){.known = (uint32_t)k, .here = at - 1, .len = len};
		}
	}
	return 0;
}

static int longest_first(const void *a, const void *b)
{
	const struct run *x = a, *y = b;

	if (x->len != y->len)
		return x->len > y->len ? -1 : 1;
	if (x->here != y->here)
		return x->here < y->here ? -1 : 1;
	return x->known < y->known ? -1 : x->known > y->known ? 1 : 0;
}

static int in_order(const void *a, const void *b)
{
	const struct run *x = a, *y = b;

	if (x->here != y->here)
		return x->here < y->here ? -1 : 1;
	return x->known < y->known ? -1 : x->known > y->known ? 1 : 0;
}

/* ---- chains -------------------------------------------------------------------------------------- */

/* The best chain that ends with a run. */
struct link {
	int64_t score;
	size_t before; /* the run before it, or SIZE_MAX */
	uint32_t cut;  /* words at its beginning that the run before has already */
	bool taken;    /* a chain that was found uses its place */
};

/* What it costs that `b` follows `a`, and the words that b then loses; < 0: it cannot. */
static int64_t cost(const struct run *a, const struct run *b, uint32_t *cut)
{
	int64_t known = (int64_t)b->known - (int64_t)a->known - (int64_t)a->len;
	int64_t here = (int64_t)b->here - (int64_t)a->here - (int64_t)a->len;
	int64_t overlap = known < here ? known : here;

	if (b->known <= a->known || b->here <= a->here || here > GAP_MAX)
		return -1;
	*cut = overlap < 0 ? (uint32_t)-overlap : 0;
	if (*cut >= b->len)
		return -1;
	known += *cut;
	here += *cut;
	return (known < GAP_COST ? known : GAP_COST) + (here < GAP_COST ? here : GAP_COST) + 1;
}

static size_t link_runs(const struct runs *r, struct link *links)
{
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < r->n; i++) {
		struct link *l = &links[i];

		if (l->taken)
			continue;
		*l = (struct link){.score = WORD_GAIN * (int64_t)r->at[i].len, .before = SIZE_MAX};
		for (size_t j = 0; j < i; j++) {
			uint32_t cut;
			int64_t c = links[j].taken ? -1 : cost(&r->at[j], &r->at[i], &cut);
			int64_t score = links[j].score - c +
					WORD_GAIN * ((int64_t)r->at[i].len - (c < 0 ? 0 : cut));

			if (c >= 0 && score > l->score) {
				l->score = score;
				l->before = j;
				l->cut = cut;
			}
		}
		if (best == SIZE_MAX || l->score > links[best].score)
			best = i;
	}
	return best;
}

static int keep_chain(const struct runs *r, const struct link *links, size_t last,
		      struct chains *out, struct ow_error *err)
{
	struct chain *c;
	size_t n = 0;

	if (mem_grow(&out->at, out->n, &out->cap, sizeof *out->at, err) < 0)
		return err->code;
	for (size_t i = last; i != SIZE_MAX; i = links[i].before)
		n++;
	c = &out->at[out->n];
	c->at = mem_array(n, sizeof *c->at, err);
	if (c->at == NULL)
		return err->code;
	c->n = n;
	out->n++;
	for (size_t i = last; i != SIZE_MAX; i = links[i].before) {
		uint32_t cut = links[i].before == SIZE_MAX ? 0 : links[i].cut;

		c->at[--n] = (struct run){.known = r->at[i].known + cut,
					  .here = r->at[i].here + cut,
					  .len = r->at[i].len - cut};
	}
	return 0;
}

/* Runs that lie where the chain does are used up. */
static void take_place(const struct chain *c, const struct runs *r, struct link *links)
{
	uint32_t from = c->at[0].here;
	uint32_t to = c->at[c->n - 1].here + c->at[c->n - 1].len;

	for (size_t i = 0; i < r->n; i++) {
		if (r->at[i].here < to && r->at[i].here + r->at[i].len > from)
			links[i].taken = true;
	}
}

int align(const struct places *p, const struct print *known, struct chains *out,
	  struct ow_error *err)
{
	OW_AUTO(runs_done) struct runs runs = {0};
	OW_AUTO(mem_free) struct link *links = NULL;

	if (collect(p, known, &runs, err) < 0)
		return err->code;
	if (runs.n == 0)
		return 0;
	if (runs.n > CHAIN_MAX) {
		qsort(runs.at, runs.n, sizeof *runs.at, longest_first);
		runs.n = CHAIN_MAX;
	}
	qsort(runs.at, runs.n, sizeof *runs.at, in_order);
	links = mem_array(runs.n, sizeof *links, err);
	if (links == NULL)
		return err->code;
	while (out->n < CHAINS_MAX) {
		size_t last = link_runs(&runs, links);

		/* a fifth of the text is too little to be told from a phrase that many texts share */
		if (last == SIZE_MAX ||
		    links[last].score < (int64_t)(WORD_GAIN * known->n_required / 5))
			break;
		if (keep_chain(&runs, links, last, out, err) < 0)
			return err->code;
		take_place(&out->at[out->n - 1], &runs, links);
	}
	return 0;
}

void chains_done(struct chains *c)
{
	for (size_t i = 0; i < c->n; i++)
		mem_free(c->at[i].at);
	mem_free(c->at);
}
