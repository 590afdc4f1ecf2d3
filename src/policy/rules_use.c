/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Permissions and purposes: what a licence lets be done with what is under it.
 */
#include <string.h>
#include <strings.h>

#include "policy/judge.h"

/* "the profile says no" where a text was read, "nobody has read" where not */
static const char *permit_text(unsigned permit)
{
	return permit == PERMIT_NO ? "not permitted" : "not known to be permitted";
}

static bool withheld(unsigned permit)
{
	return permit == PERMIT_NO || permit == PERMIT_UNKNOWN;
}

/* How much a limit to non-commercial use stops this request. */
static enum ow_severity commercial_severity(const struct judging *j, const struct view *v)
{
	switch (judge_commercial(j)) {
	case COMMERCIAL_YES:
		return OW_SEVERITY_BLOCK;
	case COMMERCIAL_NO:
		return OW_SEVERITY_INFO;
	case COMMERCIAL_UNKNOWN:
		return OW_SEVERITY_REVIEW;
	case COMMERCIAL_OWN_RESEARCH:
		break;
	}
	switch (judge_interpretation(j, 1, v->term->id, v->component->id, v->holder->id)) {
	case 1:
		return OW_SEVERITY_INFO;
	case 0:
		return OW_SEVERITY_BLOCK;
	default:
		return OW_SEVERITY_REVIEW;
	}
}

static const char *commercial_fact(struct judging *j)
{
	static const char *const says[] = {"not commercial", "commercial", "unknown"};
	const struct party *own = &j->c->organisation, *to = j->c->request.recipient;

	if (!j->leaves)
		return judge_text(j, "%s: commercial %s", own->id,
				  own->commercial == TRI_YES  ? "true"
				  : own->commercial == TRI_NO ? "false"
							      : "unknown");
	return judge_text(j, "%s: %s; %s: %s, purpose %s", own->id,
			  own_commercial(j) ? "commercial" : "not commercial", to->id,
			  says[to->commercial], intent_words[to->intent]);
}

static void fire_commercial(struct judging *j, const struct view *v, enum rule rule,
			    const char *clause, const char *text)
{
	unsigned cap = own_commercial(j) ? OW_CLASS_RESEARCH : NO_CAP;
	struct firing f = view_firing(v, rule, cap, commercial_severity(j, v), clause);

	if (cap == NO_CAP && f.severity == OW_SEVERITY_INFO)
		return;
	f.fact = commercial_fact(j);
	f.text = text;
	judge_fire(j, &f);
}

void rules_of_purpose(struct judging *j, const struct view *v)
{
	const struct license *l = v->l;

	if (license_non_commercial(l))
		fire_commercial(j, v, RULE_NC, l->nc_clause != NULL ? l->nc_clause : l->clauses,
				"the terms allow non-commercial use or research alone");
	else if (l->permits[MAY_USE_COMMERCIALLY] == PERMIT_UNKNOWN)
		fire_commercial(j, v, RULE_PERM, l->clauses,
				"commercial use is not known to be permitted");
	if (l->companies_clause != NULL && own_commercial(j)) {
		struct firing f = view_firing(v, RULE_FIELD, OW_CLASS_QUARANTINE, OW_SEVERITY_BLOCK,
					      l->companies_clause);

		f.fact = commercial_fact(j);
		f.text = "what a company does, its research too, lies outside the purposes that "
			 "the terms allow";
		judge_fire(j, &f);
	}
}

/* ---- sharing ------------------------------------------------------------------------------------------ */

static void fire_sharing(struct judging *j, const struct view *v, enum rule rule, const char *text)
{
	struct firing f =
	    view_firing(v, rule, OW_CLASS_INTERNAL,
			j->leaves ? OW_SEVERITY_BLOCK : OW_SEVERITY_INFO, v->l->clauses);

	f.text = text;
	judge_fire(j, &f);
}

static void share_derived(struct judging *j, const struct view *v)
{
	static const struct {
		unsigned came;
		enum permission permission;
		const char *what;
	} forms[] = {
	    {CAME_TUNED, MAY_SHARE_FINE_TUNED, "fine-tuned copy"},
	    {CAME_CONVERTED, MAY_SHARE_QUANTIZED, "quantized or converted copy"},
	};

	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		unsigned permit = v->l->permits[forms[i].permission];

		if ((v->came & forms[i].came) != 0 && withheld(permit))
			fire_sharing(j, v, RULE_PERM,
				     judge_text(j, "sharing a %s is %s", forms[i].what,
						permit_text(permit)));
	}
}

static void rules_of_sharing(struct judging *j, const struct view *v)
{
	unsigned share = v->l->permits[MAY_REDISTRIBUTE], derive = v->l->permits[MAY_DERIVE];

	if (withheld(share))
		fire_sharing(j, v, RULE_PERM,
			     judge_text(j, "redistribution is %s", permit_text(share)));
	if (!view_derived(v))
		return;
	if (derive == PERMIT_NO)
		fire_sharing(j, v, RULE_NODERIV,
			     "a modified copy may not be shared under these terms");
	else if (derive == PERMIT_UNKNOWN)
		fire_sharing(j, v, RULE_PERM, "derivatives are not known to be permitted");
	else if (!withheld(share))
		share_derived(j, v);
}

/* ---- the declared purpose ----------------------------------------------------------------------------- */

static void rules_of_field(struct judging *j, const struct view *v)
{
	unsigned purpose = j->c->request.purpose;
	struct firing f;

	if (purpose >= PURPOSE_FIELDS || !v->l->fields.restricted ||
	    (v->l->fields.frees >> purpose & 1) != 0)
		return;
	f = view_firing(v, RULE_FIELD, NO_CAP, OW_SEVERITY_REVIEW, v->l->fields.clause);
	f.fact = judge_text(j, "request purpose %s", purpose_words[purpose]);
	f.text = "the text restricts uses and does not say whether this is one of them";
	if ((v->l->fields.forbids >> purpose & 1) != 0) {
		f.severity = OW_SEVERITY_BLOCK;
		f.text = judge_text(j, "the text forbids %s use", purpose_words[purpose]);
	}
	judge_fire(j, &f);
}

/* The materials themselves may not serve a competing model either. */
void rules_of_competition(struct judging *j, const struct view *v)
{
	struct firing f;

	if (j->c->request.purpose != PURPOSE_TRAIN_COMPETING ||
	    (v->l->outputs & OUTPUTS_FORBID) == 0)
		return;
	f = view_firing(v, RULE_OUTTRAIN, NO_CAP, OW_SEVERITY_BLOCK, v->l->outputs_clause);
	f.fact = "request purpose train-model:competing";
	f.text = "neither the materials nor their outputs may train a competing model";
	judge_fire(j, &f);
}

static void rules_of_measures(struct judging *j, const struct view *v)
{
	struct firing f;

	if (!j->c->request.locked || v->l->drm_clause == NULL || !j->leaves)
		return;
	f = view_firing(v, RULE_DRM, NO_CAP, OW_SEVERITY_BLOCK, v->l->drm_clause);
	f.text = "the copy is wrapped in measures that keep the recipient from what the licence "
		 "gives";
	judge_fire(j, &f);
}

void rules_of_use(struct judging *j, const struct view *v)
{
	rules_of_purpose(j, v);
	rules_of_sharing(j, v);
	rules_of_field(j, v);
	rules_of_competition(j, v);
	rules_of_measures(j, v);
}

/* ---- a licence that reaches others ------------------------------------------------------------------------ */

static void reach_models(struct judging *j, const struct view *v)
{
	for (size_t i = 0; i < j->c->n_items; i++) {
		const struct item *m = &j->c->items[i];
		struct firing f;

		if (!m->shipped || m->published || !role_is_model(m->role))
			continue;
		f = view_firing(v, RULE_REACH, OW_CLASS_QUARANTINE, OW_SEVERITY_BLOCK,
				v->l->reach_clause);
		f.fact = judge_text(j, "%s: published false", m->id);
		f.text = judge_text(j, "every model used with %s must be published, and %s is not",
				    v->component->id, m->id);
		f.extra = m == v->component ? NULL : m->id;
		judge_fire(j, &f);
	}
}

void rules_of_reach(struct judging *j, const struct view *v)
{
	struct firing f;

	if (v->l->reach == REACH_MODELS)
		reach_models(j, v);
	if (v->l->reach != REACH_HOSTED || j->c->request.form != FORM_HOSTED)
		return;
	f = view_firing(v, RULE_REACH, NO_CAP, OW_SEVERITY_BLOCK, v->l->reach_clause);
	f.fact = "request form hosted";
	f.text = "offered as a service, the programs around it fall under the same licence";
	judge_fire(j, &f);
}
