/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Listing and looking up, merged over the classes that this user may read.
 */
#include <string.h>

#include <owstore/artifact.h>
#include <owstore/lineage.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "bulk/meter.h"
#include "flow/describe.h"
#include "flow/handle.h"
#include "flow/licenses.h"
#include "flow/sift.h"

/* The rows of one page: each class gives its first offset + limit rows, then all are merged. */
struct page {
	struct page_row {
		struct ow_artifact_row row; /* its strings are those below */
		char *name, *version, *licence;
	} * rows;
	size_t n, cap;
	enum ow_class class;
};

static void page_done(struct page *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->rows[i].name);
		free(p->rows[i].version);
		free(p->rows[i].licence);
	}
	free(p->rows);
}
OW_DEFINE_AUTO_DONE(struct page, page_done)

static int page_add(void *ctx, const struct catalog_artifact *a, struct ow_error *err)
{
	struct page *p = ctx;
	struct page_row *r;

	if (mem_grow(&p->rows, p->n, &p->cap, sizeof *p->rows, err) < 0)
		return err->code;
	r = &p->rows[p->n++];
	r->name = mem_text(a->name, strlen(a->name), err);
	r->version = r->name == NULL ? NULL : mem_text(a->version, strlen(a->version), err);
	r->licence = r->version == NULL ? NULL : mem_text(a->licence, strlen(a->licence), err);
	if (r->licence == NULL)
		return err->code;
	r->row = (struct ow_artifact_row){
	    .id = a->id,
	    .name = r->name,
	    .version = r->version,
	    .licence = r->licence,
	    .zone = p->class,
	    .size = a->size,
	    .n_components = a->n_components,
	    .n_goldens = a->n_goldens,
	    .added = a->added,
	};
	return 0;
}

static int row_order(const void *a, const void *b)
{
	const struct ow_artifact_row *r = &((const struct page_row *)a)->row,
				     *q = &((const struct page_row *)b)->row;
	int order = strcmp(r->name, q->name);

	if (order == 0)
		order = strcmp(r->version, q->version);
	if (order == 0)
		order = (int)r->zone - (int)q->zone;
	return order != 0 ? order : ow_id_order(&r->id, &q->id);
}

/* Is this row among those that are asked for, as far as the catalog cannot tell? */
static int passes(struct ow_store *s, const struct ow_filter *f, struct sift *sift,
		  const struct ow_artifact_row *row, struct ow_error *err)
{
	enum ow_verdict verdict;
	char ref[OW_ID_TEXT];

	if (f->known == NULL)
		return 1;
	if (f->licence != NULL && row->zone == OW_CLASS_QUARANTINE) {
		int under = sift_under(sift, &row->id, row->licence, err);

		if (under <= 0)
			return under;
	}
	if (f->can == 0)
		return 1;
	if (ow_can(s, ow_id_text(&row->id, ref), (enum ow_can)(f->can - 1), f->known, &verdict,
		   f->events, err) < 0)
		return err->code;
	if (verdict == OW_REVIEW && f->in_review != NULL)
		++*f->in_review;
	return verdict < OW_REVIEW;
}

/* Visit what passes of the sorted rows, from the offset on. */
static int visit_page(struct ow_store *s, const struct ow_filter *f, const struct page *page,
		      struct meter *m, ow_artifact_visit visit, void *ctx, struct ow_error *err)
{
	OW_AUTO(sift_done) struct sift sift = {0};
	uint64_t n = 0;

	if (f->known != NULL && f->licence != NULL &&
	    sift_open(s, f->known->licenses->set, f->licence, f->known->trust, f->events, &sift,
		      err) < 0)
		return err->code;
	for (size_t i = 0; i < page->n && (f->limit == 0 || n < f->offset + f->limit); i++) {
		const struct ow_artifact_row *row = &page->rows[i].row;
		int r = passes(s, f, &sift, row, err);

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
		struct zone *z;
		int r;

		if (f->zone >= 0 && f->zone != c)
			continue;
		r = handle_zone(s, (enum ow_class)c, &z, err);
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
		if (r < 0 || handle_catalog(s, (enum ow_class)c, &catalog, err) < 0 ||
		    catalog_list(catalog, &filter, page_add, &page, err) < 0)
			return err->code;
	}
	if (page.n > 1)
		qsort(page.rows, page.n, sizeof *page.rows, row_order);
	meter_init(&m, f->known == NULL ? NULL : f->events, "reading findings", page.n);
	result = visit_page(s, f, &page, &m, visit, ctx, err);
	meter_done(&m);
	return result;
}

/* ---- looking up ------------------------------------------------------------------------------------ */

enum {
	NEAR_MAX = 5 /* candidates that an error names */
};

static int find_row(struct ow_store *s, const struct catalog_ref *ref, struct page *page,
		    struct ow_error *err)
{
	for (int c = 0; c < OW_CLASSES; c++) {
		struct catalog *catalog;
		struct zone *z;
		int r = handle_zone(s, (enum ow_class)c, &z, err);

		if (r == 0)
			continue;
		page->class = (enum ow_class)c;
		if (r < 0 || handle_catalog(s, (enum ow_class)c, &catalog, err) < 0 ||
		    catalog_find(catalog, ref, NEAR_MAX, page_add, page, err) < 0)
			return err->code;
	}
	return 0;
}

/* Name what a person may have meant. */
static int not_found(struct ow_store *s, const char *text, const struct catalog_ref *ref,
		     struct ow_error *err)
{
	OW_AUTO(page_done) struct page near = {0};
	struct catalog_filter filter = {.match = strrchr(ref->name, '/'), .limit = NEAR_MAX};
	struct ow_error ignored = {0};

	filter.match = filter.match == NULL ? ref->name : filter.match + 1;
	for (int c = 0; c < OW_CLASSES && ref->kind != REF_ID; c++) {
		struct catalog *catalog;
		struct zone *z;

		near.class = (enum ow_class)c;
		if (handle_zone(s, near.class, &z, &ignored) <= 0 ||
		    handle_catalog(s, near.class, &catalog, &ignored) < 0 ||
		    catalog_list(catalog, &filter, page_add, &near, &ignored) < 0)
			break;
	}
	(void)err_set(err, OW_E_USAGE, "no artifact %s here", text);
	if (near.n > 0)
		return err_hint(err, "did you mean %s@%s?", near.rows[0].row.name,
				near.rows[0].row.version);
	return err_hint(err, "\"owstore ls\" shows what is here");
}

static int ambiguous(const char *text, const struct page *page, struct ow_error *err)
{
	char hex[OW_ID_HEX];

	(void)err_set(err, OW_E_USAGE, "%s means %zu artifacts or more", text, page->n);
	return err_hint(err, "say which: %s@%s (sha256:%.12s), %s@%s, …", page->rows[0].row.name,
			page->rows[0].row.version, ow_id_hex(&page->rows[0].row.id, hex),
			page->rows[1].row.name, page->rows[1].row.version);
}

int handle_find(struct ow_store *s, const char *text, struct found *out, struct ow_error *err)
{
	OW_AUTO(page_done) struct page page = {0};
	OW_AUTO(found_done) struct found f = {0};
	struct catalog_ref ref;
	const struct ow_artifact_row *row;
	int r;

	if (catalog_ref_parse(text, &ref, err) < 0 || find_row(s, &ref, &page, err) < 0)
		return err->code;
	if (page.n == 0)
		return not_found(s, text, &ref, err);
	if (page.n > 1) {
		qsort(page.rows, page.n, sizeof *page.rows, row_order);
		return ambiguous(text, &page, err);
	}
	row = &page.rows[0].row;
	f.class = row->zone;
	f.id = row->id;
	f.added = row->added;
	text_copy(f.licence, sizeof f.licence, row->licence);
	r = docs_read(zone_records(s->zones[f.class]), &f.id, &f.record, err);
	if (r == 0)
		return err_set(err, OW_E_INTEGRITY,
			       "%s: the catalog names a record that is not there", text);
	if (r < 0 || artifact_decode(f.record.p, f.record.n, &f.artifact, err) < 0)
		return err_ctx(err, "artifact %s", text);
	*out = MOVE(f);
	return 0;
}

void found_done(struct found *f)
{
	artifact_done(&f->artifact);
	buf_done(&f->record);
	*f = (struct found){0};
}

int ow_artifact_find(struct ow_store *s, const char *ref, struct ow_artifact **out,
		     struct ow_error *err)
{
	OW_AUTO(found_done) struct found f = {0};

	if (handle_find(s, ref, &f, err) < 0)
		return err->code;
	return describe(s, &f, out, err);
}
