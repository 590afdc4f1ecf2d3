/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Components, parents, their licences and lineage, and how they stand to one another.
 */
#include <string.h>

#include "base/err.h"
#include "policy/scenario.h"

struct item_row {
	struct item i;
	const struct yaml_node *sha256, *license, *derived_from, *modified, *published;
};

#define AT(member) offsetof(struct item_row, member)

static const struct field item_fields[] = {
    {"id", AT(i.id), NULL, FIELD_TEXT, true},
    {"name", AT(i.name), NULL, FIELD_TEXT, false},
    {"role", AT(i.role), role_words, FIELD_WORD, false},
    {"in_store", AT(i.in_store), NULL, FIELD_BOOL, false},
    {"sha256", AT(sha256), NULL, FIELD_NODE, false},
    {"modality", AT(i.modality), modality_words_of_items, FIELD_WORD, false},
    {"license", AT(license), NULL, FIELD_NODE, false},
    {"modified", AT(modified), NULL, FIELD_NODE, false},
    {"published", AT(published), NULL, FIELD_NODE, false},
    {"derived_from", AT(derived_from), NULL, FIELD_NODE, false},
    {"unnamed_base", AT(i.unnamed_base), NULL, FIELD_BOOL, false},
    {"upstream_notice", AT(i.upstream_notice), NULL, FIELD_BOOL, false},
    {"gated", AT(i.gated), NULL, FIELD_BOOL, false},
    {"source_available", AT(i.source_available), NULL, FIELD_BOOL, false},
    {0}};

#undef AT

static const struct field claim_fields[] = {
    {"declared", offsetof(struct claim, declared), NULL, FIELD_TEXTS, false},
    {"found", offsetof(struct claim, found), NULL, FIELD_TEXT, false},
    {"found_in", offsetof(struct claim, found_in), NULL, FIELD_TEXT, false},
    {"state", offsetof(struct claim, state), state_words, FIELD_WORD, false},
    {"concluded", offsetof(struct claim, concluded), NULL, FIELD_TEXT, false},
    {"later", offsetof(struct claim, later), NULL, FIELD_TEXT, false},
    {0}};

static int read_claim(struct scenario *s, const struct yaml_node *map, struct claim *out,
		      struct ow_error *err)
{
	out->state = TEXT_COMPARE;
	if (fields_read(&s->r, map, claim_fields, out, err) < 0 ||
	    scenario_expression(s, yaml_get(map, "found"), err) < 0 ||
	    scenario_expression(s, yaml_get(map, "concluded"), err) < 0 ||
	    scenario_expression(s, yaml_get(map, "later"), err) < 0)
		return err->code;
	return 0;
}

static int read_edges(struct scenario *s, const struct yaml_node *list, struct item *out,
		      struct ow_error *err)
{
	static const struct field fields[] = {
	    {"parent", offsetof(struct edge, parent_id), NULL, FIELD_TEXT, true},
	    {"kind", offsetof(struct edge, kind), edge_words, FIELD_WORD, true},
	    {0}};
	size_t i = 0;

	out->edges = fields_list(&s->r, list, sizeof out->edges[0], &out->n_edges, err);
	if (out->edges == NULL)
		return err->code;
	for (const struct yaml_node *v = out->n_edges == 0 ? NULL : list->first; v != NULL;
	     v = v->next) {
		if (fields_read(&s->r, v, fields, &out->edges[i++], err) < 0)
			return err->code;
	}
	return 0;
}

/* Does what it was derived by say that it differs from upstream? */
static bool derived_differs(const struct item *i)
{
	for (size_t k = 0; k < i->n_edges; k++) {
		if (i->edges[k].kind <= EDGE_MERGE_OF)
			return true;
	}
	return false;
}

static int read_digest(const struct scenario *s, const struct yaml_node *v, struct item *out,
		       struct ow_error *err)
{
	if (v == NULL || v->kind == YAML_NULL)
		return 0;
	if (v->kind != YAML_TEXT || !ow_id_parse(v->text, &out->digest))
		return yaml_fail(s->r.yaml, v, err, "sha256: 64 hex digits are expected");
	out->has_digest = true;
	return 0;
}

static bool known(const struct policy_case *c, const char *id)
{
	for (size_t i = 0; i < c->n_items; i++) {
		if (strcmp(c->items[i].id, id) == 0)
			return true;
	}
	return false;
}

/* What a component must have, and what only a parent may. */
static int check_component(const struct scenario *s, const struct yaml_node *map, bool shipped,
			   struct ow_error *err)
{
	const struct yaml_node *role = yaml_get(map, "role");

	if (!shipped)
		return 0;
	if (role == NULL || role->kind == YAML_NULL)
		return yaml_fail(s->r.yaml, map, err, "the key 'role' is missing");
	if (yaml_get(map, "in_store") != NULL)
		return yaml_fail(s->r.yaml, yaml_get(map, "in_store"), err,
				 "in_store: of parents alone; a component is in the bundle");
	return 0;
}

static int read_item(struct scenario *s, const struct yaml_node *map, bool shipped,
		     struct ow_error *err)
{
	struct item_row row = {
	    .i = {
		.role = ROLE_NONE, .shipped = shipped, .in_store = true, .source_available = true}};

	if (fields_read(&s->r, map, item_fields, &row, err) < 0 ||
	    check_component(s, map, shipped, err) < 0 ||
	    read_digest(s, row.sha256, &row.i, err) < 0 ||
	    read_claim(s, row.license, &row.i.claim, err) < 0 ||
	    read_edges(s, row.derived_from, &row.i, err) < 0)
		return err->code;
	if (strcmp(row.i.id, "unknown") == 0)
		return yaml_fail(s->r.yaml, yaml_get(map, "id"), err, "id: 'unknown' is no id");
	if (known(s->c, row.i.id))
		return yaml_fail(s->r.yaml, yaml_get(map, "id"), err, "id: '%.100s' again",
				 row.i.id);
	row.i.modified = derived_differs(&row.i);
	if (yaml_bool(s->r.yaml, row.modified, &row.i.modified, err) < 0)
		return err->code;
	row.i.published = !row.i.modified;
	if (yaml_bool(s->r.yaml, row.published, &row.i.published, err) < 0)
		return err->code;
	s->c->items[s->c->n_items++] = row.i;
	return 0;
}

int scenario_refers(const struct scenario *s, const struct yaml_node *v, struct ow_error *err)
{
	const char *id = NULL;

	if (yaml_text(s->r.yaml, v, &id, err) < 0)
		return err->code;
	if (id != NULL && !known(s->c, id))
		return yaml_fail(s->r.yaml, v, err, "no component or parent has the id '%.100s'",
				 id);
	return 0;
}

static int check_edges(const struct scenario *s, const struct yaml_node *list, struct ow_error *err)
{
	for (const struct yaml_node *v = list == NULL ? NULL : list->first; v != NULL;
	     v = v->next) {
		const struct yaml_node *edges = yaml_get(v, "derived_from");

		for (const struct yaml_node *e = edges == NULL ? NULL : edges->first; e != NULL;
		     e = e->next) {
			const struct yaml_node *parent = yaml_get(e, "parent");

			if (strcmp(parent->text, "unknown") != 0 &&
			    scenario_refers(s, parent, err) < 0)
				return err->code;
		}
	}
	return 0;
}

static int read_relations(struct scenario *s, const struct yaml_node *list, struct ow_error *err)
{
	static const struct field fields[] = {
	    {"from", offsetof(struct relation, from_id), NULL, FIELD_TEXT, true},
	    {"to", offsetof(struct relation, to_id), NULL, FIELD_TEXT, true},
	    {"kind", offsetof(struct relation, kind), relation_words, FIELD_WORD, true},
	    {0}};
	struct policy_case *c = s->c;
	size_t i = 0;

	c->relations = fields_list(&s->r, list, sizeof c->relations[0], &c->n_relations, err);
	if (c->relations == NULL)
		return err->code;
	for (const struct yaml_node *v = c->n_relations == 0 ? NULL : list->first; v != NULL;
	     v = v->next) {
		if (fields_read(&s->r, v, fields, &c->relations[i++], err) < 0 ||
		    scenario_refers(s, yaml_get(v, "from"), err) < 0 ||
		    scenario_refers(s, yaml_get(v, "to"), err) < 0)
			return err->code;
	}
	return 0;
}

int scenario_items(struct scenario *s, const struct yaml_node *components,
		   const struct yaml_node *parents, const struct yaml_node *relations,
		   struct ow_error *err)
{
	size_t n, n_parents;

	if (fields_list(&s->r, components, 1, &n, err) == NULL ||
	    fields_list(&s->r, parents, 1, &n_parents, err) == NULL)
		return err->code;
	if (n == 0)
		return yaml_fail(s->r.yaml, components, err,
				 "components: one at least is expected");
	s->c->items = arena_array(s->r.arena, n + n_parents, sizeof s->c->items[0], err);
	if (s->c->items == NULL)
		return err->code;
	for (const struct yaml_node *v = components->first; v != NULL; v = v->next) {
		if (read_item(s, v, true, err) < 0)
			return err->code;
	}
	for (const struct yaml_node *v = n_parents == 0 ? NULL : parents->first; v != NULL;
	     v = v->next) {
		if (read_item(s, v, false, err) < 0)
			return err->code;
	}
	if (check_edges(s, components, err) < 0 || check_edges(s, parents, err) < 0)
		return err->code;
	return read_relations(s, relations, err);
}
