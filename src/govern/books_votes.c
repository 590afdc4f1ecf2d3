/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Counting approvals: of each approver the last word on a request.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ints.h"
#include "govern/books_entry.h"

/* One approver's word on a request: the last one counts. */
struct vote {
	const struct book_entry *entry;
	const struct book_signer *signer;
};

enum {
	VOTES_MAX = 64 /* as many keys as a root has */
};

static size_t find_vote(const struct vote *votes, size_t n, const uint8_t pk[SIGN_PUBLIC])
{
	size_t i = 0;

	while (i < n && memcmp(votes[i].signer->pk, pk, SIGN_PUBLIC) != 0)
		i++;
	return i;
}

static size_t add_votes(struct vote *votes, size_t n, const struct book_entry *e)
{
	for (size_t k = 0; k < e->n_signers; k++) {
		size_t i = find_vote(votes, n, e->signer[k].pk);

		if (i == VOTES_MAX)
			continue;
		if (i == n ||
		    statement_later(&e->st, &e->id, &votes[i].entry->st, &votes[i].entry->id))
			votes[i] = (struct vote){e, &e->signer[k]};
		n += i == n;
	}
	return n;
}

/* The one that ends last first. */
static int by_end(const void *a, const void *b)
{
	uint64_t x = ((const struct vote *)a)->entry->st.valid_until,
		 y = ((const struct vote *)b)->entry->st.valid_until;

	return x != y ? (x < y ? 1 : -1)
		      : strcmp(((const struct vote *)a)->signer->name,
			       ((const struct vote *)b)->signer->name);
}

/* Is there a later word about the same that may have taken this one back, or cut it short? Whose it is cannot be told. */
static bool doubted(const struct books *b, const struct book_entry *e)
{
	for (size_t i = 0; i < books_size(b); i++) {
		const struct book_entry *d = books_at(b, i);

		if (d->doubtful && statement_same_subject(&d->st, &e->st) &&
		    d->st.valid_until < e->st.valid_until &&
		    statement_later(&d->st, &d->id, &e->st, &e->id))
			return true;
	}
	return false;
}

/* How many hold, whose they are, and when as many as are needed had said it. */
static void count_votes(const struct books *b, const struct vote *votes, size_t n,
			struct books_votes *out)
{
	uint64_t newest = 0, second = 0;

	for (size_t i = 0, at = 0; i < n; i++) {
		if (!entry_holds(b, votes[i].entry))
			continue;
		out->have++;
		second = u64_max(second, u64_min(newest, votes[i].entry->st.time));
		newest = u64_max(newest, votes[i].entry->st.time);
		if (at < sizeof out->names)
			at += (size_t)snprintf(out->names + at, sizeof out->names - at, "%s%s",
					       at > 0 ? ", " : "", votes[i].signer->name);
	}
	out->said = out->need > 1 ? second : newest;
}

void books_votes(const struct books *b, const struct ow_id *artifact, enum ow_class class,
		 const char *recipient, const char *form, struct books_votes *out)
{
	struct vote votes[VOTES_MAX];
	size_t n = 0, kept = 0;

	*out = (struct books_votes){.need = class == OW_CLASS_REDISTRIBUTABLE ? 2 : 1};
	for (size_t i = 0; i < books_size(b); i++) {
		const struct statement *st = &books_at(b, i)->st;

		if (st->kind == STATEMENT_APPROVAL && ow_id_equal(&st->artifact, artifact) &&
		    st->class == class && strcmp(st->party, recipient) == 0 &&
		    strcmp(st->form, form) == 0)
			n = add_votes(votes, n, books_at(b, i));
	}
	for (size_t i = 0; i < n; i++) {
		if (!entry_withdrawn(votes[i].entry) && !doubted(b, votes[i].entry))
			votes[kept++] = votes[i];
	}
	if (kept > 1)
		qsort(votes, kept, sizeof votes[0], by_end);
	if (out->need > 0 && kept >= out->need)
		out->valid_until = votes[out->need - 1].entry->st.valid_until;
	out->signed_by = (unsigned)kept;
	count_votes(b, votes, kept, out);
}
