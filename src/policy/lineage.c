/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "policy/lineage.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sorted.h"

/* ---- circles ------------------------------------------------------------------------------------------ */

/* A visit in depth first order: the item, and the edge to follow next. */
struct visit {
	const struct item *item;
	size_t edge;
};

struct search {
	struct visit *stack;
	size_t depth;
	size_t *place; /* by index: 1 + its depth while it is on the stack */
	bool *done;
};

static void enter(struct search *s, const struct item *item)
{
	s->stack[s->depth++] = (struct visit){item, 0};
	s->place[item->index] = s->depth;
}

/* Follow the edges from one root. An edge to an item on the stack closes a circle: all from there to the top. */
static void search(struct search *s, const struct item *root, bool *in_circle)
{
	enter(s, root);
	while (s->depth > 0) {
		struct visit *v = &s->stack[s->depth - 1];
		const struct item *parent;

		if (v->edge == v->item->n_edges) {
			s->place[v->item->index] = 0;
			s->done[v->item->index] = true;
			s->depth--;
			continue;
		}
		parent = v->item->edges[v->edge++].parent;
		if (parent == NULL || s->done[parent->index])
			continue;
		if (s->place[parent->index] == 0) {
			enter(s, parent);
			continue;
		}
		for (size_t i = s->place[parent->index] - 1; i < s->depth; i++)
			in_circle[s->stack[i].item->index] = true;
	}
}

static int find_circles(struct lineage *l, struct ow_error *err)
{
	size_t n = l->c->n_items;
	OW_AUTO(mem_free) struct visit *stack = mem_array(n, sizeof(struct visit), err);
	OW_AUTO(mem_free) size_t *place = stack == NULL ? NULL : mem_array(n, sizeof(size_t), err);
	OW_AUTO(mem_free) bool *done = place == NULL ? NULL : mem_array(n, sizeof(bool), err);
	struct search s = {.stack = stack, .place = place, .done = done};

	if (done == NULL)
		return err->code;
	for (size_t i = 0; i < n; i++) {
		if (!done[i])
			search(&s, &l->c->items[i], l->in_circle);
	}
	return 0;
}

/* ---- walking ------------------------------------------------------------------------------------------ */

int lineage_init(struct lineage *l, const struct policy_case *c, struct ow_error *err)
{
	*l = (struct lineage){.c = c};
	l->links = mem_array(c->n_relations, sizeof(struct relation *), err);
	if (l->links == NULL)
		return err->code;
	l->in_circle = mem_array(c->n_items, sizeof(bool), err);
	if (l->in_circle == NULL)
		return err->code;
	l->seen = mem_array((size_t)FLOWS * CAMES * c->n_items, sizeof l->seen[0], err);
	if (l->seen == NULL)
		return err->code;
	for (size_t i = 0; i < c->n_relations; i++) {
		if (c->relations[i].kind == RELATION_LINKED ||
		    c->relations[i].kind == RELATION_EMBEDS)
			l->links[l->n_links++] = &c->relations[i];
	}
	return find_circles(l, err);
}

void lineage_done(struct lineage *l)
{
	free(l->links);
	free(l->in_circle);
	free(l->seen);
	free(l->steps);
	*l = (struct lineage){0};
}

/* Note an item that was reached; one that was reached before in the same manner keeps its nearer way. */
static int reach(struct lineage *l, const struct item *item, enum flow flow, unsigned came,
		 size_t before, struct ow_error *err)
{
	uint32_t *seen = &l->seen[(FLOWS * item->index + flow) * CAMES + came];

	if (*seen == l->walk)
		return 0;
	if (mem_grow(&l->steps, l->n_steps, &l->cap, sizeof l->steps[0], err) < 0)
		return err->code;
	*seen = l->walk;
	l->steps[l->n_steps] = (struct step){
	    .item = item,
	    .flow = flow,
	    .came = came,
	    .before = before,
	    .length = l->n_steps == 0 ? 0 : l->steps[before].length + 1,
	};
	l->n_steps++;
	return 0;
}

/* How an edge leads on from an item that was reached in some flow; false: it carries nothing. */
static bool leads(const struct edge *e, const struct item *item, enum flow flow, enum flow *next)
{
	if (flow == FLOW_OUTPUT) {
		*next = flow;
		return edge_carries(e->kind);
	}
	if (flow == FLOW_DATA) {
		/* who wrote the data taught the model */
		*next = e->kind == EDGE_OUTPUTS_OF || e->kind == EDGE_DISTILLED_FROM ? FLOW_TAUGHT
										     : FLOW_DATA;
		return true;
	}
	*next = flow;
	if (edge_carries(e->kind))
		return true;
	if (e->kind == EDGE_TRAINED_ON) {
		*next = FLOW_DATA;
		return flow == FLOW_FULL && role_is_model(item->role);
	}
	*next = role_is_model(item->role) ? FLOW_TAUGHT : FLOW_OUTPUT;
	return true;
}

static unsigned came_by(unsigned kind)
{
	switch ((enum edge_kind)kind) {
	case EDGE_FINETUNE:
	case EDGE_CONTINUED_PRETRAIN:
	case EDGE_ADAPTER_OF:
	case EDGE_MERGE_OF:
		return CAME_TUNED;
	case EDGE_QUANTIZED:
	case EDGE_CONVERTED:
	case EDGE_PRUNED:
		return CAME_CONVERTED;
	case EDGE_VOCAB_FROM:
		return CAME_VOCAB;
	case EDGE_DISTILLED_FROM:
	case EDGE_OUTPUTS_OF:
	case EDGE_TRAINED_ON:
		break;
	}
	return CAME_CHANGED;
}

static int follow_edges(struct lineage *l, size_t from, struct ow_error *err)
{
	const struct item *item = l->steps[from].item;

	for (size_t i = 0; i < item->n_edges; i++) {
		const struct edge *e = &item->edges[i];
		unsigned came = l->steps[from].came | came_by(e->kind);
		enum flow flow;

		if (e->parent == NULL || !leads(e, item, l->steps[from].flow, &flow))
			continue;
		if (flow == FLOW_TAUGHT || e->parent->modified)
			came |= CAME_CHANGED;
		if (reach(l, e->parent, flow, came, from, err) < 0)
			return err->code;
	}
	return 0;
}

static int from_order(const void *id, const void *link)
{
	return strcmp(id, (*(const struct relation *const *)link)->from_id);
}

/* Where the links of an item begin. */
static size_t first_link(const struct lineage *l, const char *id)
{
	return sorted_from(id, l->links, l->n_links, sizeof(struct relation *), from_order);
}

static int follow_links(struct lineage *l, size_t from, struct ow_error *err)
{
	const struct item *item = l->steps[from].item;

	for (size_t i = first_link(l, item->id);
	     i < l->n_links && l->links[i]->from == item && l->steps[from].flow <= FLOW_TAUGHT;
	     i++) {
		if (reach(l, l->links[i]->to, l->steps[from].flow,
			  l->steps[from].came | CAME_LINKED, from, err) < 0)
			return err->code;
	}
	return 0;
}

int lineage_walk(struct lineage *l, const struct item *from, struct ow_error *err)
{
	if (++l->walk == 0) {
		memset(l->seen, 0, (size_t)FLOWS * CAMES * l->c->n_items * sizeof l->seen[0]);
		l->walk = 1;
	}
	l->n_steps = 0;
	if (reach(l, from, FLOW_FULL, from->modified ? CAME_CHANGED : 0, 0, err) < 0)
		return err->code;
	for (size_t i = 0; i < l->n_steps; i++) {
		if (follow_edges(l, i, err) < 0 || follow_links(l, i, err) < 0)
			return err->code;
	}
	return 0;
}
