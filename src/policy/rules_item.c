/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is asked of every item that terms come from: its text, its lineage, its gate, the data it was trained on.
 */
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "policy/judge.h"
#include "policy/license_diff.h"

const char *term_trouble(struct judging *j, const struct term *t, bool concluded)
{
	if (strcmp(t->id, "NONE") == 0)
		return "the author says that there is no licence";
	if (strcmp(t->id, "NOASSERTION") == 0)
		return "nobody has looked for a licence";
	if (t->l == NULL)
		return judge_text(j, "%s has no profile", t->id);
	if (t->l->confidence == CONFIDENCE_LOW && !concluded)
		return judge_text(j, "what is known of %s was not read in its text", t->id);
	return NULL;
}

struct at {
	const struct item *component, *item;
	const struct holding *h;
	size_t step;
};

static struct firing at_firing(const struct at *at, enum rule rule, unsigned cap,
			       enum ow_severity severity)
{
	return (struct firing){.rule = rule,
			       .duty = DUTIES,
			       .cap = cap,
			       .severity = severity,
			       .component = at->component->id,
			       .license = at->h->license,
			       .clause = "section 6",
			       .holder = at->item->id,
			       .step = at->step};
}

/* ---- the text ------------------------------------------------------------------------------------------ */

static const char *text_fact(struct judging *j, const struct at *at)
{
	const struct claim *claim = &at->item->claim;

	return judge_text(j, "%s: declared %s%s, text %s%s%s", at->item->id,
			  claim->declared.n > 0 ? claim->declared.at[0] : "nothing",
			  claim->declared.n > 1 ? " and others" : "",
			  claim->found != NULL ? claim->found : "none",
			  claim->found_in != NULL ? " in " : "",
			  claim->found_in != NULL ? claim->found_in : "");
}

static void fire_text(struct judging *j, const struct at *at, enum rule rule, const char *license,
		      const char *why)
{
	struct firing f = at_firing(at, rule, OW_CLASS_QUARANTINE, OW_SEVERITY_BLOCK);

	f.license = license;
	f.fact = text_fact(j, at);
	f.text = why;
	judge_fire(j, &f);
}

static void text_rules(struct judging *j, const struct at *at)
{
	const struct holding *h = at->h;

	if (h->trouble != TROUBLE_NONE)
		fire_text(j, at, h->trouble == TROUBLE_MISMATCH ? RULE_MISMATCH : RULE_NOTEXT,
			  h->license, h->why);
	for (size_t i = 0; i < h->n_terms; i++) {
		const char *why = term_trouble(j, &h->terms[i], h->concluded);

		if (why != NULL)
			fire_text(j, at, RULE_NOTEXT, h->terms[i].id, why);
	}
}

static void election_rule(struct judging *j, const struct at *at)
{
	struct firing f = at_firing(at, RULE_OR, NO_CAP, OW_SEVERITY_REVIEW);

	if (at->h->n_ways < 2)
		return;
	f.clause = "section 3";
	f.text = judge_text(j, "nobody has elected a branch; judged as %s, which is proposed",
			    at->h->proposed);
	judge_fire(j, &f);
}

/* ---- drift -------------------------------------------------------------------------------------------- */

static void drift_rule(struct judging *j, const struct at *at)
{
	struct firing f = at_firing(at, RULE_DRIFT, NO_CAP, OW_SEVERITY_WARN);
	OW_AUTO(buf_done) struct buf how = {0};
	const struct license *old, *now;

	if (at->h->drift_to == NULL)
		return;
	old = license_find(j->set, at->h->drift_old);
	now = license_find(j->set, at->h->drift_to);
	f.clause = "section 9";
	f.license = at->h->drift_old;
	if (old == NULL || now == NULL || license_shifts(old, now, &how) == 0)
		buf_text(&how, "unclear");
	f.text = judge_text(j, "upstream carries %s now (%s)", at->h->drift_to, buf_str(&how));
	if (at->h->drift_elected) {
		f.severity = OW_SEVERITY_INFO;
		f.text = judge_text(j, "%s, and that text was elected", f.text);
	} else if (old != NULL && old->update_clause != NULL) {
		f.severity = OW_SEVERITY_REVIEW;
		f.clause = old->update_clause;
		f.text =
		    judge_text(j, "%s, and an update clause applies it to what is held", f.text);
	}
	judge_fire(j, &f);
}

static void ended_rule(struct judging *j, const struct at *at)
{
	struct firing f = at_firing(at, RULE_PROVIDER_TERM, OW_CLASS_QUARANTINE, OW_SEVERITY_BLOCK);

	if (!at->item->terminated)
		return;
	f.text = "the end of the licence is on record";
	judge_fire(j, &f);
}

/* ---- lineage ------------------------------------------------------------------------------------------ */

static void fire_lineage(struct judging *j, const struct at *at, const char *extra, const char *why)
{
	struct firing f = at_firing(at, RULE_LINEAGE, OW_CLASS_RESEARCH, OW_SEVERITY_WARN);

	f.clause = "section 4.3";
	f.extra = extra;
	f.text = judge_text(j, "lineage-incomplete: %s", why);
	judge_fire(j, &f);
}

/* No claim, no edge: what names no base is told, and judged by its own licence. */
static void tell_unnamed(struct judging *j, const struct at *at)
{
	struct firing f = at_firing(at, RULE_LINEAGE, NO_CAP, OW_SEVERITY_INFO);

	f.clause = "section 4.3";
	f.text = judge_text(j, "%s says that it was made from another model and names none",
			    at->item->id);
	judge_fire(j, &f);
}

static bool is_derived(const struct item *i)
{
	for (size_t k = 0; k < i->n_edges; k++) {
		if (i->edges[k].kind <= EDGE_MERGE_OF)
			return true;
	}
	return false;
}

static void lineage_rules(struct judging *j, const struct at *at)
{
	bool has_base = at->item->role != ROLE_ADAPTER;

	for (size_t i = 0; i < at->item->n_edges; i++) {
		const struct edge *e = &at->item->edges[i];

		has_base = has_base || e->kind == EDGE_ADAPTER_OF;
		if (e->kind == EDGE_TRAINED_ON)
			continue;
		if (e->parent == NULL)
			fire_lineage(j, at, "unknown",
				     judge_text(j, "a parent of %s is not known", at->item->id));
		else if (!e->parent->shipped && !e->parent->in_store)
			fire_lineage(
			    j, at, e->parent->id,
			    judge_text(j, "%s, from which %s comes, is not in the store",
				       e->parent->name != NULL ? e->parent->name : e->parent->id,
				       at->item->id));
	}
	if (!has_base)
		fire_lineage(j, at, NULL,
			     judge_text(j, "the adapter %s names no base", at->item->id));
	if (at->item->unnamed_base && !is_derived(at->item))
		tell_unnamed(j, at);
	if (j->lineage.in_circle[at->item->index])
		fire_lineage(j, at, NULL,
			     judge_text(j, "%s comes from itself in a circle", at->item->id));
}

/* ---- gate --------------------------------------------------------------------------------------------- */

static void gate_rule(struct judging *j, const struct at *at)
{
	const char *own = j->c->organisation.id, *other = NULL;
	const struct acceptance *ended = NULL;
	struct firing f = at_firing(at, RULE_GATE, NO_CAP, OW_SEVERITY_BLOCK);

	if (!at->item->gated || j->c->gates_scope == SCOPE_ALL)
		return;
	for (size_t i = 0; j->c->gates_scope == SCOPE_LIST && i < j->c->n_gates; i++) {
		const struct acceptance *x = &j->c->gates[i];
		bool ours = strcmp(x->entity, own) == 0;

		if (strcmp(x->component, at->item->id) != 0)
			continue;
		if (ours && x->valid_until >= j->time)
			return;
		if (ours && (ended == NULL || x->valid_until > ended->valid_until))
			ended = x;
		if (!ours && (other == NULL || strcmp(x->entity, other) < 0))
			other = x->entity;
	}
	f.text = ended != NULL ? judge_text(j, "the acceptance by %s ended on %s", own,
					    judge_date(j, ended->valid_until))
		 : other != NULL
		     ? judge_text(j, "the acceptance on record binds %s and not %s", other, own)
		     : judge_text(j, "upstream is gated and no acceptance by %s is on record", own);
	judge_fire(j, &f);
}

/* ---- data --------------------------------------------------------------------------------------------- */

/* The level at which a data set's terms raise a risk for this request; RISK_OFF: none. */
static unsigned risk_level(const struct judging *j, const struct term *t, const char **clause)
{
	bool wide = j->c->request.klass >= OW_CLASS_CUSTOMER;
	unsigned level = j->c->risk;

	*clause = "section 4.3";
	if (level == RISK_APPROVE && !wide)
		level = RISK_ADVISE;
	if (t->l == NULL || t->l->training == TRAINING_SILENT)
		return level;
	*clause = t->l->training_clause;
	if (t->l->training == TRAINING_FREE)
		return RISK_OFF;
	return wide && level < RISK_APPROVE ? RISK_APPROVE : level;
}

static void risk_rule(struct judging *j, const struct at *at, const struct term *t)
{
	static const enum ow_severity severities[] = {[RISK_OFF] = OW_SEVERITY_INFO,
						      [RISK_ADVISE] = OW_SEVERITY_WARN,
						      [RISK_APPROVE] = OW_SEVERITY_REVIEW,
						      [RISK_BLOCK] = OW_SEVERITY_BLOCK};
	struct firing f = at_firing(at, RULE_PROVENANCE, NO_CAP, OW_SEVERITY_INFO);
	unsigned level = risk_level(j, t, &f.clause);

	if (level == RISK_OFF)
		return;
	f.license = t->id;
	f.severity = severities[level];
	f.text = judge_text(j, "trained on %s, whose terms do not free the models trained on it",
			    at->item->id);
	switch (judge_interpretation(j, 0, t->id, at->component->id, at->item->id)) {
	case 1:
		f.severity = OW_SEVERITY_INFO;
		f.text = judge_text(j, "%s; a person has accepted the risk", f.text);
		break;
	case 0:
		f.severity = OW_SEVERITY_BLOCK;
		f.text = judge_text(j, "%s; a person has not accepted the risk", f.text);
		break;
	default:
		break;
	}
	judge_fire(j, &f);
}

static void data_rules(struct judging *j, const struct at *at)
{
	static const struct term unknown = {.id = "NOASSERTION"};

	for (size_t i = 0; i < at->h->n_terms; i++)
		risk_rule(j, at, &at->h->terms[i]);
	if (at->h->n_terms == 0)
		risk_rule(j, at, &unknown);
}

/* ---- all of it ---------------------------------------------------------------------------------------- */

/* Does a teacher's licence say anything of what is trained on its outputs? */
static bool teaches_terms(const struct holding *h)
{
	for (size_t i = 0; i < h->n_terms; i++) {
		if (h->terms[i].l == NULL || h->terms[i].l->outputs != 0)
			return true;
	}
	return h->n_terms == 0;
}

void rules_of_item(struct judging *j, const struct item *component, size_t step)
{
	const struct step *s = &j->lineage.steps[step];
	struct at at = {component, s->item, &j->holdings[s->item->index], step};
	bool known = s->item->shipped || s->item->in_store || at.h->has_facts;

	if (s->flow == FLOW_DATA) {
		data_rules(j, &at);
		return;
	}
	if (s->flow == FLOW_OUTPUT)
		return;
	lineage_rules(j, &at);
	if (!known || (s->flow == FLOW_TAUGHT && !teaches_terms(at.h)))
		return;
	text_rules(j, &at);
	election_rule(j, &at);
	ended_rule(j, &at);
	drift_rule(j, &at);
	gate_rule(j, &at);
}
