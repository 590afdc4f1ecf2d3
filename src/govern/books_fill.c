/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From the books into a case. What a person said of an artifact is said of each of its items that it names; where the
 * engine takes the first that fits, what names a component comes before what names the artifact, and that before what
 * holds everywhere.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/events.h"
#include "base/ints.h"
#include "govern/books_entry.h"
#include "policy/license.h"
#include "policy/party.h"
#include "policy/rules.h"

/* A case in the making. */
struct filling {
	const struct books *b;
	const struct books_fill *how;
	struct arena *a;
	struct policy_case *c;
	struct ow_error *err;
	size_t n; /* counted, or filled in */
};

static bool is_fact(const struct books *b, const struct book_entry *e, bool of_artifact)
{
	return e->st.kind == STATEMENT_FACT && e->st.has_artifact == of_artifact &&
	       entry_holds(b, e);
}

/* Facts were checked before they were signed; one of another version of the program may still be none for this one. */
static void apply_fact(struct filling *f, const struct book_entry *e, enum fact_about about,
		       void *into)
{
	struct ow_error why = {0};

	if (fact_read(about, e->st.key, e->st.value, into, f->a, &why) < 0)
		events_warn(books_events(f->b), "the fact %s of %s is left out: %.300s", e->st.key,
			    e->st.party[0] != '\0' ? e->st.party : "an artifact", why.text);
}

/* ---- parties ------------------------------------------------------------------------------------------ */

static void apply_site(struct filling *f)
{
	for (size_t i = 0; i < books_size(f->b); i++) {
		const struct book_entry *e = books_at(f->b, i);

		if (!is_fact(f->b, e, false))
			continue;
		if (strcmp(e->st.party, BOOKS_OURSELVES) == 0)
			apply_fact(f, e, FACT_ORGANISATION, f->c);
		else if (strcmp(e->st.party, BOOKS_POLICY) == 0 &&
			 strcmp(e->st.key, BOOKS_BY_WORD) != 0 &&
			 strncmp(e->st.key, BOOKS_LOST, strlen(BOOKS_LOST)) != 0)
			apply_fact(f, e, FACT_POLICY, f->c);
	}
}

/* The party of this id among the recipients, added where it is new; there is room. */
static struct party *recipient(struct policy_case *c, const char *id)
{
	struct party *p;

	for (size_t i = 0; i < c->n_recipients; i++) {
		if (strcmp(c->recipients[i].id, id) == 0)
			return &c->recipients[i];
	}
	p = &c->recipients[c->n_recipients++];
	party_unknown(p, id);
	return p;
}

static int apply_recipients(struct filling *f)
{
	struct policy_case *c = f->c;

	c->n_recipients = 0;
	c->recipients = arena_array(f->a, books_size(f->b) + 1, sizeof c->recipients[0], f->err);
	if (c->recipients == NULL)
		return f->err->code;
	for (size_t i = 0; i < books_size(f->b); i++) {
		const struct book_entry *e = books_at(f->b, i);

		if (is_fact(f->b, e, false) && strcmp(e->st.party, BOOKS_OURSELVES) != 0 &&
		    strcmp(e->st.party, BOOKS_POLICY) != 0)
			apply_fact(f, e, FACT_RECIPIENT, recipient(c, e->st.party));
	}
	return 0;
}

static int join_recipient(struct filling *f)
{
	struct policy_case *c = f->c;
	const char *id = f->how->recipient;

	if (id == NULL && c->request.klass == OW_CLASS_CUSTOMER) {
		(void)err_set(f->err, OW_E_USAGE, "class customer needs a recipient");
		return err_hint(f->err, "name it: --recipient ID; owstore root show lists the "
					"destinations");
	}
	if (id == NULL)
		id = c->request.klass == OW_CLASS_REDISTRIBUTABLE ? c->anyone.id
								  : c->organisation.id;
	if (strcmp(id, BOOKS_OURSELVES) == 0)
		id = c->organisation.id;
	if (!party_ok(id))
		return err_set(f->err, OW_E_USAGE, "\"%.80s\" is not the id of a recipient", id);
	c->request.recipient = case_party(c, id);
	if (c->request.recipient == NULL) {
		const char *meant = books_meant(f->b, id);

		events_warn(books_events(f->b), "no fact is on record about %s%s%s%s", id,
			    meant != NULL ? "; is " : "", meant != NULL ? meant : "",
			    meant != NULL ? " meant?" : "");
		c->request.recipient = recipient(c, arena_text(f->a, id, strlen(id)));
	}
	return 0;
}

/* As the case calls a party that a statement names. */
static const char *party_id(const struct filling *f, const char *party)
{
	return strcmp(party, BOOKS_OURSELVES) == 0 ? f->c->organisation.id : party;
}

/* ---- what is said of items ---------------------------------------------------------------------------- */

static bool holds_by_name(const struct filling *f, const struct item *item,
			  const struct ow_id *artifact, const char *component)
{
	if (!item->shipped || !ow_id_equal(artifact, f->how->unit))
		return false;
	return component == NULL || strcmp(component, item->id) == 0 ||
	       (item->role < ROLE_NONE && strcmp(component, role_words[item->role]) == 0);
}

static bool held(const struct filling *f, const struct item *item, const struct statement *st)
{
	const char *component = st->component[0] == '\0' ? NULL : st->component;

	return f->how->holds != NULL ? f->how->holds(f->how->ctx, item, &st->artifact, component)
				     : holds_by_name(f, item, &st->artifact, component);
}

/* Take one statement, about one item or (NULL) about all there are. */
typedef int (*taking)(struct filling *f, const struct statement *st, const char *component);

static int spread_one(struct filling *f, const struct statement *st, taking take)
{
	if (!st->has_artifact)
		return take(f, st, NULL);
	for (size_t i = 0; i < f->c->n_items; i++) {
		if (held(f, &f->c->items[i], st) && take(f, st, f->c->items[i].id) < 0)
			return f->err->code;
	}
	return 0;
}

static unsigned rank(const struct statement *st)
{
	return st->component[0] != '\0' ? 0 : st->has_artifact ? 1 : 2;
}

/* Does the engine see for itself when it ended? */
static bool engine_minds(enum statement_kind kind)
{
	return kind == STATEMENT_WAIVER || kind == STATEMENT_AGREEMENT ||
	       kind == STATEMENT_ACCEPTANCE;
}

static int spread(struct filling *f, enum statement_kind kind, taking take)
{
	f->n = 0;
	for (unsigned r = 0; r <= 2; r++) {
		for (size_t i = 0; i < books_size(f->b); i++) {
			const struct book_entry *e = books_at(f->b, i);

			if (e->st.kind != kind || rank(&e->st) != r || entry_withdrawn(e) ||
			    (!engine_minds(kind) && !entry_holds(f->b, e)))
				continue;
			if (spread_one(f, &e->st, take) < 0)
				return f->err->code;
		}
	}
	return 0;
}

static int count_one(struct filling *f, const struct statement *st, const char *component)
{
	(void)st;
	(void)component;
	f->n++;
	return 0;
}

/* Room for all statements of a kind behind the `old` ones that are there; NULL on failure. */
static void *room(struct filling *f, enum statement_kind kind, const void *old, size_t n,
		  size_t size)
{
	char *at;

	if (spread(f, kind, count_one) < 0)
		return NULL;
	at = arena_array(f->a, n + f->n, size, f->err);
	if (at != NULL && n > 0)
		memcpy(at, old, n * size);
	return at;
}

static int take_election(struct filling *f, const struct statement *st, const char *component)
{
	f->c->elections[f->c->n_elections++] = (struct election){
	    .expression = st->license, .chosen = st->value, .component = component};
	return 0;
}

static int take_interpretation(struct filling *f, const struct statement *st, const char *component)
{
	struct interpretation i = {.license = st->license[0] == '\0' ? NULL : st->license,
				   .component = component,
				   .accept = strcmp(st->value, "accept") == 0};

	if (word_find(question_words, st->key, &i.question))
		f->c->interpretations[f->c->n_interpretations++] = i;
	return 0;
}

static int take_waiver(struct filling *f, const struct statement *st, const char *component)
{
	struct waiver w = {.license = st->license,
			   .component = component,
			   .contract = st->value,
			   .valid_until = st->valid_until};

	w.lifts.at = arena_array(f->a, st->n_lifts, sizeof w.lifts.at[0], f->err);
	if (w.lifts.at == NULL)
		return f->err->code;
	for (unsigned i = 0; i < st->n_lifts; i++)
		w.lifts.at[w.lifts.n++] = st->lifts[i];
	f->c->waivers[f->c->n_waivers++] = w;
	return 0;
}

static int take_agreement(struct filling *f, const struct statement *st, const char *component)
{
	(void)component;
	f->c->agreements[f->c->n_agreements++] = (struct agreement){
	    .license = st->license, .id = st->value, .valid_until = st->valid_until};
	return 0;
}

static int take_acceptance(struct filling *f, const struct statement *st, const char *component)
{
	f->c->gates[f->c->n_gates++] = (struct acceptance){.component = component,
							   .entity = party_id(f, st->party),
							   .date = st->date,
							   .valid_until = st->valid_until};
	return 0;
}

/* Shown texts and terms are held against what the licence asks for, so they are told as such; all else is a mark. */
static int take_evidence(struct filling *f, const struct statement *st, const char *component)
{
	struct policy_case *c = f->c;
	struct duty_mark mark = {.component = component,
				 .license = st->license[0] == '\0' ? NULL : st->license};
	struct carried *t;
	enum duty d;

	if (!duty_find(st->key, &d) || duty_carried(d) ||
	    (st->party[0] != '\0' && strcmp(party_id(f, st->party), c->request.recipient->id) != 0))
		return 0;
	mark.duty = d;
	c->met_marks[c->n_met_marks++] = mark;
	if (d == DUTY_DISPLAY && st->value[0] != '\0') {
		c->shows_given = true;
		c->shows.at[c->shows.n++] = st->value;
	}
	if (d != DUTY_PASSTHRU || mark.license == NULL)
		return 0;
	t = &c->terms[c->n_terms];
	t->component = component;
	t->carries.at = arena_array(f->a, 1, sizeof t->carries.at[0], f->err);
	if (t->carries.at == NULL)
		return f->err->code;
	t->carries.at[0] = st->license;
	t->carries.n = 1;
	c->n_terms++;
	c->terms_given = true;
	return 0;
}

static void warn_of_past(const struct filling *f)
{
	for (size_t i = 0; i < books_size(f->b); i++) {
		const struct book_entry *e = books_at(f->b, i);

		if (entry_past(e) && entry_holds(f->b, e))
			events_warn(books_events(f->b),
				    "the evidence on record for %s counts no more: it is met by "
				    "what a bundle carries",
				    e->st.key);
	}
}

static int fill_evidence(struct filling *f)
{
	struct policy_case *c = f->c;

	warn_of_past(f);
	c->met_marks =
	    room(f, STATEMENT_EVIDENCE, c->met_marks, c->n_met_marks, sizeof c->met_marks[0]);
	c->terms = c->met_marks == NULL
		       ? NULL
		       : room(f, STATEMENT_EVIDENCE, c->terms, c->n_terms, sizeof c->terms[0]);
	c->shows.at = c->terms == NULL ? NULL
				       : room(f, STATEMENT_EVIDENCE, c->shows.at, c->shows.n,
					      sizeof c->shows.at[0]);
	return c->shows.at == NULL ? f->err->code : spread(f, STATEMENT_EVIDENCE, take_evidence);
}

static int fill_opinions(struct filling *f)
{
	struct policy_case *c = f->c;

	c->elections = room(f, STATEMENT_ELECTION, NULL, 0, sizeof c->elections[0]);
	if (c->elections == NULL || spread(f, STATEMENT_ELECTION, take_election) < 0)
		return f->err->code;
	c->interpretations =
	    room(f, STATEMENT_INTERPRETATION, NULL, 0, sizeof c->interpretations[0]);
	if (c->interpretations == NULL ||
	    spread(f, STATEMENT_INTERPRETATION, take_interpretation) < 0)
		return f->err->code;
	return 0;
}

static int fill_contracts(struct filling *f)
{
	struct policy_case *c = f->c;

	c->waivers = room(f, STATEMENT_WAIVER, NULL, 0, sizeof c->waivers[0]);
	if (c->waivers == NULL || spread(f, STATEMENT_WAIVER, take_waiver) < 0)
		return f->err->code;
	c->agreements = room(f, STATEMENT_AGREEMENT, NULL, 0, sizeof c->agreements[0]);
	if (c->agreements == NULL || spread(f, STATEMENT_AGREEMENT, take_agreement) < 0)
		return f->err->code;
	c->gates = room(f, STATEMENT_ACCEPTANCE, NULL, 0, sizeof c->gates[0]);
	return c->gates == NULL ? f->err->code : spread(f, STATEMENT_ACCEPTANCE, take_acceptance);
}

static int fill_item_facts(struct filling *f)
{
	/* what is said of a component has the last word */
	for (unsigned whole = 2; whole-- > 0;) {
		for (size_t i = 0; i < books_size(f->b); i++) {
			const struct book_entry *e = books_at(f->b, i);

			if (!is_fact(f->b, e, true) || (e->st.component[0] == '\0') != (whole > 0))
				continue;
			for (size_t k = 0; k < f->c->n_items; k++) {
				if (held(f, &f->c->items[k], &e->st))
					apply_fact(f, e, FACT_ITEM, &f->c->items[k]);
			}
		}
	}
	return 0;
}

/* ---- approvals ---------------------------------------------------------------------------------------- */

static bool is_approval(const struct filling *f, const struct book_entry *e)
{
	const struct statement *st = &e->st;

	return !e->doubtful && st->kind == STATEMENT_APPROVAL &&
	       ow_id_equal(&st->artifact, f->how->unit);
}

/* Is the i-th the first of the approvals for the same? */
static bool first_of_scope(const struct filling *f, size_t i)
{
	const struct statement *st = &books_at(f->b, i)->st;

	for (size_t k = 0; k < i; k++) {
		if (!books_at(f->b, k)->doubtful &&
		    statement_same_subject(&books_at(f->b, k)->st, st))
			return false;
	}
	return true;
}

/* For anyone, in a class that one approver's word is enough for? */
static bool too_wide(const struct statement *st)
{
	return strcmp(st->party, BOOKS_ANYONE) == 0 && st->class != OW_CLASS_REDISTRIBUTABLE;
}

static int fill_approvals(struct filling *f)
{
	struct policy_case *c = f->c;

	c->n_approvals = 0;
	c->approvals = arena_array(f->a, books_size(f->b), sizeof c->approvals[0], f->err);
	if (c->approvals == NULL)
		return f->err->code;
	for (size_t i = 0; i < books_size(f->b); i++) {
		const struct statement *st = &books_at(f->b, i)->st;
		struct approval a = {.klass = (unsigned)st->class, .covers_all = true};
		char hex[OW_ID_HEX];
		struct books_votes votes;

		if (!is_approval(f, books_at(f->b, i)) || !first_of_scope(f, i) ||
		    !word_find(form_words, st->form, &a.form) || too_wide(st))
			continue;
		books_votes(f->b, &st->artifact, (enum ow_class)st->class, st->party, st->form,
			    &votes);
		if (votes.signed_by < votes.need && votes.have == 0)
			continue;
		a.id = arena_printf(f->a, "%.12s", ow_id_hex(&books_at(f->b, i)->id, hex));
		a.have = votes.signed_by;
		a.need = votes.need;
		a.by = arena_text(f->a, votes.names, strlen(votes.names));
		/* who may be anyone may be each, in a narrower class too */
		if (strcmp(st->party, c->anyone.id) == 0 && a.have >= a.need)
			a.klass = c->request.klass;
		else
			a.recipient = party_id(f, st->party);
		a.valid_until = votes.valid_until;
		a.said = votes.said;
		c->approvals[c->n_approvals++] = a;
	}
	return 0;
}

/* ---- all of it ---------------------------------------------------------------------------------------- */

int books_fill(const struct books *b, const struct books_fill *how, struct arena *a,
	       struct policy_case *c, struct ow_error *err)
{
	struct filling f = {.b = b, .how = how, .a = a, .c = c, .err = err};

	party_unknown(&c->organisation, BOOKS_OURSELVES);
	c->organisation.intent = INTENT_COMMERCIAL;
	c->met = c->approvals_scope = c->gates_scope = SCOPE_LIST;
	c->n_elections = c->n_interpretations = c->n_waivers = c->n_agreements = c->n_gates = 0;
	c->newest_signed = u64_max(c->newest_signed, books_newest(b));
	apply_site(&f);
	if (apply_recipients(&f) < 0 || join_recipient(&f) < 0 || fill_item_facts(&f) < 0 ||
	    fill_approvals(&f) < 0 || fill_opinions(&f) < 0 || fill_contracts(&f) < 0 ||
	    fill_evidence(&f) < 0)
		return err->code;
	return arena_finish(a, err);
}
