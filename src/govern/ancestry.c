/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "govern/ancestry.h"

#include <string.h>

#include "base/err.h"
#include "base/events.h"
#include "base/mem.h"
#include "base/text.h"

void ancestry_done(struct ancestry *a)
{
	for (size_t i = 0; i < a->n; i++) {
		subject_done(a->at[i]);
		mem_free(a->at[i]);
	}
	mem_free(a->at);
	mem_free(a->edges);
	*a = (struct ancestry){0};
}

static int open_one(struct ow_store *s, const char *ref, const struct ow_events *events,
		    struct ancestry *a, struct ow_error *err)
{
	struct subject *x;

	if (mem_grow(&a->at, a->n, &a->cap, sizeof(struct subject *), err) < 0)
		return err->code;
	x = MEM_NEW(struct subject, err);
	if (x == NULL)
		return err->code;
	a->at[a->n++] = x;
	return subject_open(s, ref, events, x, err);
}

/* The place of an artifact among the subjects, or NOT_HERE. */
static long place_of(const struct ancestry *a, const struct ow_id *id)
{
	for (size_t i = 0; i < a->n; i++) {
		if (ow_id_equal(&a->at[i]->found.id, id))
			return (long)i;
	}
	return NOT_HERE;
}

static int add_edge(struct ancestry *a, const struct descent *d, struct ow_error *err)
{
	if (mem_grow(&a->edges, a->n_edges, &a->cap_edges, sizeof *d, err) < 0)
		return err->code;
	a->edges[a->n_edges++] = *d;
	return 0;
}

/* The place of an artifact that is here, which joins the subjects if it is not among them. */
static int visit(struct ow_store *s, const struct ow_id *id, const struct ow_events *events,
		 struct ancestry *a, long *place, struct ow_error *err)
{
	char ref[OW_ID_TEXT];

	*place = place_of(a, id);
	if (*place != NOT_HERE)
		return 0;
	if (a->n > ANCESTORS_MAX)
		return err_set(err, OW_E_FORMAT, "%s@%s has more than %d ancestors",
			       a->at[0]->found.artifact.name, a->at[0]->found.artifact.version,
			       ANCESTORS_MAX);
	*place = (long)a->n;
	return open_one(s, ow_id_text(id, ref), events, a, err);
}

/* All that a claimed parent may be are parents: none of them can take another's terms away. */
static int follow(struct ow_store *s, size_t child, const struct parent *p,
		  const struct ow_events *events, struct ancestry *a, struct ow_error *err)
{
	const struct found *found = &a->at[child]->found;
	struct descent d = {.child = child, .parent = NOT_HERE, .kind = p->kind, .name = p->name};
	OW_AUTO(parents_done) struct parents parents = {0};

	if (subject_find_parents(s, p->name, &found->id, &parents, err) < 0)
		return err->code;
	if (parents.n == 0)
		text_copy(d.quarantined, sizeof d.quarantined, parents.quarantined);
	if (d.quarantined[0] != '\0' && strcmp(p->kind, "trained-on") != 0)
		events_warn(events,
			    "%s@%s was made from %s, which is in quarantine, where nobody answers "
			    "for a name: it counts as not in the store until it is promoted",
			    found->artifact.name, found->artifact.version, p->name);
	if (parents.n == 0)
		return add_edge(a, &d, err);
	for (size_t i = 0; i < parents.n; i++) {
		if (visit(s, &parents.at[i], events, a, &d.parent, err) < 0 ||
		    add_edge(a, &d, err) < 0)
			return err->code;
	}
	return 0;
}

static int follow_all(struct ow_store *s, size_t child, const struct ow_events *events,
		      struct ancestry *a, struct ow_error *err)
{
	const struct subject *x = a->at[child];
	const struct descent hidden = {
	    .child = child, .parent = NOT_HERE, .kind = "finetune", .name = PARENT_UNKNOWN};

	if (x->hides_base && add_edge(a, &hidden, err) < 0)
		return err->code;
	for (size_t i = 0; i < x->found.artifact.n_parents; i++) {
		if (follow(s, child, &x->found.artifact.parents[i], events, a, err) < 0)
			return err->code;
	}
	return 0;
}

int ancestry_read(struct ow_store *s, const char *ref, const struct ow_events *events,
		  struct ancestry *out, struct ow_error *err)
{
	OW_AUTO(ancestry_done) struct ancestry a = {0};

	if (open_one(s, ref, events, &a, err) < 0)
		return err->code;
	for (size_t i = 0; i < a.n; i++) {
		if (follow_all(s, i, events, &a, err) < 0)
			return err->code;
	}
	*out = MOVE(a);
	return 0;
}
