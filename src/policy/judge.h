/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One decision while it is made: what the rules look at, and where they say what they found.
 */
#ifndef OW_POLICY_JUDGE_H
#define OW_POLICY_JUDGE_H

#include <owstore/policy.h>

#include "policy/lineage.h"
#include "policy/rules.h"

enum {
	NO_CAP = OW_CLASS_REDISTRIBUTABLE
};

/* A reason with what it is sorted by. */
struct found_reason {
	struct ow_reason r;
	unsigned order; /* of the rule */
};

/* What trying one way of an expression would come to. */
struct probe {
	unsigned cap;
	enum ow_severity severity;
	size_t n_duties;
};

/* What an item's own ancestors do to it: teachers that forbid, same-terms licences, terms that its own licence cannot
 * carry. Found once for each item by a walk of its own, and said for each component that comes from it.
 */
struct descent {
	enum rule rule;
	unsigned cap;
	bool sharing; /* bites only where a copy leaves the entity */
	const char *license, *clause, *text;
	const struct item *holder;
};

struct descents {
	size_t n, cap;
	struct descent *at;
};

struct judging {
	const struct policy_case *c;
	const struct license_set *set;
	struct arena *a;
	struct lineage lineage;
	struct holding *holdings; /* by index of the item */
	struct descents *descents;
	uint64_t time;       /* of the decision */
	bool leaves;         /* a copy leaves the entity */
	bool outside;        /* a named recipient outside becomes a licensee */
	bool runtime;        /* a part that is only run, not delivered, is looked at */
	bool binds;          /* and the request runs it */
	const char *asked;   /* the request in words: the fact where a rule names no other */
	struct probe *probe; /* nothing is said, only weighed */
	unsigned ceiling, usable;
	struct found_reason *reasons;
	size_t n_reasons, cap_reasons;
	struct ow_obligation *duties;
	size_t n_duties, cap_duties;
	const char *const *path; /* of the step at hand, once one was asked for */
	size_t n_path, path_of;
	struct ow_error err; /* the first failure to allocate */
};

/* What a rule found. */
struct firing {
	enum rule rule;
	enum duty duty;            /* of RULE_DUTY */
	unsigned cap;              /* the highest class it leaves, or NO_CAP */
	enum ow_severity severity; /* for this request, were there no cap */
	const char *component, *license, *clause, *fact, *text;
	const char *holder; /* the item whose licence it is, or NULL */
	const char *extra;  /* what the path ends in beside the step, or NULL */
	size_t step;        /* of the last walk; SIZE_MAX: no path but the bundle */
};

/* Say it: apply waivers, the cap and the request. */
void judge_fire(struct judging *j, const struct firing *given);

/* A text in the decision's arena. */
const char *judge_text(struct judging *j, const char *fmt, ...) OW_PRINTF(2, 3);

/* "2026-11-20" */
const char *judge_date(struct judging *j, uint64_t t);

/* The answer on record to a question about a licence or a component: 1 accept, 0 reject, -1 none. */
int judge_interpretation(const struct judging *j, unsigned question, const char *license,
			 const char *component, const char *other);

/* An agreement with the licensor of this licence: one that is in date, else one that has ended, else NULL. */
const struct agreement *judge_agreement(const struct judging *j, const char *license);

/* Is an obligation of this component and licence on record as unmet, respectively as met? */
bool judge_is_unmet(const struct judging *j, enum duty d, const char *component,
		    const char *license);
bool judge_is_met(const struct judging *j, enum duty d, const char *component, const char *license);

/* Is the use commercial? What the organisation does inside with its own people in class research is neither.  */
enum commercial {
	COMMERCIAL_NO,
	COMMERCIAL_YES,
	COMMERCIAL_UNKNOWN,
	COMMERCIAL_OWN_RESEARCH
};
enum commercial judge_commercial(const struct judging *j);

static inline bool own_commercial(const struct judging *j)
{
	return j->c->organisation.commercial != TRI_NO; /* unknown counts as commercial */
}

/* One licence as it reaches a component. */
struct view {
	const struct item *component, *holder;
	const struct term *term;
	const struct license *l; /* of the term */
	enum flow flow;
	unsigned came;
	bool multimodal;
	bool text_missing,
	    notice; /* where it comes from: no text in hand; upstream ships a NOTICE */
	size_t step;
};

/* Is the component derived from what is under the licence? */
static inline bool view_derived(const struct view *v)
{
	return (v->came & CAME_DERIVED) != 0;
}

/* The firing of a rule about a view, to be filled further. */
struct firing view_firing(const struct view *v, enum rule rule, unsigned cap,
			  enum ow_severity severity, const char *clause);

/* ---- the rules, by what they look at ------------------------------------------------------------------- */

void rules_of_time(struct judging *j);
void rules_of_approval(struct judging *j);
void rules_of_recipient(struct judging *j);
void rules_of_relations(struct judging *j);

/* An item at a step of a component's walk: its text, lineage, gate, and what it came from. */
void rules_of_item(struct judging *j, const struct item *component, size_t step);

OW_MUST_USE int descent_find(struct judging *j, const struct item *item, struct descents *out,
			     struct ow_error *err);
void descent_fire(struct judging *j, const struct item *component, size_t step,
		  const struct descents *found);

/* A licence as it reaches a component: permissions, conditions, duties. */
void rules_of_use(struct judging *j, const struct view *v);
void rules_of_competition(struct judging *j, const struct view *v);
void rules_of_purpose(struct judging *j, const struct view *v);
void rules_of_scale(struct judging *j, const struct view *v);
void rules_of_territory(struct judging *j, const struct view *v);
void rules_of_reach(struct judging *j, const struct view *v);
void duties_of(struct judging *j, const struct view *v);
void duty_of(struct judging *j, const struct view *v, enum duty d);

/* All of them for one view, as far as its flow carries them. */
void rules_of_view(struct judging *j, const struct view *v);

/* The way of an expression that is judged, where nobody has elected one. */
void judge_elect(struct judging *j, const struct item *item, struct holding *h);

/* What is wrong with a licence as such, or NULL: no profile, none read, or a word that says there is none. */
const char *term_trouble(struct judging *j, const struct term *t, bool concluded);

/* Above which figure a party is: 1 above, 0 not, -1 unknown. */
int party_above(const struct party *p, unsigned of, bool monthly, uint64_t measured, uint64_t max);

#endif
