/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The lineage of an artifact as this store knows it: what it claims to be made from, and so on, as far as that is here.
 */
#ifndef OW_GOVERN_ANCESTRY_H
#define OW_GOVERN_ANCESTRY_H

#include "govern/subject.h"

enum {
	ANCESTORS_MAX = 256,
	NOT_HERE = -1
};

/* What a parent is called of which nothing is known: not even a name could be read. */
#define PARENT_UNKNOWN "unknown"

/* "subjects[child] was made from it so." Where several promoted artifacts are called as it claims, one each. */
struct descent {
	size_t child;
	long parent;      /* among the subjects, or NOT_HERE */
	const char *kind; /* as the record has it; belongs to the child */
	const char *name; /* as it was claimed; the same */
	char quarantined
	    [NAME_CAP +
	     VERSION_CAP]; /* "name@version" that is called so in quarantine and no other, or "" */
};

struct ancestry {
	struct subject **at; /* the artifact itself, then what it was made from, nearest first */
	size_t n, cap;
	struct descent *edges;
	size_t n_edges, cap_edges;
};

/* Each artifact once, however many ways lead to it; a circle ends where it began.
 * Errors   OW_E_FORMAT: more than ANCESTORS_MAX; those of subject_open.
 */
OW_MUST_USE int ancestry_read(struct ow_store *s, const char *ref, const struct ow_events *events,
			      struct ancestry *out, struct ow_error *err);
void ancestry_done(struct ancestry *a);
OW_DEFINE_AUTO_DONE(struct ancestry, ancestry_done)

#endif
