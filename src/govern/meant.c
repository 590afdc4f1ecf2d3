/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Who may be meant by a name that nobody knows.
 */
#include <string.h>

#include "base/text.h"
#include "govern/books_entry.h"

struct guess {
	const char *name, *nearest;
	unsigned distance;
	bool known;
};

static void compare(struct guess *g, const char *known)
{
	unsigned d = text_distance(g->name, known, g->distance);

	g->known = g->known || strcmp(g->name, known) == 0;
	if (d < g->distance) {
		g->distance = d;
		g->nearest = known;
	}
}

const char *books_meant(const struct books *b, const char *party)
{
	static const char *const always[] = {BOOKS_OURSELVES, BOOKS_POLICY, BOOKS_ANYONE};
	const struct root *root = books_root(b);
	/* a slip for each three letters, at most two */
	struct guess g = {.name = party, .distance = strlen(party) < 6 ? 2 : 3};

	for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
		compare(&g, always[i]);
	for (size_t i = 0; root != NULL && i < root->n_destinations; i++)
		compare(&g, root->destination[i].id);
	for (size_t i = 0; i < books_size(b); i++) {
		const struct book_entry *e = books_at(b, i);

		if (e->st.kind == STATEMENT_FACT && !e->st.has_artifact && !entry_withdrawn(e))
			compare(&g, e->st.party);
	}
	return g.known || strlen(party) < 3 ? NULL : g.nearest;
}
