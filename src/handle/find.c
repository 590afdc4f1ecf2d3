/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From a reference to the one artifact that it means, over the classes that this user may read.
 */
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "handle/handle.h"
#include "handle/page.h"
#include "os/path.h"

enum {
	NEAR_MAX = 5 /* candidates that an error names */
};

static int find_row(struct ow_store *s, const struct catalog_ref *ref, struct page *page,
		    struct ow_error *err)
{
	for (int c = 0; c < OW_CLASSES; c++) {
		struct catalog *catalog;
		int r = handle_catalog(s, (enum ow_class)c, &catalog, err);

		if (r == 0)
			continue;
		page->class = (enum ow_class)c;
		if (r < 0 || catalog_find(catalog, ref, NEAR_MAX, page_add, page, err) < 0)
			return err->code;
	}
	return 0;
}

/* Artifacts whose names have this piece, of all classes. */
static void find_near(struct ow_store *s, const char *piece, struct page *near)
{
	struct catalog_filter filter = {.match = piece, .limit = NEAR_MAX};
	struct ow_error ignored = {0};

	for (int c = 0; c < OW_CLASSES; c++) {
		struct catalog *catalog;

		near->class = (enum ow_class)c;
		if (handle_catalog(s, near->class, &catalog, &ignored) < 0 ||
		    (catalog != NULL &&
		     catalog_list(catalog, &filter, page_add, near, &ignored) < 0))
			return;
	}
}

/* Name what a person may have meant: another version of that name, else a name that has it or its end in it. */
static int not_found(struct ow_store *s, const char *text, const struct catalog_ref *ref,
		     struct ow_error *err)
{
	OW_AUTO(page_done) struct page near = {0};
	struct catalog_ref same = *ref;
	struct ow_error ignored = {0};

	(void)err_set(err, OW_E_USAGE, "no artifact %s here", text);
	same.kind = REF_NAME;
	if (ref->kind == REF_VERSION && find_row(s, &same, &near, &ignored) == 0)
		page_sort(&near);
	if (ref->kind != REF_ID && near.n == 0)
		find_near(s, ref->name, &near);
	if (ref->kind != REF_ID && near.n == 0)
		find_near(s, path_base(ref->name), &near);
	if (near.n == 0)
		return err_hint(err, "\"owstore ls\" shows what is here");
	return err_hint(err, "did you mean %s@%s?", near.rows[0].name, near.rows[0].version);
}

static int ambiguous(const char *text, const struct page *page, struct ow_error *err)
{
	char hex[OW_ID_HEX];

	(void)err_set(err, OW_E_USAGE, "%s means %zu artifacts or more", text, page->n);
	return err_hint(err, "say which: %s@%s (sha256:%.12s), %s@%s, …", page->rows[0].row.name,
			page->rows[0].row.version, ow_id_hex(&page->rows[0].row.id, hex),
			page->rows[1].row.name, page->rows[1].row.version);
}

/* What the catalog says of an artifact; the record is still to be read. */
static void take_row(struct found *f, enum ow_class c, const struct ow_id *id, uint64_t added,
		     const char *licence)
{
	f->class = c;
	f->id = *id;
	f->added = added;
	text_copy(f->licence, sizeof f->licence, licence);
}

static int read_record(struct ow_store *s, struct found *f, const char *text, struct ow_error *err)
{
	int r = docs_read(zone_records(s->zones[f->class]), &f->id, &f->record, err);

	if (r == 0)
		return err_set(err, OW_E_INTEGRITY,
			       "%s: the catalog names a record that is not there", text);
	if (r < 0 || artifact_decode(f->record.p, f->record.n, &f->artifact, err) < 0)
		return err_ctx(err, "artifact %s", text);
	return 0;
}

int handle_find(struct ow_store *s, const char *text, struct found *out, struct ow_error *err)
{
	OW_AUTO(page_done) struct page page = {0};
	OW_AUTO(found_done) struct found f = {0};
	struct catalog_ref ref;
	const struct ow_artifact_row *row;

	if (catalog_ref_parse(text, &ref, err) < 0 || find_row(s, &ref, &page, err) < 0)
		return err->code;
	if (page.n == 0)
		return not_found(s, text, &ref, err);
	if (page.n > 1) {
		page_sort(&page);
		return ambiguous(text, &page, err);
	}
	row = &page.rows[0].row;
	take_row(&f, row->zone, &row->id, row->added, row->licence);
	if (read_record(s, &f, text, err) < 0)
		return err->code;
	*out = MOVE(f);
	return 0;
}

static int visit_row(void *ctx, const struct catalog_artifact *row, struct ow_error *err)
{
	struct found *f = ctx;

	(void)err;
	take_row(f, f->class, &row->id, row->added, row->licence);
	return 0;
}

int handle_load(struct ow_store *s, enum ow_class c, const struct ow_id *id, struct found *out,
		struct ow_error *err)
{
	OW_AUTO(found_done) struct found f = {.class = c};
	char text[OW_ID_TEXT];
	struct catalog *catalog;
	int r = handle_catalog(s, c, &catalog, err);

	if (r > 0)
		r = catalog_get(catalog, id, visit_row, &f, err);
	if (r <= 0)
		return r;
	if (read_record(s, &f, ow_id_text(id, text), err) < 0)
		return err->code;
	*out = MOVE(f);
	return 1;
}

void found_done(struct found *f)
{
	artifact_done(&f->artifact);
	buf_done(&f->record);
	*f = (struct found){0};
}
