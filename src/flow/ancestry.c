/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/ancestry.h"

#include "base/err.h"
#include "base/mem.h"

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

static int follow(struct ow_store *s, size_t child, const struct parent *p,
		  const struct ow_events *events, struct ancestry *a, struct ow_error *err)
{
	struct descent d = {.child = child, .parent = NOT_HERE, .kind = p->kind, .name = p->name};
	char ref[OW_ID_TEXT];
	struct ow_id id;
	int here = subject_find_parent(s, p->name, &id, err);

	if (here < 0)
		return here;
	if (here > 0)
		d.parent = place_of(a, &id);
	if (here > 0 && d.parent == NOT_HERE) {
		if (a->n > ANCESTORS_MAX)
			return err_set(err, OW_E_FORMAT, "%s@%s has more than %d ancestors",
				       a->at[0]->found.artifact.name,
				       a->at[0]->found.artifact.version, ANCESTORS_MAX);
		d.parent = (long)a->n;
		if (open_one(s, ow_id_text(&id, ref), events, a, err) < 0)
			return err->code;
	}
	if (mem_grow(&a->edges, a->n_edges, &a->cap_edges, sizeof d, err) < 0)
		return err->code;
	a->edges[a->n_edges++] = d;
	return 0;
}

int ancestry_read(struct ow_store *s, const char *ref, const struct ow_events *events,
		  struct ancestry *out, struct ow_error *err)
{
	OW_AUTO(ancestry_done) struct ancestry a = {0};

	if (open_one(s, ref, events, &a, err) < 0)
		return err->code;
	for (size_t i = 0; i < a.n; i++) {
		for (size_t k = 0; k < a.at[i]->found.artifact.n_parents; k++) {
			if (follow(s, i, &a.at[i]->found.artifact.parents[k], events, &a, err) < 0)
				return err->code;
		}
	}
	*out = MOVE(a);
	return 0;
}
