/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/ruling.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "flow/books.h"
#include "os/clock.h"
#include "policy/decide.h"
#include "policy/expr.h"

enum {
	TOLD_MAX = 5 /* reasons that are warned of one by one */
};

void ruling_decision_free(struct ow_decision *d)
{
	ow_decision_free(d);
}

void ruling_licenses_close(struct ow_licenses *own)
{
	ow_licenses_close(own);
}

int ruling_licenses(const struct ow_licenses *given, struct ow_licenses **own,
		    const struct ow_licenses **out, struct ow_error *err)
{
	*out = given;
	if (given != NULL)
		return 0;
	if (ow_licenses_open(NULL, 0, own, err) < 0)
		return err->code;
	*out = *own;
	return 0;
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
	struct docs *records;
	struct promotion last;
	bool there;
};

/* A class only ever widens, so the promotion to the widest is the last. */
static int see_note(void *ctx, const struct catalog_note *note, struct ow_error *err)
{
	struct finding_last *l = ctx;
	OW_AUTO(buf_done) struct buf bytes = {0};
	struct promotion p;

	if (strcmp(note->kind, "promotion") != 0)
		return 0;
	if (docs_read(l->records, &note->record, &bytes, err) <= 0 ||
	    promotion_decode(bytes.p, bytes.n, &p, err) < 0)
		return err->code;
	if (!l->there || p.to >= l->last.to)
		l->last = p;
	l->there = true;
	return 0;
}

int ruling_promotion(struct ow_store *s, const struct found *f, struct promotion *out,
		     struct ow_error *err)
{
	struct finding_last l = {.records = zone_records(s->zones[f->class])};
	struct catalog *catalog;

	if (handle_catalog(s, f->class, &catalog, err) < 0 ||
	    catalog_notes(catalog, &f->id, see_note, &l, err) < 0)
		return err->code;
	*out = l.last;
	return l.there;
}

/* ---- sending ---------------------------------------------------------------------------------------------- */

struct judge_request ruling_request(const struct found *f, const struct root_destination *to)
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

/* Decide as if the licence that a person concluded were all there is to know. */
static int decide_word(struct ow_store *s, const struct found *f, const struct promotion *p,
		       const struct judge_request *r, const struct judge_with *with,
		       struct judged *j, struct ow_decision *d, struct ow_error *err)
{
	const struct books_fill how = {.unit = &f->id, .recipient = r->recipient};
	struct item item = {.id = "artifact",
			    .role = ROLE_WEIGHTS,
			    .shipped = true,
			    .source_available = true,
			    .claim = {.concluded = p->licence, .state = TEXT_CONFIRMED}};

	case_init(&j->c);
	j->c.clock = j->c.newest_signed = clock_now();
	j->c.request.klass = f->class;
	j->c.request.purpose = PURPOSE_PRODUCTION;
	j->c.items = &item;
	j->c.n_items = 1;
	if (books_open(s, with->trust, j->c.clock, NULL, &j->books, err) < 0 ||
	    books_fill(j->books, &how, &j->arena, &j->c, err) < 0 ||
	    case_settle(&j->c, &j->arena, err) < 0 ||
	    decide(&j->c, with->set, &j->arena, d, err) < 0)
		return err->code;
	j->c.items = NULL; /* it ends here */
	j->c.n_items = 0;
	return 0;
}

static int check_ceiling(struct ow_store *s, const struct found *f, const struct promotion *p,
			 const struct judge_request *r, const struct judge_with *with,
			 struct ow_error *err)
{
	OW_AUTO(judged_done) struct judged j = {0};
	struct ow_decision d = {0};

	if (decide_word(s, f, p, r, with, &j, &d, err) < 0)
		return err->code;
	if (f->class <= d.ceiling)
		return 0;
	(void)err_set(err, OW_E_POLICY,
		      "%s@%s is %s by an operator's word, but %.200s allows no more than %s%s%s",
		      f->artifact.name, f->artifact.version, ow_class_name(f->class), p->licence,
		      ow_class_name(d.ceiling), d.n_reasons > 0 ? ": " : "",
		      d.n_reasons > 0 ? d.reasons[0].text : "");
	return err_hint(err, "see why: owstore decide %s@%s --class %s", f->artifact.name,
			f->artifact.version, ow_class_name(f->class));
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
			handle_warn(events, "%s@%s, promoted by an operator's word: %s at %s: %s",
				    f->artifact.name, f->artifact.version, r->rule, r->component,
				    r->text);
	}
	if (n > told)
		handle_warn(events, "%s@%s: %zu more; \"owstore decide\" shows all",
			    f->artifact.name, f->artifact.version, n - told);
}

int ruling_export(struct ow_store *s, const struct found *f, const struct root_destination *to,
		  const struct ow_licenses *licenses, const struct trust_state *trust,
		  const struct ow_events *events, struct ow_error *err)
{
	const struct judge_request request = ruling_request(f, to);
	const struct judge_with with = {licenses->set, trust, events};
	OW_AUTO(judged_done) struct judged j = {0};
	struct ow_decision d = {0};
	char ref[OW_ID_TEXT], name[NAME_CAP + VERSION_CAP + 1];
	struct ow_error why = {0};
	struct promotion p;
	bool by_word;
	int there = ruling_promotion(s, f, &p, err);

	if (there == 0)
		return err_set(err, OW_E_INTEGRITY, "%s@%s is %s, but no promotion is on record",
			       f->artifact.name, f->artifact.version, ow_class_name(f->class));
	if (there < 0)
		return there;
	by_word = strcmp(p.basis, "decision") != 0;
	if (by_word && check_ceiling(s, f, &p, &request, &with, err) < 0)
		return err->code;
	if (judge_case(s, ow_id_text(&f->id, ref), &request, &with, &j, &why) < 0 ||
	    decide(&j.c, licenses->set, &j.arena, &d, &why) < 0) {
		/* what cannot be judged stops a decision; to a person's word it adds a doubt */
		if (!by_word || why.code == OW_E_IO) {
			*err = why;
			return err->code;
		}
		handle_warn(events, "%s@%s, promoted by an operator's word: %s", f->artifact.name,
			    f->artifact.version, why.text);
		return 0;
	}
	(void)snprintf(name, sizeof name, "%s@%s", f->artifact.name, f->artifact.version);
	if (by_word) {
		warn_reasons(&d, f, events);
		return 0;
	}
	if (ruling_error(&d, name, err) == 0)
		return 0;
	return err_hint(err, "see what is missing: owstore decide %s --class %s%s%s", name,
			ow_class_name(request.class),
			request.recipient != NULL ? " --recipient " : "",
			request.recipient != NULL ? request.recipient : "");
}
