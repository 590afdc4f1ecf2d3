/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "govern/subject.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/events.h"
#include "base/mem.h"
#include "base/text.h"
#include "govern/find_licences.h"
#include "govern/parentage.h"
#include "record/note.h"

void subject_done(struct subject *s)
{
	found_done(&s->found);
	finding_done(&s->finding);
	*s = (struct subject){0};
}

/* ---- what is on record ----------------------------------------------------------------------------------- */

struct reading {
	struct subject *out;
	struct docs *records;
};

static void declare(struct subject *s, const char *licence)
{
	for (size_t i = 0; i < s->n_declared; i++) {
		if (strcmp(s->declared[i], licence) == 0)
			return;
	}
	if (licence[0] != '\0' && s->n_declared < SUBJECT_CLAIMS_MAX)
		text_copy(s->declared[s->n_declared++], LICENCE_CAP, licence);
}

static int read_intake(struct subject *s, const struct buf *b, struct ow_error *err)
{
	OW_AUTO(intake_done) struct intake in = {0};

	if (intake_decode(b->p, b->n, &in, err) < 0)
		return err->code;
	declare(s, in.declared);
	return 0;
}

static int read_arrival(struct subject *s, const struct buf *b, struct ow_error *err)
{
	struct arrival a;

	if (arrival_decode(b->p, b->n, &a, err) < 0)
		return err->code;
	declare(s, a.claimed_licence);
	return 0;
}

/* They come by time and then by digest: the last one is the one that counts. */
static int read_finding(struct subject *s, const struct buf *b, struct ow_error *err)
{
	OW_AUTO(finding_done) struct finding f = {0};

	if (finding_decode(b->p, b->n, &f, err) < 0)
		return err->code;
	finding_done(&s->finding);
	s->finding = MOVE(f);
	s->on_record = true;
	return 0;
}

static int read_note(void *ctx, const struct catalog_note *n, struct ow_error *err)
{
	static const struct {
		const char *kind;
		int (*read)(struct subject *, const struct buf *, struct ow_error *);
	} kinds[] = {{"intake", read_intake}, {"arrival", read_arrival}, {"finding", read_finding}};
	const struct reading *r = ctx;

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		OW_AUTO(buf_done) struct buf bytes = {0};
		int there;

		if (strcmp(n->kind, kinds[i].kind) != 0)
			continue;
		there = docs_read(r->records, &n->record, &bytes, err);
		return there <= 0 ? there : kinds[i].read(r->out, &bytes, err);
	}
	return 0;
}

static int look_now(struct ow_store *s, const struct ow_events *events, struct subject *out,
		    struct ow_error *err)
{
	const struct finding_source stored = {s->zones[out->found.class], find_in_zone};
	const struct artifact *a = &out->found.artifact;

	if (find_licences(a->components, a->n_components, &stored, events, &out->finding, err) < 0)
		return err->code;
	out->finding.artifact = out->found.id;
	finding_sort(&out->finding);
	return 0;
}

/* "modified MIT, Apache-2.0" */
static const char *seen_as(const struct finding_file *f, struct arena *a)
{
	const char *all = f == NULL ? "not looked at" : f->state;

	for (size_t i = 0; f != NULL && i < f->n_ids; i++)
		all = arena_printf(a, "%s%s %s", all, i > 0 ? "," : "", f->ids[i]);
	return all;
}

/* One file that was seen before, or is now, or both; of the same text the words may be other ones. */
static void tell_change(const char *ref, const struct finding_file *old,
			const struct finding_file *now, struct arena *a,
			const struct ow_events *events)
{
	const char *path = now != NULL ? now->path : old->path, *was = seen_as(old, a),
		   *is = seen_as(now, a);

	if (strcmp(was, is) != 0)
		events_warn(events, "%s: %.200s was %.200s, is %.200s", ref, path, was, is);
	else if (old != NULL && now != NULL && !ow_id_equal(&old->words, &now->words))
		events_warn(events,
			    "%s: %.200s has other words than were seen before: what a person "
			    "concluded for these counts no longer",
			    ref, path);
}

static void tell_changes(const struct subject *s, const struct finding *before,
			 const struct ow_events *events)
{
	OW_AUTO(arena_done) struct arena a = {0};
	const char *ref =
	    arena_printf(&a, "%.200s@%.100s", s->found.artifact.name, s->found.artifact.version);

	events_warn(events,
		    "%s: what is on record of its licences was found by another version; its files "
		    "were looked at again (owstore fsck --rebuild keeps that)",
		    ref);
	for (size_t i = 0; i < s->finding.n_files; i++) {
		const struct finding_file *now = &s->finding.files[i];

		tell_change(ref, finding_file(before, now->path), now, &a, events);
	}
	for (size_t i = 0; i < before->n_files; i++) {
		if (finding_file(&s->finding, before->files[i].path) == NULL)
			tell_change(ref, &before->files[i], NULL, &a, events);
	}
}

/* What another detector found is no answer of this program's: it may have seen less. */
static int look_again(struct ow_store *s, const struct ow_events *events, struct subject *out,
		      struct ow_error *err)
{
	OW_AUTO(finding_done) struct finding before = MOVE(out->finding);

	out->on_record = false;
	if (look_now(s, events, out, err) < 0)
		return err->code;
	out->finding.time = before.time;
	tell_changes(out, &before, events);
	return 0;
}

static int look(struct ow_store *s, const struct ow_events *events, struct subject *out,
		struct ow_error *err)
{
	if (!out->on_record)
		return look_now(s, events, out, err);
	return find_licences_current(&out->finding) ? 0 : look_again(s, events, out, err);
}

/* What the files claim to be made from counts where the record is silent, too: whoever wrote it saw less, or wished it
 * away. More than a record can hold is as good as not read.
 */
static int add_parents(struct subject *s, struct ow_error *err)
{
	struct ow_error full = {0};

	s->hides_base = parentage_hidden(&s->finding);
	if (parentage(&s->found.artifact, &s->finding, &full) == 0)
		return 0;
	s->hides_base = true;
	if (full.code != OW_E_FORMAT)
		*err = full;
	return err->code;
}

/* What is known of an artifact whose record was read. */
static int read_about(struct ow_store *s, const struct ow_events *events, struct subject *x,
		      struct ow_error *err)
{
	struct reading r = {.out = x, .records = zone_records(s->zones[x->found.class])};
	struct catalog *catalog;

	if (handle_catalog(s, x->found.class, &catalog, err) <= 0 ||
	    catalog_notes(catalog, &x->found.id, read_note, &r, err) < 0 ||
	    look(s, events, x, err) < 0 || add_parents(x, err) < 0)
		return err_ctx(err, "artifact %s@%s", x->found.artifact.name,
			       x->found.artifact.version);
	qsort(x->declared, x->n_declared, sizeof x->declared[0], text_order_rows);
	return 0;
}

int subject_open(struct ow_store *s, const char *ref, const struct ow_events *events,
		 struct subject *out, struct ow_error *err)
{
	OW_AUTO(subject_done) struct subject x = {0};

	if (handle_find(s, ref, &x.found, err) < 0 || read_about(s, events, &x, err) < 0)
		return err->code;
	*out = MOVE(x);
	return 0;
}

int subject_load(struct ow_store *s, enum ow_class c, const struct ow_id *id,
		 const struct ow_events *events, struct subject *out, struct ow_error *err)
{
	OW_AUTO(subject_done) struct subject x = {0};
	int r = handle_load(s, c, id, &x.found, err);

	if (r <= 0)
		return r;
	if (read_about(s, events, &x, err) < 0)
		return err->code;
	*out = MOVE(x);
	return 1;
}

/* ---- one of many ----------------------------------------------------------------------------------------- */

bool subject_failed_alone(const struct ow_error *why)
{
	return why->code == OW_E_INTEGRITY || why->code == OW_E_FORMAT ||
	       why->code == OW_E_UNSAFE || (why->code == OW_E_UNCHECKED && why->sys == ETIMEDOUT);
}

int subject_skip(const struct ow_events *events, const struct ow_error *why, struct ow_error *err)
{
	if (!subject_failed_alone(why)) {
		*err = *why;
		return err->code;
	}
	events_warn(events, "%.400s; what that would have told is left out", why->text);
	return 0;
}

int subject_load_some(struct ow_store *s, enum ow_class c, const struct ow_id *id,
		      const struct ow_events *events, struct subject *out, struct ow_error *err)
{
	struct ow_error why = {0}, again = {0};
	int here = subject_load(s, c, id, events, out, &why);

	if (here >= 0)
		return here;
	if (subject_skip(events, &why, err) < 0)
		return err->code;
	here = handle_load(s, c, id, &out->found, &again);
	out->unseen = here > 0;
	if (here >= 0 || subject_failed_alone(&again))
		return here > 0;
	*err = again;
	return err->code;
}

/* ---- parents --------------------------------------------------------------------------------------------- */

void parents_done(struct parents *p)
{
	mem_free(p->at);
	*p = (struct parents){0};
}

struct looking {
	struct parents *out;
	const struct ow_id *child;
	bool promoted; /* is the class that is looked through above quarantine? */
};

static int take_parent(void *ctx, const struct catalog_artifact *row, struct ow_error *err)
{
	const struct looking *l = ctx;
	struct parents *p = l->out;

	if (ow_id_equal(&row->id, l->child))
		return 0;
	if (!l->promoted) {
		(void)snprintf(p->quarantined, sizeof p->quarantined, "%s@%s", row->name,
			       row->version);
		return 0;
	}
	if (mem_grow(&p->at, p->n, &p->cap, sizeof *p->at, err) < 0)
		return err->code;
	p->at[p->n++] = row->id;
	return 0;
}

static int id_order(const void *a, const void *b)
{
	return ow_id_order(a, b);
}

/* An artifact may be in several classes. */
static void sort_parents(struct parents *p)
{
	size_t kept = 0;

	if (p->n > 1)
		qsort(p->at, p->n, sizeof *p->at, id_order);
	for (size_t i = 0; i < p->n; i++) {
		if (kept == 0 || !ow_id_equal(&p->at[kept - 1], &p->at[i]))
			p->at[kept++] = p->at[i];
	}
	p->n = kept;
}

int subject_find_parents(struct ow_store *s, const char *name, const struct ow_id *child,
			 struct parents *out, struct ow_error *err)
{
	char model[NAME_CAP + 1];
	OW_AUTO(parents_done) struct parents found = {0};
	struct looking l = {.out = &found, .child = child};

	parent_name(name, model, sizeof model);
	for (int c = 0; c < OW_CLASSES && strlen(model) < NAME_CAP; c++) {
		struct catalog *catalog;
		int r = handle_catalog(s, (enum ow_class)c, &catalog, err);

		if (r == 0)
			continue;
		l.promoted = c != OW_CLASS_QUARANTINE;
		if (r < 0 || catalog_called(catalog, model, take_parent, &l, err) < 0)
			return err->code;
	}
	sort_parents(&found);
	*out = MOVE(found);
	return 0;
}
