/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What an item's ancestors do to it as a whole: teachers that forbid, licences that want to be the only one, terms
 * that its own licence cannot carry.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "policy/judge.h"

static int add(struct descents *d, const struct descent *found, struct ow_error *err)
{
	for (size_t i = 0; i < d->n; i++) {
		if (d->at[i].rule == found->rule &&
		    strcasecmp(d->at[i].license, found->license) == 0)
			return 0;
	}
	if (mem_grow(&d->at, d->n, &d->cap, sizeof d->at[0], err) < 0)
		return err->code;
	d->at[d->n++] = *found;
	return 0;
}

static bool holds(const struct holding *h, const char *license)
{
	for (size_t i = 0; i < h->n_terms; i++) {
		if (strcasecmp(h->terms[i].id, license) == 0)
			return true;
	}
	return false;
}

/* ---- teachers ----------------------------------------------------------------------------------------- */

/* Does the step lead to a model that the item is made from, by edges alone? */
static bool is_made_from(const struct step *s)
{
	return s->length > 0 && s->flow == FLOW_FULL && (s->came & (CAME_LINKED | CAME_VOCAB)) == 0;
}

/* Which of the items walked over carry a licence themselves or from what they are made from: by index. */
static void mark_carriers(const struct judging *j, const char *license, bool *carries)
{
	const struct lineage *l = &j->lineage;

	for (bool more = true; more;) {
		more = false;
		/* the farthest first, so that one pass is enough but for odd shapes */
		for (size_t i = l->n_steps; i-- > 0;) {
			const struct item *item = l->steps[i].item;
			bool now = holds(&j->holdings[item->index], license);

			for (size_t k = 0; !now && k < item->n_edges; k++)
				now = item->edges[k].kind <= EDGE_MERGE_OF &&
				      item->edges[k].parent != NULL &&
				      carries[item->edges[k].parent->index];
			more = more || (now && !carries[item->index]);
			carries[item->index] = carries[item->index] || now;
		}
	}
}

/* Is the item in the teacher's family: is every model it is made from, and one at least, under the teacher's own
 * licence? 1, 0, or < 0.
 */
static int in_family(const struct judging *j, const char *license, struct ow_error *err)
{
	const struct lineage *l = &j->lineage;
	OW_AUTO(mem_free) bool *carries = mem_array(j->c->n_items, sizeof(bool), err);
	int some = 0;

	if (carries == NULL)
		return err->code;
	mark_carriers(j, license, carries);
	for (size_t i = 0; i < l->n_steps; i++) {
		const struct item *item = l->steps[i].item;

		if (i > 0 && !is_made_from(&l->steps[i]))
			continue;
		if (i > 0 && !carries[item->index])
			return 0;
		some = i > 0 ? 1 : some;
		for (size_t k = 0; k < item->n_edges; k++) {
			if (item->edges[k].kind <= EDGE_MERGE_OF && item->edges[k].parent == NULL)
				return 0;
		}
	}
	return some;
}

/* A teacher whose terms may forbid what was done with its outputs. */
static int check_teacher(struct judging *j, const struct item *teacher, const struct term *t,
			 struct descents *out, struct ow_error *err)
{
	struct descent d = {
	    .rule = RULE_OUTTRAIN, .cap = OW_CLASS_QUARANTINE, .license = t->id, .holder = teacher};
	int family;

	if (t->l == NULL || (t->l->outputs & OUTPUTS_FORBID) == 0)
		return 0;
	family = in_family(j, t->id, err);
	if (family != 0)
		return family < 0 ? family : 0;
	d.clause = t->l->outputs_clause;
	d.text = judge_text(
	    j, "%s was trained on outputs of %s, whose terms allow that for its own family alone",
	    j->lineage.steps[0].item->id, teacher->id);
	return add(out, &d, err);
}

static int find_teachers(struct judging *j, struct descents *out, struct ow_error *err)
{
	const struct lineage *l = &j->lineage;

	if (!role_is_model(l->steps[0].item->role))
		return 0;
	for (size_t i = 1; i < l->n_steps; i++) {
		const struct holding *h = &j->holdings[l->steps[i].item->index];

		for (size_t k = 0; l->steps[i].flow == FLOW_TAUGHT && k < h->n_terms; k++) {
			if (check_teacher(j, l->steps[i].item, &h->terms[k], out, err) < 0)
				return err->code;
		}
	}
	return 0;
}

/* ---- licences that want to be the only one ---------------------------------------------------------------- */

/* What may be put under another licence, one way. */
static const struct {
	const char *from, *to;
} compatible[] = {
    {"CC-BY-SA-4.0", "GPL-3.0-only"},
    {"CC-BY-SA-4.0", "GPL-3.0-or-later"},
    {"CC-BY-SA-3.0", "CC-BY-SA-4.0"},
    {"CC-BY-NC-SA-2.0", "CC-BY-NC-SA-3.0"},
    {"CC-BY-NC-SA-2.0", "CC-BY-NC-SA-4.0"},
    {"CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0"},
    {"GPL-2.0-or-later", "GPL-2.0-only"},
    {"GPL-2.0-or-later", "GPL-3.0-only"},
    {"GPL-2.0-or-later", "GPL-3.0-or-later"},
    {"GPL-3.0-or-later", "GPL-3.0-only"},
    {"GPL-3.0-only", "AGPL-3.0-only"},
    {"GPL-3.0-or-later", "AGPL-3.0-only"},
    {"LGPL-2.1-only", "GPL-2.0-only"},
    {"LGPL-2.1-only", "GPL-2.0-or-later"},
    {"LGPL-2.1-only", "GPL-3.0-only"},
    {"LGPL-2.1-only", "GPL-3.0-or-later"},
    {"LGPL-2.1-or-later", "LGPL-2.1-only"},
    {"LGPL-2.1-or-later", "LGPL-3.0-or-later"},
    {"LGPL-2.1-or-later", "GPL-2.0-only"},
    {"LGPL-2.1-or-later", "GPL-2.0-or-later"},
    {"LGPL-2.1-or-later", "GPL-3.0-only"},
    {"LGPL-2.1-or-later", "GPL-3.0-or-later"},
    {"LGPL-3.0-or-later", "GPL-3.0-only"},
    {"LGPL-3.0-or-later", "GPL-3.0-or-later"},
    {"LGPL-3.0-or-later", "AGPL-3.0-only"},
    {"MPL-2.0", "GPL-2.0-only"},
    {"MPL-2.0", "GPL-2.0-or-later"},
    {"MPL-2.0", "GPL-3.0-only"},
    {"MPL-2.0", "GPL-3.0-or-later"},
    {"MPL-2.0", "LGPL-2.1-or-later"},
    {"MPL-2.0", "LGPL-3.0-or-later"},
    {"MPL-2.0", "AGPL-3.0-only"},
    {"EUPL-1.1", "GPL-2.0-only"},
    {"EUPL-1.1", "OSL-3.0"},
    {"EUPL-1.1", "EPL-1.0"},
    {"EUPL-1.1", "EUPL-1.2"},
    {"EUPL-1.2", "GPL-2.0-only"},
    {"EUPL-1.2", "GPL-3.0-only"},
    {"EUPL-1.2", "AGPL-3.0-only"},
    {"EUPL-1.2", "OSL-3.0"},
    {"EUPL-1.2", "EPL-1.0"},
    {"EUPL-1.2", "CC-BY-SA-3.0"},
    {"EUPL-1.2", "MPL-2.0"},
    {"EUPL-1.2", "LGPL-2.1-only"},
    {"EUPL-1.2", "LGPL-3.0-or-later"},
};

static bool may_become(const char *from, const char *to)
{
	if (strcasecmp(from, to) == 0)
		return true;
	for (size_t i = 0; i < sizeof compatible / sizeof compatible[0]; i++) {
		if (strcasecmp(compatible[i].from, from) == 0 &&
		    strcasecmp(compatible[i].to, to) == 0)
			return true;
	}
	return false;
}

static bool same_terms(const struct license *l)
{
	return l != NULL && (l->copyleft == COPYLEFT_SHARE_ALIKE || l->copyleft == COPYLEFT_WEAK ||
			     l->copyleft == COPYLEFT_STRONG || l->copyleft == COPYLEFT_NETWORK);
}

static bool own_may_be(const struct holding *own, const char *license)
{
	for (size_t i = 0; i < own->n_terms; i++) {
		if (may_become(license, own->terms[i].id))
			return true;
	}
	return false;
}

static int check_alone(struct judging *j, const struct item *holder, const struct term *t,
		       const struct term *first, struct descents *out, struct ow_error *err)
{
	const struct holding *own = &j->holdings[j->lineage.steps[0].item->index];
	struct descent d = {.cap = OW_CLASS_INTERNAL,
			    .sharing = true,
			    .license = t->id,
			    .clause = t->l->clauses,
			    .holder = holder};

	if (first != NULL && !may_become(t->id, first->id) && !may_become(first->id, t->id)) {
		d.rule = RULE_2COPYLEFT;
		d.text =
		    judge_text(j, "%s and %s both want what is derived to be under their own terms",
			       first->id, t->id);
		return add(out, &d, err);
	}
	if (own_may_be(own, t->id))
		return 0;
	d.rule = RULE_SAMETERMS;
	d.text = judge_text(j, "what is derived must be under %s, and %s is under %s", t->id,
			    j->lineage.steps[0].item->id, own->expression);
	return add(out, &d, err);
}

/* Is the item derived along this step, so that terms for derivatives bind it? */
static bool is_derived_by(const struct step *s)
{
	return is_made_from(s) && (s->came & (CAME_TUNED | CAME_CONVERTED)) != 0;
}

static int find_same_terms(struct judging *j, struct descents *out, struct ow_error *err)
{
	const struct lineage *l = &j->lineage;
	const struct term *first = NULL;

	for (size_t i = 1; i < l->n_steps; i++) {
		const struct holding *h = &j->holdings[l->steps[i].item->index];

		for (size_t k = 0; is_derived_by(&l->steps[i]) && k < h->n_terms; k++) {
			const struct term *t = &h->terms[k];

			if (!same_terms(t->l))
				continue;
			if (check_alone(j, l->steps[i].item, t, first, out, err) < 0)
				return err->code;
			if (first == NULL)
				first = t;
		}
	}
	return 0;
}

/* ---- restrictions that the item's own licence lets anybody drop -------------------------------------------- */

static bool drops_restrictions(const struct term *t)
{
	return strncasecmp(t->id, "GPL-", 4) == 0 || strncasecmp(t->id, "AGPL-", 5) == 0;
}

static bool binds_recipients(const struct license *l)
{
	return l != NULL && (l->passthrough == PASS_TERM || l->passthrough == PASS_SIMILAR) &&
	       l->duties[DUTY_PASSTHRU] != NULL;
}

static int find_dropped(struct judging *j, struct descents *out, struct ow_error *err)
{
	const struct lineage *l = &j->lineage;
	const struct holding *own = &j->holdings[l->steps[0].item->index];
	const struct term *gpl = NULL;

	for (size_t i = 0; i < own->n_terms && gpl == NULL; i++)
		gpl = drops_restrictions(&own->terms[i]) ? &own->terms[i] : NULL;
	for (size_t i = 1; gpl != NULL && i < l->n_steps; i++) {
		const struct holding *h = &j->holdings[l->steps[i].item->index];
		enum flow flow = l->steps[i].flow;

		for (size_t k = 0; k < h->n_terms; k++) {
			const struct term *t = &h->terms[k];
			struct descent d = {.rule = RULE_PASSTHRU,
					    .cap = OW_CLASS_INTERNAL,
					    .sharing = true,
					    .license = t->id,
					    .holder = l->steps[i].item};

			if (!binds_recipients(t->l) ||
			    !(flow == FLOW_FULL ||
			      (flow == FLOW_TAUGHT && (t->l->outputs & OUTPUTS_FULL) != 0)))
				continue;
			d.clause = t->l->duties[DUTY_PASSTHRU];
			d.text = judge_text(j,
					    "further-restriction: %s lets recipients drop the use "
					    "restrictions that must bind them",
					    gpl->id);
			if (add(out, &d, err) < 0)
				return err->code;
		}
	}
	return 0;
}

int descent_find(struct judging *j, const struct item *item, struct descents *out,
		 struct ow_error *err)
{
	if (item->n_edges == 0)
		return 0;
	if (lineage_walk(&j->lineage, item, err) < 0 || find_teachers(j, out, err) < 0 ||
	    find_same_terms(j, out, err) < 0)
		return err->code;
	return find_dropped(j, out, err);
}

/* The step of the walk at hand that leads to an item; the one given where none does. */
static size_t step_to(const struct lineage *l, const struct item *item, size_t otherwise)
{
	for (size_t i = 0; i < l->n_steps; i++) {
		if (l->steps[i].item == item && l->steps[i].flow <= FLOW_TAUGHT)
			return i;
	}
	return otherwise;
}

void descent_fire(struct judging *j, const struct item *component, size_t step,
		  const struct descents *found)
{
	for (size_t i = 0; i < found->n; i++) {
		const struct descent *d = &found->at[i];
		struct firing f = {.rule = d->rule,
				   .duty = DUTIES,
				   .cap = d->cap,
				   .severity = d->sharing && !j->leaves ? OW_SEVERITY_INFO
									: OW_SEVERITY_BLOCK,
				   .component = component->id,
				   .license = d->license,
				   .clause = d->clause,
				   .text = d->text,
				   .holder = d->holder->id,
				   .step = step_to(&j->lineage, d->holder, step)};

		judge_fire(j, &f);
	}
}
