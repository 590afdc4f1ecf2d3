/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Conditions of size and place, tested against facts. A fact that is missing asks for a person; it never allows.
 */
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "policy/country.h"
#include "policy/judge.h"

/* ---- size --------------------------------------------------------------------------------------------- */

enum test {
	TEST_UNKNOWN = -1,
	TEST_BELOW,
	TEST_ABOVE
};

static enum test test_scale(const struct party *p, const struct scale *s)
{
	enum test above;

	if (s->maas_only && p->maas == TRI_NO)
		return TEST_BELOW;
	above = (enum test)party_above(p, s->of, s->monthly, s->measured, s->max);
	if (s->maas_only && p->maas == TRI_UNKNOWN && above == TEST_ABOVE)
		return TEST_UNKNOWN;
	return above;
}

static const char *scale_fact(struct judging *j, const struct party *p, const struct scale *s)
{
	struct quantity q = s->of == SCALE_MAU ? p->mau : p->revenue;
	const char *what = s->of == SCALE_MAU ? "monthly active users"
			   : s->monthly       ? "USD a month"
					      : "USD a year";
	const char *when =
	    s->measured == 0 ? "" : judge_text(j, " on %s", judge_date(j, s->measured));

	for (size_t i = 0; s->of == SCALE_MAU && s->measured != 0 && i < p->n_dated; i++) {
		if (p->dated[i].date == s->measured)
			q = (struct quantity){true, p->dated[i].value};
	}
	if (!q.known)
		return judge_text(j, "%s: unknown%s, the limit is %llu %s%s", p->id, when,
				  (unsigned long long)s->max, what,
				  s->maas_only ? " for models as a service" : "");
	return judge_text(j, "%s: %llu%s, the limit is %llu %s%s", p->id,
			  (unsigned long long)(s->monthly ? q.value / 12 : q.value), when,
			  (unsigned long long)s->max, what,
			  s->maas_only ? " for models as a service" : "");
}

static const char *scale_text(unsigned effect)
{
	static const char *const texts[] = {
	    [SCALE_TERMINATE] = "above the limit the licence has ended",
	    [SCALE_NO_COMMERCIAL] = "above the limit no commercial use is licensed",
	    [SCALE_AGREEMENT_FIRST] = "above the limit the licensor must agree first",
	};

	return texts[effect];
}

/* An agreement takes the limit away; one that has ended no longer lets anything pass, but the ceiling, which hangs
 * on no clock, stays lifted.
 */
static bool agreed(struct judging *j, struct firing *f)
{
	const struct agreement *x = judge_agreement(j, f->license);

	if (x == NULL)
		return false;
	f->cap = NO_CAP;
	f->severity = x->valid_until >= j->time ? OW_SEVERITY_INFO : OW_SEVERITY_BLOCK;
	f->text = judge_text(j, "%s; agreement %s %s", f->text, x->id,
			     x->valid_until >= j->time ? "lifts it" : "has ended");
	judge_fire(j, f);
	return true;
}

static enum ow_severity research_severity(const struct judging *j, const struct view *v)
{
	int answer = judge_interpretation(j, 1, v->term->id, v->component->id, v->holder->id);

	return answer == 1   ? OW_SEVERITY_INFO
	       : answer == 0 ? OW_SEVERITY_BLOCK
			     : OW_SEVERITY_REVIEW;
}

/* The organisation is above the limit: cap and severity by what the text says of that. */
static void own_above(struct judging *j, const struct view *v, const struct scale *s,
		      struct firing *f)
{
	switch ((enum scale_effect)s->effect) {
	case SCALE_TERMINATE:
		f->cap = OW_CLASS_QUARANTINE;
		f->severity = OW_SEVERITY_BLOCK;
		break;
	case SCALE_AGREEMENT_FIRST:
		f->cap = OW_CLASS_QUARANTINE;
		f->severity = OW_SEVERITY_BLOCK;
		if ((s->exempts & EXEMPT_INTERNAL) != 0) {
			f->cap = OW_CLASS_INTERNAL;
			f->severity = j->leaves ? OW_SEVERITY_BLOCK : OW_SEVERITY_INFO;
		}
		break;
	case SCALE_NO_COMMERCIAL:
		f->cap = own_commercial(j) ? OW_CLASS_RESEARCH : NO_CAP;
		f->severity = OW_SEVERITY_INFO;
		if (judge_commercial(j) == COMMERCIAL_OWN_RESEARCH)
			f->severity = research_severity(j, v);
		break;
	}
}

static void note_agreement(struct judging *j, const struct view *v, const struct scale *s)
{
	const struct agreement *x = judge_agreement(j, v->term->id);

	if (s->effect != SCALE_AGREEMENT_FIRST || j->runtime || j->probe != NULL ||
	    j->err.code != OW_OK ||
	    mem_grow(&j->duties, j->n_duties, &j->cap_duties, sizeof j->duties[0], &j->err) < 0)
		return;
	j->duties[j->n_duties++] =
	    (struct ow_obligation){.id = duty_name(DUTY_AGREEMENT),
				   .component = v->component->id,
				   .license = v->term->id,
				   .clause = s->clause,
				   .check = "an agreement with the licensor that is in date",
				   .met = x != NULL && x->valid_until >= j->time};
}

static void own_scale(struct judging *j, const struct view *v, const struct scale *s)
{
	enum test t = test_scale(&j->c->organisation, s);
	struct firing f = view_firing(v, RULE_SCALE, NO_CAP, OW_SEVERITY_INFO, s->clause);

	f.fact = scale_fact(j, &j->c->organisation, s);
	f.text = "the limit of size is not exceeded";
	if (t == TEST_UNKNOWN) {
		f.severity = OW_SEVERITY_REVIEW;
		f.text = "a figure is missing that the text asks for";
		if ((s->exempts & EXEMPT_INTERNAL) != 0 && !j->leaves)
			f.severity = OW_SEVERITY_INFO;
	} else if (t == TEST_ABOVE) {
		own_above(j, v, s, &f);
		f.text = scale_text(s->effect);
		note_agreement(j, v, s);
		if (agreed(j, &f))
			return;
	}
	judge_fire(j, &f);
}

static void recipient_scale(struct judging *j, const struct view *v, const struct scale *s)
{
	const struct party *p = j->c->request.recipient;
	enum test t = test_scale(p, s);
	struct firing f = view_firing(v, RULE_SCALE, NO_CAP, OW_SEVERITY_INFO, s->clause);

	f.fact = scale_fact(j, p, s);
	if ((s->exempts & EXEMPT_PRODUCT) != 0 && j->c->request.form == FORM_PRODUCT) {
		f.text = "who receives an integrated product is exempt from the limit";
	} else if (t == TEST_BELOW) {
		f.text = "the recipient does not exceed the limit of size";
	} else if (s->effect == SCALE_NO_COMMERCIAL && judge_commercial(j) == COMMERCIAL_NO) {
		f.text = "the recipient's use is not commercial";
	} else if (t == TEST_UNKNOWN) {
		f.severity = OW_SEVERITY_REVIEW;
		f.text = "a figure of the recipient is missing that the text asks for";
	} else {
		f.severity = OW_SEVERITY_BLOCK;
		f.text = judge_text(j, "the recipient exceeds it: %s", scale_text(s->effect));
		if (agreed(j, &f))
			return;
	}
	judge_fire(j, &f);
}

void rules_of_scale(struct judging *j, const struct view *v)
{
	for (size_t i = 0; i < v->l->n_scales; i++) {
		own_scale(j, v, &v->l->scales[i]);
		if (j->outside && !j->runtime)
			recipient_scale(j, v, &v->l->scales[i]);
	}
}

/* ---- place -------------------------------------------------------------------------------------------- */

static bool excludes(const struct territory *t, const char *country)
{
	for (size_t i = 0; i < t->excludes.n; i++) {
		if (country_in(country, t->excludes.at[i]))
			return true;
	}
	return false;
}

static const char *seat_fact(struct judging *j, const struct party *p)
{
	return judge_text(j, "%s: domicile %s", p->id,
			  p->domicile == NULL ? "unknown" : p->domicile);
}

static void own_territory(struct judging *j, const struct view *v, const struct territory *t)
{
	const struct party *own = &j->c->organisation;
	struct firing f = view_firing(v, RULE_TERR, NO_CAP, OW_SEVERITY_INFO, t->clause);

	f.fact = seat_fact(j, own);
	f.text = "the organisation's own seat is not in an excluded territory";
	if (own->domicile == NULL) {
		f.severity = OW_SEVERITY_REVIEW;
		f.text = "the organisation's own seat is not known";
	} else if (excludes(t, own->domicile)) {
		f.cap = OW_CLASS_QUARANTINE;
		f.severity = OW_SEVERITY_BLOCK;
		f.text = "the organisation's own seat is in an excluded territory: no licence is "
			 "granted";
	}
	judge_fire(j, &f);
}

static void recipient_territory(struct judging *j, const struct view *v, const struct territory *t)
{
	const struct party *p = j->c->request.recipient;
	struct firing f = view_firing(v, RULE_TERR, NO_CAP, OW_SEVERITY_INFO, t->clause);

	f.fact = seat_fact(j, p);
	if (!t->by_place && (t->exempts & EXEMPT_PRODUCT) != 0 &&
	    j->c->request.form == FORM_PRODUCT) {
		f.text = "who uses it inside an integrated product is exempt from the territory";
	} else if (p->domicile == NULL) {
		f.severity = OW_SEVERITY_REVIEW;
		f.text = "the recipient's seat is not known";
	} else if (excludes(t, p->domicile)) {
		f.severity = OW_SEVERITY_BLOCK;
		f.text = t->by_place ? "the text allows no distribution there"
				     : "the recipient would be a licensee in an excluded territory";
	} else {
		f.text = "the recipient's seat is not in an excluded territory";
	}
	judge_fire(j, &f);
}

void rules_of_territory(struct judging *j, const struct view *v)
{
	for (size_t i = 0; i < v->l->n_territories; i++) {
		const struct territory *t = &v->l->territories[i];
		struct firing f = view_firing(v, RULE_TERR, NO_CAP, OW_SEVERITY_INFO, t->clause);

		if (t->multimodal_only && !v->multimodal) {
			f.fact = judge_text(j, "%s: modality %s", v->holder->id,
					    modality_words_of_items[v->holder->modality]);
			f.text = "the limit of territory is for multimodal models";
			judge_fire(j, &f);
			continue;
		}
		own_territory(j, v, t);
		if (j->outside && !j->runtime)
			recipient_territory(j, v, t);
		if (t->by_place && !j->runtime) {
			f.cap = OW_CLASS_CUSTOMER;
			f.text =
			    "distribution is bound to a territory, and a public release cannot "
			    "be fenced";
			judge_fire(j, &f);
		}
	}
}
