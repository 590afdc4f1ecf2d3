/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * CycloneDX 1.6 read back: required fields, references, the graph.
 */
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/time.h"
#include "notice/bom_json.h"

static bool type_ok(const char *type)
{
	static const char *const types[] = {"machine-learning-model", "data", "application",
					    "library", "file"};

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		if (strcmp(types[i], type) == 0)
			return true;
	}
	return false;
}

/* One licence, by its id or its name, or one expression; NULL in *out where there is no list. */
static int read_licences(struct bom *b, const struct json_t *in, struct place at, const char **out,
			 struct ow_error *err)
{
	const struct json_t *list = json_get(in, "licenses"), *one = json_item(list, 0), *licence;
	const char *id, *name, *expression;

	*out = NULL;
	if (list == NULL)
		return 0;
	licence = json_get(one, "license");
	id = json_text(json_get(licence, "id"));
	name = json_text(json_get(licence, "name"));
	expression = json_text(json_get(one, "expression"));
	if (json_count(list) != 1 || (id != NULL) + (name != NULL) + (expression != NULL) != 1)
		return err_set(err, OW_E_FORMAT,
			       "%s %zu: its licences are not one id, name or expression", at.what,
			       at.i);
	*out = keep_text(b, id != NULL ? id : name != NULL ? name : expression);
	return 0;
}

/* A component without what is inside it, as a node that `container` contains (NULL: nothing does). */
static int read_component(struct bom *b, const struct json_t *v, enum bom_kind kind,
			  const char *container, size_t i, const char **key, struct ow_error *err)
{
	const struct place at = {"component", i};
	const char *type = need_text(v, "type", at, err), *name, *ref;
	struct bom_node n = {.kind = kind};

	name = type == NULL ? NULL : need_text(v, "name", at, err);
	ref = name == NULL ? NULL : need_text(v, "bom-ref", at, err);
	if (ref == NULL)
		return err->code;
	if (!type_ok(type))
		return err_set(err, OW_E_FORMAT, "component %zu: type \"%.80s\"", i, type);
	n.key = *key = keep_text(b, ref);
	n.name = keep_text(b, name);
	n.version = keep_text(b, json_text(json_get(v, "version")));
	if (read_licences(b, v, at, &n.effective, err) < 0 ||
	    read_licences(b, json_get(v, "evidence"), at, &n.declared, err) < 0 ||
	    read_sum(b, json_get(v, "hashes"), "alg", "SHA-256", "content", at, &n.sha256, err) <
		0 ||
	    bom_add_node(b, &n, err) < 0)
		return err->code;
	return container == NULL ? 0 : bom_add_edge(b, container, n.key, BOM_CONTAINS, err);
}

static const char *property(const struct json_t *in, const char *name)
{
	const struct json_t *list = json_get(in, "properties");

	for (size_t i = 0; i < json_count(list); i++) {
		const char *s = json_text(json_get(json_item(list, i), "name"));

		if (s != NULL && strcmp(s, name) == 0)
			return json_text(json_get(json_item(list, i), "value"));
	}
	return NULL;
}

/* An ancestor stands for an artifact of the bundle or for what is outside; which, is told by its key. */
static int read_ancestor(struct bom *b, const struct json_t *v, const char *from, size_t i,
			 struct ow_error *err)
{
	static const char outside[] = "upstream: ";
	const struct place at = {"ancestor", i};
	const char *name = need_text(v, "name", at, err), *kind, *key;
	struct bom_node n = {.kind = BOM_UPSTREAM};

	kind = property(v, "owstore:edge");
	key = property(v, "owstore:key");
	if (name == NULL || need_text(v, "type", at, err) == NULL)
		return err->code;
	if (kind == NULL || key == NULL)
		return err_set(err, OW_E_FORMAT, "ancestor %zu of %s: no edge or no key", i, from);
	n.key = keep_text(b, key);
	n.name = keep_text(b, name);
	if (strncmp(key, outside, sizeof outside - 1) == 0 && bom_add_node(b, &n, err) < 0)
		return err->code;
	return bom_add_edge(b, from, n.key, keep_text(b, kind), err);
}

static int read_artifact(struct bom *b, const struct json_t *v, const char *bundle, size_t i,
			 struct ow_error *err)
{
	const struct json_t *parts = json_get(v, "components"),
			    *ancestors = json_get(json_get(v, "pedigree"), "ancestors");
	const char *key = NULL, *part = NULL, *file = NULL;

	if (read_component(b, v, BOM_ARTIFACT, bundle, i, &key, err) < 0)
		return err->code;
	for (size_t k = 0; k < json_count(ancestors); k++) {
		if (read_ancestor(b, json_item(ancestors, k), key, k + 1, err) < 0)
			return err->code;
	}
	for (size_t k = 0; k < json_count(parts); k++) {
		const struct json_t *files = json_get(json_item(parts, k), "components");

		if (read_component(b, json_item(parts, k), BOM_COMPONENT, key, k + 1, &part, err) <
		    0)
			return err->code;
		for (size_t m = 0; m < json_count(files); m++) {
			if (read_component(b, json_item(files, m), BOM_FILE, part, m + 1, &file,
					   err) < 0)
				return err->code;
		}
	}
	return 0;
}

/* Upstreams that several artifacts name were read several times. */
static void join_upstreams(struct bom *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n_nodes; i++) {
		bool there = false;

		for (size_t k = 0; k < n && b->nodes[i].kind == BOM_UPSTREAM && !there; k++)
			there = b->nodes[k].kind == BOM_UPSTREAM &&
				strcmp(b->nodes[k].key, b->nodes[i].key) == 0 &&
				strcmp(b->nodes[k].name, b->nodes[i].name) == 0;
		if (!there)
			b->nodes[n++] = b->nodes[i];
	}
	b->n_nodes = n;
}

static int check_dependencies(const struct bom *b, const struct json_t *list, struct ow_error *err)
{
	for (size_t i = 0; i < json_count(list); i++) {
		const struct place at = {"dependency", i + 1};
		const struct json_t *on = json_get(json_item(list, i), "dependsOn");
		const char *ref = need_text(json_item(list, i), "ref", at, err);

		if (ref == NULL)
			return err->code;
		for (size_t k = 0; k <= json_count(on); k++) {
			const char *one = k == 0 ? ref : json_text(json_item(on, k - 1));

			if (one == NULL || bom_find_any(b, one) == NULL)
				return err_set(err, OW_E_FORMAT,
					       "dependency %zu: \"%.200s\" is no component", i + 1,
					       one == NULL ? "" : one);
		}
	}
	return 0;
}

static int read_head(const struct json_t *root, struct ow_error *err)
{
	static const struct place at = {"document", 1};
	const char *stamp;
	uint64_t version, t;

	if (need_word(root, "bomFormat", "CycloneDX", at, err) < 0 ||
	    need_word(root, "specVersion", "1.6", at, err) < 0 ||
	    need_text(root, "serialNumber", at, err) == NULL)
		return err->code;
	stamp = need_text(json_get(root, "metadata"), "timestamp", at, err);
	if (stamp == NULL)
		return err->code;
	if (!time_parse(stamp, &t) || !json_u64(json_get(root, "version"), &version) ||
	    version != 1)
		return err_set(err, OW_E_FORMAT, "no timestamp, or not version 1");
	return 0;
}

static int read_all(const struct json_t *root, struct bom *b, struct ow_error *err)
{
	static const struct place at = {"document", 1};
	const struct json_t *list;
	const char *bundle = NULL;

	if (read_head(root, err) < 0 ||
	    read_component(b, json_get(json_get(root, "metadata"), "component"), BOM_BUNDLE, NULL,
			   0, &bundle, err) < 0)
		return err->code;
	list = need_list(root, "components", at, err);
	if (list == NULL)
		return err->code;
	for (size_t i = 0; i < json_count(list); i++) {
		if (read_artifact(b, json_item(list, i), bundle, i + 1, err) < 0)
			return err->code;
	}
	join_upstreams(b);
	return bom_settle(b, err) < 0 ? err->code
				      : check_dependencies(b, json_get(root, "dependencies"), err);
}

int bom_read_cdx(const void *p, size_t n, struct bom *b, struct ow_error *err)
{
	OW_AUTO(json_done) struct json_t *root = NULL;

	return json_parse_upto(p, n, BOM_JSON_DEPTH, SBOM_VALUES_MAX, &root, err) < 0
		   ? err->code
		   : read_all(root, b, err);
}
