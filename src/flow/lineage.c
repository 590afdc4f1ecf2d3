/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Telling the relatives of an artifact: upwards along its own records, downwards through all records of the store.
 */
#include <stdio.h>
#include <string.h>

#include <owstore/lineage.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "govern/ancestry.h"
#include "govern/kin.h"
#include "govern/licenses.h"
#include "govern/stand.h"

/* A step that is still to be taken; those of one artifact lie in the order in which they are taken, last first. */
struct step {
	unsigned depth;
	size_t at; /* the edge, or the child */
	const char *kind;
};

struct steps {
	struct step *at;
	size_t n, cap;
};

static void steps_done(struct steps *s)
{
	mem_free(s->at);
}
OW_DEFINE_AUTO_DONE(struct steps, steps_done)

static int push(struct steps *s, unsigned depth, size_t at, const char *kind, struct ow_error *err)
{
	if (mem_grow(&s->at, s->n, &s->cap, sizeof *s->at, err) < 0)
		return err->code;
	s->at[s->n++] = (struct step){depth, at, kind};
	return 0;
}

struct walk {
	struct ow_store *store;
	const struct ow_known *known;
	const struct ow_events *events;
	ow_relative_visit visit;
	void *ctx;
};

/* Tell of one that is here. */
static int tell(const struct walk *w, const struct subject *s, struct ow_relative *r,
		struct ow_error *err)
{
	OW_AUTO(arena_done) struct arena arena = {0};
	const struct items_rules rules = {.set = w->known->licenses->set};
	struct stand stand = {.state = "unknown-text"};

	if (!s->unseen && stand_of(s, &rules, &arena, &stand, err) < 0)
		return err->code;
	r->here = true;
	r->id = s->found.id;
	r->name = s->found.artifact.name;
	r->version = s->found.artifact.version;
	r->zone = s->found.class;
	r->license = stand.license;
	r->state = stand.state;
	return w->visit(w->ctx, r, err);
}

/* ---- upwards ------------------------------------------------------------------------------------------------ */

/* The edges of a child, so that the first is taken first. */
static int push_edges(const struct ancestry *a, size_t child, unsigned depth, struct steps *steps,
		      struct ow_error *err)
{
	for (size_t i = a->n_edges; i-- > 0;) {
		if (a->edges[i].child == child && push(steps, depth, i, a->edges[i].kind, err) < 0)
			return err->code;
	}
	return 0;
}

static int walk_up(const struct walk *w, const struct ancestry *a, struct ow_error *err)
{
	OW_AUTO(steps_done) struct steps steps = {0};
	OW_AUTO(mem_free) bool *told = mem_array(a->n, sizeof *told, err);

	if (told == NULL || push_edges(a, 0, 1, &steps, err) < 0)
		return err->code;
	told[0] = true;
	while (steps.n > 0) {
		const struct step step = steps.at[--steps.n];
		const struct descent *d = &a->edges[step.at];
		struct ow_relative r = {.depth = step.depth, .kind = d->kind, .claimed = d->name};

		if (d->parent == NOT_HERE) {
			r.quarantined = d->quarantined[0] == '\0' ? NULL : d->quarantined;
			if (w->visit(w->ctx, &r, err) < 0)
				return err->code;
			continue;
		}
		r.again = told[d->parent];
		told[d->parent] = true;
		if (tell(w, a->at[d->parent], &r, err) < 0 ||
		    (!r.again && push_edges(a, (size_t)d->parent, step.depth + 1, &steps, err) < 0))
			return err->code;
	}
	return 0;
}

/* ---- downwards ---------------------------------------------------------------------------------------------- */

static int push_children(const struct kin *k, size_t parent, unsigned depth, struct steps *steps,
			 struct ow_error *err)
{
	for (size_t i = k->n; i-- > 0;) {
		for (size_t e = k->at[i].n_edges; e-- > 0;) {
			if (k->at[i].edges[e].parent == parent &&
			    push(steps, depth, i, k->at[i].edges[e].kind, err) < 0)
				return err->code;
		}
	}
	return 0;
}

static int walk_down(const struct walk *w, const struct kin *k, size_t from, struct ow_error *err)
{
	OW_AUTO(steps_done) struct steps steps = {0};
	OW_AUTO(mem_free) bool *told = mem_array(k->n, sizeof *told, err);

	if (told == NULL || push_children(k, from, 1, &steps, err) < 0)
		return err->code;
	told[from] = true;
	while (steps.n > 0) {
		OW_AUTO(subject_done) struct subject s = {0};
		const struct step step = steps.at[--steps.n];
		struct ow_relative r = {
		    .down = true, .depth = step.depth, .kind = step.kind, .again = told[step.at]};
		const struct kin_node *n = &k->at[step.at];
		int here = subject_load_some(w->store, n->class, &n->id, w->events, &s, err);

		told[step.at] = true;
		if (here < 0)
			return here;
		if (here == 0)
			continue; /* gone meanwhile */
		if (tell(w, &s, &r, err) < 0 ||
		    (!r.again && push_children(k, step.at, step.depth + 1, &steps, err) < 0))
			return err->code;
	}
	return 0;
}

int ow_lineage(struct ow_store *s, const char *ref, const struct ow_known *known,
	       ow_relative_visit visit, void *ctx, const struct ow_events *events,
	       struct ow_error *err)
{
	OW_AUTO(ancestry_done) struct ancestry a = {0};
	OW_AUTO(kin_done) struct kin k = {0};
	const struct walk w = {s, known, events, visit, ctx};

	if (ancestry_read(s, ref, events, &a, err) < 0 || walk_up(&w, &a, err) < 0 ||
	    kin_read(s, NULL, NULL, events, &k, err) < 0)
		return err->code;
	for (size_t i = 0; i < k.n; i++) {
		if (ow_id_equal(&k.at[i].id, &a.at[0]->found.id))
			return walk_down(&w, &k, i, err);
	}
	return 0;
}

const char *ow_kind_of(const char *kind)
{
	static const char *const whole[] = {"-of", "-on", "-from"};

	for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
		if (text_ends(kind, whole[i]))
			return "";
	}
	return " of";
}

/* ---- what is not here --------------------------------------------------------------------------------------- */

static int tell_absent(const struct ancestry *a, const struct descent *d, ow_absent_visit visit,
		       void *ctx, struct ow_error *err)
{
	const struct artifact *child = &a->at[d->child]->found.artifact;
	char name[NAME_CAP + VERSION_CAP];
	const struct ow_absent one = {.child = name,
				      .kind = d->kind,
				      .name = strcmp(d->name, PARENT_UNKNOWN) == 0 ? NULL : d->name,
				      .quarantined =
					  d->quarantined[0] == '\0' ? NULL : d->quarantined};

	(void)snprintf(name, sizeof name, "%s@%s", child->name, child->version);
	return visit(ctx, &one, err);
}

int ow_absent_list(struct ow_store *s, const char *ref, ow_absent_visit visit, void *ctx,
		   struct ow_error *err)
{
	OW_AUTO(ancestry_done) struct ancestry a = {0};

	if (ancestry_read(s, ref, NULL, &a, err) < 0)
		return err->code;
	for (size_t i = 0; i < a.n_edges; i++) {
		if (a.edges[i].parent == NOT_HERE && strcmp(a.edges[i].kind, "trained-on") != 0 &&
		    tell_absent(&a, &a.edges[i], visit, ctx, err) < 0)
			return err->code;
	}
	return 0;
}
