/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "govern/ruling.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/events.h"
#include "base/text.h"
#include "govern/books.h"
#include "govern/vouch.h"
#include "govern/word.h"
#include "handle/governor.h"
#include "os/clock.h"
#include "policy/decide.h"
#include "policy/expr.h"

enum {
	TOLD_MAX = 5 /* reasons that are warned of one by one */
};

void ruling_licenses_close(struct ow_licenses *own)
{
	ow_licenses_close(own);
}

int ruling_licenses(struct ow_store *s, const struct trust_state *trust,
		    const struct ow_licenses *given, struct ow_licenses **own,
		    const struct ow_licenses **out, struct ow_error *err)
{
	char governor[ID_TEXT];

	if ((given == NULL && licenses_site(trust, own, err) < 0) ||
	    governor_of(s, trust, governor, err) < 0)
		return err->code;
	*out = given != NULL ? given : *own;
	return licenses_count_for(*out, governor, err);
}

int ruling_error(const struct ow_decision *d, const char *name, struct ow_error *err)
{
	const struct ow_reason *r = d->n_reasons > 0 ? &d->reasons[0] : NULL;
	enum ow_code code = d->verdict == OW_BLOCK ? OW_E_POLICY : OW_E_UNCHECKED;

	if (d->verdict < OW_REVIEW)
		return 0;
	return err_set(
	    err, code, "%s: %s for class %s: %s%s%s%s%s", name, ow_verdict_name(d->verdict),
	    ow_class_name(d->requested), r != NULL ? r->rule : "no reason", r != NULL ? " at " : "",
	    r != NULL ? r->component : "", r != NULL ? ": " : "", r != NULL ? r->text : "");
}

int ruling_licence(const struct ow_decision *d, char out[LICENCE_CAP], struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf all = {0};
	OW_AUTO(arena_done) struct arena a = {0};
	const char *text;
	struct expr e;

	for (size_t i = 0; i < d->n_effective; i++) {
		const char *one = d->effective[i].expression;
		bool seen = false;

		for (size_t k = 0; k < i; k++)
			seen = seen || strcmp(d->effective[k].expression, one) == 0;
		if (!seen)
			buf_printf(&all, "%s(%s)", all.n > 0 ? " AND " : "", one);
	}
	if (buf_finish(&all, err) < 0 || expr_parse(buf_str(&all), &e, err) < 0)
		return err->code;
	text = expr_text(&e, &a);
	if (arena_finish(&a, err) < 0)
		return err->code;
	if (strlen(text) >= LICENCE_CAP)
		return err_set(err, OW_E_USAGE,
			       "the licences of all components take %zu bytes, "
			       "at most %d go into a record",
			       strlen(text), LICENCE_CAP - 1);
	text_copy(out, LICENCE_CAP, text);
	return 0;
}

/* ---- the promotion that it rests on ----------------------------------------------------------------------- */

struct finding_last {
	const struct found *found;
	const struct trust_state *trust;
	char governor[ID_TEXT]; /* whose promotions count */
	struct docs *records;
	struct promotion last;
	enum vouched vouched; /* for the last */
	bool there, vain;     /* vain: there is one that nobody vouches for */
};

/* Who vouches for the promotion? */
static int see_signers(const struct finding_last *l, const struct ow_id *id, struct buf *bytes,
		       const struct promotion *p, enum vouched *out, struct ow_error *err)
{
	OW_AUTO(signed_done) struct signed_doc d = {0};
	OW_AUTO(chain_done) struct chain chain = {0};
	struct gate_report report;
	struct ow_error why = {0};

	*out = VOUCHED_NOT;
	(void)snprintf(d.name, sizeof d.name, "promotion");
	d.doc = *bytes;
	*bytes = (struct buf){0};
	if (vouch_signatures(l->records, id, &d, err) < 0)
		return err->code;
	if (trust_load(l->trust, p->origin, &chain, &why) == 0 &&
	    vouch_in_time(&chain, p->time, &why))
		*out = vouch_approver(&chain, &d, "promotion", &report, &why);
	if (why.code != OW_OK && why.code != OW_E_TRUST && why.code != OW_E_STALE)
		*err = why;
	return err->code;
}

/* A class only ever widens, so the promotion to the widest is the last. */
static int see_note(void *ctx, const struct catalog_note *note, struct ow_error *err)
{
	struct finding_last *l = ctx;
	OW_AUTO(buf_done) struct buf bytes = {0};
	enum vouched vouched;
	struct promotion p;

	if (strcmp(note->kind, "promotion") != 0)
		return 0;
	if (docs_read(l->records, &note->record, &bytes, err) <= 0 ||
	    promotion_decode(bytes.p, bytes.n, &p, err) < 0 ||
	    see_signers(l, &note->record, &bytes, &p, &vouched, err) < 0)
		return err->code;
	if (vouched == VOUCHED_NOT || strcmp(p.origin, l->governor) != 0 ||
	    p.to != (uint64_t)l->found->class || !ow_id_equal(&p.artifact, &l->found->id)) {
		l->vain = true;
		return 0;
	}
	if (!l->there || p.to >= l->last.to) {
		l->last = p;
		l->vouched = vouched;
	}
	l->there = true;
	return 0;
}

/* The promotion to its class that an approver vouches for, and whether one who is an approver still does. */
static int vouched_promotion(struct ow_store *s, const struct found *f,
			     const struct trust_state *trust, struct promotion *out, bool *now,
			     struct ow_error *err)
{
	struct finding_last l = {
	    .found = f, .trust = trust, .records = zone_records(s->zones[f->class])};
	const char *class = ow_class_name(f->class);
	struct catalog *catalog;

	if (governor_of(s, trust, l.governor, err) < 0 ||
	    handle_catalog(s, f->class, &catalog, err) <= 0 ||
	    catalog_notes(catalog, &f->id, see_note, &l, err) < 0)
		return err->code;
	*out = l.last;
	*now = l.vouched == VOUCHED_NOW;
	if (l.there)
		return 0;
	if (!l.vain)
		return err_set(err, OW_E_INTEGRITY, "%s@%s is %s, but no promotion is on record",
			       f->artifact.name, f->artifact.version, class);
	(void)err_set(
	    err, OW_E_TRUST,
	    "%s@%s is %s, but no approver that counts here has signed its promotion to it",
	    f->artifact.name, f->artifact.version, class);
	return err_hint(err,
			"see who did: owstore show %s@%s; \"owstore fsck\" tells what is damaged",
			f->artifact.name, f->artifact.version);
}

/* ---- sending ---------------------------------------------------------------------------------------------- */

/* What sending to a destination asks for. To a site of our own: its circle, ourselves; to a customer: the artifact's
 * class, that customer; to whoever takes what is redistributable: anyone.
 */
static struct judge_request request_for(const struct found *f, const struct root_destination *to)
{
	struct judge_request r = {.class = f->class, .purpose = PURPOSE_UNSET};
	enum ow_class circle = OW_CLASS_REDISTRIBUTABLE;

	(void)ow_class_parse(to->class, &circle);
	if (circle <= OW_CLASS_INTERNAL) {
		r.class = f->class < circle ? f->class : circle;
		r.recipient = BOOKS_OURSELVES;
	} else {
		r.recipient = circle == OW_CLASS_CUSTOMER ? to->id : NULL;
	}
	return r;
}

/* The first of the reasons that keep it below the class; NULL: none does. */
static const struct ow_reason *capping(const struct ow_decision *d, enum ow_class class)
{
	for (size_t i = 0; i < d->n_reasons; i++) {
		if (d->reasons[i].cap < class)
			return &d->reasons[i];
	}
	return NULL;
}

/* Does a word carry it so far? Beyond the licence of what no known text tells it lifts nothing that caps the class, and
 * it is one approver's.
 */
static int word_reaches(const struct judged *j, const struct ow_decision *d, const struct found *f,
			enum ow_class to, const char *licence, struct ow_error *err)
{
	const struct ow_reason *why = capping(d, to);
	const char *class = ow_class_name(to);
	struct books_votes votes;

	if (word_check_texts(j->books, &f->id, &j->ancestry.at[0]->finding, licence, err) < 0)
		return err->code;
	if (to > d->ceiling) {
		(void)err_set(
		    err, OW_E_POLICY,
		    "%s@%s: by an operator's word %s, but %.200s allows no more than %s%s%s",
		    f->artifact.name, f->artifact.version, class, licence,
		    ow_class_name(d->ceiling), why != NULL ? ": " : "",
		    why != NULL ? why->text : "");
		return err_hint(err, "see why: owstore decide %s@%s --class %s", f->artifact.name,
				f->artifact.version, class);
	}
	if (to != OW_CLASS_REDISTRIBUTABLE)
		return 0;
	books_votes(j->books, &f->id, to, BOOKS_ANYONE, form_words[FORM_RAW], &votes);
	if (votes.have >= votes.need)
		return 0;
	(void)err_set(err, OW_E_POLICY,
		      "%s@%s: %u of %u approvals for class %s%s%.200s%s, which is more than one "
		      "approver's word",
		      f->artifact.name, f->artifact.version, votes.have, votes.need, class,
		      votes.have > 0 ? " (" : "", votes.names, votes.have > 0 ? ")" : "");
	return err_hint(err, "have %s say it: owstore approve %s@%s --class %s --key NAME",
			votes.have > 0 ? "another" : "two approvers", f->artifact.name,
			f->artifact.version, class);
}

/* Is it about a look, a fact or evidence that is missing, or an approval: what a word may leave to the one who gave it?
 * The name that is published is none of these: it is there, and begins as the licence asks or does not.
 */
static bool word_may_warn(const struct ow_reason *r)
{
	static const char *const rules[] = {"X-APPROVAL", "X-EXPIRED", "X-SANCTION", "X-GATE",
					    "X-PASSTHRU", "X-DISPLAY", "X-SOURCE"};

	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		if (strcmp(r->rule, rules[i]) == 0)
			return true;
	}
	return r->severity != OW_SEVERITY_BLOCK || strncmp(r->rule, "O-", 2) == 0;
}

/* What the licence says of facts on record about the recipient and the request, no word lifts. */
static int word_against(const struct ow_decision *d, const struct found *f, struct ow_error *err)
{
	for (size_t i = 0; i < d->n_reasons; i++) {
		const struct ow_reason *r = &d->reasons[i];

		if (word_may_warn(r))
			continue;
		(void)err_set(err, OW_E_POLICY,
			      "%s@%s: promoted by an operator's word, which does not lift %s at "
			      "%.200s: %.400s%s%.200s",
			      f->artifact.name, f->artifact.version, r->rule, r->component, r->text,
			      r->fact != NULL ? ": " : "", r->fact != NULL ? r->fact : "");
		return err_hint(err, "see all reasons: owstore decide %s@%s --class %s",
				f->artifact.name, f->artifact.version, ow_class_name(d->requested));
	}
	return 0;
}

static void warn_reasons(const struct ow_decision *d, const struct found *f,
			 const struct ow_events *events)
{
	size_t told = 0, n = 0;

	for (size_t i = 0; i < d->n_reasons; i++) {
		const struct ow_reason *r = &d->reasons[i];

		if (r->severity > OW_SEVERITY_REVIEW)
			continue;
		if (n++ < TOLD_MAX && ++told > 0)
			events_warn(events, "%s@%s, promoted by an operator's word: %s at %s: %s",
				    f->artifact.name, f->artifact.version, r->rule, r->component,
				    r->text);
	}
	if (n > told)
		events_warn(events, "%s@%s: %zu more; \"owstore decide\" shows all",
			    f->artifact.name, f->artifact.version, n - told);
}

int ruling_word(struct ow_store *s, const struct found *f, enum ow_class to, const char *licence,
		const struct judge_with *with, struct ow_error *err)
{
	const struct judge_request request = {
	    .class = OW_CLASS_INTERNAL, .purpose = PURPOSE_UNSET, .word = licence};
	OW_AUTO(judged_done) struct judged j = {0};
	struct ow_decision d = {0};
	char ref[OW_ID_TEXT];

	if (judge_case(s, ow_id_text(&f->id, ref), &request, with, &j, err) < 0 ||
	    word_check(j.books, &f->id, licence, err) < 0 ||
	    decide(&j.c, with->set, &j.arena, &d, err) < 0)
		return err->code;
	return word_reaches(&j, &d, f, to, licence, err);
}

/* Does a word count, by what is on record? */
static int hear_word(struct ow_store *s, const struct found *f, const char *licence,
		     const struct trust_state *trust, struct ow_error *why, struct ow_error *err)
{
	OW_AUTO(books_close) struct books *b = NULL;

	if (books_open(s, trust, clock_now(), NULL, &b, err) < 0 || books_read(b, f, err) < 0 ||
	    books_whole(b, err) < 0)
		return err->code;
	return word_check(b, &f->id, licence, why);
}

/* Does it rest on an operator's word that still counts? Else it takes a decision like all else. */
static int still_by_word(struct ow_store *s, const struct found *f, const struct promotion *p,
			 bool now, const struct judge_with *with, bool *out, struct ow_error *err)
{
	struct ow_error why = {0};

	*out = false;
	if (strcmp(p->basis, "decision") == 0)
		return 0;
	if (!now)
		(void)err_set(&why, OW_E_POLICY, "its signer is no approver any more");
	else if (hear_word(s, f, p->licence, with->trust, &why, err) == 0)
		*out = true;
	if (!*out && err->code == OW_OK)
		events_warn(with->events,
			    "%s@%s was promoted by an operator's word, which no longer counts: "
			    "%.400s; it is decided",
			    f->artifact.name, f->artifact.version, why.text);
	return err->code;
}

int ruling_export(struct ow_store *s, const struct found *f, const struct root_destination *to,
		  const struct judge_with *with, struct ruling *out, struct ow_error *err)
{
	struct judge_request request = request_for(f, to);
	struct judged *j = &out->judged;
	char ref[OW_ID_TEXT], name[NAME_CAP + VERSION_CAP + 1];
	bool by_word = false, now = false;

	if (vouched_promotion(s, f, with->trust, &out->promotion, &now, err) < 0 ||
	    still_by_word(s, f, &out->promotion, now, with, &by_word, err) < 0)
		return err->code;
	request.word = by_word ? out->promotion.licence : NULL;
	if (judge_case(s, ow_id_text(&f->id, ref), &request, with, j, err) < 0 ||
	    decide(&j->c, with->set, &j->arena, &out->decision, err) < 0)
		return err->code;
	if (by_word) {
		if (word_reaches(j, &out->decision, f, f->class, out->promotion.licence, err) ==
			0 &&
		    word_against(&out->decision, f, err) == 0)
			warn_reasons(&out->decision, f, with->events);
		return err->code;
	}
	(void)snprintf(name, sizeof name, "%s@%s", f->artifact.name, f->artifact.version);
	if (ruling_error(&out->decision, name, err) == 0)
		return ruling_licence(&out->decision, out->promotion.licence, err);
	return err_hint(err, "see what is missing: owstore decide %s --class %s%s%s", name,
			ow_class_name(request.class),
			request.recipient != NULL ? " --recipient " : "",
			request.recipient != NULL ? request.recipient : "");
}

void ruling_done(struct ruling *r)
{
	judged_done(&r->judged);
}
