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
#include "codec/digest.h"
#include "govern/ruling.h"
#include "handle/governor.h"
#include "handle/handle.h"
#include "handle/index.h"
#include "handle/shelve.h"
#include "handle/signer.h"
#include "os/clock.h"
#include "os/fd.h"
#include "policy/expr.h"
#include "record/note.h"
#include "record/statement.h"
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
struct moved {
	struct docs *from, *to; /* to NULL: only list */
	struct note_seen *notes;
	size_t n, cap;
};

static void moved_done(struct moved *c)
{
	free(c->notes);
}
OW_DEFINE_AUTO_DONE(struct moved, moved_done)

static int carry_note(void *ctx, const struct catalog_note *note, struct ow_error *err)
{
	struct moved *c = ctx;
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

/* The records that come with the move, in the order in which they are kept: the decision, where it rests on one, and
 * the promotion.
 */
struct papers {
	struct paper {
		struct buf record, signature;
		struct ow_id id;
	} at[2];
	size_t n;
};

static void papers_done(struct papers *p)
{
	for (size_t i = 0; i < p->n; i++) {
		buf_done(&p->at[i].record);
		buf_done(&p->at[i].signature);
	}
}
OW_DEFINE_AUTO_DONE(struct papers, papers_done)

static int sign_paper(const struct ow_promote_opts *opts, const char *type, const char *origin,
		      struct paper *p, struct ow_error *err)
{
	struct comment what = {.stream = "-"};

	text_copy(what.type, sizeof what.type, type);
	text_copy(what.origin, sizeof what.origin, origin);
	if (buf_finish(&p->record, err) < 0 ||
	    digest_bytes(p->record.p, p->record.n, &p->id, err) < 0)
		return err->code;
	return sign_document(signer_key(opts->approver), &what, p->record.p, p->record.n,
			     &p->signature, err);
}

static int write_decision(const struct found *f, const struct ow_promote_opts *opts,
			  const char *origin, const struct ow_decision *d, struct paper *p,
			  struct ow_error *err)
{
	struct statement st = {.kind = STATEMENT_DECISION,
			       .has_artifact = true,
			       .artifact = f->id,
			       .time = clock_now(),
			       .valid_until = UINT64_MAX,
			       .class = d->requested,
			       .ceiling = d->ceiling,
			       .profiles = d->profiles,
			       .policy = d->policy,
			       .facts = d->facts};

	text_copy(st.origin, sizeof st.origin, origin);
	text_copy(st.party, sizeof st.party, d->recipient);
	text_copy(st.form, sizeof st.form, d->form);
	text_copy(st.purpose, sizeof st.purpose,
		  opts->purpose != NULL               ? opts->purpose
		  : d->requested == OW_CLASS_RESEARCH ? "research"
						      : "production");
	text_copy(st.verdict, sizeof st.verdict, ow_verdict_name(d->verdict));
	if (statement_encode(&st, &p->record, err) < 0)
		return err->code;
	return sign_paper(opts, "decision", origin, p, err);
}

static int write_papers(const struct found *f, const struct ow_promote_opts *opts,
			const char *origin, const struct ow_promote_result *result,
			const char *reason, struct papers *out, struct ow_error *err)
{
	struct promotion p = {.artifact = f->id,
			      .from = f->class,
			      .to = opts->to,
			      .basis = "operator",
			      .time = clock_now()};

	if (result->decision != NULL) {
		struct paper *first = &out->at[out->n++];

		if (write_decision(f, opts, origin, result->decision, first, err) < 0)
			return err->code;
		p.has_decision = true;
		p.decision = first->id;
		text_copy(p.basis, sizeof p.basis, "decision");
	}
	text_copy(p.licence, sizeof p.licence, result->licence);
	text_copy(p.reason, sizeof p.reason, reason);
	text_copy(p.origin, sizeof p.origin, origin);
	promotion_encode(&p, &out->at[out->n].record);
	return sign_paper(opts, "promotion", origin, &out->at[out->n++], err);
}

/* Put the papers into the new class and among the notes that move. */
static int put_papers(const struct papers *papers, struct moved *to, struct ow_error *err)
{
	for (size_t i = 0; i < papers->n; i++) {
		const struct paper *p = &papers->at[i];
		struct ow_view sig = {p->signature.p, p->signature.n};
		struct ow_id id;

		if (docs_put(to->to, (struct ow_view){p->record.p, p->record.n}, &sig, 1, &id,
			     err) < 0 ||
		    mem_grow(&to->notes, to->n, &to->cap, sizeof *to->notes, err) < 0 ||
		    index_note(p->record.p, p->record.n, &id, &to->notes[to->n], err) < 0)
			return err->code;
		to->n++;
	}
	return 0;
}

/* Everything from the intent on: records and catalog of the new class, then of the old. */
static int move_records(struct ow_store *s, const struct found *f, enum ow_class to,
			const struct papers *papers, struct ow_error *err)
{
	OW_AUTO(moved_done) struct moved moved = {.from = zone_records(s->zones[f->class])};
	OW_AUTO(catalog_rollback) struct catalog *new_guard = NULL;
	OW_AUTO(catalog_rollback) struct catalog *old_guard = NULL;
	struct catalog *old_catalog, *new_catalog;
	struct zone *z = s->zones[to];
	struct ow_id id;

	moved.to = zone_records(z);
	if (handle_catalog(s, f->class, &old_catalog, err) <= 0 ||
	    handle_catalog(s, to, &new_catalog, err) <= 0 ||
	    catalog_notes(old_catalog, &f->id, carry_note, &moved, err) < 0 ||
	    put_papers(papers, &moved, err) < 0)
		return err->code;
	if (docs_put(moved.to, (struct ow_view){f->record.p, f->record.n}, NULL, 0, &id, err) < 0 ||
	    zone_sync(z, err) < 0 || catalog_begin(new_catalog, &new_guard, err) < 0 ||
	    index_put(new_catalog, to, &f->id, &f->artifact, moved.notes, moved.n, err) < 0 ||
	    catalog_commit(&new_guard, err) < 0)
		return err->code;
	if (index_forget(s->zones[f->class], &f->id, moved.notes, moved.n, err) < 0 ||
	    zone_sync(s->zones[f->class], err) < 0 ||
	    catalog_begin(old_catalog, &old_guard, err) < 0 ||
	    catalog_remove_artifact(old_catalog, &f->id, err) < 0)
		return err->code;
	return catalog_commit(&old_guard, err);
}

static bool by_decision(const struct ow_promote_opts *opts)
{
	return opts->licence == NULL && opts->reason == NULL;
}

static int check_request(const struct found *f, const struct ow_promote_opts *opts,
			 struct ow_error *err)
{
	struct ow_error why = {0};
	struct expr e;

	if (opts->to == OW_CLASS_QUARANTINE)
		return err_set(err, OW_E_USAGE, "nothing is promoted to quarantine");
	if (!by_decision(opts) && (opts->reason == NULL || opts->reason[0] == '\0'))
		return err_set(err, OW_E_USAGE, "a promotion by one's word needs a reason");
	if (!by_decision(opts) && (opts->licence == NULL || opts->licence[0] == '\0' ||
				   strlen(opts->licence) >= LICENCE_CAP))
		return err_set(err, OW_E_USAGE,
			       "a promotion by one's word needs the licence it is made under");
	if (!by_decision(opts) && expr_parse(opts->licence, &e, &why) < 0)
		return err_set(err, OW_E_USAGE, "the licence that is named cannot be read: %.300s",
			       why.text);
	if (opts->to > f->class)
		return 0;
	(void)err_set(err, OW_E_POLICY, "%s@%s is %s, which is not below %s", f->artifact.name,
		      f->artifact.version, ow_class_name(f->class), ow_class_name(opts->to));
	return err_hint(err, "promote moves to a wider class only");
}

/* On what the promotion rests: out->licence, and the decision where there is no operator's word. */
static int find_basis(struct ow_store *s, const struct found *f, const struct ow_promote_opts *opts,
		      const struct trust_state *trust, const struct ow_events *events,
		      struct ow_promote_result *out, struct ow_error *err)
{
	OW_AUTO(ruling_licenses_close) struct ow_licenses *own = NULL;
	struct ow_decide_opts asked = {.to = opts->to,
				       .recipient = opts->recipient,
				       .form = opts->form,
				       .purpose = opts->purpose,
				       .trust = opts->trust};
	char ref[OW_ID_TEXT], name[NAME_CAP + VERSION_CAP + 1];

	if (ruling_licenses(s, trust, opts->licenses, &own, &asked.licenses, err) < 0)
		return err->code;
	if (!by_decision(opts)) {
		const struct judge_with with = {
		    .set = asked.licenses->set, .trust = trust, .events = events};

		text_copy(out->licence, sizeof out->licence, opts->licence);
		return ruling_word(s, f, opts->to, opts->licence, &with, err);
	}
	(void)snprintf(name, sizeof name, "%s@%s", f->artifact.name, f->artifact.version);
	if (ow_decide(s, ow_id_text(&f->id, ref), &asked, events, &out->decision, err) < 0 ||
	    ruling_error(out->decision, name, err) < 0)
		return err->code;
	return ruling_licence(out->decision, out->licence, err);
}

static void say_why(const struct found *f, const struct ow_promote_opts *opts,
		    const struct ow_promote_result *r, char *reason, size_t cap, char *text,
		    size_t text_cap)
{
	if (r->decision != NULL)
		(void)snprintf(reason, cap, "%s for class %s to %s, %s",
			       ow_verdict_name(r->decision->verdict),
			       ow_class_name(r->decision->requested), r->decision->recipient,
			       r->decision->form);
	else
		text_copy(reason, cap, opts->reason);
	(void)snprintf(text, text_cap, "%s to %s under %.100s, by %s: %.300s",
		       ow_class_name(f->class), ow_class_name(opts->to), r->licence,
		       r->decision != NULL ? "decision" : "an operator's word", reason);
}

static int carry_out(struct ow_store *s, const struct found *f, const struct ow_promote_opts *opts,
		     const char *origin, const char *folder, struct zone *to,
		     const struct ow_events *events, struct ow_promote_result *r,
		     struct ow_error *err)
{
	OW_AUTO(papers_done) struct papers papers = {0};
	char reason[NOTE_TEXT_CAP], text[600];
	struct ow_id digests[3] = {f->id};

	say_why(f, opts, r, reason, sizeof reason, text, sizeof text);
	if (write_papers(f, opts, origin, r, reason, &papers, err) < 0)
		return err->code;
	for (size_t i = 0; i < papers.n; i++)
		digests[i + 1] = papers.at[i].id;
	if (bring_blobs(s, s->zones[f->class], to, f, folder, events, err) < 0 ||
	    governor_settle(s, origin, err) < 0 ||
	    handle_log(s, "promote", "begun", digests, papers.n + 1, text, err) < 0 ||
	    move_records(s, f, opts->to, &papers, err) < 0 ||
	    handle_log(s, "promote", "done", digests, papers.n + 1, text, err) < 0)
		return err->code;
	r->record = papers.at[papers.n - 1].id;
	r->decision_record = papers.at[0].id;
	return 0;
}

int ow_promote(struct ow_store *s, const struct ow_promote_opts *opts,
	       const struct ow_events *events, struct ow_promote_result *out, struct ow_error *err)
{
	OW_AUTO(found_done) struct found f = {0};
	OW_AUTO(trust_state_done) struct trust_state trust = {0};
	char folder[LICENCE_FOLDER], origin[ID_TEXT];
	struct zone *to;

	*out = (struct ow_promote_result){.to = opts->to};
	if (handle_find(s, opts->ref, &f, err) < 0 || check_request(&f, opts, err) < 0 ||
	    trust_state_init(&trust, opts->trust, err) < 0 ||
	    (opts->approver != NULL &&
	     governor_signer(s, opts->approver, OW_ROLE_APPROVER, &trust, origin, err) < 0) ||
	    find_basis(s, &f, opts, &trust, events, out, err) < 0 ||
	    licence_folder(out->licence, folder, err) < 0)
		return err_kept(err, "nothing was changed");
	out->id = f.id;
	out->from = f.class;
	out->bytes = artifact_size(&f.artifact);
	if (handle_zone(s, opts->to, &to, err) <= 0)
		return err->code != OW_OK
			   ? err->code
			   : err_set(err, OW_E_USAGE, "this user may not write to class %s",
				     ow_class_name(opts->to));
	if (opts->dry_run)
		return 0;
	if (carry_out(s, &f, opts, origin, folder, to, events, out, err) < 0)
		return err_kept(err,
				"%s@%s is where it was, or whole in its new class; run it again",
				f.artifact.name, f.artifact.version);
	return 0;
}

void ow_promote_result_done(struct ow_promote_result *r)
{
	ow_decision_free(r->decision);
	*r = (struct ow_promote_result){0};
}
