/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Listing, merged over the classes that this user may read.
 */
#include <string.h>

#include <owstore/artifact.h>
#include <owstore/lineage.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "bulk/meter.h"
#include "flow/can.h"
#include "flow/describe.h"
#include "govern/licenses.h"
#include "govern/sift.h"
#include "handle/handle.h"
#include "handle/page.h"

/* What rows are asked about, as far as the catalog cannot tell. */
struct asking {
	struct ow_store *store;
	const struct ow_filter *filter;
	struct sift sift;
	struct can can;
};

static void asking_done(struct asking *a)
{
	sift_done(&a->sift);
	can_done(&a->can);
}
OW_DEFINE_AUTO_DONE(struct asking, asking_done)

static int asking_open(struct asking *a, struct ow_error *err)
{
	const struct ow_filter *f = a->filter;

	if (f->known == NULL)
		return 0;
	if (f->licence != NULL && sift_open(a->store, f->known->licenses->set, f->licence,
					    f->known->trust, f->events, &a->sift, err) < 0)
		return err->code;
	return f->can == 0 ? 0 : can_open(a->store, f->known, f->events, &a->can, err);
}

static int is_under(struct asking *a, const struct ow_artifact_row *row, struct ow_error *err)
{
	OW_AUTO(subject_done) struct subject s = {0};
	const struct ow_events *events = a->filter->events;
	struct ow_error why = {0};
	int r = subject_load_some(a->store, row->zone, &row->id, events, &s, err);

	if (r <= 0)
		return r;
	r = sift_under(&a->sift, &s, row->licence, &why);
	return r >= 0 ? r : subject_skip(events, &why, err);
}

static int passes(struct asking *a, const struct ow_artifact_row *row, struct ow_error *err)
{
	const struct ow_filter *f = a->filter;
	const struct can_of of = {&row->id, row->name, row->version};
	enum ow_verdict verdict;

	if (f->known == NULL)
		return 1;
	if (f->licence != NULL && row->zone == OW_CLASS_QUARANTINE) {
		int under = is_under(a, row, err);

		if (under <= 0)
			return under;
	}
	if (f->can == 0)
		return 1;
	if (can_ask(&a->can, &of, (enum ow_can)(f->can - 1), &verdict, err) < 0)
		return err->code;
	if (verdict == OW_REVIEW && f->in_review != NULL)
		++*f->in_review;
	return verdict < OW_REVIEW;
}

/* Visit what passes of the sorted rows, from the offset on. */
static int visit_page(struct ow_store *s, const struct ow_filter *f, const struct page *page,
		      struct meter *m, ow_artifact_visit visit, void *ctx, struct ow_error *err)
{
	OW_AUTO(asking_done) struct asking a = {.store = s, .filter = f};
	uint64_t n = 0;

	if (asking_open(&a, err) < 0)
		return err->code;
	for (size_t i = 0; i < page->n && (f->limit == 0 || n < f->offset + f->limit); i++) {
		const struct ow_artifact_row *row = &page->rows[i].row;
		int r = passes(&a, row, err);

		if (r > 0 && n++ >= f->offset)
			r = visit(ctx, row, err);
		if (r < 0)
			return r;
		if (!meter_add(m, 1, row->name))
			return meter_stopped(err);
	}
	return 0;
}

int ow_artifact_list(struct ow_store *s, const struct ow_filter *f, ow_artifact_visit visit,
		     void *ctx, struct ow_error *err)
{
	const uint64_t rows = f->limit == 0 ? 0 : f->offset + f->limit;
	OW_AUTO(page_done) struct page page = {0};
	struct meter m;
	int result;

	for (int c = 0; c < OW_CLASSES; c++) {
		struct catalog_filter filter;
		struct catalog *catalog;
		int r;

		if (f->zone >= 0 && f->zone != c)
			continue;
		r = handle_catalog(s, (enum ow_class)c, &catalog, err);
		if (r == 0)
			continue;
		page.class = (enum ow_class)c;
		filter =
		    (struct catalog_filter){.match = f->name, .licence = f->licence, .limit = rows};
		if (f->known != NULL && f->can != 0)
			filter.limit = 0;
		if (f->known != NULL && f->licence != NULL && c == OW_CLASS_QUARANTINE) {
			filter.licence = NULL; /* nothing is promoted there */
			filter.limit = 0;
		}
		if (r < 0 || catalog_list(catalog, &filter, page_add, &page, err) < 0)
			return err->code;
	}
	page_sort(&page);
	meter_init(&m, f->known == NULL ? NULL : f->events, "reading findings", page.n);
	result = visit_page(s, f, &page, &m, visit, ctx, err);
	meter_done(&m);
	return result;
}

int ow_artifact_find(struct ow_store *s, const char *ref, struct ow_artifact **out,
		     struct ow_error *err)
{
	OW_AUTO(found_done) struct found f = {0};

	if (handle_find(s, ref, &f, err) < 0)
		return err->code;
	return describe(s, &f, out, err);
}
