/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "policy/judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/time.h"

const char *judge_text(struct judging *j, const char *fmt, ...)
{
	char text[2048];
	va_list ap;
	int n;

	if (j->probe != NULL)
		return "";
	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return n < 0 ? "" : arena_text(j->a, text, strlen(text));
}

const char *judge_date(struct judging *j, uint64_t t)
{
	char text[TIME_TEXT];

	return judge_text(j, "%.10s", time_text(t, text));
}

/* ---- records ------------------------------------------------------------------------------------------ */

static bool matches(const char *wanted, const char *is)
{
	return wanted == NULL || (is != NULL && strcasecmp(wanted, is) == 0);
}

int judge_interpretation(const struct judging *j, unsigned question, const char *license,
			 const char *component, const char *other)
{
	int answer = -1;

	for (size_t i = 0; i < j->c->n_interpretations; i++) {
		const struct interpretation *x = &j->c->interpretations[i];

		if (x->question != question || !matches(x->license, license) ||
		    !(matches(x->component, component) || matches(x->component, other)))
			continue;
		if (!x->accept)
			return 0;
		answer = 1;
	}
	return answer;
}

const struct agreement *judge_agreement(const struct judging *j, const char *license)
{
	const struct agreement *ended = NULL;

	for (size_t i = 0; i < j->c->n_agreements; i++) {
		const struct agreement *x = &j->c->agreements[i];

		if (strcasecmp(x->license, license) != 0)
			continue;
		if (x->valid_until >= j->time)
			return x;
		if (ended == NULL)
			ended = x;
	}
	return ended;
}

static bool marked(const struct duty_mark *marks, size_t n, enum duty d, const char *component,
		   const char *license)
{
	for (size_t i = 0; i < n; i++) {
		if (marks[i].duty == (unsigned)d && matches(marks[i].component, component) &&
		    matches(marks[i].license, license))
			return true;
	}
	return false;
}

bool judge_is_unmet(const struct judging *j, enum duty d, const char *component,
		    const char *license)
{
	return marked(j->c->unmet_marks, j->c->n_unmet_marks, d, component, license);
}

bool judge_is_met(const struct judging *j, enum duty d, const char *component, const char *license)
{
	return j->c->met == SCOPE_ALL ||
	       marked(j->c->met_marks, j->c->n_met_marks, d, component, license);
}

enum commercial judge_commercial(const struct judging *j)
{
	const struct party *p = j->c->request.recipient;

	if (own_commercial(j) && j->c->request.klass >= OW_CLASS_INTERNAL)
		return COMMERCIAL_YES;
	if (!j->leaves)
		return own_commercial(j) ? COMMERCIAL_OWN_RESEARCH : COMMERCIAL_NO;
	if (p->commercial == TRI_YES || p->intent == INTENT_COMMERCIAL)
		return COMMERCIAL_YES;
	return p->commercial == TRI_UNKNOWN || p->intent == INTENT_UNKNOWN ? COMMERCIAL_UNKNOWN
									   : COMMERCIAL_NO;
}

int party_above(const struct party *p, unsigned of, bool monthly, uint64_t measured, uint64_t max)
{
	struct quantity q = of == SCALE_MAU ? p->mau : p->revenue;

	for (size_t i = 0; of == SCALE_MAU && measured != 0 && i < p->n_dated; i++) {
		if (p->dated[i].date == measured)
			q = (struct quantity){true, p->dated[i].value};
	}
	if (!q.known)
		return -1;
	/* a twelfth of the year, compared without losing what the division drops */
	return monthly ? q.value / 12 > max || (q.value / 12 == max && q.value % 12 != 0)
		       : q.value > max;
}

/* ---- saying ------------------------------------------------------------------------------------------- */

struct firing view_firing(const struct view *v, enum rule rule, unsigned cap,
			  enum ow_severity severity, const char *clause)
{
	return (struct firing){.rule = rule,
			       .duty = DUTIES,
			       .cap = cap,
			       .severity = severity,
			       .component = v->component->id,
			       .license = v->term->id,
			       .clause = clause,
			       .holder = v->holder->id,
			       .step = v->step};
}

static bool lifts(const struct waiver *w, const struct firing *f)
{
	const char *name = rule_name(f->rule);

	for (size_t i = 0; i < w->lifts.n; i++) {
		if (strcmp(w->lifts.at[i], name) == 0 ||
		    (f->duty < DUTIES && strcmp(w->lifts.at[i], duty_name(f->duty)) == 0))
			return true;
	}
	return false;
}

static const struct waiver *find_waiver(const struct judging *j, const struct firing *f)
{
	const struct waiver *ended = NULL;

	for (size_t i = 0; i < j->c->n_waivers; i++) {
		const struct waiver *w = &j->c->waivers[i];

		if (strcasecmp(w->license, f->license) != 0 || !lifts(w, f) ||
		    !(matches(w->component, f->component) || matches(w->component, f->holder)))
			continue;
		if (w->valid_until >= j->time)
			return w;
		if (ended == NULL)
			ended = w;
	}
	return ended;
}

/* A contract lifts the cap for good, since a ceiling does not hang on a clock; past its end it lets nothing pass. */
static void apply_waiver(struct judging *j, struct firing *f)
{
	bool bites = f->severity < OW_SEVERITY_INFO || f->cap < NO_CAP;
	const struct waiver *w = bites ? find_waiver(j, f) : NULL;

	if (w == NULL)
		return;
	if (w->valid_until >= j->time) {
		f->severity = OW_SEVERITY_INFO;
		f->text = judge_text(j, "%s; contract %s lifts it", f->text, w->contract);
	} else {
		if (j->c->request.klass > f->cap)
			f->severity = OW_SEVERITY_BLOCK;
		f->text = judge_text(j, "%s; contract %s, which lifted it, ended on %s", f->text,
				     w->contract, judge_date(j, w->valid_until));
	}
	f->cap = NO_CAP;
}

/* A part that is run but not delivered: its cap is another one, and where the request does not run it, it warns. */
static void apply_runtime(struct judging *j, struct firing *f)
{
	if (f->cap < j->usable)
		j->usable = f->cap;
	if (j->binds && j->c->request.klass > f->cap)
		f->severity = OW_SEVERITY_BLOCK;
	else if (!j->binds && (f->cap < NO_CAP || f->severity < OW_SEVERITY_WARN))
		f->severity = OW_SEVERITY_WARN;
}

static void apply_cap(struct judging *j, struct firing *f)
{
	if (j->runtime) {
		apply_runtime(j, f);
		return;
	}
	if (f->cap < j->ceiling)
		j->ceiling = f->cap;
	if (j->c->request.klass > f->cap)
		f->severity = OW_SEVERITY_BLOCK;
}

/* From the bundle along the steps to the one given, and what it ends in. */
static const char *const *make_path(struct judging *j, const struct firing *f, size_t *n)
{
	const struct step *steps = j->lineage.steps;
	size_t length = f->step == SIZE_MAX ? 0 : steps[f->step].length + 1;
	const char **path;

	if (f->extra == NULL && f->step != SIZE_MAX && j->path != NULL && j->path_of == f->step) {
		*n = j->n_path;
		return j->path;
	}
	*n = 1 + length + (f->extra != NULL ? 1 : 0);
	path = arena_array(j->a, *n, sizeof path[0], &j->err);
	if (path == NULL) {
		*n = 0;
		return NULL;
	}
	path[0] = "bundle";
	for (size_t i = length, s = f->step; i > 0; i--, s = steps[s].before)
		path[i] = steps[s].item->id;
	if (f->extra != NULL) {
		path[*n - 1] = f->extra;
	} else if (f->step != SIZE_MAX) {
		j->path = path;
		j->n_path = *n;
		j->path_of = f->step;
	}
	return path;
}

static void keep(struct judging *j, const struct firing *f)
{
	struct found_reason *r;
	bool duty = f->rule == RULE_DUTY;

	if (j->err.code != OW_OK ||
	    mem_grow(&j->reasons, j->n_reasons, &j->cap_reasons, sizeof j->reasons[0], &j->err) < 0)
		return;
	r = &j->reasons[j->n_reasons++];
	*r = (struct found_reason){
	    .order = duty ? (unsigned)RULE_DUTY + (unsigned)f->duty : (unsigned)f->rule,
	    .r = {.rule = duty ? duty_name(f->duty) : rule_name(f->rule),
		  .severity = f->severity,
		  .component = f->component,
		  .license = f->license,
		  .clause = f->clause,
		  .fact = f->fact != NULL ? f->fact : j->asked,
		  .text = f->text,
		  .remedies = duty ? duty_remedies(f->duty) : rule_remedies(f->rule),
		  .cap = (enum ow_class)f->cap}};
	r->r.path = make_path(j, f, &r->r.n_path);
}

void judge_fire(struct judging *j, const struct firing *given)
{
	struct firing f = *given;

	if (f.rule != RULE_DUTY && f.rule != RULE_NAME && f.rule != RULE_DISPLAY &&
	    f.rule != RULE_SOURCE && f.rule != RULE_PASSTHRU)
		f.duty = DUTIES;
	if (rule_waivable(f.rule) || f.duty < DUTIES)
		apply_waiver(j, &f);
	if (j->probe != NULL) {
		if (f.cap < j->probe->cap)
			j->probe->cap = f.cap;
		if (j->c->request.klass > f.cap)
			f.severity = OW_SEVERITY_BLOCK;
		if (f.severity < j->probe->severity)
			j->probe->severity = f.severity;
		return;
	}
	apply_cap(j, &f);
	keep(j, &f);
}
