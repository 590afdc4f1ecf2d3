/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Where a known text stands in a file: stretches of words that are the same in both, in the same order.
 *
 * Two texts that share five words in a row share a shingle. Shingles that follow each other in both make a run; runs
 * are chained so that most words are covered and least lies between them. What lies between the runs of a chain is what
 * was changed.
 */
#ifndef OW_DETECT_ALIGN_H
#define OW_DETECT_ALIGN_H

#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>

#include "base/auto.h"
#include "detect/prints.h"
#include "detect/words.h"

/* The places of each shingle in a file. */
struct places {
	const struct shingles *of;
	uint32_t *head, *next; /* place + 1; 0 ends */
	uint32_t mask;
};
OW_MUST_USE int places_of(const struct shingles *s, struct places *out, struct ow_error *err);
void places_done(struct places *p);
OW_DEFINE_AUTO_DONE(struct places, places_done)

/* How many shingles of the known text are somewhere in the file. */
size_t places_count(const struct places *p, const struct print *known);

/* `len` words, from word `known` of the known text and word `here` of the file on, are the same. */
struct run {
	uint32_t known, here, len;
};

/* One place where the known text stands, runs in order and without overlap. */
struct chain {
	struct run *at;
	size_t n;
};

struct chains {
	struct chain *at;
	size_t n, cap;
};

/* Every place where the known text, or a good part of it, stands. */
OW_MUST_USE int align(const struct places *p, const struct print *known, struct chains *out,
		      struct ow_error *err);
void chains_done(struct chains *c);
OW_DEFINE_AUTO_DONE(struct chains, chains_done)

#endif
