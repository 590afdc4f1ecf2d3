/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "govern/drift.h"

#include <string.h>

#include <owstore/lineage.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "govern/licenses.h"
#include "policy/expr.h"

/* ---- neighbours -------------------------------------------------------------------------------------------- */

struct moment {
	uint64_t added;
	struct ow_id id;
};

struct looking {
	struct moment own, best;
	bool later, any;
};

static int order(const struct moment *a, const struct moment *b)
{
	if (a->added != b->added)
		return a->added < b->added ? -1 : 1;
	return ow_id_order(&a->id, &b->id);
}

static int weigh(void *ctx, const struct catalog_artifact *row, struct ow_error *err)
{
	struct looking *l = ctx;
	const struct moment now = {row->added, row->id};
	int side = order(&now, &l->own);

	(void)err;
	if (side == 0 || (side > 0) != l->later || (l->any && order(&now, &l->best) < 0))
		return 0;
	l->best = now;
	l->any = true;
	return 0;
}

static int look_for(struct ow_store *store, const char *model, struct looking *l,
		    struct ow_error *err)
{
	for (int c = 0; c < OW_CLASSES; c++) {
		struct catalog *catalog;
		int r = handle_catalog(store, (enum ow_class)c, &catalog, err);

		if (r == 0)
			continue;
		if (r < 0 || catalog_called(catalog, model, weigh, l, err) < 0)
			return err->code;
	}
	return 0;
}

int drift_neighbour(struct ow_store *store, const struct subject *s, bool later, struct ow_id *out,
		    struct ow_error *err)
{
	const struct artifact *a = &s->found.artifact;
	struct looking l = {.own = {s->found.added, s->found.id}, .later = later};
	char model[NAME_CAP];

	if (look_for(store, a->name, &l, err) < 0)
		return err->code;
	for (size_t i = 0; i < a->n_upstream; i++) {
		if (name_of_upstream(a->upstream[i], model) && look_for(store, model, &l, err) < 0)
			return err->code;
	}
	*out = l.best.id;
	return l.any;
}

/* ---- texts --------------------------------------------------------------------------------------------------- */

int drift_text(const struct subject *s, const struct items_rules *rules, struct arena *a,
	       const char **out, struct ow_error *err)
{
	OW_AUTO(items_done) struct items items = {0};

	*out = NULL;
	if (items_add(&items, s, false, rules, a, err) < 0)
		return err->code;
	for (size_t i = 0; i < items.n; i++) {
		const struct claim *c = &items.at[i].claim;
		const char *text = c->concluded != NULL       ? c->concluded
				   : c->state == TEXT_COMPARE ? c->found
							      : NULL;

		if (text == NULL || (*out != NULL && strcmp(*out, text) != 0)) {
			*out = NULL; /* its parts stand apart: nothing that one could compare */
			return 0;
		}
		*out = text;
	}
	return 0;
}

static bool same_terms(const char *a, const char *b)
{
	struct ow_error ignored = {0};
	struct expr x, y;

	return expr_parse(a, &x, &ignored) == 0 && expr_parse(b, &y, &ignored) == 0 &&
	       expr_same(&x, &y);
}

int drift_mark(struct ow_store *store, const struct subject *s, const struct items_rules *rules,
	       const struct ow_events *events, struct item *items, size_t n, struct arena *a,
	       struct ow_error *err)
{
	OW_AUTO(subject_done) struct subject now = {0};
	char ref[OW_ID_TEXT];
	struct ow_id id;
	const char *text;
	int r = drift_neighbour(store, s, true, &id, err);

	if (r <= 0)
		return r;
	if (subject_open(store, ow_id_text(&id, ref), events, &now, err) < 0 ||
	    drift_text(&now, rules, a, &text, err) < 0)
		return err->code;
	if (text == NULL)
		return 0;
	text = arena_text(a, text, strlen(text)); /* the other subject goes */
	for (size_t i = 0; i < n; i++) {
		struct claim *c = &items[i].claim;
		const char *own = c->concluded != NULL ? c->concluded : c->found;

		if ((items[i].role == ROLE_WEIGHTS || items[i].role == ROLE_ADAPTER) &&
		    own != NULL && !same_terms(own, text))
			c->later = text;
	}
	return 0;
}

/* ---- telling ------------------------------------------------------------------------------------------------ */

void ow_drift_done(struct ow_drift *d)
{
	mem_free(d->earlier);
	mem_free(d->before);
	mem_free(d->after);
	*d = (struct ow_drift){0};
}

static char *copy(const char *s, struct ow_error *err)
{
	return mem_text(s, strlen(s), err);
}

static int tell(const struct subject *old, const char *before, const char *after,
		const struct license_set *set, struct ow_drift *out, struct ow_error *err)
{
	const struct artifact *a = &old->found.artifact;
	char name[NAME_CAP + VERSION_CAP];

	text_copy(name, sizeof name, a->name);
	text_copy(name + strlen(name), sizeof name - strlen(name), "@");
	text_copy(name + strlen(name), sizeof name - strlen(name), a->version);
	out->earlier = copy(name, err);
	out->before = out->earlier == NULL ? NULL : copy(before, err);
	out->after = out->before == NULL ? NULL : copy(after, err);
	out->compared = license_find(set, before) != NULL && license_find(set, after) != NULL;
	if (out->after != NULL)
		return 1;
	ow_drift_done(out);
	return err->code;
}

int ow_drift_find(struct ow_store *s, const char *ref, const struct ow_known *known,
		  struct ow_drift *out, const struct ow_events *events, struct ow_error *err)
{
	OW_AUTO(subject_done) struct subject now = {0}, old = {0};
	OW_AUTO(arena_done) struct arena arena = {0};
	const struct items_rules rules = {.set = known->licenses->set};
	const char *before, *after;
	char old_ref[OW_ID_TEXT];
	struct ow_id id;
	int r;

	if (subject_open(s, ref, events, &now, err) < 0)
		return err->code;
	r = drift_neighbour(s, &now, false, &id, err);
	if (r <= 0)
		return r;
	if (subject_open(s, ow_id_text(&id, old_ref), events, &old, err) < 0 ||
	    drift_text(&old, &rules, &arena, &before, err) < 0 ||
	    drift_text(&now, &rules, &arena, &after, err) < 0)
		return err->code;
	if (before == NULL || after == NULL || same_terms(before, after))
		return 0;
	return tell(&old, before, after, rules.set, out, err);
}
