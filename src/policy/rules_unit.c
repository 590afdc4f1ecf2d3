/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is asked of the unit as a whole: time, approvals, the recipient, and programs made of several parts.
 */
#include <string.h>

#include "base/buf.h"
#include "policy/judge.h"

static struct firing site_firing(const struct judging *j, enum rule rule, enum ow_severity severity,
				 const char *clause)
{
	return (struct firing){.rule = rule,
			       .duty = DUTIES,
			       .cap = NO_CAP,
			       .severity = severity,
			       .component =
				   j->c->artifact_name != NULL ? j->c->artifact_name : "artifact",
			       .license = "site-policy",
			       .clause = clause,
			       .step = SIZE_MAX};
}

void rules_of_time(struct judging *j)
{
	struct firing f = site_firing(j, RULE_CLOCK, OW_SEVERITY_REVIEW, "section 8");

	if (j->c->clock >= j->c->newest_signed)
		return;
	f.fact = judge_text(j, "clock %s, newest signed time %s", judge_date(j, j->c->clock),
			    judge_date(j, j->c->newest_signed));
	f.text = "this host's clock is behind a time that is signed";
	judge_fire(j, &f);
}

/* ---- approvals ---------------------------------------------------------------------------------------- */

static bool is_asked(const struct judging *j, const struct approval *a)
{
	const struct request *q = &j->c->request;

	return (a->klass == OW_CLASSES || a->klass == q->klass) &&
	       (a->form > FORM_HOSTED || a->form == q->form) &&
	       (a->recipient == NULL || strcmp(a->recipient, q->recipient->id) == 0);
}

static bool is_whole(const struct approval *a)
{
	return a->have >= a->need;
}

static bool approval_fits(const struct judging *j, const struct approval *a)
{
	return is_whole(a) && is_asked(j, a);
}

static bool approval_covers(const struct approval *a, const struct item *item)
{
	for (size_t i = 0; i < a->covers.n; i++) {
		struct ow_id id;

		if (strncmp(a->covers.at[i], "sha256:", 7) == 0) {
			if (item->has_digest && ow_id_parse(a->covers.at[i], &id) &&
			    memcmp(&id, &item->digest, sizeof id) == 0)
				return true;
		} else if (strcmp(a->covers.at[i], item->id) == 0) {
			return true;
		}
	}
	return a->covers_all;
}

/* The approval that lets this component pass: NULL for none, and *ended where one has ended. */
static const struct approval *approval_of(const struct judging *j, const struct item *item,
					  const struct approval **ended)
{
	for (size_t i = 0; i < j->c->n_approvals; i++) {
		const struct approval *a = &j->c->approvals[i];

		if (!approval_fits(j, a) || !approval_covers(a, item))
			continue;
		if (a->valid_until >= j->time)
			return a;
		*ended = a;
	}
	return NULL;
}

static bool any_fits(const struct judging *j)
{
	for (size_t i = 0; i < j->c->n_approvals; i++) {
		if (approval_fits(j, &j->c->approvals[i]))
			return true;
	}
	return false;
}

/* The approval that would do, had as many signed it as it takes. */
static const struct approval *begun(const struct judging *j)
{
	for (size_t i = 0; i < j->c->n_approvals; i++) {
		if (!is_whole(&j->c->approvals[i]) && is_asked(j, &j->c->approvals[i]))
			return &j->c->approvals[i];
	}
	return NULL;
}

static void fire_approval(struct judging *j, const char *missing)
{
	const struct request *q = &j->c->request;
	const struct approval *part = begun(j);
	struct firing f = site_firing(j, RULE_APPROVAL, OW_SEVERITY_BLOCK, "section 8");

	f.fact =
	    judge_text(j, "class %s, recipient %s, form %s", ow_class_name((enum ow_class)q->klass),
		       q->recipient->id, form_words[q->form]);
	f.text = "no approval is for this class, recipient and form";
	if (j->c->approvals_scope == SCOPE_LIST && any_fits(j))
		f.text = judge_text(j, "no approval covers the content of %s", missing);
	else if (j->c->approvals_scope == SCOPE_LIST && part != NULL)
		f.text =
		    judge_text(j, "%u of %u approvals (%s): another approver has to say the same",
			       part->have, part->need, part->by);
	judge_fire(j, &f);
}

static void fire_expired(struct judging *j, const struct approval *a)
{
	struct firing f = site_firing(j, RULE_EXPIRED, OW_SEVERITY_BLOCK, "section 8");

	f.fact = judge_text(j, "approval %s, valid until %s", a->id, judge_date(j, a->valid_until));
	f.text = judge_text(j, "approval %s ended on %s", a->id, judge_date(j, a->valid_until));
	judge_fire(j, &f);
}

/* After how many days people look at the unit again: as the strictest licence asks of all that is in it or flows into
 * it.
 */
static unsigned review_days(const struct judging *j)
{
	unsigned days = LICENSE_REVIEW_LONGEST;

	for (size_t i = 0; i < j->c->n_items; i++) {
		const struct holding *h = &j->holdings[i];

		for (size_t k = 0; k < h->n_terms; k++) {
			unsigned one = license_review_days(h->terms[k].l);

			days = one < days ? one : days;
		}
		if (j->c->items[i].claim.state == TEXT_MODIFIED)
			days = LICENSE_REVIEW_SHORTEST;
	}
	return days;
}

/* An approval is a look at the licences, too; an old one blocks what leaves, and after a grace what is used inside. */
static void rule_of_review(struct judging *j)
{
	const uint64_t day = 86400;
	unsigned klass = j->c->request.klass;
	struct firing f = site_firing(j, RULE_EXPIRED, OW_SEVERITY_BLOCK, "section 8");
	uint64_t said = 0, days = review_days(j), late;

	for (size_t i = 0; i < j->c->n_approvals; i++) {
		const struct approval *a = &j->c->approvals[i];

		if (!approval_fits(j, a) || a->valid_until < j->time)
			continue;
		if (a->said == 0)
			return;
		said = a->said > said ? a->said : said;
	}
	if (said == 0 || j->time <= said || (j->time - said) / day < days)
		return;
	late = (j->time - said) / day - days;
	if (klass == OW_CLASS_RESEARCH ||
	    (klass == OW_CLASS_INTERNAL && late < j->c->review_grace_days))
		f.severity = OW_SEVERITY_WARN;
	f.fact = judge_text(j, "approved on %s, looked at again after %llu days",
			    judge_date(j, said), (unsigned long long)days);
	f.text = judge_text(j, "the licences were to be looked at again by %s",
			    judge_date(j, said + days * day));
	judge_fire(j, &f);
}

void rules_of_approval(struct judging *j)
{
	OW_AUTO(buf_done) struct buf missing = {0};
	const struct approval *last = NULL;
	size_t n = 0;

	if (j->c->approvals_scope == SCOPE_ALL)
		return;
	rule_of_review(j);
	for (size_t i = 0; i < j->c->n_items; i++) {
		const struct item *item = &j->c->items[i];
		const struct approval *ended = NULL;

		if (!item->shipped || approval_of(j, item, &ended) != NULL)
			continue;
		if (ended == NULL) {
			if (n++ < 5)
				buf_printf(&missing, "%s%s", n > 1 ? ", " : "", item->id);
		} else if (ended != last) {
			fire_expired(j, ended);
			last = ended;
		}
	}
	if (n > 5)
		buf_printf(&missing, " and %zu more", n - 5);
	j->a->failed = j->a->failed || missing.failed;
	if (n > 0)
		fire_approval(j, buf_str(&missing));
}

/* ---- recipient ---------------------------------------------------------------------------------------- */

void rules_of_recipient(struct judging *j)
{
	const struct party *p = j->c->request.recipient;
	uint64_t age_max = j->c->screening_max_age_days < UINT64_MAX / 86400
			       ? j->c->screening_max_age_days * 86400
			       : UINT64_MAX;
	/* a date that has not come says that nobody has screened yet */
	bool ahead = p->screened.known && p->screened.value > j->time;
	struct firing f = site_firing(j, RULE_SANCTION, OW_SEVERITY_BLOCK, "section 6");

	if (!j->outside || (p->screened.known && !ahead && j->time - p->screened.value <= age_max))
		return;
	f.fact = p->screened.known
		     ? judge_text(j, "%s: screened %s", p->id, judge_date(j, p->screened.value))
		     : judge_text(j, "%s: never screened", p->id);
	f.text = ahead ? judge_text(j, "the date of the screening of %s has not come", p->id)
		 : p->screened.known
		     ? judge_text(j, "the screening of %s is older than %llu days", p->id,
				  (unsigned long long)j->c->screening_max_age_days)
		     : judge_text(j, "%s was never screened", p->id);
	judge_fire(j, &f);
}

/* ---- programs of several parts -------------------------------------------------------------------------- */

static const struct term *term_that(const struct holding *h, bool copyleft)
{
	for (size_t i = 0; i < h->n_terms; i++) {
		const struct license *l = h->terms[i].l;

		if (l == NULL)
			continue;
		if (copyleft ? l->copyleft == COPYLEFT_STRONG || l->copyleft == COPYLEFT_NETWORK
			     : l->openness != OPENNESS_OPEN_SOURCE)
			return &h->terms[i];
	}
	return NULL;
}

/* A program under copyleft with one whose terms add restrictions. */
static void mix(struct judging *j, const struct item *free_item, const struct item *bound_item)
{
	const struct term *copyleft = term_that(&j->holdings[free_item->index], true);
	const struct term *bound = term_that(&j->holdings[bound_item->index], false);
	struct firing f = {.rule = RULE_GPLMIX,
			   .duty = DUTIES,
			   .cap = OW_CLASS_INTERNAL,
			   .severity = j->leaves ? OW_SEVERITY_BLOCK : OW_SEVERITY_INFO,
			   .component = free_item->id,
			   .holder = bound_item->id,
			   .step = SIZE_MAX};

	if (copyleft == NULL || bound == NULL)
		return;
	f.license = copyleft->id;
	f.clause = copyleft->l->clauses;
	f.fact = judge_text(j, "%s: %s", bound_item->id, bound->id);
	f.text =
	    judge_text(j, "one program of %s and %s: %s forbids the further restrictions of %s",
		       free_item->id, bound_item->id, copyleft->id, bound->id);
	f.extra = free_item->id;
	judge_fire(j, &f);
}

/* Every pair of code inside what is linked together, however far: the walk of the one that links holds them. */
void rules_of_relations(struct judging *j)
{
	for (size_t i = 0; i < j->lineage.n_links; i++) {
		const struct item *from = j->lineage.links[i]->from;

		if (i > 0 && j->lineage.links[i - 1]->from == from)
			continue;
		if (lineage_walk(&j->lineage, from, &j->err) < 0)
			return;
		j->path = NULL;
		for (size_t a = 0; a < j->lineage.n_steps; a++) {
			for (size_t b = 0; b < j->lineage.n_steps; b++) {
				const struct step *x = &j->lineage.steps[a],
						  *y = &j->lineage.steps[b];

				if (a != b && role_is_code(x->item->role) &&
				    role_is_code(y->item->role) && x->flow == FLOW_FULL &&
				    y->flow == FLOW_FULL)
					mix(j, x->item, y->item);
			}
		}
	}
}
