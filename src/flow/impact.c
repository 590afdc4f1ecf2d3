/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What hangs on a licence: artifacts under it, what was made from them, the bundles that carried any of these, and what
 * could take their place.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <owstore/lineage.h>

#include "base/err.h"
#include "base/mem.h"
#include "bundle/manifest.h"
#include "flow/can.h"
#include "govern/kin.h"
#include "govern/licenses.h"
#include "govern/sift.h"

/* The mark of an artifact. */
enum {
	UNREACHED = 0,
	OWN = 1 /* more than that: through the artifact of this number less two */
};

struct reaching {
	struct ow_store *store;
	const struct ow_impact_calls *calls;
	struct sift sift;
	struct kin kin;
	const struct kin_node **by_id; /* those that are reached */
	size_t n_by_id;
};

static void reaching_done(struct reaching *r)
{
	kin_done(&r->kin);
	sift_done(&r->sift);
	mem_free(r->by_id);
}
OW_DEFINE_AUTO_DONE(struct reaching, reaching_done)

/* ---- who is under it ----------------------------------------------------------------------------------------- */

static int find_own(void *ctx, struct kin_node *n, const struct subject *s, struct ow_error *err)
{
	struct reaching *r = ctx;
	int under = sift_under(&r->sift, s, n->licence, err);

	if (under < 0)
		return under;
	n->mark = under > 0 ? OWN : UNREACHED;
	return 0;
}

/* ---- what was made from them ---------------------------------------------------------------------------------- */

/* Do the terms of the parent go along this kind of edge? */
static bool carries(const char *kind)
{
	return strcmp(kind, "trained-on") != 0 && strcmp(kind, "outputs-of") != 0;
}

/* Until nothing new is reached: as many rounds as the longest line of descent has steps. */
static void follow(struct reaching *r)
{
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < r->kin.n; i++) {
			struct kin_node *n = &r->kin.at[i];

			for (size_t e = 0; e < n->n_edges && n->mark == UNREACHED; e++) {
				if (carries(n->edges[e].kind) &&
				    r->kin.at[n->edges[e].parent].mark != UNREACHED) {
					n->mark = n->edges[e].parent + 2;
					more = true;
				}
			}
		}
	}
}

static int by_id(const void *a, const void *b)
{
	const struct kin_node *const *x = a, *const *y = b;

	return ow_id_order(&(*x)->id, &(*y)->id);
}

static int tell_reached(struct reaching *r, struct ow_error *err)
{
	r->by_id = mem_array(r->kin.n, sizeof(struct kin_node *), err);
	if (r->by_id == NULL)
		return err->code;
	for (size_t i = 0; i < r->kin.n; i++) {
		const struct kin_node *n = &r->kin.at[i];
		const struct kin_node *from = n->mark > OWN ? &r->kin.at[n->mark - 2] : NULL;
		char through[NAME_CAP + VERSION_CAP];
		const struct ow_reached one = {.id = n->id,
					       .name = n->name,
					       .version = n->version,
					       .zone = n->class,
					       .through = from == NULL ? NULL : through};

		if (n->mark == UNREACHED)
			continue;
		(void)snprintf(through, sizeof through, "%s@%s", from == NULL ? "" : from->name,
			       from == NULL ? "" : from->version);
		r->by_id[r->n_by_id++] = n;
		if (r->calls->reached(r->calls->ctx, &one, err) < 0)
			return err->code;
	}
	if (r->n_by_id > 1)
		qsort(r->by_id, r->n_by_id, sizeof(struct kin_node *), by_id);
	return 0;
}

/* ---- where they went ------------------------------------------------------------------------------------------ */

static const struct kin_node *reached_node(const struct reaching *r, const struct ow_id *id)
{
	const struct kin_node key = {.id = *id}, *of = &key, **at;

	if (r->n_by_id == 0)
		return NULL;
	at = bsearch(&of, r->by_id, r->n_by_id, sizeof(struct kin_node *), by_id);
	return at == NULL ? NULL : *at;
}

static int tell_bundle(void *ctx, const struct ow_id *id, struct ow_error *err)
{
	const struct reaching *r = ctx;
	OW_AUTO(buf_done) struct buf bytes = {0};
	OW_AUTO(manifest_done) struct manifest m = {0};
	struct docs *manifests = store_manifests(r->store->store);

	if (docs_read(manifests, id, &bytes, err) < 0 ||
	    manifest_decode(bytes.p, bytes.n, &m, err) < 0)
		return err_ctx(err, "a manifest that is kept here");
	for (size_t i = 0; i < m.n_artifacts; i++) {
		const struct kin_node *n = reached_node(r, &m.artifacts[i].id);
		const struct ow_carried one = {.bundle = m.name,
					       .origin = m.origin,
					       .destination = m.destination,
					       .seq = m.seq,
					       .issued = m.issued,
					       .id = m.artifacts[i].id,
					       .name = n == NULL ? "" : n->name,
					       .version = n == NULL ? "" : n->version};

		if (n != NULL && r->calls->carried(r->calls->ctx, &one, err) < 0)
			return err->code;
	}
	return 0;
}

static int tell_bundles(struct reaching *r, const struct ow_events *events, struct ow_error *err)
{
	struct ow_error why = {0};

	if (docs_walk(store_manifests(r->store->store), tell_bundle, NULL, r, &why) == 0)
		return 0;
	if (why.sys == EACCES) {
		handle_warn(events,
			    "which bundles carried any of these is not known: this user may "
			    "not read the manifests that are kept");
		return 0;
	}
	*err = why;
	return err->code;
}

/* ---- what could take their place ----------------------------------------------------------------------------- */

/* The narrowest class that any of them is used in; OW_CLASSES: none is. */
static int narrowest(const struct reaching *r)
{
	int class = OW_CLASSES;

	for (size_t i = 0; i < r->n_by_id; i++) {
		int of = (int)r->by_id[i]->class;

		if (of != OW_CLASS_QUARANTINE && of < class)
			class = of;
	}
	return class;
}

static int tell_replacements(const struct reaching *r, const struct ow_known *known,
			     const struct ow_events *events, struct ow_error *err)
{
	OW_AUTO(can_done) struct can can = {0};
	int wanted = narrowest(r);

	if (wanted == OW_CLASSES || can_open(r->store, known, events, &can, err) < 0)
		return err->code;
	for (size_t i = 0; i < r->kin.n; i++) {
		const struct kin_node *n = &r->kin.at[i];
		struct ow_replacement one = {
		    .id = n->id, .name = n->name, .version = n->version, .zone = n->class};
		const struct can_of of = {&n->id, n->name, n->version};
		bool model;

		if (n->mark != UNREACHED || n->class == OW_CLASS_QUARANTINE)
			continue;
		if (can_ceiling(&can, &of, &one.ceiling, &model, err) < 0)
			return err->code;
		if (model && (int)one.ceiling >= wanted &&
		    r->calls->replacement(r->calls->ctx, &one, err) < 0)
			return err->code;
	}
	return 0;
}

int ow_impact(struct ow_store *s, const char *license, const struct ow_known *known,
	      const struct ow_impact_calls *calls, const struct ow_events *events,
	      struct ow_error *err)
{
	OW_AUTO(reaching_done) struct reaching r = {.store = s, .calls = calls};
	const struct license *l = licenses_find(known->licenses, license, err);

	if (l == NULL ||
	    sift_open(s, known->licenses->set, l->id, known->trust, events, &r.sift, err) < 0 ||
	    kin_read(s, find_own, &r, events, &r.kin, err) < 0)
		return err->code;
	follow(&r);
	if (tell_reached(&r, err) < 0 || tell_bundles(&r, events, err) < 0)
		return err->code;
	return calls->replacement == NULL ? 0 : tell_replacements(&r, known, events, err);
}
