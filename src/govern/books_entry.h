/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the books share about their entries. For whoever tells people what is on record, too.
 */
#ifndef OW_GOVERN_BOOKS_ENTRY_H
#define OW_GOVERN_BOOKS_ENTRY_H

#include "govern/books.h"

struct book_signer {
	char name[ID_TEXT]; /* of the key in the root */
	uint8_t pk[SIGN_PUBLIC];
};

/* A statement that holds: signed by an approver of the newest root, and no later one took its place. Or one that was put
 * on record and that no such signature vouches for (any more): what was said of its subject is then unknown.
 */
struct book_entry {
	struct ow_id id;
	struct statement st;
	size_t n_signers;
	struct book_signer signer[SIGNATURES_MAX];
	bool doubtful;     /* nobody vouches for it: it says nothing itself */
	char against[320]; /* why not */
	bool in_the_way;   /* it took the place of one that somebody vouches for */
};

size_t books_size(const struct books *b);
const struct book_entry *books_at(const struct books *b, size_t i);

/* Was it signed only to take an earlier one back? */
bool entry_withdrawn(const struct book_entry *e);

/* Is it evidence for what a bundle carries? Such was taken in earlier versions; it counts no more. */
bool entry_past(const struct book_entry *e);

/* Is it doubtful, and may what it says, or what it stands in the way of, forbid something? */
bool entry_unsettled(const struct books *b, const struct book_entry *e);

/* Does it hold at the time of the decision: the later of the clock and the newest that is signed? */
bool entry_holds(const struct books *b, const struct book_entry *e);
uint64_t books_now(const struct books *b);

/* The newest root of the origin whose words count; NULL where it is not trusted here. */
const struct root *books_root(const struct books *b);

/* Whom the books warn. */
const struct ow_events *books_events(const struct books *b);

#endif
