/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * All artifacts of the store and what each was made from, at once: for questions that go down the lineage, which no
 * record answers by itself. Every record and finding is read.
 */
#ifndef OW_GOVERN_KIN_H
#define OW_GOVERN_KIN_H

#include "base/arena.h"
#include "govern/subject.h"

struct kin_edge {
	size_t parent;    /* number of the artifact */
	const char *kind; /* as its child has it */
};

struct kin_node {
	struct ow_id id;
	enum ow_class class;
	const char *name, *version, *licence; /* concluded, or "" */
	uint64_t added;
	const char *upstream;   /* the first one, or "" */
	struct kin_edge *edges; /* to what it was made from, as far as that is here */
	size_t n_edges;
	size_t mark; /* for whoever asks; 0 at first */
};

struct kin {
	struct kin_node *at; /* by name, version, class and id */
	size_t n, cap;
	struct arena texts;
};

/* Called with each artifact while what is known of it is in hand; < 0 ends the reading and is returned. */
typedef int (*kin_visit)(void *ctx, struct kin_node *n, const struct subject *s,
			 struct ow_error *err);

/* `visit` may be NULL. Those that vanish meanwhile are there without edges, and not visited. Of one that cannot be looked
 * at its record counts, with a warning; so does what it was visited for not end the reading where it fails for it alone.
 */
OW_MUST_USE int kin_read(struct ow_store *s, kin_visit visit, void *ctx,
			 const struct ow_events *events, struct kin *out, struct ow_error *err);
void kin_done(struct kin *k);
OW_DEFINE_AUTO_DONE(struct kin, kin_done)

#endif
