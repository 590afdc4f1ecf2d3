/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/adopt.h"

#include <stdio.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/digest.h"
#include "handle/index.h"

int adoption_add(struct adoption *a, struct ow_view record, struct ow_view note,
		 struct ow_view finding, struct ow_error *err)
{
	struct adoption_item *item;

	if (mem_grow(&a->items, a->n, &a->cap, sizeof *item, err) < 0)
		return err->code;
	item = &a->items[a->n++];
	*item = (struct adoption_item){0};
	buf_add(&item->record, record.p, record.n);
	buf_add(&item->note, note.p, note.n);
	buf_add(&item->finding, finding.p, finding.n);
	return buf_finish(&item->record, err) < 0 || buf_finish(&item->note, err) < 0 ||
		       buf_finish(&item->finding, err) < 0
		   ? err->code
		   : 0;
}

void adoption_done(struct adoption *a)
{
	for (size_t i = 0; i < a->n; i++) {
		buf_done(&a->items[i].record);
		buf_done(&a->items[i].note);
		buf_done(&a->items[i].finding);
	}
	free(a->items);
	*a = (struct adoption){0};
}

static int same_id(void *ctx, const struct catalog_artifact *row, struct ow_error *err)
{
	const struct ow_id **id = ctx;

	(void)err;
	if (!ow_id_equal(*id, &row->id))
		*id = NULL; /* somebody else has the name */
	return 0;
}

int adopt_known(struct ow_store *s, const char *name, const char *version, const struct ow_id *id,
		struct ow_error *err)
{
	struct catalog_ref ref = {.kind = REF_VERSION};

	text_copy(ref.name, sizeof ref.name, name);
	text_copy(ref.version, sizeof ref.version, version);
	for (int c = 0; c < OW_CLASSES; c++) {
		const struct ow_id *same = id;
		struct catalog *catalog;
		int64_t n;
		int r = handle_catalog(s, (enum ow_class)c, &catalog, err);

		if (r == 0)
			continue;
		if (r < 0)
			return r;
		n = catalog_find(catalog, &ref, 1, same_id, &same, err);
		if (n < 0)
			return err->code;
		if (n > 0 && same == NULL)
			return err_set(err, OW_E_USAGE,
				       "%s@%s is here already, with other files, upstream or "
				       "parents",
				       name, version);
		if (n > 0)
			return 1;
	}
	return 0;
}

static int put_note(struct zone *z, const struct buf *bytes, struct note_seen *out,
		    struct ow_error *err)
{
	struct ow_id id;

	if (docs_put(zone_records(z), (struct ow_view){bytes->p, bytes->n}, NULL, 0, &id, err) < 0)
		return err->code;
	return index_note(bytes->p, bytes->n, &id, out, err);
}

/* The record and its notes into the zone and into the open transaction. */
static int put_item(struct zone *z, struct catalog *catalog, const struct adoption_item *item,
		    struct ow_error *err)
{
	OW_AUTO(artifact_done) struct artifact a = {0};
	struct note_seen notes[2] = {0};
	size_t n = 1;
	struct ow_id id;

	if (artifact_decode(item->record.p, item->record.n, &a, err) < 0 ||
	    put_note(z, &item->note, &notes[0], err) < 0 ||
	    (item->finding.n > 0 && put_note(z, &item->finding, &notes[n++], err) < 0) ||
	    docs_put(zone_records(z), (struct ow_view){item->record.p, item->record.n}, NULL, 0,
		     &id, err) < 0)
		return err->code;
	return index_put(catalog, zone_class(z), &id, &a, notes, n, err);
}

/* What the ledger says of it to people: "org/model@1", and how many more. */
static int describe(const struct adoption *a, char *out, size_t cap, struct ow_error *err)
{
	OW_AUTO(artifact_done) struct artifact first = {0};
	const struct buf *record;
	char more[40] = "";

	out[0] = '\0';
	if (a->n == 0)
		return 0;
	record = &a->items[0].record;
	if (artifact_decode(record->p, record->n, &first, err) < 0)
		return err->code;
	if (a->n > 1)
		(void)snprintf(more, sizeof more, "; %zu more", a->n - 1);
	(void)snprintf(out, cap, "%s@%s%s", first.name, first.version, more);
	return 0;
}

int adopt(struct ow_store *s, const char *verb, const struct ow_id *cause, struct adoption *a,
	  struct ow_error *err)
{
	OW_AUTO(mem_free) struct ow_id *digests = mem_array(a->n + 1, sizeof *digests, err);
	OW_AUTO(catalog_rollback) struct catalog *guard = NULL;
	char text[NAME_CAP + 128];
	struct catalog *catalog;
	struct zone *z;
	size_t n = 0;

	if (digests == NULL || describe(a, text, sizeof text, err) < 0)
		return err->code;
	if (cause != NULL)
		digests[n++] = *cause;
	for (size_t i = 0; i < a->n; i++) {
		if (digest_bytes(a->items[i].record.p, a->items[i].record.n, &digests[n++], err) <
		    0)
			return err->code;
	}
	if (handle_zone(s, OW_CLASS_QUARANTINE, &z, err) <= 0 ||
	    handle_catalog(s, OW_CLASS_QUARANTINE, &catalog, err) <= 0 ||
	    handle_log(s, verb, "begun", digests, n, text, err) < 0 ||
	    catalog_begin(catalog, &guard, err) < 0)
		return err->code;
	for (size_t i = 0; i < a->n; i++) {
		if (put_item(z, catalog, &a->items[i], err) < 0)
			return err->code;
	}
	if (zone_sync(z, err) < 0 || catalog_commit(&guard, err) < 0)
		return err->code;
	return handle_log(s, verb, "done", digests, n, text, err);
}
