/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Is the store what its records say? Records are read and checked against their names, every blob that they use is
 * looked for, and with `data` every byte is hashed, all cores, by chunks. Problems are told, not mended; only what is
 * derived (catalogs, chunk lists) is made anew, and only on request.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <owstore/store.h>

#include "base/err.h"
#include "base/events.h"
#include "base/mem.h"
#include "base/text.h"
#include "flow/fsck_data.h"
#include "flow/fsck_findings.h"
#include "flow/fsck_ledger.h"
#include "handle/handle.h"
#include "record/doc.h"
#include "record/statement.h"
#include "store/blob.h"

bool fsck_ends(const struct ow_error *why)
{
	return why->sys == ENOMEM || why->sys == ECANCELED || why->code == OW_E_INCOMPLETE;
}

int fsck_problem(struct ow_fsck_report *r, enum ow_code code, int zone, const char *kind,
		 const struct ow_id *id, const char *text, struct ow_error *err)
{
	struct ow_problem *p;

	r->code = r->code == OW_OK ? code : ow_code_graver(r->code, code);
	if (mem_grow(&r->problems, r->n_problems, &r->cap_problems, sizeof *p, err) < 0)
		return err->code;
	p = &r->problems[r->n_problems++];
	*p = (struct ow_problem){.code = code, .zone = zone};
	if (id != NULL)
		p->id = *id;
	text_copy(p->kind, sizeof p->kind, kind);
	text_copy(p->text, sizeof p->text, text);
	return 0;
}

int fsck_fault(struct ow_fsck_report *r, const struct ow_error *why, int zone, const char *kind,
	       const struct ow_id *id, const char *text, struct ow_error *err)
{
	if (fsck_ends(why)) {
		*err = *why;
		return err->code;
	}
	return fsck_problem(r, why->code, zone, kind, id, text != NULL ? text : why->text, err);
}

void ow_fsck_report_done(struct ow_fsck_report *r)
{
	free(r->problems);
	*r = (struct ow_fsck_report){0};
}

/* What the walks of one class need at hand. */
struct visiting {
	struct ow_fsck_report *report;
	int class;
	const struct uses *uses;
	struct zone *zone;
};

static int bad_record(void *ctx, const struct ow_id *record, const struct ow_error *why,
		      struct ow_error *err)
{
	struct visiting *v = ctx;

	return fsck_fault(v->report, why, v->class, "damaged-record", record, NULL, err);
}

static int stray_file(void *ctx, const char *path, const char *why, struct ow_error *err)
{
	struct visiting *v = ctx;
	char text[400];

	(void)snprintf(text, sizeof text, "%.300s: %s", path, why);
	return fsck_problem(v->report, OW_E_FORMAT, v->class, "stray-file", NULL, text, err);
}

static int count_blob(void *ctx, const struct blob_seen *seen, struct ow_error *err)
{
	struct visiting *v = ctx;

	(void)err;
	v->report->blobs++;
	v->report->stray += !uses_has(v->uses, &seen->id, seen->licence);
	return 0;
}

/* Every blob that an artifact uses is there, with its size. */
static int find_blobs(struct visiting *v, struct ow_error *err)
{
	for (size_t i = 0; i < v->uses->n; i++) {
		const struct use *u = &v->uses->at[i];
		uint64_t size = 0;
		char text[200], hex[OW_ID_HEX];
		int r = zone_blob_has(v->zone, &u->blob, u->licence, &size, err);

		if (r < 0)
			return r;
		if (r > 0 && size == u->size)
			continue;
		if (r == 0)
			(void)snprintf(text, sizeof text, "artifact sha256:%.12s needs it under %s",
				       ow_id_hex(&u->artifact, hex), u->licence);
		else
			(void)snprintf(text, sizeof text, "has %llu bytes, its records say %llu",
				       (unsigned long long)size, (unsigned long long)u->size);
		if (fsck_problem(v->report, OW_E_INTEGRITY, v->class,
				 r == 0 ? "missing-blob" : "damaged-blob", &u->blob, text, err) < 0)
			return err->code;
	}
	return 0;
}

/* A reader may see what a writer at work has not finished yet, or a dead one never will. */
static bool may_settle(const struct ow_store *s)
{
	return s->access == OW_STORE_READ && store_unsettled(s->store);
}

/* Does the catalog say what the records say? A reader's in-memory one does by its making. */
static int check_catalog(struct ow_store *s, struct visiting *v, struct ow_error *err)
{
	struct catalog_filter all = {0};
	struct ow_error why = {0};
	struct catalog *c;
	uint64_t n;

	if (catalog_open(zone_path(v->zone), CATALOG_READ, &c, &why) == 0) {
		OW_AUTO(catalog_close) struct catalog *opened = c;

		if (catalog_check(opened, &why) == 0 &&
		    catalog_count(opened, &all, &n, NULL, &why) == 0 && n == v->uses->n_artifacts)
			return 0;
	}
	if (v->uses->n_artifacts == 0 && why.code == OW_E_INTEGRITY)
		return 0; /* the first writer makes it */
	/* a transaction that was cut off counts too: a reader may not roll it back */
	if ((why.code == OW_OK || why.code == OW_E_INTEGRITY) && may_settle(s)) {
		events_warn(s->events,
			    "the catalog of class %s lags behind: a writer is at work, or died and "
			    "the next one tidies up",
			    ow_class_name(zone_class(v->zone)));
		return 0;
	}
	if (why.code != OW_OK && why.code != OW_E_INTEGRITY) {
		*err = why;
		return err->code;
	}
	return fsck_problem(
	    v->report, OW_E_INTEGRITY, v->class, "stale-catalog", NULL,
	    why.code != OW_OK
		? why.text
		: "lists other artifacts than there are records; fsck --rebuild mends it",
	    err);
}

/* What was signed when it was written has signatures; who made them is asked when it is used. */
static int check_signed(struct docs *docs, const struct ow_id *id, const struct buf *bytes,
			bool *out, struct ow_error *err)
{
	OW_AUTO(docs_sigs_done) struct docs_sigs sigs = {0};
	char type[DOC_TYPE_CAP] = "";
	enum statement_kind kind;

	*out = true;
	if (!doc_type(bytes->p, bytes->n, type) ||
	    (strcmp(type, "promotion") != 0 && strcmp(type, "golden") != 0 &&
	     !statement_find(type, &kind)))
		return 0;
	if (docs_sigs(docs, id, &sigs, err) < 0)
		return err->code;
	*out = sigs.n > 0;
	return 0;
}

static int tell_unsigned(struct ow_fsck_report *r, int class, const struct ow_id *id,
			 struct ow_error *err)
{
	return fsck_problem(r, OW_E_INTEGRITY, class, "unsigned-record", id,
			    "its signatures are missing, so it counts for nothing; bring them back "
			    "from a backup, or say it again",
			    err);
}

/* Records that cannot be read are told already. */
static int visit_record(void *ctx, const struct ow_id *id, struct ow_error *err)
{
	const struct visiting *v = ctx;
	OW_AUTO(buf_done) struct buf bytes = {0};
	struct docs *records = zone_records(v->zone);
	struct ow_error why = {0};
	bool sound;

	if (docs_read(records, id, &bytes, &why) <= 0)
		return 0;
	if (check_signed(records, id, &bytes, &sound, err) < 0)
		return err->code;
	return sound ? 0 : tell_unsigned(v->report, v->class, id, err);
}

static int check_zone(struct ow_store *s, enum ow_class c, struct zone *z,
		      const struct ow_fsck_opts *opts, const struct ow_events *events,
		      struct ow_fsck_report *report, struct ow_error *err)
{
	OW_AUTO(uses_done) struct uses uses = {0};
	struct visiting v = {.report = report, .class = (int)c, .uses = &uses, .zone = z};

	if (opts->rebuild &&
	    (handle_rebuild(s, c, err) < 0 || fsck_findings(s, c, events, report, err) < 0))
		return err->code;
	if (uses_read_with(z, &uses, bad_record, &v, err) < 0 || find_blobs(&v, err) < 0 ||
	    zone_blob_walk(z, count_blob, stray_file, &v, err) < 0 ||
	    check_catalog(s, &v, err) < 0 ||
	    docs_walk(zone_records(z), visit_record, NULL, &v, err) < 0)
		return err->code;
	report->records += uses.n_records;
	report->artifacts += uses.n_artifacts;
	if (opts->rebuild && fsck_relist(z, &uses, events, report, err) < 0)
		return err->code;
	return opts->data ? fsck_data(z, &uses, opts, events, report, err)
			  : fsck_lists(z, &uses, report, err);
}

/* A class that the disk will not give is told, and the others are looked at; no class is half rebuilt.
 * Who may not look into a class is told so; that it is gone, the disk that it lies on not mounted say, is a problem. */
static int check_class(struct ow_store *s, enum ow_class c, const struct ow_fsck_opts *opts,
		       const struct ow_events *events, struct ow_fsck_report *report,
		       struct ow_error *err)
{
	struct ow_error why = {0};
	char text[400];
	struct zone *z;
	int r = handle_zone(s, c, &z, &why);

	if (r > 0 && check_zone(s, c, z, opts, events, report, &why) == 0)
		return 0;
	if (why.code == OW_E_IO && !opts->rebuild) {
		(void)snprintf(text, sizeof text, "%.300s; not all of the class was looked at",
			       why.text);
		report->unread = true;
		return fsck_fault(report, &why, (int)c, "unread-class", NULL, text, err);
	}
	if (why.code != OW_OK) {
		*err = why;
		return err->code;
	}
	r = zone_gone(s->store, c, err);
	if (r > 0)
		return fsck_problem(report, OW_E_INTEGRITY, (int)c, "missing-class", NULL,
				    "its folder is not there, or holds no records: mount the file "
				    "system that it lies on, or bring it back from a backup",
				    err);
	report->unseen[c] = r == 0;
	return r;
}

/* Documents of the store as a whole. */
struct common_docs {
	const struct ow_store *store;
	struct docs *docs;
	const char *kind; /* of the problem, where one is damaged */
	bool statements;  /* they must be readable as such, and about no artifact */
	struct ow_fsck_report *report;
};

static int check_statement(const struct buf *bytes, struct ow_error *err)
{
	struct statement st;

	if (statement_decode(bytes->p, bytes->n, &st, err) < 0)
		return err->code;
	return !st.has_artifact
		   ? 0
		   : err_set(err, OW_E_FORMAT, "%s about an artifact lies outside of its class",
			     statement_word(st.kind));
}

static int check_document(void *ctx, const struct ow_id *id, struct ow_error *err)
{
	const struct common_docs *m = ctx;
	OW_AUTO(buf_done) struct buf bytes = {0};
	struct ow_error why = {0};
	bool sound = true;

	m->report->records++;
	if (docs_read(m->docs, id, &bytes, &why) >= 0 &&
	    (!m->statements || check_statement(&bytes, &why) >= 0)) {
		if (m->statements && check_signed(m->docs, id, &bytes, &sound, err) < 0)
			return err->code;
		return sound ? 0 : tell_unsigned(m->report, FSCK_NO_CLASS, id, err);
	}
	return fsck_fault(m->report, &why, FSCK_NO_CLASS, m->kind, id, NULL, err);
}

/* Who may not look into their folder is told so. */
static int check_manifests(struct common_docs *m, struct ow_error *err)
{
	struct ow_error why = {0};

	if (docs_walk(m->docs, check_document, NULL, m, &why) == 0)
		return 0;
	m->report->manifests_unseen = why.sys == EACCES;
	if (why.sys == EACCES)
		return 0;
	*err = why;
	return err->code;
}

static int stray_document(void *ctx, const char *path, const char *why, struct ow_error *err)
{
	const struct common_docs *m = ctx;
	char text[400];

	if (strcmp(why, DOCS_ORPHAN) == 0 && may_settle(m->store)) {
		events_warn(m->store->events,
			    "%s is of a document that is not there yet: a writer is at work, or "
			    "died and the next one tidies up",
			    path);
		return 0;
	}
	(void)snprintf(text, sizeof text, "%.300s: %s", path, why);
	return fsck_problem(m->report, OW_E_FORMAT, FSCK_NO_CLASS, "stray-file", NULL, text, err);
}

int ow_fsck(struct ow_store *s, const struct ow_fsck_opts *opts, const struct ow_events *events,
	    struct ow_fsck_report *out, struct ow_error *err)
{
	struct common_docs manifests = {s, store_manifests(s->store), "damaged-manifest", false,
					out};
	struct common_docs governance = {s, store_governance(s->store), "damaged-statement", true,
					 out};
	char done[100];

	if (opts->sample > 100)
		return err_set(err, OW_E_USAGE, "a sample of %u percent", opts->sample);
	if (opts->rebuild && handle_log(s, "fsck", "begun", NULL, 0, "rebuild", err) < 0)
		return err->code;
	for (int c = 0; c < OW_CLASSES; c++) {
		if (check_class(s, (enum ow_class)c, opts, events, out, err) < 0)
			return err_ctx(err, "class %s", ow_class_name((enum ow_class)c));
	}
	if (check_manifests(&manifests, err) < 0 ||
	    docs_walk(governance.docs, check_document, stray_document, &governance, err) < 0 ||
	    fsck_ledger(s, opts->rebuild, out, err) < 0)
		return err->code;
	out->rebuilt = opts->rebuild;
	(void)snprintf(done, sizeof done, "rebuild; %llu artifacts looked at again for licences",
		       (unsigned long long)out->findings);
	return opts->rebuild ? handle_log(s, "fsck", "done", NULL, 0,
					  out->findings > 0 ? done : "rebuild", err)
			     : 0;
}
