/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Obligations: which apply to a component under a licence, and whether each is met.
 */
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "policy/judge.h"

enum applies {
	APPLIES_ALWAYS,
	APPLIES_DERIVED,
	APPLIES_NOTICE, /* where upstream ships a NOTICE */
	APPLIES_MODEL,  /* to a model that is derived */
	APPLIES_DISPLAY,
	APPLIES_SOURCE,
	APPLIES_LINKED,
	APPLIES_NEVER /* by a rule of its own */
};

static const struct {
	enum applies applies;
	bool own_use; /* also where no copy leaves the entity */
	enum rule rule;
	const char *check;
} duties[DUTIES] = {
    [DUTY_COPY] = {APPLIES_ALWAYS, false, RULE_DUTY, "a copy of the licence text"},
    [DUTY_AUP] = {APPLIES_ALWAYS, false, RULE_DUTY, "a copy of the policy that the text refers to"},
    [DUTY_NOTICE_LINE] = {APPLIES_ALWAYS, false, RULE_DUTY, "the attribution line in NOTICE"},
    [DUTY_NOTICE_FILE] = {APPLIES_NOTICE, false, RULE_DUTY, "every line of the upstream NOTICE"},
    [DUTY_COPYRIGHT] = {APPLIES_ALWAYS, false, RULE_DUTY, "copyright and attribution notices"},
    [DUTY_CHANGES] = {APPLIES_DERIVED, false, RULE_DUTY, "a notice on every modified file"},
    [DUTY_CHANGEDOC] = {APPLIES_DERIVED, false, RULE_DUTY, "documentation of the changes"},
    [DUTY_PASSTHRU] = {APPLIES_ALWAYS, false, RULE_PASSTHRU,
		       "use restrictions as a term that binds the recipient"},
    [DUTY_NAME] = {APPLIES_MODEL, false, RULE_NAME, "the name that is published"},
    [DUTY_DISPLAY] = {APPLIES_DISPLAY, false, RULE_DISPLAY, "the text that is shown"},
    [DUTY_SOURCE] = {APPLIES_SOURCE, false, RULE_SOURCE, "corresponding source or a written offer"},
    [DUTY_RELINK] = {APPLIES_LINKED, false, RULE_DUTY, "a shared library or object files"},
    [DUTY_ATTR_CC] = {APPLIES_ALWAYS, false, RULE_DUTY, "credit, licence link and changes"},
    [DUTY_SHAREALIKE] = {APPLIES_DERIVED, false, RULE_DUTY, "the same licence on what is derived"},
    [DUTY_NOENDORSE] = {APPLIES_ALWAYS, false, RULE_DUTY, "no claim of endorsement"},
    [DUTY_DATA_ATTR] = {APPLIES_ALWAYS, false, RULE_DUTY, "credit to the source of the data"},
    [DUTY_REGISTER] = {APPLIES_ALWAYS, true, RULE_DUTY, "the registration with the licensor"},
    [DUTY_AGREEMENT] = {APPLIES_NEVER, true, RULE_DUTY, ""},
    [DUTY_UPDATE] = {APPLIES_ALWAYS, true, RULE_DUTY, "an effort to use the latest version"},
};

/* ---- which apply -------------------------------------------------------------------------------------- */

/* Whose product is above one of the thresholds of a display: 1, 0, or -1 where a figure is missing. */
static int party_displays(const struct party *p, const struct display *d)
{
	const struct {
		unsigned of;
		bool monthly;
		uint64_t max;
	} tests[] = {{SCALE_MAU, false, d->mau},
		     {SCALE_REVENUE, true, d->per_month},
		     {SCALE_REVENUE, false, d->per_year}};
	int result = 0;

	for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
		int above = tests[i].max == 0
				? 0
				: party_above(p, tests[i].of, tests[i].monthly, 0, tests[i].max);

		if (above > 0)
			return 1;
		if (above < 0)
			result = -1;
	}
	return result;
}

static bool display_applies(struct judging *j, const struct view *v)
{
	const struct display *d = &v->l->display;
	struct firing f =
	    view_firing(v, RULE_DISPLAY, NO_CAP, OW_SEVERITY_INFO, v->l->duties[DUTY_DISPLAY]);
	int own, theirs;

	if (d->mau == 0 && d->per_month == 0 && d->per_year == 0)
		return !d->derived_only || (view_derived(v) && role_is_model(v->component->role));
	own = party_displays(&j->c->organisation, d);
	theirs = j->outside ? party_displays(j->c->request.recipient, d) : 0;
	if (own > 0 || theirs > 0)
		return true;
	f.fact = judge_text(j, "%s%s%s", j->c->organisation.id, j->outside ? " and " : "",
			    j->outside ? j->c->request.recipient->id : "");
	f.text = "the product is below the size from which the name must be shown";
	if (own < 0 || theirs < 0) {
		f.severity = OW_SEVERITY_REVIEW;
		f.text = "a figure is missing that decides whether the name must be shown";
	}
	judge_fire(j, &f);
	return own < 0 || theirs < 0;
}

static bool has_source(unsigned role)
{
	return role == ROLE_RUNTIME_BINARY || role == ROLE_KERNEL || role == ROLE_CONVERTER_TOOL ||
	       role == ROLE_RETRIEVAL_INDEX || (role_is_model(role) && role != ROLE_NONE);
}

static bool applies(struct judging *j, const struct view *v, enum duty d)
{
	switch (duties[d].applies) {
	case APPLIES_ALWAYS:
		return true;
	case APPLIES_DERIVED:
		return view_derived(v);
	case APPLIES_NOTICE:
		return v->component->upstream_notice || v->notice;
	case APPLIES_MODEL:
		return view_derived(v) && role_is_model(v->component->role);
	case APPLIES_DISPLAY:
		return display_applies(j, v);
	case APPLIES_SOURCE:
		return has_source(v->component->role);
	case APPLIES_LINKED:
		return (v->came & CAME_LINKED) != 0;
	case APPLIES_NEVER:
		break;
	}
	return false;
}

/* ---- whether they are met ------------------------------------------------------------------------------- */

static bool is_gap(char c)
{
	return c == ' ' || c == '-' || c == '_';
}

/* 1 a letter, 2 a digit, 0 anything else. */
static int kind_of(char c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return 1;
	return c >= '0' && c <= '9' ? 2 : 0;
}

/* Does the name begin with the words, up to the end of one? Space, "-" and "_" are one. */
static bool name_begins(const char *name, const char *words)
{
	size_t i = 0;

	for (; words[i] != '\0'; i++) {
		if (is_gap(words[i]) ? !is_gap(name[i]) : strncasecmp(&name[i], &words[i], 1) != 0)
			return false;
	}
	/* "Llama 3" begins neither "Llama 31" nor does "Llama" begin "Llamas" */
	return i == 0 || kind_of(name[i]) == 0 || kind_of(name[i]) != kind_of(name[i - 1]);
}

/* Either name satisfies the other's duty too where one begins with the other. */
static bool contradict(const char *a, const char *b)
{
	return !name_begins(a, b) && !name_begins(b, a);
}

static bool shown(const struct judging *j, const struct texts *wanted)
{
	for (size_t i = 0; i < j->c->shows.n; i++) {
		for (size_t k = 0; k < wanted->n; k++) {
			if (strcmp(j->c->shows.at[i], wanted->at[k]) == 0)
				return true;
		}
	}
	return wanted->n == 0 && j->c->shows.n > 0;
}

static bool carried(const struct judging *j, const char *component, const char *license)
{
	for (size_t i = 0; i < j->c->n_terms; i++) {
		const struct carried *x = &j->c->terms[i];

		for (size_t k = 0; strcmp(x->component, component) == 0 && k < x->carries.n; k++) {
			if (strcasecmp(x->carries.at[k], license) == 0)
				return true;
		}
	}
	return false;
}

static bool is_met(const struct judging *j, const struct view *v, enum duty d)
{
	const char *id = v->component->id, *license = v->term->id;

	if (judge_is_unmet(j, d, id, license))
		return false;
	if (d == DUTY_COPY && v->text_missing)
		return false;
	if (d == DUTY_SOURCE && !v->component->source_available)
		return false;
	/* what can be seen counts for more than what is said to be met */
	if (d == DUTY_NAME && j->c->artifact_name != NULL)
		return name_begins(j->c->artifact_name, v->l->name_prefix);
	if (d == DUTY_DISPLAY && j->c->shows_given)
		return shown(j, &v->l->display.texts);
	if (d == DUTY_PASSTHRU && j->c->terms_given)
		return carried(j, id, license);
	return judge_is_met(j, d, id, license);
}

/* ---- saying ------------------------------------------------------------------------------------------- */

static const char *unmet_text(struct judging *j, const struct view *v, enum duty d)
{
	if (d == DUTY_NAME)
		return judge_text(j, "the name must begin with \"%s\"", v->l->name_prefix);
	if (d == DUTY_DISPLAY && v->l->display.texts.n > 0)
		return judge_text(j, "\"%s\" must be shown", v->l->display.texts.at[0]);
	if (d == DUTY_PASSTHRU)
		return "passthrough-missing: nothing binds the recipient to the use restrictions";
	return judge_text(j, "missing: %s", duties[d].check);
}

static void fire_unmet(struct judging *j, const struct view *v, enum duty d)
{
	struct firing f =
	    view_firing(v, duties[d].rule, NO_CAP,
			d == DUTY_UPDATE ? OW_SEVERITY_REVIEW : OW_SEVERITY_BLOCK, v->l->duties[d]);

	f.duty = d;
	f.text = unmet_text(j, v, d);
	if (d == DUTY_NAME)
		f.fact = judge_text(j, "artifact name: %s",
				    j->c->artifact_name == NULL ? "none" : j->c->artifact_name);
	judge_fire(j, &f);
}

/* Two names that no one name can begin with. The duties before this one of the same component are looked at. */
static void check_contradiction(struct judging *j, const struct view *v)
{
	for (size_t i = j->n_duties - 1; i-- > 0;) {
		const struct ow_obligation *o = &j->duties[i];
		const struct license *l;
		struct firing f;

		if (strcmp(o->component, v->component->id) != 0)
			break;
		l = strcmp(o->id, duty_name(DUTY_NAME)) == 0 ? license_find(j->set, o->license)
							     : NULL;
		if (l == NULL || !contradict(l->name_prefix, v->l->name_prefix))
			continue;
		f = view_firing(v, RULE_NAME, NO_CAP, OW_SEVERITY_BLOCK, v->l->duties[DUTY_NAME]);
		f.text = judge_text(j,
				    "no name can begin with \"%s\" and with \"%s\", which %s asks "
				    "for",
				    v->l->name_prefix, l->name_prefix, o->license);
		judge_fire(j, &f);
	}
}

void duty_of(struct judging *j, const struct view *v, enum duty d)
{
	bool met;

	if (v->l->duties[d] == NULL || j->runtime || (!j->leaves && !duties[d].own_use) ||
	    !applies(j, v, d))
		return;
	if (j->probe != NULL)
		j->probe->n_duties++;
	met = is_met(j, v, d);
	if (!met)
		fire_unmet(j, v, d);
	if (j->probe != NULL || j->err.code != OW_OK ||
	    mem_grow(&j->duties, j->n_duties, &j->cap_duties, sizeof j->duties[0], &j->err) < 0)
		return;
	j->duties[j->n_duties++] = (struct ow_obligation){.id = duty_name(d),
							  .component = v->component->id,
							  .license = v->term->id,
							  .clause = v->l->duties[d],
							  .check = duties[d].check,
							  .met = met};
	if (d == DUTY_NAME)
		check_contradiction(j, v);
}

void duties_of(struct judging *j, const struct view *v)
{
	for (unsigned d = 0; d < DUTIES; d++)
		duty_of(j, v, (enum duty)d);
}
