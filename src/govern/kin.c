/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "govern/kin.h"

#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/sorted.h"
#include "bulk/meter.h"
#include "govern/parentage.h"

void kin_done(struct kin *k)
{
	mem_free(k->at);
	arena_done(&k->texts);
	*k = (struct kin){0};
}

/* ---- the artifacts ----------------------------------------------------------------------------------------- */

struct listing {
	struct kin *kin;
	enum ow_class class;
};

static int list_one(void *ctx, const struct catalog_artifact *row, struct ow_error *err)
{
	const struct listing *l = ctx;
	struct kin *k = l->kin;
	struct arena *a = &k->texts;

	if (mem_grow(&k->at, k->n, &k->cap, sizeof *k->at, err) < 0)
		return err->code;
	k->at[k->n++] =
	    (struct kin_node){.id = row->id,
			      .class = l->class,
			      .name = arena_text(a, row->name, strlen(row->name)),
			      .version = arena_text(a, row->version, strlen(row->version)),
			      .licence = arena_text(a, row->licence, strlen(row->licence)),
			      .upstream = arena_text(a, row->upstream, strlen(row->upstream)),
			      .added = row->added};
	return 0;
}

static int list_all(struct ow_store *s, struct kin *k, struct ow_error *err)
{
	const struct catalog_filter all = {0};

	for (int c = 0; c < OW_CLASSES; c++) {
		struct listing l = {.kin = k, .class = (enum ow_class)c};
		struct catalog *catalog;
		int r = handle_catalog(s, l.class, &catalog, err);

		if (r == 0)
			continue;
		if (r < 0 || catalog_list(catalog, &all, list_one, &l, err) < 0)
			return err->code;
	}
	return arena_finish(&k->texts, err);
}

static int node_order(const void *a, const void *b)
{
	const struct kin_node *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order == 0)
		order = strcmp(x->version, y->version);
	if (order == 0)
		order = (x->class > y->class) - (x->class < y->class);
	return order != 0 ? order : ow_id_order(&x->id, &y->id);
}

/* ---- who is called so ------------------------------------------------------------------------------------- */

/* An artifact under one of its names. */
struct called {
	const char *name;
	const struct kin_node *node;
};

struct directory {
	struct called *at;
	size_t n, cap;
};

static void directory_done(struct directory *d)
{
	mem_free(d->at);
}
OW_DEFINE_AUTO_DONE(struct directory, directory_done)

static int by_name(const void *a, const void *b)
{
	return strcasecmp(((const struct called *)a)->name, ((const struct called *)b)->name);
}

static int enter(struct directory *d, const char *name, const struct kin_node *node,
		 struct ow_error *err)
{
	if (mem_grow(&d->at, d->n, &d->cap, sizeof *d->at, err) < 0)
		return err->code;
	d->at[d->n++] = (struct called){name, node};
	return 0;
}

static int fill_directory(struct kin *k, struct directory *d, struct ow_error *err)
{
	for (size_t i = 0; i < k->n; i++) {
		char model[NAME_CAP];

		if (enter(d, k->at[i].name, &k->at[i], err) < 0)
			return err->code;
		if (name_of_upstream(k->at[i].upstream, model) &&
		    enter(d, arena_text(&k->texts, model, strlen(model)), &k->at[i], err) < 0)
			return err->code;
	}
	if (d->n > 1)
		qsort(d->at, d->n, sizeof *d->at, by_name);
	return arena_finish(&k->texts, err);
}

/* Those of the directory that may be what is claimed: the first, and behind the last. As subject_find_parents, but in
 * any class: who asks what may come from an artifact wants to know it of one in quarantine too.
 */
static size_t find(const struct directory *d, const char *claimed, size_t *end)
{
	char model[NAME_CAP + 1];
	const struct called key = {.name = model};
	size_t from, n;

	parent_name(claimed, model, sizeof model);
	from = sorted_run(&key, d->at, d->n, sizeof *d->at, by_name, &n);
	*end = from + n;
	return from;
}

/* ---- who was made from whom --------------------------------------------------------------------------------- */

static bool is_joined(const struct kin_node *n, size_t parent, const char *kind)
{
	for (size_t i = 0; i < n->n_edges; i++) {
		if (n->edges[i].parent == parent && strcmp(n->edges[i].kind, kind) == 0)
			return true;
	}
	return false;
}

static int join(struct kin *k, struct kin_node *n, const struct artifact *a,
		const struct directory *d, struct ow_error *err)
{
	size_t room = 0, end;

	for (size_t i = 0; i < a->n_parents; i++) {
		size_t first = find(d, a->parents[i].name, &end);

		room += end - first;
	}
	if (room == 0)
		return 0;
	n->edges = arena_array(&k->texts, room, sizeof *n->edges, err);
	if (n->edges == NULL)
		return err->code;
	for (size_t i = 0; i < a->n_parents; i++) {
		const struct parent *p = &a->parents[i];

		for (size_t at = find(d, p->name, &end); at < end; at++) {
			size_t parent = (size_t)(d->at[at].node - k->at);

			if (&k->at[parent] == n || is_joined(n, parent, p->kind))
				continue;
			n->edges[n->n_edges++] = (struct kin_edge){
			    .parent = parent,
			    .kind = arena_text(&k->texts, p->kind, strlen(p->kind))};
		}
	}
	return arena_finish(&k->texts, err);
}

struct reader {
	struct ow_store *store;
	const struct ow_events *events;
	const struct directory *directory;
	kin_visit visit;
	void *ctx;
};

static int read_one(const struct reader *r, struct kin *k, struct kin_node *n, struct ow_error *err)
{
	OW_AUTO(subject_done) struct subject s = {0};
	struct ow_error why = {0};
	int here = subject_load_some(r->store, n->class, &n->id, r->events, &s, err);

	if (here <= 0)
		return here; /* 0: gone meanwhile */
	if (join(k, n, &s.found.artifact, r->directory, err) < 0)
		return err->code;
	if (r->visit == NULL || r->visit(r->ctx, n, &s, &why) >= 0)
		return 0;
	return subject_skip(r->events, &why, err);
}

static int read_all(const struct reader *r, struct kin *k, struct ow_error *err)
{
	struct meter m;
	int result = 0;

	meter_init(&m, r->events, "reading findings", k->n);
	for (size_t i = 0; i < k->n && result >= 0; i++) {
		result = read_one(r, k, &k->at[i], err);
		if (result >= 0 && !meter_add(&m, 1, k->at[i].name))
			result = meter_stopped(err);
	}
	meter_done(&m);
	return result;
}

int kin_read(struct ow_store *s, kin_visit visit, void *ctx, const struct ow_events *events,
	     struct kin *out, struct ow_error *err)
{
	OW_AUTO(kin_done) struct kin k = {0};
	OW_AUTO(directory_done) struct directory d = {0};
	const struct reader r = {s, events, &d, visit, ctx};

	if (list_all(s, &k, err) < 0)
		return err->code;
	if (k.n > 1)
		qsort(k.at, k.n, sizeof *k.at, node_order);
	if (fill_directory(&k, &d, err) < 0 || read_all(&r, &k, err) < 0)
		return err->code;
	*out = MOVE(k);
	return 0;
}
