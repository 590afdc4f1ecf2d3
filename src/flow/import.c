/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Import is verify whose bytes stay: the parts of blobs are hashed while they are copied into a stage of the store,
 * and what is compared there is what is published. Order, so that a crash anywhere leaves a store that is whole and
 * a command that can be run again: blobs, manifest, ledger ("begun"), records, catalog, ledger ("done"), then each
 * golden in the same way, which may also be about an artifact that is here already.
 */
#include <stdio.h>
#include <string.h>

#include <owstore/bundle.h>

#include "base/err.h"
#include "base/events.h"
#include "base/mem.h"
#include "base/text.h"
#include "flow/adopt.h"
#include "flow/goldens.h"
#include "flow/receive.h"
#include "govern/find_licences.h"
#include "handle/handle.h"
#include "handle/shelve.h"
#include "os/clock.h"
#include "record/note.h"
#include "store/blob.h"
#include "store/licence.h"

enum {
	STAGE_NAME = 32
};

/* Where shelve finds the bytes: the parts on the medium. */
struct medium {
	struct received *r;
	struct slot {
		struct reader_set set;
		struct copy_source *from;
	} * slots;              /* one a blob */
	struct ow_error memory; /* a finding that could not be kept */
};

static void medium_done(struct medium *m)
{
	for (size_t i = 0; m->slots != NULL && i < m->r->manifest.n_blobs; i++) {
		reader_set_done(&m->slots[i].set);
		free(m->slots[i].from);
	}
	free(m->slots);
}
OW_DEFINE_AUTO_DONE(struct medium, medium_done)

static const struct chunks *chunks_of(const void *ctx, size_t i)
{
	return &((const struct medium *)ctx)->r->manifest.blobs[i].chunks;
}

static int open_parts(void *ctx, size_t i, struct copy_source **from, size_t *n, int *whole,
		      struct ow_error *err)
{
	struct medium *m = ctx;

	(void)whole; /* a medium is never cloned: its bytes are read and hashed */
	if (received_sources(m->r, i, &m->slots[i].set, &m->slots[i].from, n, err) < 0)
		return err->code;
	*from = m->slots[i].from;
	m->r->report->files += *n;
	m->r->report->bytes += m->r->manifest.blobs[i].chunks.size;
	return 0;
}

static void close_parts(void *ctx, size_t i)
{
	struct medium *m = ctx;

	reader_set_done(&m->slots[i].set);
	free(STEAL(m->slots[i].from));
}

/* The part of blob i that an error is about; the first where it names none. */
static const char *part_of(const struct received *r, size_t i, const struct ow_error *why)
{
	for (size_t k = r->first_part[i]; k < r->first_part[i + 1]; k++) {
		if (strcmp(r->items[k].path, why->path) == 0)
			return r->items[k].path;
	}
	return r->items[r->first_part[i]].path;
}

static void bad_blob(void *ctx, size_t i, const struct ow_error *why)
{
	struct medium *m = ctx;
	const char *path = part_of(m->r, i, why);
	const char *kind = why->code == OW_E_INCOMPLETE ? "missing"
			   : why->code == OW_E_IO       ? "unreadable"
							: "altered";

	if (m->memory.code == OW_OK && report_error(m->r->report, kind, path, why, &m->memory) < 0)
		m->r->report->code = OW_E_IO;
}

/* The stage of a bundle's import is its own, so that the next try goes on from there. */
static const char *stage_name(const struct received *r, char out[STAGE_NAME])
{
	char hex[OW_ID_HEX];

	(void)snprintf(out, STAGE_NAME, "import-%.16s", ow_id_hex(sealed_digest(r->sealed), hex));
	return out;
}

/* Bring the blobs of one bundle into quarantine. */
static int bring_blobs(struct zone *z, struct stage *stage, struct received *r,
		       const struct ow_events *events, struct ow_import_result *out,
		       struct ow_error *err)
{
	const struct manifest *m = &r->manifest;
	OW_AUTO(medium_done) struct medium medium = {.r = r};
	const struct shelf_source source = {&medium,    m->n_blobs,  chunks_of,
					    open_parts, close_parts, bad_blob};
	struct shelf_result result = {0};
	uint64_t began = clock_ticks(), others = r->report->files;

	medium.slots = mem_array(m->n_blobs, sizeof *medium.slots, err);
	if (medium.slots == NULL)
		return err->code;
	for (size_t i = 0; i < m->n_blobs; i++)
		out->bytes += m->blobs[i].chunks.size;
	if (shelf_room(z, stage_dirfd(stage), LICENCE_UNSORTED, &source, err) < 0 ||
	    shelve(z, stage, LICENCE_UNSORTED, &source, "importing", events, &result, err) < 0)
		return err->code;
	if (medium.memory.code != OW_OK) {
		*err = medium.memory;
		return err->code;
	}
	r->report->checked = true;
	if (result.n_bad == 0)
		r->report->files_here = r->n_parts - (r->report->files - others);
	r->report->seconds += (double)(clock_ticks() - began) / 1e9;
	out->new_bytes += result.new_bytes;
	out->resumed_bytes += result.resumed_bytes;
	return 0;
}

/* Keep the manifest and its signatures as they came. */
static int keep_manifest(struct ow_store *s, const struct received *r, struct ow_error *err)
{
	struct docs *manifests = store_manifests(s->store);
	struct ow_view sigs[SIGNATURES_MAX];
	size_t n = signed_views(&r->signatures, sigs);
	struct ow_id id;

	if (docs_put(manifests, sealed_bytes(r->sealed), sigs, n, &id, err) < 0)
		return err->code;
	return docs_sync(manifests, err);
}

/* Describe how the artifact arrived, as a record. */
static void write_arrival(const struct received *r, size_t i, uint64_t now, struct buf *out)
{
	const struct manifest *m = &r->manifest;
	struct arrival arrival = {
	    .artifact = m->artifacts[i].id,
	    .manifest = *sealed_digest(r->sealed),
	    .seq = m->seq,
	    .time = now,
	    .claimed_class = m->artifacts[i].class,
	};

	text_copy(arrival.origin, sizeof arrival.origin, m->origin);
	text_copy(arrival.stream, sizeof arrival.stream, m->stream);
	text_copy(arrival.claimed_licence, sizeof arrival.claimed_licence,
		  r->report->artifacts[i].claimed_licence);
	arrival_encode(&arrival, out);
}

/* Which artifacts of the bundle are not here yet, in any class; a name that is here with other bytes refuses all. */
static int find_new(struct ow_store *s, const struct received *r, bool *is_new, size_t *n_new,
		    struct ow_error *err)
{
	for (size_t i = 0; i < r->manifest.n_artifacts; i++) {
		const struct ow_bundle_artifact *a = &r->report->artifacts[i];
		int here = adopt_known(s, a->name, a->version, &a->id, err);

		if (here < 0)
			return err->code == OW_E_USAGE
				   ? err_hint(err,
					      "owstore show %s@%s tells where that came from; the "
					      "sender can export this one as another version",
					      a->name, a->version)
				   : (int)err->code;
		is_new[i] = here == 0;
		*n_new += here == 0;
	}
	return 0;
}

/* What this host itself sees in an artifact; what the sender saw is only a claim. Where the child that looks cannot run
 * there is no finding, and whoever decides about the artifact looks then.
 */
static int write_finding(struct zone *z, const struct manifest_artifact *m, uint64_t now,
			 const struct ow_events *events, struct buf *out, struct ow_error *err)
{
	OW_AUTO(artifact_done) struct artifact a = {0};
	OW_AUTO(finding_done) struct finding finding = {0};
	const struct finding_source stored = {z, find_in_zone};
	struct ow_error why = {0};

	if (artifact_decode(m->record.p, m->record.n, &a, err) < 0)
		return err->code;
	if (find_licences(a.components, a.n_components, &stored, events, &finding, &why) < 0) {
		if (why.code == OW_E_UNCHECKED || why.code == OW_E_FORMAT) {
			events_warn(events, "%s@%s: its licences were not looked at: %s", a.name,
				    a.version, why.text);
			return 0;
		}
		*err = why;
		return err->code;
	}
	finding.artifact = m->id;
	finding.time = now;
	finding_encode(&finding, out);
	return buf_finish(out, err);
}

static int adopt_all(struct ow_store *s, struct received *r, const bool *is_new, struct zone *z,
		     const struct ow_events *events, struct ow_error *err)
{
	const struct manifest *m = &r->manifest;
	OW_AUTO(adoption_done) struct adoption adoption = {0};
	uint64_t now = clock_now();

	for (size_t i = 0; i < m->n_artifacts; i++) {
		OW_AUTO(buf_done) struct buf arrival = {0}, finding = {0};

		if (!is_new[i])
			continue;
		write_arrival(r, i, now, &arrival);
		if (buf_finish(&arrival, err) < 0 ||
		    write_finding(z, &m->artifacts[i], now, events, &finding, err) < 0 ||
		    adoption_add(&adoption, m->artifacts[i].record,
				 (struct ow_view){arrival.p, arrival.n},
				 (struct ow_view){finding.p, finding.n}, err) < 0)
			return err->code;
	}
	return adopt(s, "import", sealed_digest(r->sealed), &adoption, err);
}

/* Is the artifact one that a dry run did not bring in? */
static bool would_be_new(const struct received *r, const bool *is_new, const struct ow_id *artifact)
{
	for (size_t i = 0; i < r->manifest.n_artifacts; i++) {
		if (ow_id_equal(&r->manifest.artifacts[i].id, artifact))
			return is_new[i];
	}
	return false;
}

/* What import_artifacts would bring in, and whether there is room for it. */
static int foresee(struct ow_store *s, struct received *r, struct ow_import_result *out,
		   struct ow_error *err)
{
	struct medium medium = {.r = r};
	const struct shelf_source source = {
	    .ctx = &medium, .n = r->manifest.n_blobs, .blob = chunks_of};
	OW_AUTO(stage_close) struct stage *stage = NULL;
	char name[STAGE_NAME];
	struct zone *z;
	int staged;

	if (handle_zone(s, OW_CLASS_QUARANTINE, &z, err) <= 0)
		return err->code;
	staged = stage_find(s->store, stage_name(r, name), &stage, err);
	if (staged < 0 || shelf_room(z, staged > 0 ? stage_dirfd(stage) : store_dirfd(s->store),
				     LICENCE_UNSORTED, &source, err) < 0)
		return err->code;
	for (size_t i = 0; i < r->manifest.n_blobs; i++) {
		const struct chunks *blob = &r->manifest.blobs[i].chunks;
		int here = zone_blob_has(z, &blob->blob, LICENCE_UNSORTED, NULL, err);

		if (here < 0)
			return here;
		out->bytes += blob->size;
		out->new_bytes += here == 0 ? blob->size : 0;
	}
	return 0;
}

/* Put the goldens beside their artifacts, in whatever class those are by now; a dry run only counts the new ones. */
static int adopt_goldens(struct ow_store *s, const struct received *r, const bool *is_new,
			 const struct golden_list *goldens, bool dry, struct ow_import_result *out,
			 struct ow_error *err)
{
	for (size_t i = 0; i < goldens->n; i++) {
		const struct kept_golden *k = &goldens->at[i];
		OW_AUTO(found_done) struct found f = {0};
		char ref[OW_ID_TEXT];
		int there;

		if (dry && would_be_new(r, is_new, &k->golden.artifact)) {
			out->new_goldens++;
			continue;
		}
		if (handle_find(s, ow_id_text(&k->golden.artifact, ref), &f, err) < 0)
			return err->code;
		there = docs_has(zone_records(s->zones[f.class]), &k->id, err);
		if (there < 0 ||
		    (there == 0 && !dry && golden_put(s, "came in a bundle", f.class, k, err) < 0))
			return err->code;
		out->new_goldens += there == 0;
	}
	return 0;
}

/* The blobs and records of what is not here yet. */
static int import_artifacts(struct ow_store *s, struct received *r, const bool *is_new,
			    const struct ow_events *events, struct ow_import_result *out,
			    struct ow_error *err)
{
	OW_AUTO(stage_close) struct stage *stage = NULL;
	char name[STAGE_NAME];
	struct zone *z;

	if (handle_zone(s, OW_CLASS_QUARANTINE, &z, err) <= 0)
		return err->code != OW_OK
			   ? err->code
			   : err_set(err, OW_E_USAGE, "this user may not write to quarantine");
	if (stage_open(s->store, stage_name(r, name), &stage, err) < 0 ||
	    bring_blobs(z, stage, r, events, out, err) < 0)
		return err->code;
	if (r->report->code != OW_OK)
		return 0; /* what was good stays staged for the next try */
	if (keep_manifest(s, r, err) < 0 || adopt_all(s, r, is_new, z, events, err) < 0)
		return err->code;
	return stage_drop(stage, err);
}

static int import_one(struct ow_store *s, struct received *r, const struct ow_import_opts *opts,
		      const struct ow_events *events, struct ow_import_result *out, bool *adopted,
		      struct ow_error *err)
{
	OW_AUTO(mem_free) bool *is_new = mem_array(r->manifest.n_artifacts, sizeof *is_new, err);
	OW_AUTO(golden_list_done) struct golden_list goldens = {0};
	size_t n_new = 0;

	if (is_new == NULL || receive_check(r, r->n_parts, r->n_items, events, err) < 0)
		return err->code;
	if (r->report->code == OW_OK && (receive_notices(&r->manifest, r->report, err) < 0 ||
					 receive_goldens(r, &goldens, err) < 0))
		return err->code;
	if (r->report->code != OW_OK)
		return 0;
	if (find_new(s, r, is_new, &n_new, err) < 0)
		return err->code;
	out->artifacts += r->manifest.n_artifacts;
	out->new_artifacts += n_new;
	out->goldens += goldens.n;
	/* with nothing to store the rest is verified */
	if ((n_new == 0 || opts->dry_run ? receive_check(r, 0, r->n_parts, events, err)
					 : import_artifacts(s, r, is_new, events, out, err)) < 0)
		return err->code;
	r->report->checked = true;
	if (r->report->code != OW_OK)
		return 0;
	if (n_new > 0 && opts->dry_run && foresee(s, r, out, err) < 0)
		return err->code;
	*adopted = !opts->dry_run;
	return adopt_goldens(s, r, is_new, &goldens, opts->dry_run, out, err);
}

/* A finding as an error: about the bundle, or about a file of it. */
static void tell_finding(const struct ow_bundle_report *b, const struct ow_finding *f,
			 struct ow_error *err)
{
	(void)err_set(err, f->code, "%s", f->text);
	if (f->len > 0 || f->off > 0)
		(void)err_byte(err, f->off);
	if (f->path[0] != '\0')
		(void)err_file(err, f->path);
	(void)err_file(err, b->path);
}

/* The gravest finding as the error of the whole. */
static int refuse(const struct ow_import_result *out, struct ow_error *err)
{
	for (size_t i = 0; i < out->report.n; i++) {
		const struct ow_bundle_report *b = &out->report.bundles[i];

		for (size_t f = 0; f < b->n_findings; f++) {
			if (b->findings[f].code != out->report.code)
				continue;
			tell_finding(b, &b->findings[f], err);
			(void)err_kept(err, "nothing of it was adopted; the medium is untouched");
			return err_hint(
			    err, "%s",
			    b->hint[0] != '\0'
				? b->hint
				: "owstore verify lists everything that is wrong with it");
		}
	}
	return err_set(err, out->report.code, "the bundle was refused");
}

int ow_import(struct ow_store *s, const char *path, const struct ow_import_opts *opts,
	      const struct ow_events *events, struct ow_import_result *out, struct ow_error *err)
{
	OW_AUTO(trust_state_done) struct trust_state trust = {0};
	OW_AUTO(arrivals_done) struct arrivals a = {0};
	struct receive_rules rules = {
	    .trust = &trust,
	    .tolerate_damaged = opts->tolerate_damaged_signatures,
	    .persist_roots = !opts->dry_run,
	};
	struct ow_verify_report *report = &out->report;

	if (trust_state_init(&trust, opts->trust, err) < 0 ||
	    receive_scan(&path, 1, &a, report, err) < 0 || receive_open(&a, &rules, err) < 0)
		return err_kept(err, "nothing was imported; the medium is untouched");
	for (size_t i = 0; i < a.n; i++) {
		struct received *r = &a.at[i];
		bool adopted = false;

		if (received_ok(r) && import_one(s, r, opts, events, out, &adopted, err) < 0)
			return err_kept(err,
					adopted
					    ? "the artifacts of bundle %s are here, not all its "
					      "goldens; import it again"
					    : "nothing of bundle %s was adopted; the medium is "
					      "untouched",
					r->report->name);
		if (r->report->code != OW_OK)
			report->code = report->code == OW_OK
					   ? r->report->code
					   : ow_code_graver(report->code, r->report->code);
	}
	if (report->code != OW_OK)
		return refuse(out, err);
	return 0;
}

void ow_import_result_done(struct ow_import_result *r)
{
	ow_verify_report_done(&r->report);
}
