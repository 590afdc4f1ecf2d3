/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "policy/decide.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "policy/judge.h"

const char *ow_verdict_name(enum ow_verdict v)
{
	static const char *const names[] = {"allow", "allow-with-obligations", "review", "block"};

	return names[v];
}

const char *ow_severity_name(enum ow_severity s)
{
	static const char *const names[] = {"block", "review", "warn", "info"};

	return names[s];
}

/* ---- one licence at one component ------------------------------------------------------------------------- */

/* What reaches a student of the text's outputs: all, or what the text says of them alone. */
static void rules_of_taught(struct judging *j, const struct view *v)
{
	if ((v->l->outputs & OUTPUTS_NAME) != 0)
		duty_of(j, v, DUTY_NAME);
	if ((v->l->outputs & OUTPUTS_DISPLAY) != 0)
		duty_of(j, v, DUTY_DISPLAY);
	if ((v->l->outputs & OUTPUTS_PURPOSE) != 0)
		rules_of_purpose(j, v);
}

void rules_of_view(struct judging *j, const struct view *v)
{
	if (v->l == NULL)
		return;
	if (v->flow == FLOW_OUTPUT) {
		rules_of_competition(j, v);
		return;
	}
	if (v->flow == FLOW_TAUGHT && (v->l->outputs & OUTPUTS_FULL) == 0) {
		rules_of_taught(j, v);
		return;
	}
	rules_of_use(j, v);
	rules_of_scale(j, v);
	rules_of_territory(j, v);
	rules_of_reach(j, v);
	duties_of(j, v);
}

/* ---- elections ---------------------------------------------------------------------------------------- */

/* What a way would come to by itself: as if it were modified, so that the choice does not turn with that. */
static struct probe weigh(struct judging *j, const struct item *item, const struct holding *h,
			  const struct term *terms, size_t n)
{
	struct probe p = {.cap = NO_CAP, .severity = OW_SEVERITY_INFO};

	j->probe = &p;
	for (size_t i = 0; i < n; i++) {
		struct view v = {.component = item,
				 .holder = item,
				 .term = &terms[i],
				 .l = terms[i].l,
				 .text_missing = h->text_missing,
				 .notice = item->upstream_notice,
				 .flow = FLOW_FULL,
				 .came = CAME_CHANGED,
				 .multimodal = item->modality == MODALITY_MULTIMODAL,
				 .step = SIZE_MAX};

		if (term_trouble(j, &terms[i], h->concluded) != NULL)
			p.cap = OW_CLASS_QUARANTINE;
		rules_of_view(j, &v);
	}
	j->probe = NULL;
	return p;
}

/* Is a better than b: the higher ceiling, then the milder verdict, then fewer duties, then the text? */
static bool better(const struct probe *a, const char *a_text, const struct probe *b,
		   const char *b_text)
{
	if (a->cap != b->cap)
		return a->cap > b->cap;
	if (a->severity != b->severity)
		return a->severity > b->severity;
	if (a->n_duties != b->n_duties)
		return a->n_duties < b->n_duties;
	return strcmp(a_text, b_text) < 0;
}

void judge_elect(struct judging *j, const struct item *item, struct holding *h)
{
	struct probe best = {0};

	for (size_t i = 0; i < h->n_ways; i++) {
		struct probe p = weigh(j, item, h, h->ways[i], h->way_terms[i]);

		if (h->proposed != NULL && !better(&p, h->way_texts[i], &best, h->proposed))
			continue;
		best = p;
		h->proposed = h->way_texts[i];
		h->terms = h->ways[i];
		h->n_terms = h->way_terms[i];
	}
}

/* ---- components --------------------------------------------------------------------------------------- */

/* The licences that reach a component, each once for each way in which it matters. */
struct views {
	struct view *at;
	size_t n, cap;
};

static struct view *find_view(struct views *views, const struct view *v)
{
	for (size_t i = 0; i < views->n; i++) {
		struct view *x = &views->at[i];

		if (strcasecmp(x->term->id, v->term->id) == 0 && x->flow == v->flow &&
		    x->multimodal == v->multimodal)
			return x;
	}
	return NULL;
}

static void add_view(struct judging *j, struct views *views, const struct view *v)
{
	struct view *there = find_view(views, v);

	if (there != NULL) {
		there->came |= v->came;
		there->text_missing = there->text_missing || v->text_missing;
		there->notice = there->notice || v->notice;
		return;
	}
	if (j->err.code == OW_OK &&
	    mem_grow(&views->at, views->n, &views->cap, sizeof views->at[0], &j->err) == 0)
		views->at[views->n++] = *v;
}

static void collect_views(struct judging *j, const struct item *component, struct views *views)
{
	views->n = 0;
	for (size_t i = 0; i < j->lineage.n_steps; i++) {
		const struct step *s = &j->lineage.steps[i];
		const struct holding *h = &j->holdings[s->item->index];

		for (size_t k = 0; s->flow != FLOW_DATA && k < h->n_terms; k++) {
			struct view v = {.component = component,
					 .holder = s->item,
					 .term = &h->terms[k],
					 .l = h->terms[k].l,
					 .text_missing = h->text_missing,
					 .notice = s->item->upstream_notice,
					 .flow = s->flow,
					 .came = s->came,
					 .multimodal = s->item->modality == MODALITY_MULTIMODAL,
					 .step = i};

			add_view(j, views, &v);
		}
	}
}

static bool flows_as_term(const struct view *v)
{
	return v->flow == FLOW_FULL ||
	       (v->flow == FLOW_TAUGHT && v->l != NULL && (v->l->outputs & OUTPUTS_FULL) != 0);
}

static int by_term(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Its own expression, and what flows in beside. */
static const char *effective_text(struct judging *j, const struct item *component,
				  const struct views *views)
{
	const struct holding *own = &j->holdings[component->index];
	OW_AUTO(mem_free) const char **more = NULL;
	OW_AUTO(buf_done) struct buf b = {0};
	size_t n = 0;

	more = mem_array(views->n, sizeof(const char *), &j->err);
	for (size_t i = 0; more != NULL && i < views->n; i++) {
		const struct view *v = &views->at[i];
		bool mine = v->step == 0;

		for (size_t k = 0; !mine && k < own->n_terms; k++)
			mine = strcasecmp(own->terms[k].id, v->term->id) == 0;
		if (!mine && flows_as_term(v))
			more[n++] = v->term->id;
	}
	if (n == 0)
		return own->expression;
	qsort(more, n, sizeof more[0], by_term);
	buf_printf(&b, own->n_ways > 1 ? "(%s)" : "%s", own->expression);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || strcmp(more[i - 1], more[i]) != 0)
			buf_printf(&b, " AND %s", more[i]);
	}
	j->a->failed = j->a->failed || b.failed;
	return arena_text(j->a, buf_str(&b), strlen(buf_str(&b)));
}

/* Everything about one component: what it comes from, and what that asks of it. */
static int judge_component(struct judging *j, const struct item *component, struct views *views,
			   const char **effective, struct ow_error *err)
{
	if (lineage_walk(&j->lineage, component, err) < 0)
		return err->code;
	j->path = NULL;
	for (size_t i = 0; i < j->lineage.n_steps; i++) {
		rules_of_item(j, component, i);
		if (j->lineage.steps[i].flow == FLOW_FULL)
			descent_fire(j, component, i,
				     &j->descents[j->lineage.steps[i].item->index]);
	}
	collect_views(j, component, views);
	for (size_t i = 0; i < views->n; i++)
		rules_of_view(j, &views->at[i]);
	*effective = effective_text(j, component, views);
	if (j->err.code != OW_OK)
		*err = j->err;
	return j->err.code;
}

/* ---- the unit ----------------------------------------------------------------------------------------- */

static int prepare(struct judging *j, struct ow_error *err)
{
	const struct policy_case *c = j->c;

	if (lineage_init(&j->lineage, c, err) < 0)
		return err->code;
	j->holdings = mem_array(c->n_items, sizeof j->holdings[0], err);
	if (j->holdings == NULL)
		return err->code;
	j->descents = mem_array(c->n_items, sizeof j->descents[0], err);
	if (j->descents == NULL)
		return err->code;
	for (size_t i = 0; i < c->n_items; i++) {
		struct holding *h = &j->holdings[i];

		if (claim_resolve(c, j->set, &c->items[i], j->a, h, err) < 0)
			return err->code;
		if (h->n_ways > 1)
			judge_elect(j, &c->items[i], h);
	}
	for (size_t i = 0; i < c->n_items; i++) {
		if (descent_find(j, &c->items[i], &j->descents[i], err) < 0)
			return err->code;
	}
	return 0;
}

static bool is_affiliate(const struct policy_case *c, const char *id)
{
	for (size_t i = 0; i < c->affiliates.n; i++) {
		if (strcmp(c->affiliates.at[i], id) == 0)
			return true;
	}
	return false;
}

static void look_at_request(struct judging *j)
{
	const struct request *q = &j->c->request;
	bool own = q->recipient == &j->c->organisation ||
		   (q->klass <= OW_CLASS_INTERNAL && is_affiliate(j->c, q->recipient->id));

	j->leaves = !own;
	j->outside = !own && q->recipient != &j->c->anyone;
	j->binds = q->klass == OW_CLASS_INTERNAL || q->form != FORM_RAW;
	j->time = j->c->clock > j->c->newest_signed ? j->c->clock : j->c->newest_signed;
	j->ceiling = NO_CAP;
	j->usable = NO_CAP;
	j->asked = judge_text(j, "request: class %s, recipient %s, form %s, purpose %s",
			      ow_class_name((enum ow_class)q->klass), q->recipient->id,
			      form_words[q->form], purpose_words[q->purpose]);
}

static size_t count_shipped(const struct policy_case *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_items; i++)
		n += c->items[i].shipped ? 1 : 0;
	return n;
}

static int judge_members(struct judging *j, struct views *views, struct ow_decision *out,
			 struct ow_error *err)
{
	out->effective = arena_array(j->a, count_shipped(j->c), sizeof out->effective[0], err);
	if (out->effective == NULL)
		return err->code;
	for (size_t i = 0; i < j->c->n_items; i++) {
		const struct item *item = &j->c->items[i];
		struct ow_effective *e = &out->effective[out->n_effective];

		if (!item->shipped)
			continue;
		if (judge_component(j, item, views, &e->expression, err) < 0)
			return err->code;
		e->component = item->id;
		out->n_effective++;
	}
	return 0;
}

/* Parts that are not delivered but run with what is, and what those need in turn. */
static int judge_runtime(struct judging *j, struct views *views, struct ow_error *err)
{
	const struct policy_case *c = j->c;
	OW_AUTO(mem_free) bool *runs = mem_array(c->n_items, sizeof(bool), err);

	if (runs == NULL)
		return err->code;
	for (size_t i = 0; i < c->n_items; i++)
		runs[i] = c->items[i].shipped;
	for (bool more = true; more;) {
		more = false;
		for (size_t i = 0; i < c->n_relations; i++) {
			const struct relation *r = &c->relations[i];

			if (r->kind == RELATION_REQUIRES && runs[r->from->index] &&
			    !runs[r->to->index])
				more = runs[r->to->index] = true;
		}
	}
	j->runtime = true;
	for (size_t i = 0; i < c->n_items; i++) {
		const char *ignored;

		if (runs[i] && !c->items[i].shipped &&
		    judge_component(j, &c->items[i], views, &ignored, err) < 0)
			return err->code;
	}
	j->runtime = false;
	return 0;
}

static int judge_all(struct judging *j, struct ow_decision *out, struct ow_error *err)
{
	struct views views = {0};
	int r;

	rules_of_time(j);
	rules_of_approval(j);
	rules_of_recipient(j);
	rules_of_relations(j);
	r = judge_members(j, &views, out, err);
	if (r == 0)
		r = judge_runtime(j, &views, err);
	free(views.at);
	if (r == 0 && j->err.code != OW_OK) {
		*err = j->err;
		r = j->err.code;
	}
	return r;
}

/* ---- the result ---------------------------------------------------------------------------------------- */

static int compare_texts(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b == NULL ? "" : b);
}

/* By everything but the path: what agrees in it says the same. */
static int compare_reasons(const struct found_reason *a, const struct found_reason *b)
{
	int order = (a->r.severity > b->r.severity) - (a->r.severity < b->r.severity);

	if (order == 0)
		order = (a->order > b->order) - (a->order < b->order);
	if (order == 0)
		order = compare_texts(a->r.component, b->r.component);
	if (order == 0)
		order = compare_texts(a->r.license, b->r.license);
	if (order == 0)
		order = compare_texts(a->r.clause, b->r.clause);
	if (order == 0)
		order = compare_texts(a->r.text, b->r.text);
	return order != 0 ? order : compare_texts(a->r.fact, b->r.fact);
}

static int by_reason(const void *pa, const void *pb)
{
	const struct found_reason *a = pa, *b = pb;
	int order = compare_reasons(a, b);

	if (order == 0)
		order = (a->r.n_path > b->r.n_path) - (a->r.n_path < b->r.n_path);
	for (size_t i = 0; order == 0 && i < a->r.n_path; i++)
		order = compare_texts(a->r.path[i], b->r.path[i]);
	return order;
}

static int by_duty(const void *pa, const void *pb)
{
	const struct ow_obligation *a = pa, *b = pb;
	int order = strcmp(a->component, b->component);

	if (order == 0)
		order = strcmp(a->license, b->license);
	if (order == 0)
		order = strcmp(a->id, b->id);
	if (order == 0)
		order = strcmp(a->clause, b->clause);
	return order != 0 ? order : (a->met ? 1 : 0) - (b->met ? 1 : 0);
}

static int take_reasons(struct judging *j, struct ow_decision *out, struct ow_error *err)
{
	if (j->n_reasons > 1)
		qsort(j->reasons, j->n_reasons, sizeof j->reasons[0], by_reason);
	out->reasons = arena_array(j->a, j->n_reasons, sizeof out->reasons[0], err);
	if (out->reasons == NULL)
		return err->code;
	for (size_t i = 0; i < j->n_reasons; i++) {
		if (i == 0 || compare_reasons(&j->reasons[i - 1], &j->reasons[i]) != 0)
			out->reasons[out->n_reasons++] = j->reasons[i].r;
	}
	return 0;
}

/* The same duty by several ways stands once, unmet where one of them is. */
static int take_duties(struct judging *j, struct ow_decision *out, struct ow_error *err)
{
	if (j->n_duties > 1)
		qsort(j->duties, j->n_duties, sizeof j->duties[0], by_duty);
	out->obligations = arena_array(j->a, j->n_duties, sizeof out->obligations[0], err);
	if (out->obligations == NULL)
		return err->code;
	for (size_t i = 0; i < j->n_duties; i++) {
		const struct ow_obligation *o = &j->duties[i], *before = i == 0 ? o : o - 1;

		if (i == 0 || strcmp(o->component, before->component) != 0 ||
		    strcmp(o->license, before->license) != 0 || strcmp(o->id, before->id) != 0)
			out->obligations[out->n_obligations++] = *o;
	}
	return 0;
}

static enum ow_verdict verdict_of(const struct ow_decision *d)
{
	if (d->n_reasons > 0 && d->reasons[0].severity == OW_SEVERITY_BLOCK)
		return OW_BLOCK;
	if (d->n_reasons > 0 && d->reasons[0].severity == OW_SEVERITY_REVIEW)
		return OW_REVIEW;
	return d->n_obligations > 0 ? OW_ALLOW_WITH_OBLIGATIONS : OW_ALLOW;
}

/* Where some members alone stop the unit: which, and what could go without them. */
static int plan_split(struct judging *j, struct ow_decision *out, struct ow_error *err)
{
	OW_AUTO(mem_free) bool *stops = mem_array(j->c->n_items, sizeof(bool), err);
	size_t n = count_shipped(j->c), n_stop = 0;

	if (stops == NULL)
		return err->code;
	for (size_t i = 0; i < out->n_reasons && out->reasons[i].severity == OW_SEVERITY_BLOCK;
	     i++) {
		const struct item *item = case_item(j->c, out->reasons[i].component);

		/* what stops the whole, or a part that is not inside, cannot be left out */
		if (item == NULL || !item->shipped ||
		    strcmp(out->reasons[i].license, "site-policy") == 0)
			return 0;
		n_stop += stops[item->index] ? 0 : 1;
		stops[item->index] = true;
	}
	if (n_stop == 0 || n_stop == n)
		return 0;
	out->blocked = arena_array(j->a, n_stop, sizeof out->blocked[0], err);
	out->others = arena_array(j->a, n - n_stop, sizeof out->others[0], err);
	if (out->blocked == NULL || out->others == NULL)
		return err->code;
	for (size_t i = 0; i < j->c->n_items; i++) {
		if (!j->c->items[i].shipped)
			continue;
		if (stops[i])
			out->blocked[out->n_blocked++] = j->c->items[i].id;
		else
			out->others[out->n_others++] = j->c->items[i].id;
	}
	return 0;
}

static int conclude(struct judging *j, struct ow_decision *out, struct ow_error *err)
{
	const struct policy_case *c = j->c;

	out->scenario = c->label;
	out->requested = (enum ow_class)c->request.klass;
	out->organisation = c->organisation.id;
	out->recipient = c->request.recipient->id;
	out->form = form_words[c->request.form];
	if (take_reasons(j, out, err) < 0 || take_duties(j, out, err) < 0 ||
	    plan_split(j, out, err) < 0 || case_digests(c, &out->facts, &out->policy, err) < 0)
		return err->code;
	out->verdict = verdict_of(out);
	out->ceiling = (enum ow_class)j->ceiling;
	out->usable = (enum ow_class)(j->usable < j->ceiling ? j->usable : j->ceiling);
	out->profiles = license_digest(j->set);
	return arena_finish(j->a, err);
}

static void judging_done(struct judging *j)
{
	for (size_t i = 0; j->descents != NULL && i < j->c->n_items; i++)
		free(j->descents[i].at);
	free(j->descents);
	free(j->holdings);
	free(j->reasons);
	free(j->duties);
	lineage_done(&j->lineage);
}

OW_DEFINE_AUTO_DONE(struct judging, judging_done)

int decide(const struct policy_case *c, const struct license_set *set, struct arena *a,
	   struct ow_decision *out, struct ow_error *err)
{
	OW_AUTO(judging_done) struct judging j = {.c = c, .set = set, .a = a};

	*out = (struct ow_decision){0};
	look_at_request(&j);
	if (prepare(&j, err) < 0 || judge_all(&j, out, err) < 0)
		return err->code;
	return conclude(&j, out, err);
}
