/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "govern/judge.h"

#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/events.h"
#include "base/ints.h"
#include "base/mem.h"
#include "govern/drift.h"
#include "os/clock.h"
#include "os/path.h"
#include "policy/expr.h"

void judged_done(struct judged *j)
{
	ancestry_done(&j->ancestry);
	items_done(&j->items);
	books_close(j->own_books);
	arena_done(&j->arena);
	*j = (struct judged){0};
}

struct judging_store {
	struct ow_store *store;
	struct judged *j;
	const struct judge_with *with;
	size_t *first; /* of each subject its first item; one more ends */
};

/* ---- items and lineage ----------------------------------------------------------------------------------- */

static bool is_taken(const struct items *l, const char *id)
{
	for (size_t i = 0; i < l->n; i++) {
		if (strcmp(l->at[i].id, id) == 0)
			return true;
	}
	return false;
}

/* An id that no other item has: a file may be called as an ancestor is. */
static const char *own_id(struct judged *j, const char *id)
{
	while (is_taken(&j->items, id) && !j->arena.failed)
		id = arena_printf(&j->arena, "%s (ancestor)", id);
	return id;
}

static int add_items(struct judging_store *g, struct ow_error *err)
{
	struct judged *j = g->j;

	for (size_t i = 0; i < j->ancestry.n; i++) {
		g->first[i] = j->items.n;
		if (items_add(&j->items, j->ancestry.at[i], i == 0, &g->j->rules, &j->arena, err) <
			0 ||
		    drift_mark(g->store, j->ancestry.at[i], &g->j->rules, g->with->events,
			       j->items.at + g->first[i], j->items.n - g->first[i], &j->arena,
			       err) < 0)
			return err->code;
		for (size_t k = g->first[i]; i > 0 && k < j->items.n; k++) {
			struct item *item = &j->items.at[k];
			const char *id = item->id;

			item->id = "";
			item->id = j->items.of[k].id = own_id(j, id);
		}
	}
	g->first[j->ancestry.n] = j->items.n;
	return 0;
}

/* The item of a parent that is not in the store: a name and nothing else. */
static const char *stranger(struct judging_store *g, const char *name, struct ow_error *err)
{
	struct judged *j = g->j;
	struct items *l = &j->items;

	if (strcmp(name, PARENT_UNKNOWN) == 0)
		return name;
	for (size_t i = g->first[j->ancestry.n]; i < l->n; i++) {
		if (strcasecmp(l->at[i].name, name) == 0)
			return l->at[i].id;
	}
	if (items_add_outside(l, own_id(j, name), name, err) < 0)
		return NULL;
	return l->at[l->n - 1].id;
}

static bool is_model(const struct item *i)
{
	return i->role == ROLE_WEIGHTS || i->role == ROLE_ADAPTER;
}

/* Is it these items that an artifact's lineage is about: its model, or all where it has none? */
static bool descends(const struct judging_store *g, size_t subject, size_t item)
{
	const struct items *l = &g->j->items;

	for (size_t i = g->first[subject]; i < g->first[subject + 1]; i++) {
		if (is_model(&l->at[i]))
			return is_model(&l->at[item]);
	}
	return true;
}

static int add_edge(struct judged *j, size_t at, const char *parent, const char *kind,
		    struct ow_error *err)
{
	struct item *item = &j->items.at[at];
	struct edge *edges;
	unsigned word = EDGE_FINETUNE; /* a kind that is not known changes the model */

	(void)word_find(edge_words, kind, &word);
	for (size_t i = 0; i < item->n_edges; i++) {
		if (strcmp(item->edges[i].parent_id, parent) == 0 && item->edges[i].kind == word)
			return 0;
	}
	edges = arena_more(&j->arena, item->edges, item->n_edges, sizeof *edges, err);
	if (edges == NULL)
		return err->code;
	edges[item->n_edges++] = (struct edge){.parent_id = parent, .kind = word};
	item->edges = edges;
	item->modified = item->modified || word <= EDGE_MERGE_OF;
	item->published = !item->modified;
	return 0;
}

/* From each item of the child to the item, or to each item of the parent's model. */
static int join(struct judging_store *g, const struct descent *d, const char *outside,
		struct ow_error *err)
{
	struct judged *j = g->j;
	size_t parent = d->parent == NOT_HERE ? 0 : (size_t)d->parent;

	for (size_t i = g->first[d->child]; i < g->first[d->child + 1]; i++) {
		if (!descends(g, d->child, i))
			continue;
		if (outside != NULL && add_edge(j, i, outside, d->kind, err) < 0)
			return err->code;
		for (size_t k = g->first[parent]; outside == NULL && k < g->first[parent + 1];
		     k++) {
			if (descends(g, parent, k) &&
			    add_edge(j, i, j->items.at[k].id, d->kind, err) < 0)
				return err->code;
		}
	}
	return 0;
}

static int add_lineage(struct judging_store *g, struct ow_error *err)
{
	const struct ancestry *a = &g->j->ancestry;

	for (size_t i = 0; i < a->n_edges; i++) {
		const struct descent *d = &a->edges[i];
		const char *outside = NULL;

		if (d->parent == NOT_HERE) {
			outside = stranger(g, d->name, err);
			if (outside == NULL)
				return err->code;
		}
		if (join(g, d, outside, err) < 0)
			return err->code;
	}
	return 0;
}

/* ---- what if --------------------------------------------------------------------------------------------- */

/* Beside each item of the model one that is made from it, under the same licence as far as that is its own. */
static int imagine_child(struct judging_store *g, const char *kind, struct ow_error *err)
{
	struct judged *j = g->j;

	for (size_t i = g->first[0]; i < g->first[1]; i++) {
		const struct item from = j->items.at[i];
		const char *id;

		if (!is_model(&from))
			continue;
		id = own_id(j, arena_printf(&j->arena, "%s of %s", kind, from.id));
		if (items_add_outside(&j->items, id, NULL, err) < 0)
			return err->code;
		j->items.at[j->items.n - 1] = (struct item){.id = id,
							    .role = from.role,
							    .modality = from.modality,
							    .shipped = true,
							    .in_store = true,
							    .claim = from.claim,
							    .source_available = true};
		if (add_edge(j, j->items.n - 1, from.id, kind, err) < 0)
			return err->code;
	}
	return 0;
}

static void imagine_supplied(struct policy_case *c)
{
	c->met = SCOPE_ALL;
	c->n_unmet_marks = 0;
	c->approvals_scope = c->gates_scope = SCOPE_ALL;
	c->shows_given = c->terms_given = false;
	c->artifact_name = NULL;
	c->organisation.commercial = TRI_YES;
}

/* ---- what the material shows ------------------------------------------------------------------------------ */

static int add_mark(struct judged *j, enum duty duty, const char *component, const char *license,
		    struct ow_error *err)
{
	struct policy_case *c = &j->c;
	struct duty_mark *marks =
	    arena_more(&j->arena, c->met_marks, c->n_met_marks, sizeof *marks, err);

	if (marks == NULL)
		return err->code;
	c->met_marks = marks;
	marks[c->n_met_marks++] =
	    (struct duty_mark){.duty = duty, .component = component, .license = license};
	return 0;
}

/* What is under a licence of its own is under the same terms as a parent of that licence. */
static int mark_own_terms(struct judging_store *g, const struct item *item, struct ow_error *err)
{
	const struct claim *claim = &item->claim;
	const char *own = claim->concluded != NULL ? claim->concluded : claim->found;
	struct ow_error ignored = {0};
	struct expr e;

	if (own == NULL || expr_parse(own, &e, &ignored) < 0)
		return 0;
	for (size_t i = 0; i < e.n_leaves; i++) {
		if (add_mark(g->j, DUTY_SHAREALIKE, item->id,
			     expr_leaf_text(&e.leaves[i], &g->j->arena), err) < 0)
			return err->code;
	}
	return 0;
}

/* Does the i-th lie in a class from which its material may go along with what is asked for? Export asks again by the
 * destination's class, which is never above the one it asks for: what counts here goes along.
 */
static bool goes_along(const struct judged *j, size_t i)
{
	return i == 0 || (unsigned)j->ancestry.at[i]->found.class >= j->c.request.klass;
}

/* Is the artifact itself under it (mark_own_terms)? Then its own text is asked for, and none of a base stands for that. */
static bool is_own(const struct judged *j, const char *license)
{
	for (size_t i = 0; i < j->c.n_met_marks; i++) {
		const struct duty_mark *m = &j->c.met_marks[i];

		if (m->duty == DUTY_SHAREALIKE && strcasecmp(m->license, license) == 0)
			return true;
	}
	return false;
}

/* What a text of a licence meets. */
static int mark_text(struct judged *j, const struct subject *s, const struct finding_file *f,
		     struct ow_error *err)
{
	static const enum duty by_text[] = {DUTY_COPY, DUTY_NOTICE_LINE, DUTY_COPYRIGHT};
	struct texts of;

	if (items_text_of(s, f, &j->rules, &j->arena, &of, err) < 0)
		return err->code;
	for (size_t i = 0; i < of.n; i++) {
		if (s != j->ancestry.at[0] && is_own(j, of.at[i]))
			continue;
		for (size_t k = 0; k < sizeof by_text / sizeof by_text[0]; k++) {
			if (add_mark(j, by_text[k], NULL, of.at[i], err) < 0)
				return err->code;
		}
	}
	return 0;
}

static int mark_texts(struct judged *j, const struct subject *s, struct ow_error *err)
{
	const char *owner = items_policy_owner(s, &j->rules);

	for (size_t i = 0; i < s->finding.n_files; i++) {
		if (mark_text(j, s, &s->finding.files[i], err) < 0)
			return err->code;
	}
	if (owner == NULL || (s != j->ancestry.at[0] && is_own(j, owner)))
		return 0;
	return add_mark(j, DUTY_AUP, NULL, owner, err);
}

/* Has the i-th a NOTICE? The bundle takes those of all along whose class lets it. */
static bool has_notice(const struct judging_store *g, size_t i)
{
	return g->first[i] < g->first[i + 1] && g->j->items.at[g->first[i]].upstream_notice;
}

/* The duties that the builder of a bundle takes care of itself are met where their material goes along: that of the
 * artifact, and of what it was made from as far as its class lets it and the licence is not the artifact's own.
 */
static int mark_material(struct judging_store *g, struct ow_error *err)
{
	struct judged *j = g->j;
	size_t notices = 0, held_back = 0;

	for (size_t i = g->first[0]; i < g->first[1]; i++) {
		if (mark_own_terms(g, &j->items.at[i], err) < 0)
			return err->code;
	}
	for (size_t i = 0; i < j->ancestry.n; i++) {
		notices += has_notice(g, i);
		held_back += has_notice(g, i) && !goes_along(j, i);
		if (goes_along(j, i) && mark_texts(j, j->ancestry.at[i], err) < 0)
			return err->code;
	}
	if ((has_notice(g, 0) || (notices > 0 && held_back == 0)) &&
	    add_mark(j, DUTY_NOTICE_FILE, NULL, NULL, err) < 0)
		return err->code;
	return add_mark(j, DUTY_CHANGES, NULL, NULL, err);
}

/* ---- the case ----------------------------------------------------------------------------------------------- */

static void set_request(struct policy_case *c, const struct judge_request *r)
{
	c->request.klass = r->class;
	c->request.form = r->form;
	c->request.purpose = r->purpose;
	if (r->purpose == PURPOSE_UNSET)
		c->request.purpose =
		    r->class == OW_CLASS_RESEARCH ? PURPOSE_RESEARCH : PURPOSE_PRODUCTION;
}

static bool holds(void *ctx, const struct item *item, const struct ow_id *artifact,
		  const char *component)
{
	return items_holds(ctx, item, artifact, component);
}

/* What people have put on record about the artifact, its ancestors, the parties and the licences. */
static int open_books(struct judging_store *g, struct ow_error *err)
{
	struct judged *j = g->j;

	j->books = g->with->books;
	if (j->books == NULL && books_open(g->store, g->with->trust, clock_now(), g->with->events,
					   &j->own_books, err) < 0)
		return err->code;
	if (j->books == NULL)
		j->books = j->own_books;
	books_forget(j->books);
	for (size_t i = 0; i < j->ancestry.n; i++) {
		if (books_read(j->books, &j->ancestry.at[i]->found, err) < 0)
			return err->code;
	}
	j->rules.ctx = j->books;
	return books_whole(j->books, err);
}

static int fill(struct judging_store *g, const struct judge_request *request, struct ow_error *err)
{
	struct judged *j = g->j;
	const struct artifact *a = &j->ancestry.at[0]->found.artifact;
	struct policy_case *c = &j->c;
	const struct books_fill how = {.unit = &j->ancestry.at[0]->found.id,
				       .recipient = request->recipient,
				       .holds = holds,
				       .ctx = &j->items};

	case_init(c);
	c->label = arena_printf(&j->arena, "%s@%s", a->name, a->version);
	c->clock = c->newest_signed = clock_now();
	c->artifact_name = path_base(a->name);
	c->artifact_version = a->version;
	set_request(c, request);
	if (add_items(g, err) < 0 || add_lineage(g, err) < 0 || mark_material(g, err) < 0 ||
	    (request->made_into != NULL && imagine_child(g, request->made_into, err) < 0))
		return err->code;
	c->items = j->items.at;
	c->n_items = j->items.n;
	if (books_fill(j->books, &how, &j->arena, c, err) < 0)
		return err->code;
	if (request->supplied)
		imagine_supplied(c);
	return 0;
}

/* A licence that REUSE.toml names for a file counts for nothing as long as nobody says it: that is not to pass in
 * silence.
 */
static void tell_unread(const struct judged *j, const struct ow_events *events)
{
	for (size_t i = 0; i < j->ancestry.n; i++) {
		const struct subject *s = j->ancestry.at[i];

		for (size_t k = 0; k < s->finding.n_claims; k++) {
			const struct finding_claim *c = &s->finding.claims[k];

			if (strcmp(c->key, "annotations") == 0)
				events_warn(events,
					    "%s@%s: %s says what files are under, which is not "
					    "read: a person has to look whether it names another "
					    "licence (owstore interpret)",
					    s->found.artifact.name, s->found.artifact.version,
					    c->path);
		}
	}
}

int judge_case(struct ow_store *s, const char *ref, const struct judge_request *request,
	       const struct judge_with *with, struct judged *out, struct ow_error *err)
{
	OW_AUTO(mem_free) size_t *first = NULL;
	struct judging_store g = {.store = s, .j = out, .with = with};

	if (ancestry_read(s, ref, with->events, &out->ancestry, err) < 0)
		return err->code;
	if (!request->supplied)
		tell_unread(out, with->events);
	out->rules = (struct items_rules){.set = with->set,
					  .concluded = books_concluded,
					  .word = request->word,
					  .unit = &out->ancestry.at[0]->found.id};
	first = g.first = mem_array(out->ancestry.n + 1, sizeof *first, err);
	if (first == NULL || open_books(&g, err) < 0 || fill(&g, request, err) < 0)
		return err->code;
	return case_settle(&out->c, &out->arena, err);
}
