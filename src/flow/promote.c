/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From one class to a wider one. Order: blobs into the new tree, ledger ("begun"), records there, catalog there; from
 * then on the artifact counts in the new class. Then its records leave the old one. A crash between leaves it in
 * both for a moment; the next writer removes the lower one (index_settle).
 */
#include <stdio.h>
#include <string.h>

#include <owstore/artifact.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "flow/handle.h"
#include "flow/index.h"
#include "flow/shelve.h"
#include "flow/signer.h"
#include "os/clock.h"
#include "os/fd.h"
#include "record/note.h"
#include "store/blob.h"
#include "store/licence.h"

/* Where shelve finds the bytes: blobs of the class the artifact leaves. */
struct old_home {
	struct zone *zone;
	const struct chunks *blobs;
	struct copy_source *from; /* one a blob; fd -1 while closed */
	struct ow_error bad;      /* the first blob that could not be had */
};

static const struct chunks *chunks_of(const void *ctx, size_t i)
{
	return &((const struct old_home *)ctx)->blobs[i];
}

static int open_blob(void *ctx, size_t i, struct copy_source **from, size_t *n, int *whole,
		     struct ow_error *err)
{
	struct old_home *h = ctx;
	char hex[OW_ID_HEX];
	int r;

	h->from[i] = (struct copy_source){.fd = -1, .len = h->blobs[i].size, .name = "blob"};
	r = zone_blob_open(h->zone, &h->blobs[i].blob, NULL, &h->from[i].fd, NULL, err);
	if (r == 0)
		return err_set(err, OW_E_INTEGRITY, "blob %s is missing",
			       ow_id_hex(&h->blobs[i].blob, hex));
	*from = &h->from[i];
	*n = h->blobs[i].size > 0;
	*whole = h->from[i].fd;
	return r < 0 ? r : 0;
}

static void close_blob(void *ctx, size_t i)
{
	struct old_home *h = ctx;

	fd_close(h->from[i].fd);
	h->from[i].fd = -1;
}

static void bad_blob(void *ctx, size_t i, const struct ow_error *why)
{
	struct old_home *h = ctx;

	(void)i;
	if (h->bad.code == OW_OK)
		h->bad = *why;
}

/* The distinct blobs of an artifact with their chunk lists. */
struct blob_list {
	struct chunks *at;
	size_t n;
};

static void blob_list_done(struct blob_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		chunks_done(&l->at[i]);
	free(l->at);
}
OW_DEFINE_AUTO_DONE(struct blob_list, blob_list_done)

static int by_blob(const void *a, const void *b)
{
	return ow_id_order(&((const struct component *)a)->blob,
			   &((const struct component *)b)->blob);
}

static int list_blobs(struct zone *z, const struct artifact *a, struct blob_list *out,
		      struct ow_error *err)
{
	OW_AUTO(mem_free)
	struct component *sorted = mem_array(a->n_components, sizeof *sorted, err);

	out->at = sorted == NULL ? NULL : mem_array(a->n_components, sizeof *out->at, err);
	if (out->at == NULL)
		return err->code;
	memcpy(sorted, a->components, a->n_components * sizeof *sorted);
	qsort(sorted, a->n_components, sizeof *sorted, by_blob);
	for (size_t i = 0; i < a->n_components; i++) {
		if (i > 0 && ow_id_equal(&sorted[i].blob, &sorted[i - 1].blob))
			continue;
		if (shelf_chunks(z, &sorted[i].blob, sorted[i].size, &out->at[out->n], err) < 0)
			return err->code;
		out->n++;
	}
	return 0;
}

static int bring_blobs(struct ow_store *s, struct zone *from, struct zone *to,
		       const struct found *f, const char *folder, const struct ow_events *events,
		       struct ow_error *err)
{
	OW_AUTO(blob_list_done) struct blob_list list = {0};
	OW_AUTO(mem_free) struct copy_source *sources = NULL;
	OW_AUTO(stage_close) struct stage *stage = NULL;
	struct old_home home = {.zone = from};
	struct shelf_source source = {&home, 0, chunks_of, open_blob, close_blob, bad_blob};
	struct shelf_result result = {0};
	char name[32], hex[OW_ID_HEX];

	if (list_blobs(from, &f->artifact, &list, err) < 0)
		return err->code;
	sources = mem_array(list.n, sizeof *sources, err);
	if (sources == NULL)
		return err->code;
	source.n = list.n;
	home.blobs = list.at;
	home.from = sources;
	(void)snprintf(name, sizeof name, "promote-%.16s", ow_id_hex(&f->id, hex));
	if (stage_open(s->store, name, &stage, err) < 0 ||
	    shelve(to, stage, folder, &source, "copying", events, &result, err) < 0)
		return err->code;
	if (home.bad.code != OW_OK) {
		*err = home.bad;
		return err->code;
	}
	return stage_drop(stage, err);
}

/* The notes about the artifact in its old class: read for the new one, and to be removed there. */
struct carried {
	struct docs *from, *to; /* to NULL: only list */
	struct note_seen *notes;
	size_t n, cap;
};

static void carried_done(struct carried *c)
{
	free(c->notes);
}
OW_DEFINE_AUTO_DONE(struct carried, carried_done)

static int carry_note(void *ctx, const struct catalog_note *note, struct ow_error *err)
{
	struct carried *c = ctx;
	OW_AUTO(buf_done) struct buf bytes = {0};
	OW_AUTO(docs_sigs_done) struct docs_sigs sigs = {0};
	struct ow_view views[SIGNATURES_MAX];
	struct ow_id id;

	if (docs_read(c->from, &note->record, &bytes, err) <= 0 ||
	    docs_sigs(c->from, &note->record, &sigs, err) < 0)
		return err->code; /* gone: fsck names it; an empty code goes on */
	for (size_t i = 0; i < sigs.n; i++)
		views[i] = (struct ow_view){sigs.at[i].p, sigs.at[i].n};
	if (mem_grow(&c->notes, c->n, &c->cap, sizeof *c->notes, err) < 0 ||
	    index_note(bytes.p, bytes.n, &note->record, &c->notes[c->n], err) < 0)
		return err->code;
	c->n++;
	return docs_put(c->to, (struct ow_view){bytes.p, bytes.n}, views, sigs.n, &id, err);
}

static int write_promotion(const struct found *f, const struct ow_promote_opts *opts,
			   const char *origin, struct buf *record, struct buf *signature,
			   struct ow_error *err)
{
	struct promotion p = {.artifact = f->id,
			      .from = f->class,
			      .to = opts->to,
			      .basis = "operator",
			      .time = clock_now()};
	struct comment what = {.type = "promotion", .stream = "-"};

	text_copy(p.licence, sizeof p.licence, opts->licence);
	text_copy(p.reason, sizeof p.reason, opts->reason);
	text_copy(p.origin, sizeof p.origin, origin);
	text_copy(what.origin, sizeof what.origin, origin);
	promotion_encode(&p, record);
	if (buf_finish(record, err) < 0)
		return err->code;
	return sign_document(signer_key(opts->approver), &what, record->p, record->n, signature,
			     err);
}

/* Everything from the intent on: records and catalog of the new class, then of the old. */
static int move_records(struct ow_store *s, const struct found *f, enum ow_class to,
			const struct buf *record, const struct buf *signature,
			struct ow_promote_result *out, struct ow_error *err)
{
	OW_AUTO(carried_done) struct carried carried = {.from = zone_records(s->zones[f->class])};
	OW_AUTO(catalog_rollback) struct catalog *new_guard = NULL;
	OW_AUTO(catalog_rollback) struct catalog *old_guard = NULL;
	struct ow_view sig = {signature->p, signature->n};
	struct catalog *old_catalog, *new_catalog;
	struct zone *z = s->zones[to];
	struct ow_id id;

	carried.to = zone_records(z);
	if (handle_catalog(s, f->class, &old_catalog, err) < 0 ||
	    handle_catalog(s, to, &new_catalog, err) < 0 ||
	    catalog_notes(old_catalog, &f->id, carry_note, &carried, err) < 0 ||
	    docs_put(carried.to, (struct ow_view){record->p, record->n}, &sig, 1, &out->record,
		     err) < 0 ||
	    mem_grow(&carried.notes, carried.n, &carried.cap, sizeof *carried.notes, err) < 0 ||
	    index_note(record->p, record->n, &out->record, &carried.notes[carried.n], err) < 0)
		return err->code;
	if (docs_put(carried.to, (struct ow_view){f->record.p, f->record.n}, NULL, 0, &id, err) <
		0 ||
	    zone_sync(z, err) < 0 || catalog_begin(new_catalog, &new_guard, err) < 0 ||
	    index_put(new_catalog, to, &f->id, &f->artifact, carried.notes, carried.n + 1, err) <
		0 ||
	    catalog_commit(&new_guard, err) < 0)
		return err->code;
	if (index_forget(s->zones[f->class], &f->id, carried.notes, carried.n, err) < 0 ||
	    zone_sync(s->zones[f->class], err) < 0 ||
	    catalog_begin(old_catalog, &old_guard, err) < 0 ||
	    catalog_remove_artifact(old_catalog, &f->id, err) < 0)
		return err->code;
	return catalog_commit(&old_guard, err);
}

static int check_request(const struct found *f, const struct ow_promote_opts *opts,
			 struct ow_error *err)
{
	if (opts->reason == NULL || opts->reason[0] == '\0')
		return err_set(err, OW_E_USAGE, "a promotion needs a reason");
	if (opts->licence == NULL || opts->licence[0] == '\0' ||
	    strlen(opts->licence) >= LICENCE_CAP)
		return err_set(err, OW_E_USAGE, "a promotion needs the licence it is made under");
	if (opts->to > f->class)
		return 0;
	(void)err_set(err, OW_E_POLICY, "%s@%s is %s, which is not below %s", f->artifact.name,
		      f->artifact.version, ow_class_name(f->class), ow_class_name(opts->to));
	return err_hint(err, "promote moves to a wider class only");
}

int ow_promote(struct ow_store *s, const struct ow_promote_opts *opts,
	       const struct ow_events *events, struct ow_promote_result *out, struct ow_error *err)
{
	OW_AUTO(found_done) struct found f = {0};
	OW_AUTO(buf_done) struct buf record = {0}, signature = {0};
	OW_AUTO(trust_state_done) struct trust_state trust = {0};
	struct ow_promote_result result = {.to = opts->to};
	char folder[LICENCE_FOLDER], origin[ID_TEXT], text[600];
	struct zone *to;

	if (handle_find(s, opts->ref, &f, err) < 0 || check_request(&f, opts, err) < 0 ||
	    licence_folder(opts->licence, folder, err) < 0 ||
	    trust_state_init(&trust, opts->trust, err) < 0 ||
	    (opts->approver != NULL &&
	     signer_origin(opts->approver, OW_ROLE_APPROVER, &trust, origin, err) < 0))
		return err_kept(err, "nothing was changed");
	result.id = f.id;
	result.from = f.class;
	result.bytes = artifact_size(&f.artifact);
	if (handle_zone(s, opts->to, &to, err) <= 0)
		return err->code != OW_OK
			   ? err->code
			   : err_set(err, OW_E_USAGE, "this user may not write to class %s",
				     ow_class_name(opts->to));
	if (!opts->dry_run) {
		(void)snprintf(
		    text, sizeof text, "%s to %s under %.100s, by an operator's word: %.300s",
		    ow_class_name(f.class), ow_class_name(opts->to), opts->licence, opts->reason);
		if (write_promotion(&f, opts, origin, &record, &signature, err) < 0 ||
		    bring_blobs(s, s->zones[f.class], to, &f, folder, events, err) < 0 ||
		    handle_log(s, "promote", "begun", &f.id, 1, text, err) < 0 ||
		    move_records(s, &f, opts->to, &record, &signature, &result, err) < 0 ||
		    handle_log(s, "promote", "done", &f.id, 1, text, err) < 0)
			return err_kept(
			    err, "%s@%s is where it was, or whole in its new class; run it again",
			    f.artifact.name, f.artifact.version);
	}
	*out = result;
	return 0;
}
