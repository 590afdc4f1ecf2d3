/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From a path to an artifact in quarantine. Every file is read once: while it is copied into the stage its whole
 * digest and its chunks are taken, so that the bytes hashed are the bytes stored.
 */
#include <stdio.h>
#include <string.h>

#include <owstore/artifact.h>

#include "base/err.h"
#include "base/events.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "bulk/copy.h"
#include "codec/digest.h"
#include "flow/adopt.h"
#include "govern/find_licences.h"
#include "govern/parentage.h"
#include "handle/handle.h"
#include "handle/look.h"
#include "intake/shards.h"
#include "intake/source.h"
#include "os/clock.h"
#include "os/fd.h"
#include "os/pool.h"
#include "record/note.h"
#include "store/blob.h"
#include "store/chunklist.h"
#include "store/licence.h"
#include "store/stage.h"

enum {
	BATCH = 64 /* files in hand at once */
};

/* A file on its way in. */
struct taking {
	size_t item;   /* number in the source */
	char name[32]; /* in the stage */
	struct inspect look;
	struct chunks chunks;
	struct copy_source from;
};

struct batch {
	struct taking at[BATCH];
	struct copy_job jobs[BATCH];
	struct copy_result results[BATCH];
	size_t n;
};

static void batch_free(struct batch *b)
{
	for (size_t i = 0; b != NULL && i < b->n; i++) {
		fd_close(b->at[i].from.fd);
		fd_close(b->jobs[i].to.fd);
		inspect_done(&b->at[i].look);
		chunks_done(&b->at[i].chunks);
	}
	free(b);
}
OW_DEFINE_AUTO(struct batch *, batch_free)

/* Everything that one add works with. */
struct adding {
	struct ow_store *store;
	const struct ow_add_opts *opts;
	const struct ow_events *events;
	struct zone *zone;
	struct stage *stage, *unpacked; /* for the bytes; for the files of an archive */
	struct source source, licence;  /* what is added, and the text of --license-file */
	struct artifact artifact;
	struct intake intake;
	struct finding finding; /* of its licences and what it was made from */
	struct ow_add_result *out;
	bool changed; /* a file changed while it was read */
};

/* Open item i and look at it; it joins the batch. */
static int prepare(struct adding *a, const struct source *source, struct batch *b, size_t i,
		   struct ow_error *err)
{
	const struct source_item *item = &source->items[i];
	struct taking *t = &b->at[b->n];
	struct copy_job *job = &b->jobs[b->n];

	*t = (struct taking){.item = i};
	*job =
	    (struct copy_job){.from = &t->from, .n_from = 1, .size = item->size, .out = &t->chunks};
	t->from = (struct copy_source){.fd = -1, .len = item->size, .name = item->path};
	job->to = (struct copy_target){.fd = -1, .name = item->path};
	b->n++;
	t->from.fd = source_open_item(source, i, err);
	if (t->from.fd < 0 || look_at(t->from.fd, item->size, item->path, &t->look, err) < 0 ||
	    shard_agrees(item->path, &t->look, err) < 0)
		return err->code;
	job->cuts = look_cuts(&t->look);
	if (a->opts->dry_run)
		return 0;
	(void)snprintf(t->name, sizeof t->name, "%c%06zu", source == &a->licence ? 'l' : 'f', i);
	job->to.fd = stage_file(a->stage, t->name, err);
	return job->to.fd < 0 ? err->code : 0;
}

static int keep_facts(struct adding *a, const struct taking *t, const char *path,
		      struct ow_error *err)
{
	for (size_t i = 0; i < t->look.n_facts; i++) {
		if (intake_add_fact(&a->intake, path, t->look.facts[i].key, t->look.facts[i].value,
				    err) < 0)
			return err->code;
	}
	for (size_t i = 0; i < t->look.n_findings; i++) {
		const struct inspect_finding *f = &t->look.findings[i];

		if (f->level != INSPECT_NOTICE)
			events_warn(a->events, "%s: %s", path, f->text);
		if (intake_add_fact(&a->intake, path,
				    f->level == INSPECT_UNSAFE   ? "finding.unsafe"
				    : f->level == INSPECT_BROKEN ? "finding.broken"
								 : "finding.notice",
				    f->text, err) < 0)
			return err->code;
	}
	return 0;
}

/* The text of --license-file may lie in the source already: then that file is the licence. Returns 1 if it does. */
static int find_licence(struct adding *a, const char *path, const struct ow_id *blob,
			struct ow_error *err)
{
	for (size_t i = 0; i < a->artifact.n_components; i++) {
		struct component *c = &a->artifact.components[i];

		if (strcmp(c->path, path) != 0)
			continue;
		if (ow_id_equal(&c->blob, blob)) {
			text_copy(c->role, sizeof c->role, "licence");
			return 1;
		}
		(void)err_set(err, OW_E_USAGE, "--license-file: the source has another file %s",
			      path);
		return err_hint(err, "give the text under another name, or correct the source");
	}
	return 0;
}

/* The file has been read: compare, publish, note. */
static int take(struct adding *a, const struct source *source, struct taking *t, int stored,
		struct ow_error *err)
{
	const char *path = source->items[t->item].path;
	const char *role = source == &a->licence ? "licence" : t->look.role;
	int r;

	a->changed = source_unchanged(source, t->item, t->from.fd, err) < 0;
	if (a->changed || source_check(source, t->item, stored < 0 ? t->from.fd : stored,
				       &t->chunks.blob, err) < 0)
		return err->code;
	r = source == &a->licence ? find_licence(a, path, &t->chunks.blob, err) : 0;
	if (r != 0)
		return r < 0 ? r : 0;
	if (artifact_add_component(&a->artifact, path, role, &t->chunks.blob, t->chunks.size, err) <
		0 ||
	    keep_facts(a, t, path, err) < 0)
		return err->code;
	a->out->bytes += t->chunks.size;
	if (a->opts->dry_run)
		return 0;
	r = zone_blob_publish(a->zone, stage_dirfd(a->stage), t->name, &t->chunks.blob,
			      LICENCE_UNSORTED, err);
	if (r < 0)
		return r;
	a->out->new_bytes += r > 0 ? t->chunks.size : 0;
	return t->chunks.size > CHUNK_SIZE && zone_chunks_put(a->zone, &t->chunks, err) < 0
		   ? err->code
		   : 0;
}

static int take_files(struct adding *a, const struct source *source, struct ow_error *err)
{
	for (size_t i = 0; i < source->n_items;) {
		OW_AUTO(batch_free) struct batch *b = MEM_NEW(struct batch, err);

		if (b == NULL)
			return err->code;
		for (; i < source->n_items && b->n < BATCH; i++) {
			if (prepare(a, source, b, i, err) < 0)
				return err->code;
		}
		if (copy_run(b->jobs, b->n, pool_cores(), a->opts->dry_run ? "hashing" : "adding",
			     a->events, b->results, err) < 0)
			return err->code;
		for (size_t k = 0; k < b->n; k++) {
			if (take(a, source, &b->at[k], b->jobs[k].to.fd, err) < 0)
				return err->code;
		}
	}
	return 0;
}

/* What it is called, from the options or else from the source. */
static int name_it(struct adding *a, struct ow_error *err)
{
	const char *name = a->opts->name != NULL ? a->opts->name : a->source.name;
	const char *version = a->opts->version != NULL ? a->opts->version : a->source.revision;

	if (name == NULL || name[0] == '\0' || !name_ok(name)) {
		(void)err_set(err, OW_E_USAGE, "\"%s\" cannot be the name of an artifact",
			      name == NULL ? "" : name);
		return err_hint(
		    err, "give one: --name ORG/MODEL (letters, digits, . _ - and / between parts)");
	}
	if (version == NULL || version[0] == '\0')
		version = "1";
	if (!version_ok(version)) {
		(void)err_set(err, OW_E_USAGE, "\"%s\" cannot be a version", version);
		return err_hint(err, "letters, digits, . _ + - and at most 64 of them");
	}
	if (a->opts->licence != NULL && strlen(a->opts->licence) >= LICENCE_CAP)
		return err_set(err, OW_E_USAGE, "--license is longer than %d bytes",
			       LICENCE_CAP - 1);
	text_copy(a->artifact.name, sizeof a->artifact.name, name);
	text_copy(a->artifact.version, sizeof a->artifact.version, version);
	text_copy(a->out->name, sizeof a->out->name, name);
	text_copy(a->out->version, sizeof a->out->version, version);
	return 0;
}

/* A dry run stores nothing: the files of the source are looked at. */
static int open_in_source(void *ctx, const struct component *c, struct ow_error *err)
{
	const struct adding *a = ctx;
	const struct source *from[] = {&a->source, &a->licence};

	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < from[k]->n_items; i++) {
			if (strcmp(from[k]->items[i].path, c->path) == 0)
				return source_open_item(from[k], i, err);
		}
	}
	return err_set(err, OW_E_INTERNAL, "%s is in no source", c->path);
}

/* What the files say of licences, and of what they were made from. */
static int look_closer(struct adding *a, struct ow_error *err)
{
	const struct finding_source stored = {a->zone, find_in_zone}, given = {a, open_in_source};

	if (find_licences(a->artifact.components, a->artifact.n_components,
			  a->opts->dry_run ? &given : &stored, a->events, &a->finding, err) < 0)
		return err->code;
	return parentage(&a->artifact, &a->finding, err);
}

/* The artifact, how it came and what was found, as records. */
static int write_records(struct adding *a, struct adoption *out, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf record = {0}, note = {0}, finding = {0};

	if (a->source.upstream[0] != '\0' &&
	    artifact_add_upstream(&a->artifact, a->source.upstream, err) < 0)
		return err->code;
	if (a->opts->source != NULL &&
	    artifact_add_upstream(&a->artifact, a->opts->source, err) < 0)
		return err->code;
	if (artifact_sort(&a->artifact, err) < 0)
		return err->code;
	artifact_encode(&a->artifact, &record);
	if (buf_finish(&record, err) < 0 || digest_bytes(record.p, record.n, &a->out->id, err) < 0)
		return err->code;
	a->intake.artifact = a->out->id;
	a->intake.time = clock_now();
	text_copy(a->intake.source, sizeof a->intake.source, a->opts->path);
	text_copy(a->intake.declared, sizeof a->intake.declared,
		  a->opts->licence == NULL ? "" : a->opts->licence);
	intake_encode(&a->intake, &note);
	a->finding.artifact = a->out->id;
	a->finding.time = a->intake.time;
	finding_encode(&a->finding, &finding);
	a->out->n_components = a->artifact.n_components;
	if (buf_finish(&note, err) < 0 || buf_finish(&finding, err) < 0)
		return err->code;
	return adoption_add(out, (struct ow_view){record.p, record.n},
			    (struct ow_view){note.p, note.n},
			    (struct ow_view){finding.p, finding.n}, err);
}

static int list_left_out(struct adding *a, struct ow_error *err)
{
	struct ow_add_result *r = a->out;

	for (size_t i = 0; i < a->source.n_skips; i++) {
		const char *path = a->source.skips[i].path;

		if (mem_grow(&r->left_out, r->n_left_out, &r->cap_left_out, sizeof *r->left_out,
			     err) < 0)
			return err->code;
		r->left_out[r->n_left_out] = mem_text(path, strlen(path), err);
		if (r->left_out[r->n_left_out++] == NULL)
			return err->code;
	}
	for (size_t i = 0; i < a->source.n_notes; i++)
		events_warn(a->events, "%s", a->source.notes[i]);
	return 0;
}

static int add_artifact(struct adding *a, struct ow_error *err)
{
	OW_AUTO(adoption_done) struct adoption adoption = {0};
	int here;

	if (name_it(a, err) < 0 || list_left_out(a, err) < 0 ||
	    take_files(a, &a->source, err) < 0 || take_files(a, &a->licence, err) < 0 ||
	    zone_sync(a->zone, err) < 0 || look_closer(a, err) < 0 ||
	    write_records(a, &adoption, err) < 0)
		return err->code;
	here = adopt_known(a->store, a->artifact.name, a->artifact.version, &a->out->id, err);
	if (here < 0)
		return err->code == OW_E_USAGE
			   ? err_hint(err, "give this one another version: --version V")
			   : (int)err->code;
	a->out->existed = here > 0;
	if (here > 0 || a->opts->dry_run)
		return 0;
	return adopt(a->store, "add", NULL, &adoption, err);
}

/* An empty stage: one writer at a time, so what an interrupted add left is nobody's. */
static int fresh_stage(struct ow_store *s, const char *name, struct stage **out,
		       struct ow_error *err)
{
	OW_AUTO(stage_close) struct stage *old = NULL;

	if (stage_open(s->store, name, &old, err) < 0 || stage_drop(old, err) < 0)
		return err->code;
	return stage_open(s->store, name, out, err);
}

static void adding_done(struct adding *a)
{
	artifact_done(&a->artifact);
	intake_done(&a->intake);
	finding_done(&a->finding);
	source_close(&a->source);
	source_close(&a->licence);
	stage_close(a->stage);
	stage_close(a->unpacked);
}
OW_DEFINE_AUTO_DONE(struct adding, adding_done)

/* Leave no staged bytes behind. */
static int drop_stages(struct adding *a, struct ow_error *err)
{
	if (a->stage != NULL && stage_drop(a->stage, err) < 0)
		return err->code;
	return a->unpacked != NULL ? stage_drop(a->unpacked, err) : 0;
}

static int add_once(struct ow_store *s, const struct ow_add_opts *opts,
		    const struct ow_events *events, struct ow_add_result *out, bool *changed,
		    struct ow_error *err)
{
	OW_AUTO(adding_done)
	struct adding a = {
	    .store = s,
	    .opts = opts,
	    .events = events,
	    .out = out,
	    .source = {.root = -1},
	    .licence = {.root = -1},
	};
	struct source_options look = {.revision = opts->revision, .events = events};
	struct ow_error left = {0};
	int r = handle_zone(s, OW_CLASS_QUARANTINE, &a.zone, err);

	if (r == 0)
		return err_set(err, OW_E_USAGE, "this user may not write to quarantine");
	if (r < 0 || fresh_stage(s, "add", &a.stage, err) < 0 ||
	    fresh_stage(s, "add-archive", &a.unpacked, err) < 0)
		return err->code;
	look.stage = stage_dirfd(a.unpacked);
	r = source_open(opts->path, &look, &a.source, err);
	if (r >= 0 && opts->licence_file != NULL)
		r = source_open(opts->licence_file, &look, &a.licence, err);
	if (r >= 0)
		r = add_artifact(&a, err);
	if (drop_stages(&a, &left) < 0 && r >= 0) {
		*err = left;
		r = err->code;
	}
	*changed = a.changed;
	if (r < 0)
		(void)err_kept(err, left.code == OW_OK ? "the store is as it was"
						       : "staged bytes are left for gc");
	return r;
}

int ow_add(struct ow_store *s, const struct ow_add_opts *opts, const struct ow_events *events,
	   struct ow_add_result *out, struct ow_error *err)
{
	struct ow_error first = {0};
	bool changed = false;

	if (add_once(s, opts, events, out, &changed, &first) >= 0)
		return 0;
	if (changed) { /* somebody was still writing: once more, then it is refused */
		events_warn(events, "%s; trying once more", first.text);
		ow_add_result_done(out);
		return add_once(s, opts, events, out, &changed, err);
	}
	*err = first;
	return err->code;
}

void ow_add_result_done(struct ow_add_result *r)
{
	for (size_t i = 0; i < r->n_left_out; i++)
		free(r->left_out[i]);
	free(r->left_out);
	*r = (struct ow_add_result){0};
}
