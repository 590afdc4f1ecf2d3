/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "notice/bom.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"

void bom_done(struct bom *b)
{
	free(b->nodes);
	free(b->edges);
	arena_done(&b->arena);
}

int bom_add_node(struct bom *b, const struct bom_node *n, struct ow_error *err)
{
	if (mem_grow(&b->nodes, b->n_nodes, &b->cap_nodes, sizeof *b->nodes, err) < 0)
		return err->code;
	b->nodes[b->n_nodes++] = *n;
	return 0;
}

int bom_add_edge(struct bom *b, const char *from, const char *to, const char *kind,
		 struct ow_error *err)
{
	if (mem_grow(&b->edges, b->n_edges, &b->cap_edges, sizeof *b->edges, err) < 0)
		return err->code;
	b->edges[b->n_edges++] = (struct bom_edge){.from = from, .to = to, .kind = kind};
	return 0;
}

/* ---- order and rules -------------------------------------------------------------------------------------- */

static int node_order(const void *a, const void *b)
{
	const struct bom_node *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return strcmp(x->key, y->key);
}

static int edge_order(const void *a, const void *b)
{
	const struct bom_edge *x = a, *y = b;
	int r = strcmp(x->from, y->from);

	if (r == 0)
		r = strcmp(x->to, y->to);
	return r != 0 ? r : strcmp(x->kind, y->kind);
}

/* By target, to count what contains it. */
static int target_order(const void *a, const void *b)
{
	return strcmp(((const struct bom_edge *)a)->to, ((const struct bom_edge *)b)->to);
}

const struct bom_node *bom_find(const struct bom *b, enum bom_kind kind, const char *key)
{
	const struct bom_node wanted = {.kind = kind, .key = key};

	return b->n_nodes == 0
		   ? NULL
		   : bsearch(&wanted, b->nodes, b->n_nodes, sizeof *b->nodes, node_order);
}

const struct bom_node *bom_find_any(const struct bom *b, const char *key)
{
	const struct bom_node *n = NULL;

	for (int k = BOM_BUNDLE; k <= BOM_UPSTREAM && n == NULL; k++)
		n = bom_find(b, (enum bom_kind)k, key);
	return n;
}

/* How many edges of the sorted ones contain `key`. */
static size_t containers(const struct bom_edge *by_target, size_t n, const char *key)
{
	const struct bom_edge wanted = {.to = key};
	const struct bom_edge *hit =
	    n == 0 ? NULL : bsearch(&wanted, by_target, n, sizeof *by_target, target_order);
	size_t count = 0;

	if (hit == NULL)
		return 0;
	while (hit > by_target && strcmp(hit[-1].to, key) == 0)
		hit--;
	for (; hit < by_target + n && strcmp(hit->to, key) == 0; hit++)
		count += strcmp(hit->kind, BOM_CONTAINS) == 0;
	return count;
}

static int check_containers(const struct bom *b, struct ow_error *err)
{
	OW_AUTO(mem_free)
	struct bom_edge *by_target = mem_array(b->n_edges, sizeof *by_target, err);

	if (by_target == NULL)
		return err->code;
	if (b->n_edges > 0)
		memcpy(by_target, b->edges, b->n_edges * sizeof *by_target);
	if (b->n_edges > 1)
		qsort(by_target, b->n_edges, sizeof *by_target, target_order);
	for (size_t i = 0; i < b->n_nodes; i++) {
		const struct bom_node *n = &b->nodes[i];
		size_t wanted = n->kind != BOM_BUNDLE && n->kind != BOM_UPSTREAM,
		       found = containers(by_target, b->n_edges, n->key);

		if (found != wanted)
			return err_set(err, OW_E_FORMAT, "%s is contained %zu times, not %zu",
				       n->key, found, wanted);
	}
	return 0;
}

int bom_settle(struct bom *b, struct ow_error *err)
{
	if (arena_finish(&b->arena, err) < 0)
		return err->code;
	if (b->n_nodes > 1)
		qsort(b->nodes, b->n_nodes, sizeof *b->nodes, node_order);
	if (b->n_edges > 1)
		qsort(b->edges, b->n_edges, sizeof *b->edges, edge_order);
	if (b->n_nodes == 0 || b->nodes[0].kind != BOM_BUNDLE ||
	    (b->n_nodes > 1 && b->nodes[1].kind == BOM_BUNDLE))
		return err_set(err, OW_E_FORMAT, "not exactly one bundle is described");
	for (size_t i = 1; i < b->n_nodes; i++) {
		if (node_order(&b->nodes[i - 1], &b->nodes[i]) == 0)
			return err_set(err, OW_E_FORMAT, "%s is there twice", b->nodes[i].key);
	}
	for (size_t i = 0; i < b->n_edges; i++) {
		const struct bom_edge *e = &b->edges[i];

		if (bom_find_any(b, e->from) == NULL || bom_find_any(b, e->to) == NULL)
			return err_set(err, OW_E_FORMAT, "%s: %s leads to nothing that is there",
				       e->from, e->to);
		if (i > 0 && edge_order(e - 1, e) == 0)
			return err_set(err, OW_E_FORMAT, "%s %s %s is there twice", e->from,
				       e->kind, e->to);
	}
	return check_containers(b, err);
}

static bool same_id(const struct ow_id *a, const struct ow_id *b)
{
	return a == NULL || b == NULL ? a == b : ow_id_equal(a, b);
}

static const char missing[] = "is missing", extra[] = "does not belong there";

static int odd_node(const struct bom_node *n, const char *how, const char *what,
		    struct ow_error *err)
{
	return err_set(err, OW_E_FORMAT, "%s: %s %s", what, n->key, how);
}

static int odd_edge(const struct bom_edge *e, const char *how, const char *what,
		    struct ow_error *err)
{
	return err_set(err, OW_E_FORMAT, "%s: \"%s %s %s\" %s", what, e->from, e->kind, e->to, how);
}

/* Two nodes of one key. */
static int compare_node(const struct bom_node *x, const struct bom_node *y, const char *what,
			struct ow_error *err)
{
	if (!text_same(x->name, y->name) || !text_same(x->version, y->version) ||
	    !same_id(x->sha256, y->sha256))
		return odd_node(x, "has another name, version or digest", what, err);
	if (!text_same(x->declared, y->declared) || !text_same(x->effective, y->effective))
		return odd_node(x, "has another licence", what, err);
	return 0;
}

static int compare_nodes(const struct bom *a, const struct bom *b, const char *what,
			 struct ow_error *err)
{
	size_t both = a->n_nodes < b->n_nodes ? a->n_nodes : b->n_nodes;

	for (size_t i = 0; i < both; i++) {
		int order = node_order(&a->nodes[i], &b->nodes[i]);

		if (order != 0)
			return order < 0 ? odd_node(&a->nodes[i], missing, what, err)
					 : odd_node(&b->nodes[i], extra, what, err);
		if (compare_node(&a->nodes[i], &b->nodes[i], what, err) < 0)
			return err->code;
	}
	if (a->n_nodes > both)
		return odd_node(&a->nodes[both], missing, what, err);
	return b->n_nodes > both ? odd_node(&b->nodes[both], extra, what, err) : 0;
}

static int compare_edges(const struct bom *a, const struct bom *b, const char *what,
			 struct ow_error *err)
{
	size_t both = a->n_edges < b->n_edges ? a->n_edges : b->n_edges;

	for (size_t i = 0; i < both; i++) {
		int order = edge_order(&a->edges[i], &b->edges[i]);

		if (order != 0)
			return order < 0 ? odd_edge(&a->edges[i], missing, what, err)
					 : odd_edge(&b->edges[i], extra, what, err);
	}
	if (a->n_edges > both)
		return odd_edge(&a->edges[both], missing, what, err);
	return b->n_edges > both ? odd_edge(&b->edges[both], extra, what, err) : 0;
}

int bom_compare(const struct bom *a, const struct bom *b, const char *what, struct ow_error *err)
{
	return compare_nodes(a, b, what, err) < 0 ? err->code : compare_edges(a, b, what, err);
}

/* ---- licences --------------------------------------------------------------------------------------------- */

bool bom_is_spdx_id(const char *expression)
{
	return strchr(expression, ' ') == NULL && strchr(expression, '(') == NULL &&
	       strchr(expression, '+') == NULL && strncmp(expression, "LicenseRef-", 11) != 0;
}

/* "LicenseRef-" and the id with "-" for every character that one may not have. */
static const char *make_ref(const char *id, struct arena *a)
{
	OW_AUTO(buf_done) struct buf b = {0};

	if (strncasecmp(id, "LicenseRef-", 11) == 0)
		id += 11;
	buf_text(&b, "LicenseRef-");
	for (const char *c = id; *c != '\0'; c++) {
		bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
			     (*c >= '0' && *c <= '9') || *c == '.' || *c == '-';

		buf_add(&b, plain ? c : "-", 1);
	}
	return arena_text(a, buf_str(&b), b.n);
}

struct naming {
	const struct license_set *set;
	struct arena *arena;
	bom_ref refs;
	void *ctx;
};

/* A profile with an id that is no LicenseRef has that of the SPDX list; nothing else is known to be there. */
static int name_leaf(const struct naming *n, const struct expr_leaf *leaf, struct expr_leaf *out,
		     struct ow_error *err)
{
	const char *whole = expr_leaf_text(leaf, n->arena), *ref;
	const struct license *l = license_find(n->set, leaf->with[0] == '\0' ? leaf->id : whole);

	if (l == NULL && leaf->with[0] == '\0')
		l = license_find(n->set, whole); /* "GPL-2.0+" leads to its successor */
	*out = *leaf;
	if (l != NULL && strncasecmp(l->id, "LicenseRef-", 11) != 0) {
		if (leaf->with[0] == '\0')
			text_copy(out->id, sizeof out->id, l->id);
		return 0;
	}
	ref = make_ref(leaf->with[0] == '\0' && l != NULL ? l->id : whole, n->arena);
	*out = (struct expr_leaf){0};
	text_copy(out->id, sizeof out->id, ref);
	return n->refs == NULL ? 0 : n->refs(n->ctx, out->id, leaf->id, err);
}

int bom_expression(const struct license_set *set, const char *text, struct arena *a,
		   const char **out, bom_ref refs, void *ctx, struct ow_error *err)
{
	const struct naming n = {set, a, refs, ctx};
	struct ow_error unread = {0};
	OW_AUTO(mem_free) struct expr *e = NULL;

	*out = NULL;
	if (text == NULL)
		return 0;
	e = MEM_NEW(struct expr, err);
	if (e == NULL)
		return err->code;
	if (expr_parse(text, e, &unread) < 0) {
		*out = make_ref(text, a);
		return refs == NULL ? 0 : refs(ctx, *out, text, err);
	}
	for (size_t i = 0; i < e->n_leaves; i++) {
		struct expr_leaf named;

		if (strcasecmp(e->leaves[i].id, "NOASSERTION") == 0 ||
		    strcasecmp(e->leaves[i].id, "NONE") == 0)
			return 0;
		if (name_leaf(&n, &e->leaves[i], &named, err) < 0)
			return err->code;
		e->leaves[i] = named;
	}
	*out = expr_text(e, a);
	return arena_finish(a, err);
}

size_t bom_traits(const struct notice_component *c, const char *out[BOM_TRAITS])
{
	size_t n = 0;

	if (c->gated)
		out[n++] = "gated";
	if (c->unnamed_base)
		out[n++] = "unnamed_base";
	if (c->upstream_notice)
		out[n++] = "upstream_notice";
	return n;
}
