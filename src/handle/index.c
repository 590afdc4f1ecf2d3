/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handle/index.h"

#include <string.h>

#include "base/err.h"
#include "base/events.h"
#include "base/ints.h"
#include "base/mem.h"
#include "base/sorted.h"
#include "base/text.h"
#include "record/doc.h"
#include "record/finding.h"
#include "record/golden.h"
#include "record/note.h"
#include "record/statement.h"
#include "store/licence.h"

int note_order(const struct note_head *a, const struct note_head *b)
{
	int artifacts = ow_id_order(&a->artifact, &b->artifact);

	if (artifacts != 0)
		return artifacts;
	if (a->to != b->to)
		return a->to < b->to ? -1 : 1;
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return ow_id_order(&a->record, &b->record);
}

static void keep(struct note_seen *out, const char *kind, const struct note_head *head,
		 const char *licence)
{
	text_copy(out->kind, sizeof out->kind, kind);
	text_copy(out->licence, sizeof out->licence, licence);
	out->head = *head;
}

static int statement_note(const uint8_t *p, size_t n, const struct ow_id *id, struct note_seen *out,
			  struct ow_error *err)
{
	struct statement st;

	if (statement_decode(p, n, &st, err) < 0)
		return err->code;
	if (!st.has_artifact)
		return err_set(err, OW_E_FORMAT, "%s: is about no artifact",
			       statement_word(st.kind));
	keep(out, statement_word(st.kind), &(struct note_head){*id, st.artifact, st.time, 0}, "");
	return 1;
}

int index_note(const uint8_t *p, size_t n, const struct ow_id *id, struct note_seen *out,
	       struct ow_error *err)
{
	enum statement_kind kind;
	OW_AUTO(intake_done) struct intake in = {0};
	OW_AUTO(golden_done) struct golden golden = {0};
	char type[DOC_TYPE_CAP];
	struct arrival arrival;
	struct promotion promotion;

	if (!doc_type(p, n, type))
		return 0;
	if (strcmp(type, "intake") == 0) {
		if (intake_decode(p, n, &in, err) < 0)
			return err->code;
		keep(out, type, &(struct note_head){*id, in.artifact, in.time, 0}, "");
		return 1;
	}
	if (strcmp(type, "arrival") == 0) {
		if (arrival_decode(p, n, &arrival, err) < 0)
			return err->code;
		keep(out, type, &(struct note_head){*id, arrival.artifact, arrival.time, 0}, "");
		return 1;
	}
	if (strcmp(type, "promotion") == 0) {
		if (promotion_decode(p, n, &promotion, err) < 0)
			return err->code;
		keep(out, type,
		     &(struct note_head){*id, promotion.artifact, promotion.time,
					 (enum ow_class)promotion.to},
		     promotion.licence);
		return 1;
	}
	if (strcmp(type, "finding") == 0) {
		OW_AUTO(finding_done) struct finding finding = {0};

		if (finding_decode(p, n, &finding, err) < 0)
			return err->code;
		keep(out, type, &(struct note_head){*id, finding.artifact, finding.time, 0}, "");
		return 1;
	}
	if (strcmp(type, "golden") == 0) {
		if (golden_decode(p, n, &golden, err) < 0)
			return err->code;
		if (!golden.signed_for)
			return err_set(err, OW_E_FORMAT, "golden: is about no artifact");
		keep(out, type, &(struct note_head){*id, golden.artifact, golden.time, 0}, "");
		return 1;
	}
	return statement_find(type, &kind) ? statement_note(p, n, id, out, err) : 0;
}

/* The licence that was concluded last, and the earliest time that anything happened to it here: a golden may have been
 * recorded long before, elsewhere, and what somebody says of it is nothing that happened to it.
 */
static void conclude(const struct note_seen *notes, size_t n, const char **licence, uint64_t *added)
{
	const struct note_seen *last = NULL;
	enum statement_kind said;

	*added = UINT64_MAX;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(notes[i].kind, "golden") != 0 && !statement_find(notes[i].kind, &said))
			*added = u64_min(*added, notes[i].head.time);
		if (notes[i].licence[0] != '\0' &&
		    (last == NULL || note_order(&last->head, &notes[i].head) < 0))
			last = &notes[i];
	}
	if (*added == UINT64_MAX)
		*added = 0;
	*licence = last == NULL ? "" : last->licence;
}

int index_put(struct catalog *c, enum ow_class class, const struct ow_id *id,
	      const struct artifact *a, const struct note_seen *notes, size_t n,
	      struct ow_error *err)
{
	OW_AUTO(mem_free)
	struct catalog_component *parts = mem_array(a->n_components, sizeof *parts, err);
	char folder[LICENCE_FOLDER] = LICENCE_UNSORTED, model[NAME_CAP] = "";
	struct catalog_artifact row = {
	    .id = *id,
	    .name = a->name,
	    .version = a->version,
	    .upstream = a->n_upstream > 0 ? a->upstream[0] : "",
	    .model = model,
	};

	if (parts == NULL)
		return err->code;
	conclude(notes, n, &row.licence, &row.added);
	(void)name_of_upstream(row.upstream, model);
	if (class == OW_CLASS_QUARANTINE)
		row.licence = "";
	else if (row.licence[0] != '\0' && licence_folder(row.licence, folder, err) < 0)
		return err->code;
	for (size_t i = 0; i < a->n_components; i++)
		parts[i] = (struct catalog_component){
		    .path = a->components[i].path,
		    .role = a->components[i].role,
		    .blob = a->components[i].blob,
		    .size = a->components[i].size,
		    .licence = folder,
		};
	if (catalog_put_artifact(c, &row, parts, a->n_components, err) < 0)
		return err->code;
	for (size_t i = 0; i < n; i++) {
		struct catalog_note note = {
		    .record = notes[i].head.record,
		    .kind = notes[i].kind,
		    .artifact = *id,
		    .time = notes[i].head.time,
		};

		if (catalog_put_note(c, &note, err) < 0)
			return err->code;
	}
	return 0;
}

/* First reading: all notes, and which records are artifacts. */
struct gather {
	struct docs *records;
	const struct ow_events *events;
	struct note_seen *notes;
	size_t n_notes, cap_notes;
	struct ow_id *artifacts;
	size_t n_artifacts, cap_artifacts;
	struct buf bytes;
};

static void gather_done(struct gather *g)
{
	free(g->notes);
	free(g->artifacts);
	buf_done(&g->bytes);
}
OW_DEFINE_AUTO_DONE(struct gather, gather_done)

/* A record that is damaged is left out; one that the medium would not give is an error. */
static int leave_out(const struct gather *g, const struct ow_id *id, const struct ow_error *why,
		     struct ow_error *err)
{
	char hex[OW_ID_HEX];

	if (why->sys != 0) {
		*err = *why;
		return err->code;
	}
	events_warn(g->events, "record %s is left out: %s", ow_id_hex(id, hex), why->text);
	return 0;
}

static int gather_one(void *ctx, const struct ow_id *id, struct ow_error *err)
{
	struct gather *g = ctx;
	struct ow_error why = {0};
	char type[DOC_TYPE_CAP];
	struct note_seen note = {0};
	int r = docs_read(g->records, id, &g->bytes, &why);

	if (r == 0)
		return 0;
	if (r < 0 || !doc_type(g->bytes.p, g->bytes.n, type))
		return leave_out(g, id, &why, err);
	if (strcmp(type, "artifact") == 0) {
		if (mem_grow(&g->artifacts, g->n_artifacts, &g->cap_artifacts, sizeof *id, err) < 0)
			return err->code;
		g->artifacts[g->n_artifacts++] = *id;
		return 0;
	}
	r = index_note(g->bytes.p, g->bytes.n, id, &note, &why);
	if (r < 0)
		return leave_out(g, id, &why, err);
	if (r == 0)
		return 0;
	if (mem_grow(&g->notes, g->n_notes, &g->cap_notes, sizeof note, err) < 0)
		return err->code;
	g->notes[g->n_notes++] = note;
	return 0;
}

static int seen_order(const void *a, const void *b)
{
	return note_order(&((const struct note_seen *)a)->head,
			  &((const struct note_seen *)b)->head);
}

static int gather_all(struct zone *z, const struct ow_events *events, struct gather *g,
		      struct ow_error *err)
{
	*g = (struct gather){.records = zone_records(z), .events = events};
	if (docs_walk(g->records, gather_one, NULL, g, err) < 0)
		return err->code;
	if (g->n_notes > 1)
		qsort(g->notes, g->n_notes, sizeof *g->notes, seen_order);
	return 0;
}

static int about_order(const void *artifact, const void *note)
{
	return ow_id_order(artifact, &((const struct note_seen *)note)->head.artifact);
}

/* The notes about one artifact: a stretch of the sorted array. */
static const struct note_seen *notes_of(const struct gather *g, const struct ow_id *artifact,
					size_t *n)
{
	return g->notes +
	       sorted_run(artifact, g->notes, g->n_notes, sizeof *g->notes, about_order, n);
}

static int fill_one(struct gather *g, struct zone *z, struct catalog *c, const struct ow_id *id,
		    struct ow_error *err)
{
	OW_AUTO(artifact_done) struct artifact a = {0};
	struct ow_error why = {0};
	const struct note_seen *notes;
	size_t n;

	if (docs_read(g->records, id, &g->bytes, &why) <= 0 ||
	    artifact_decode(g->bytes.p, g->bytes.n, &a, &why) < 0)
		return leave_out(g, id, &why, err);
	notes = notes_of(g, id, &n);
	return index_put(c, zone_class(z), id, &a, notes, n, err);
}

int index_fill(struct zone *z, struct catalog *c, const struct ow_events *events,
	       struct ow_error *err)
{
	OW_AUTO(gather_done) struct gather g = {0};
	OW_AUTO(catalog_rollback) struct catalog *guard = NULL;

	if (gather_all(z, events, &g, err) < 0 || catalog_begin(c, &guard, err) < 0)
		return err->code;
	for (size_t i = 0; i < g.n_artifacts; i++) {
		if (fill_one(&g, z, c, &g.artifacts[i], err) < 0)
			return err->code;
	}
	return catalog_commit(&guard, err);
}

int index_forget(struct zone *z, const struct ow_id *artifact, const struct note_seen *notes,
		 size_t n, struct ow_error *err)
{
	if (docs_remove(zone_records(z), artifact, err) < 0)
		return err->code;
	for (size_t i = 0; i < n; i++) {
		if (docs_remove(zone_records(z), &notes[i].head.record, err) < 0)
			return err->code;
	}
	return 0;
}

/* Is the record whole in one of these zones? A damaged one does not replace a good one. */
static int stands_in(struct zone *const *zones, size_t n, const struct ow_id *id, struct buf *bytes,
		     struct ow_error *err)
{
	for (size_t i = 0; i < n; i++) {
		struct ow_error why = {0};
		int r = zones[i] == NULL ? 0 : docs_read(zone_records(zones[i]), id, bytes, &why);

		if (r > 0)
			return r;
		if (r < 0 && why.code != OW_E_INTEGRITY) {
			*err = why;
			return err->code;
		}
	}
	return 0;
}

static bool among(const struct ow_id *ids, size_t n, const struct ow_id *id)
{
	for (size_t i = 0; i < n; i++) {
		if (ow_id_equal(&ids[i], id))
			return true;
	}
	return false;
}

/* Remove the notes about artifacts that are not here; the record of one that is here may be damaged. */
static int drop_orphans(struct zone *z, const struct gather *g, struct ow_error *err)
{
	for (size_t i = 0; i < g->n_notes; i++) {
		int here = docs_has(zone_records(z), &g->notes[i].head.artifact, err);

		if (here < 0 ||
		    (here == 0 && docs_remove(zone_records(z), &g->notes[i].head.record, err) < 0))
			return err->code;
	}
	return 0;
}

/* Forget what is to be undone, and what stands in a higher zone too. */
static int settle_zone(struct zone *z, struct zone *const *higher, size_t n_higher,
		       const struct undo *undo, const struct ow_events *events,
		       struct ow_error *err)
{
	OW_AUTO(gather_done) struct gather g = {0};

	if (gather_all(z, events, &g, err) < 0)
		return err->code;
	for (size_t i = 0; i < g.n_artifacts; i++) {
		size_t n;
		const struct note_seen *notes = notes_of(&g, &g.artifacts[i], &n);
		int r = among(undo->ids, undo->n, &g.artifacts[i])
			    ? 1
			    : stands_in(higher, n_higher, &g.artifacts[i], &g.bytes, err);

		if (r < 0 || (r > 0 && index_forget(z, &g.artifacts[i], notes, n, err) < 0))
			return err->code;
	}
	return drop_orphans(z, &g, err) < 0 ? err->code : zone_sync(z, err);
}

int index_settle(struct ow_store *s, const struct undo *undo, struct ow_error *err)
{
	static const struct undo nothing = {0};
	struct zone *zones[OW_CLASSES] = {NULL};

	for (size_t c = OW_CLASSES; c-- > 0;) {
		/* what was being adopted can only be in quarantine */
		const struct undo *here = c == OW_CLASS_QUARANTINE ? undo : &nothing;

		if (handle_zone(s, (enum ow_class)c, &zones[c], err) < 0)
			return err->code;
		if (zones[c] != NULL && settle_zone(zones[c], zones + c + 1, OW_CLASSES - c - 1,
						    here, s->events, err) < 0)
			return err->code;
	}
	return 0;
}
