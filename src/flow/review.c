/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is on record, listed, and what of it ends next.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <owstore/govern.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/ints.h"
#include "base/mem.h"
#include "base/shell.h"
#include "base/text.h"
#include "base/time.h"
#include "govern/books_entry.h"
#include "govern/licenses.h"
#include "os/clock.h"
#include "policy/expr.h"
#include "policy/party.h"

enum {
	DAY = 86400
};

/* ---- listing -------------------------------------------------------------------------------------------- */

static int entry_order(const void *a, const void *b)
{
	const struct statement *x = &(*(const struct book_entry *const *)a)->st,
			       *y = &(*(const struct book_entry *const *)b)->st;
	int order = (x->kind > y->kind) - (x->kind < y->kind);

	if (order == 0)
		order = strcmp(x->party, y->party);
	if (order == 0)
		order = strcmp(x->component, y->component);
	if (order == 0)
		order = strcmp(x->key, y->key);
	if (order == 0)
		order = strcmp(x->license, y->license);
	if (order == 0)
		order = (x->time > y->time) - (x->time < y->time);
	return order != 0 ? order
			  : ow_id_order(&(*(const struct book_entry *const *)a)->id,
					&(*(const struct book_entry *const *)b)->id);
}

static const char *names_of(const struct book_entry *e, struct arena *a)
{
	const char *names = "";

	for (size_t i = 0; i < e->n_signers; i++)
		names = arena_printf(a, "%s%s%s", names, i > 0 ? ", " : "", e->signer[i].name);
	return names;
}

static int show_entry(const struct books *b, const struct book_entry *e, const char *artifact,
		      ow_statement_visit visit, void *ctx, struct ow_error *err)
{
	OW_AUTO(arena_done) struct arena a = {0};
	const struct statement *st = &e->st;
	char line[STATEMENT_LINE];
	struct ow_statement_row row = {
	    .record = e->id,
	    .kind = (enum ow_statement_kind)st->kind,
	    .artifact = artifact,
	    .component = st->component,
	    .license = st->license,
	    .party = st->party,
	    .key = st->key,
	    .value = st->value,
	    .line = statement_line(st, line),
	    .reason = st->reason,
	    .signers = names_of(e, &a),
	    .time = st->time,
	    .valid_until = st->valid_until == UINT64_MAX ? OW_NO_END : st->valid_until,
	    .holds = entry_holds(b, e),
	};

	return arena_finish(&a, err) < 0 ? err->code : visit(ctx, &row, err);
}

/* The entries about an artifact, or about none, in their order. */
static int sorted_entries(const struct books *b, bool of_artifact, const struct book_entry ***out,
			  size_t *n, struct ow_error *err)
{
	const struct book_entry **at = mem_array(books_size(b), sizeof(void *), err);

	if (at == NULL)
		return err->code;
	*n = 0;
	for (size_t i = 0; i < books_size(b); i++) {
		if (books_at(b, i)->st.has_artifact == of_artifact &&
		    !entry_withdrawn(books_at(b, i)))
			at[(*n)++] = books_at(b, i);
	}
	if (*n > 1)
		qsort(at, *n, sizeof(void *), entry_order);
	*out = at;
	return 0;
}

int ow_statement_list(struct ow_store *s, const char *ref, const char *trust,
		      const struct ow_events *events, ow_statement_visit visit, void *ctx,
		      struct ow_error *err)
{
	OW_AUTO(trust_state_done) struct trust_state state = {0};
	OW_AUTO(found_done) struct found f = {0};
	OW_AUTO(books_close) struct books *b = NULL;
	OW_AUTO(mem_free) const struct book_entry **sorted = NULL;
	char name[NAME_CAP + VERSION_CAP + 1] = "";
	size_t n = 0;

	if (trust_state_init(&state, trust, err) < 0 ||
	    books_open(s, &state, clock_now(), events, &b, err) < 0)
		return err->code;
	if (ref != NULL) {
		if (handle_find(s, ref, &f, err) < 0 || books_read(b, &f, err) < 0)
			return err->code;
		(void)snprintf(name, sizeof name, "%s@%s", f.artifact.name, f.artifact.version);
	}
	if (sorted_entries(b, ref != NULL, &sorted, &n, err) < 0)
		return err->code;
	for (size_t i = 0; i < n; i++) {
		if (show_entry(b, sorted[i], ref == NULL ? NULL : name, visit, ctx, err) < 0)
			return err->code;
	}
	return 0;
}

/* ---- what falls due --------------------------------------------------------------------------------------- */

struct holding {
	struct ow_id id;
	const char *ref, *licence;
	enum ow_class class;
	uint64_t promoted; /* or approved, what was later */
};

struct reviewing {
	struct ow_store *store;
	struct books *books;
	const struct ow_licenses *licenses;
	struct arena arena;
	uint64_t now, until;
	enum ow_class class; /* that is being listed */
	struct holding *holdings;
	size_t n_holdings, cap_holdings;
	struct ow_due_row *due;
	size_t n, cap;
};

static void reviewing_done(struct reviewing *r)
{
	books_close(r->books);
	arena_done(&r->arena);
	free(r->holdings);
	free(r->due);
}
OW_DEFINE_AUTO_DONE(struct reviewing, reviewing_done)

static int add_due(struct reviewing *r, const struct ow_due_row *row, struct ow_error *err)
{
	if (row->due > r->until)
		return 0;
	if (mem_grow(&r->due, r->n, &r->cap, sizeof *row, err) < 0)
		return err->code;
	r->due[r->n++] = *row;
	return 0;
}

static int add_holding(void *ctx, const struct catalog_artifact *a, struct ow_error *err)
{
	struct reviewing *r = ctx;
	struct holding *h;

	if (mem_grow(&r->holdings, r->n_holdings, &r->cap_holdings, sizeof *h, err) < 0)
		return err->code;
	h = &r->holdings[r->n_holdings++];
	*h = (struct holding){
	    .id = a->id,
	    .ref = arena_printf(&r->arena, "%s@%s", a->name, a->version),
	    .licence = arena_text(&r->arena, a->licence, strlen(a->licence)),
	    .class = r->class,
	};
	return 0;
}

static int last_promotion(void *ctx, const struct catalog_note *note, struct ow_error *err)
{
	struct holding *h = ctx;

	(void)err;
	if (strcmp(note->kind, "promotion") == 0)
		h->promoted = u64_max(h->promoted, note->time);
	return 0;
}

static int gather(struct reviewing *r, struct ow_error *err)
{
	static const struct catalog_filter all;

	for (int c = 0; c < OW_CLASSES; c++) {
		struct catalog *catalog;
		int seen = handle_catalog(r->store, (enum ow_class)c, &catalog, err);
		size_t first = r->n_holdings;

		if (seen == 0)
			continue;
		r->class = (enum ow_class)c;
		if (seen < 0 || catalog_list(catalog, &all, add_holding, r, err) < 0)
			return err->code;
		for (size_t i = first; i < r->n_holdings; i++) {
			struct found f = {.class = r->class, .id = r->holdings[i].id};

			if (catalog_notes(catalog, &f.id, last_promotion, &r->holdings[i], err) <
				0 ||
			    books_read(r->books, &f, err) < 0)
				return err->code;
		}
	}
	return arena_finish(&r->arena, err);
}

static const char *ref_of(const struct reviewing *r, const struct statement *st)
{
	for (size_t i = 0; st->has_artifact && i < r->n_holdings; i++) {
		if (ow_id_equal(&r->holdings[i].id, &st->artifact))
			return r->holdings[i].ref;
	}
	return NULL;
}

/* ---- the command that says the same again ---------------------------------------------------------------- */

static void put_option(struct buf *b, const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	buf_printf(b, " --%s ", name);
	shell_word(b, value, strlen(value));
}

/* Which text it is about, by its words: the file may have changed its name, and a subject is those. */
static void put_text(struct buf *b, const struct statement *st)
{
	char words[OW_ID_TEXT];

	if (st->has_shown)
		put_option(b, "text", ow_id_text(&st->shown, words));
}

static void put_fact(struct buf *b, const struct statement *st, const char *ref)
{
	buf_text(b, "owstore fact");
	if (ref == NULL)
		buf_printf(b, " %s", st->party);
	put_option(b, "artifact", ref);
	put_option(b, "component", st->component);
	buf_printf(b, " %s=VALUE", st->key);
}

/* A verb whose first word is the artifact, with the options that tell its subject. */
static void put_verb(struct buf *b, const char *verb, const struct statement *st, const char *ref)
{
	buf_printf(b, "owstore %s", verb);
	if (ref != NULL) {
		buf_text(b, " ");
		shell_word(b, ref, strlen(ref));
	}
	put_option(b, "component", st->component);
}

static void put_acceptance(struct buf *b, const struct statement *st, const char *ref)
{
	char date[TIME_TEXT];

	put_verb(b, "accept", st, ref);
	if (strcmp(st->party, BOOKS_OURSELVES) != 0)
		put_option(b, "entity", st->party);
	put_option(b, "date", time_text(st->date, date));
	put_option(b, "how", st->value);
	if (st->has_shown)
		buf_text(b, " --shown FILE");
}

static void put_again(struct buf *b, const struct statement *st, const char *ref)
{
	switch (st->kind) {
	case STATEMENT_FACT:
		put_fact(b, st, ref);
		break;
	case STATEMENT_APPROVAL:
		put_verb(b, "approve", st, ref);
		put_option(b, "class", ow_class_name((enum ow_class)st->class));
		put_option(b, "recipient", st->party);
		if (strcmp(st->form, form_words[FORM_RAW]) != 0)
			put_option(b, "form", st->form);
		break;
	case STATEMENT_ELECTION:
		put_verb(b, "elect", st, ref);
		put_option(b, "expression", st->license);
		put_option(b, "choose", st->value);
		break;
	case STATEMENT_INTERPRETATION:
		put_verb(b, "interpret", st, ref);
		put_option(b, "license", st->license);
		put_option(b, "question", st->key);
		put_option(b, "answer", st->value);
		break;
	case STATEMENT_CONCLUSION:
		put_verb(b, "interpret", st, ref);
		put_text(b, st);
		put_option(b, "license", st->license);
		break;
	case STATEMENT_WAIVER:
		put_verb(b, "waive", st, ref);
		put_option(b, "license", st->license);
		put_option(b, "contract", st->value);
		for (unsigned i = 0; i < st->n_lifts; i++)
			put_option(b, "lifts", st->lifts[i]);
		break;
	case STATEMENT_AGREEMENT:
		put_verb(b, "waive", st, NULL);
		put_option(b, "license", st->license);
		put_option(b, "agreement", st->value);
		break;
	case STATEMENT_ACCEPTANCE:
		put_acceptance(b, st, ref);
		break;
	case STATEMENT_EVIDENCE:
		put_verb(b, "accept", st, ref);
		put_option(b, "obligation", st->key);
		put_option(b, "license", st->license);
		put_option(b, "recipient", st->party);
		put_option(b, "text", st->value);
		if (st->has_shown)
			buf_text(b, " --shown FILE");
		break;
	case STATEMENT_DECISION:
	case STATEMENT_KINDS:
		break;
	}
}

/* The command that says the same of the same subject again; in the arena. */
static const char *again(struct reviewing *r, const struct statement *st, const char *ref)
{
	OW_AUTO(buf_done) struct buf b = {0};

	put_again(&b, st, ref);
	r->arena.failed = r->arena.failed || b.failed;
	return arena_text(&r->arena, buf_str(&b), strlen(buf_str(&b)));
}

/* ---- what ends -------------------------------------------------------------------------------------------- */

/* Days that a screening is good for, by the site's policy. */
static uint64_t screening_days(struct reviewing *r)
{
	struct policy_case c;

	case_init(&c);
	for (size_t i = 0; i < books_size(r->books); i++) {
		const struct book_entry *e = books_at(r->books, i);
		struct ow_error ignored = {0};

		if (e->st.kind == STATEMENT_FACT && strcmp(e->st.party, BOOKS_POLICY) == 0 &&
		    strcmp(e->st.key, "screening_max_age_days") == 0 && entry_holds(r->books, e) &&
		    fact_read(FACT_POLICY, e->st.key, e->st.value, &c, &r->arena, &ignored) < 0)
			break;
	}
	return u64_min(c.screening_max_age_days, TIME_MAX / DAY);
}

static int due_screening(struct reviewing *r, const struct book_entry *e, uint64_t days,
			 struct ow_error *err)
{
	struct party p = {0};
	struct ow_error ignored = {0};
	struct ow_due_row row = {.what = "screening"};

	if (e->st.kind != STATEMENT_FACT || strcmp(e->st.key, "screened") != 0 ||
	    !entry_holds(r->books, e) ||
	    fact_read(FACT_RECIPIENT, e->st.key, e->st.value, &p, &r->arena, &ignored) < 0 ||
	    !p.screened.known)
		return 0;
	row.due = p.screened.value + days * DAY;
	row.line = arena_printf(&r->arena, "%s was screened on %s", e->st.party, e->st.value);
	row.next = arena_printf(&r->arena, "owstore fact %s screened=DATE", e->st.party);
	return add_due(r, &row, err);
}

static int due_entries(struct reviewing *r, struct ow_error *err)
{
	uint64_t days = screening_days(r);

	for (size_t i = 0; i < books_size(r->books); i++) {
		const struct book_entry *e = books_at(r->books, i);
		const char *ref = ref_of(r, &e->st);
		char line[STATEMENT_LINE];
		struct ow_due_row row = {
		    .due = e->st.valid_until, .what = statement_word(e->st.kind), .artifact = ref};

		if (due_screening(r, e, days, err) < 0)
			return err->code;
		if (entry_unsettled(r->books, e))
			row.due = u64_min(e->st.time, r->now);
		else if (entry_withdrawn(e) || e->st.valid_until == UINT64_MAX)
			continue;
		row.line = arena_printf(&r->arena, "%s%s", statement_line(&e->st, line),
					e->doubtful ? ", which nobody vouches for any more" : "");
		row.next = again(r, &e->st, ref);
		if (add_due(r, &row, err) < 0)
			return err->code;
	}
	return 0;
}

/* After how many days a licence is looked at again: by the strictest of the profiles that it names. */
static unsigned licence_days(const struct ow_licenses *known, const char *licence, const char **why)
{
	struct ow_error ignored = {0};
	unsigned days = LICENSE_REVIEW_LONGEST;
	struct expr e;

	if (expr_parse(licence, &e, &ignored) < 0)
		e.n_leaves = 0;
	for (size_t i = 0; i < e.n_leaves; i++)
		days = (unsigned)u64_min(days,
					 license_review_days(license_of(known->set, &e.leaves[i])));
	*why = days == LICENSE_REVIEW_SHORTEST  ? "of low confidence"
	       : days == LICENSE_REVIEW_LONGEST ? "permissive"
						: "restricted";
	return days;
}

/* Who approved it has looked at it, too. */
static void seen_by(struct reviewing *r, const struct statement *approval)
{
	for (size_t i = 0; i < r->n_holdings; i++) {
		struct holding *h = &r->holdings[i];

		if (h->promoted > 0 && ow_id_equal(&h->id, &approval->artifact))
			h->promoted = u64_max(h->promoted, approval->time);
	}
}

static void seen_by_approvers(struct reviewing *r)
{
	for (size_t i = 0; i < books_size(r->books); i++) {
		const struct book_entry *e = books_at(r->books, i);

		if (e->st.kind == STATEMENT_APPROVAL && entry_holds(r->books, e))
			seen_by(r, &e->st);
	}
}

static int due_licences(struct reviewing *r, struct ow_error *err)
{
	seen_by_approvers(r);
	for (size_t i = 0; r->licenses != NULL && i < r->n_holdings; i++) {
		const struct holding *h = &r->holdings[i];
		struct ow_due_row row = {.what = "licence", .artifact = h->ref};
		const char *why;

		if (h->class == OW_CLASS_QUARANTINE || h->licence[0] == '\0' || h->promoted == 0)
			continue;
		row.due = h->promoted + (uint64_t)licence_days(r->licenses, h->licence, &why) * DAY;
		row.line = arena_printf(&r->arena, "%s, %s, in class %s", h->licence, why,
					ow_class_name(h->class));
		row.next = arena_printf(&r->arena, "owstore decide %s --class %s", h->ref,
					ow_class_name(h->class));
		if (add_due(r, &row, err) < 0)
			return err->code;
	}
	return 0;
}

static int due_order(const void *a, const void *b)
{
	const struct ow_due_row *x = a, *y = b;
	int order = (x->due > y->due) - (x->due < y->due);

	if (order == 0)
		order = strcmp(x->what, y->what);
	if (order == 0)
		order = strcmp(x->artifact == NULL ? "" : x->artifact,
			       y->artifact == NULL ? "" : y->artifact);
	return order != 0 ? order : strcmp(x->line, y->line);
}

int ow_review_list(struct ow_store *s, uint64_t days, const char *trust,
		   const struct ow_licenses *licenses, const struct ow_events *events,
		   ow_due_visit visit, void *ctx, struct ow_error *err)
{
	OW_AUTO(trust_state_done) struct trust_state state = {0};
	OW_AUTO(reviewing_done)
	struct reviewing r = {.store = s, .licenses = licenses, .now = clock_now()};

	r.until = r.now + u64_min(days, TIME_MAX / DAY) * DAY;
	if (trust_state_init(&state, trust, err) < 0 ||
	    books_open(s, &state, r.now, events, &r.books, err) < 0 || gather(&r, err) < 0 ||
	    due_entries(&r, err) < 0 || due_licences(&r, err) < 0 ||
	    arena_finish(&r.arena, err) < 0)
		return err->code;
	if (r.n > 1)
		qsort(r.due, r.n, sizeof r.due[0], due_order);
	for (size_t i = 0; i < r.n; i++) {
		if (visit(ctx, &r.due[i], err) < 0)
			return err->code;
	}
	return 0;
}
