/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The graph of the facts.
 */
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "notice/bom.h"
#include "notice/put.h"

/* As JSON will hold it: UTF-8, else escaped. */
static const char *json_form(struct arena *a, const char *s)
{
	OW_AUTO(buf_done) struct buf b = {0};

	if (s == NULL || utf8_ok((const uint8_t *)s, strlen(s)))
		return s;
	put_shown(&b, s);
	return arena_text(a, buf_str(&b), b.n);
}

static int licences(struct plan *p, struct bom *b, const struct notice_component *c,
		    struct bom_node *n, struct ow_error *err)
{
	const struct license_set *set = p->facts->set;

	if (bom_expression(set, c->declared, &b->arena, &n->declared, NULL, NULL, err) < 0)
		return err->code;
	return bom_expression(set, c->effective, &b->arena, &n->effective, NULL, NULL, err);
}

static int add_part(struct plan *p, struct bom *b, const struct plan_part *part,
		    struct ow_error *err)
{
	const struct notice_component *c = part->component;
	struct bom_node n = {.kind = BOM_COMPONENT,
			     .key = part->label,
			     .name = part->label,
			     .sha256 = c->n_files == 1 ? &c->files[0].id : NULL,
			     .part = part};

	if (licences(p, b, c, &n, err) < 0 || bom_add_node(b, &n, err) < 0 ||
	    bom_add_edge(b, plan_name(p, part->artifact), n.key, BOM_CONTAINS, err) < 0)
		return err->code;
	for (size_t i = 0; i < c->n_files && c->n_files > 1; i++) {
		const char *path = json_form(&b->arena, part->files[i]->path);
		struct bom_node f = {.kind = BOM_FILE, .part = part, .sha256 = &part->files[i]->id};

		f.key = arena_printf(&b->arena, "%s: %s", part->label, path);
		f.name = f.key;
		if (bom_add_node(b, &f, err) < 0 ||
		    bom_add_edge(b, n.key, f.key, BOM_CONTAINS, err) < 0)
			return err->code;
	}
	return 0;
}

/* The artifact of the bundle that a parent's name means, by its digest or its name; NULL: none. */
static const struct notice_artifact *in_bundle(struct plan *p, const struct notice_parent *parent)
{
	for (size_t i = 0; i < p->facts->n_artifacts; i++) {
		const struct notice_artifact *a = p->artifacts[i];

		if (parent->id != NULL && ow_id_equal(parent->id, &a->id))
			return a;
	}
	return NULL;
}

/* The same descent may be told twice, by a name and by a digest. */
static bool has_edge(const struct bom *b, const char *from, const char *to, const char *kind)
{
	for (size_t i = b->n_edges; i-- > 0;) {
		const struct bom_edge *e = &b->edges[i];

		if (strcmp(e->from, from) != 0)
			break;
		if (strcmp(e->to, to) == 0 && strcmp(e->kind, kind) == 0)
			return true;
	}
	return false;
}

static int add_parents(struct plan *p, struct bom *b, const struct notice_artifact *a,
		       struct ow_error *err)
{
	const char *from = plan_name(p, a);

	for (size_t i = 0; i < a->n_parents; i++) {
		const struct notice_artifact *known = in_bundle(p, &a->parents[i]);
		const char *name = json_form(&b->arena, a->parents[i].name), *key;
		const char *kind = json_form(&b->arena, a->parents[i].kind);

		key = known != NULL ? plan_name(p, known)
				    : arena_printf(&b->arena, "upstream: %s", name);
		if (known == NULL) {
			const struct bom_node n = {.kind = BOM_UPSTREAM, .key = key, .name = name};
			bool there = false;

			for (size_t k = b->n_nodes; k-- > 0 && !there;)
				there = b->nodes[k].kind == BOM_UPSTREAM &&
					strcmp(b->nodes[k].key, key) == 0;
			if (!there && bom_add_node(b, &n, err) < 0)
				return err->code;
		}
		if (!has_edge(b, from, key, kind) && bom_add_edge(b, from, key, kind, err) < 0)
			return err->code;
	}
	return 0;
}

static int add_artifact(struct plan *p, struct bom *b, const struct notice_artifact *a,
			const char *bundle, struct ow_error *err)
{
	struct bom_node n = {.kind = BOM_ARTIFACT,
			     .key = plan_name(p, a),
			     .name = json_form(&b->arena, a->name),
			     .version = json_form(&b->arena, a->version),
			     .from = a};

	if (bom_expression(p->facts->set, a->licence, &b->arena, &n.effective, NULL, NULL, err) < 0)
		return err->code;
	return bom_add_node(b, &n, err) < 0 ? err->code
					    : bom_add_edge(b, bundle, n.key, BOM_CONTAINS, err);
}

int bom_make(struct plan *p, struct bom *b, struct ow_error *err)
{
	const struct bom_node bundle = {.kind = BOM_BUNDLE,
					.key = json_form(&b->arena, p->facts->bundle),
					.name = json_form(&b->arena, p->facts->bundle)};

	if (bom_add_node(b, &bundle, err) < 0)
		return err->code;
	for (size_t i = 0; i < p->facts->n_artifacts; i++) {
		if (add_artifact(p, b, p->artifacts[i], bundle.key, err) < 0)
			return err->code;
	}
	for (size_t i = 0; i < p->facts->n_artifacts; i++) {
		if (add_parents(p, b, p->artifacts[i], err) < 0)
			return err->code;
	}
	for (size_t i = 0; i < p->n_parts; i++) {
		if (add_part(p, b, &p->parts[i], err) < 0)
			return err->code;
	}
	return bom_settle(b, err);
}
