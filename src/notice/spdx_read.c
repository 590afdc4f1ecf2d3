/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * SPDX 2.3 read back: required fields, references, the graph.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/time.h"
#include "notice/bom_json.h"

/* Which id of the document means which node. */
struct alias {
	const char *id, *key;
};

struct reading {
	struct bom *b;
	struct alias *aliases; /* by id, once all packages are read */
	size_t n, cap;
	const char *described;
};

static void reading_done(struct reading *r)
{
	free(r->aliases);
}
OW_DEFINE_AUTO_DONE(struct reading, reading_done)

static int alias_order(const void *a, const void *b)
{
	return strcmp(((const struct alias *)a)->id, ((const struct alias *)b)->id);
}

static bool kind_of(const char *id, enum bom_kind *kind)
{
	static const char *const kinds[] = {"SPDXRef-Bundle-", "SPDXRef-Artifact-",
					    "SPDXRef-Component-", "SPDXRef-File-",
					    "SPDXRef-Upstream-"};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (strncmp(id, kinds[i], strlen(kinds[i])) == 0) {
			*kind = (enum bom_kind)i;
			return true;
		}
	}
	return false;
}

/* NOASSERTION is nothing known; FILE entries have no licence of their own. */
static const char *licence(struct bom *b, const struct json_t *package, const char *key)
{
	const char *s = json_text(json_get(package, key));

	return s == NULL || strcmp(s, "NOASSERTION") == 0 ? NULL : keep_text(b, s);
}

static int read_package(struct reading *r, const struct json_t *p, size_t i, struct ow_error *err)
{
	const struct place at = {"package", i};
	const char *id = need_text(p, "SPDXID", at, err), *name, *key;
	struct bom_node n = {0};
	bool analyzed = true;

	name = id == NULL ? NULL : need_text(p, "name", at, err);
	key = name == NULL ? NULL : need_text(p, "summary", at, err);
	if (key == NULL || need_text(p, "downloadLocation", at, err) == NULL)
		return err->code;
	if (!kind_of(id, &n.kind))
		return err_set(err, OW_E_FORMAT, "package %zu: SPDXID \"%.80s\"", i, id);
	if (!json_bool(json_get(p, "filesAnalyzed"), &analyzed) || analyzed)
		return err_set(err, OW_E_FORMAT,
			       "package %zu: its files are not listed, and "
			       "filesAnalyzed does not say so",
			       i);
	n.key = keep_text(r->b, key);
	n.name = keep_text(r->b, name);
	n.version = keep_text(r->b, json_text(json_get(p, "versionInfo")));
	n.declared = licence(r->b, p, "licenseDeclared");
	n.effective = licence(r->b, p, "licenseConcluded");
	if (read_sum(r->b, json_get(p, "checksums"), "algorithm", "SHA256", "checksumValue", at,
		     &n.sha256, err) < 0 ||
	    mem_grow(&r->aliases, r->n, &r->cap, sizeof *r->aliases, err) < 0)
		return err->code;
	r->aliases[r->n++] = (struct alias){keep_text(r->b, id), n.key};
	return bom_add_node(r->b, &n, err);
}

static const char *key_of(const struct reading *r, const char *id, struct place at,
			  struct ow_error *err)
{
	const struct alias wanted = {.id = id};
	const struct alias *hit =
	    r->n == 0 ? NULL : bsearch(&wanted, r->aliases, r->n, sizeof *r->aliases, alias_order);

	if (hit != NULL)
		return hit->key;
	(void)err_set(err, OW_E_FORMAT, "%s %zu: \"%.80s\" is no package of the document", at.what,
		      at.i, id);
	return NULL;
}

static int read_relationship(struct reading *r, const struct json_t *v, size_t i,
			     struct ow_error *err)
{
	const struct place at = {"relationship", i};
	const char *from = need_text(v, "spdxElementId", at, err), *to, *type, *kind;

	to = from == NULL ? NULL : need_text(v, "relatedSpdxElement", at, err);
	type = to == NULL ? NULL : need_text(v, "relationshipType", at, err);
	to = type == NULL ? NULL : key_of(r, to, at, err);
	if (to == NULL)
		return err->code;
	if (strcmp(from, "SPDXRef-DOCUMENT") == 0) {
		if (strcmp(type, "DESCRIBES") != 0 || r->described != NULL)
			return err_set(err, OW_E_FORMAT,
				       "relationship %zu: the document describes one package", i);
		r->described = to;
		return 0;
	}
	from = key_of(r, from, at, err);
	if (from == NULL)
		return err->code;
	kind = strcmp(type, "CONTAINS") == 0 ? BOM_CONTAINS : need_text(v, "comment", at, err);
	if (kind == NULL)
		return err->code;
	if (strcmp(spdx_relationship(kind), type) != 0)
		return err_set(err, OW_E_FORMAT, "relationship %zu: %s is no %s", i, kind, type);
	return bom_add_edge(r->b, from, to, keep_text(r->b, kind), err);
}

static int read_head(const struct json_t *root, struct ow_error *err)
{
	static const struct place at = {"document", 1};
	const struct json_t *creation = json_get(root, "creationInfo"), *creators;
	const char *created;
	uint64_t t;

	if (need_word(root, "spdxVersion", "SPDX-2.3", at, err) < 0 ||
	    need_word(root, "dataLicense", "CC0-1.0", at, err) < 0 ||
	    need_word(root, "SPDXID", "SPDXRef-DOCUMENT", at, err) < 0 ||
	    need_text(root, "name", at, err) == NULL ||
	    need_text(root, "documentNamespace", at, err) == NULL)
		return err->code;
	created = need_text(creation, "created", at, err);
	creators = created == NULL ? NULL : need_list(creation, "creators", at, err);
	if (creators == NULL)
		return err->code;
	if (!time_parse(created, &t) || json_count(creators) == 0)
		return err_set(err, OW_E_FORMAT, "creationInfo: no time or no creator");
	return 0;
}

/* Every LicenseRef that a package names must have its text; gathered by what is there. */
static bool has_ref(const struct json_t *infos, const char *ref, size_t n)
{
	for (size_t i = 0; i < json_count(infos); i++) {
		const char *id = json_text(json_get(json_item(infos, i), "licenseId"));

		if (id != NULL && strlen(id) == n && strncmp(id, ref, n) == 0)
			return true;
	}
	return false;
}

static int check_refs(const struct json_t *infos, const char *expression, struct ow_error *err)
{
	static const char mark[] = "LicenseRef-";
	const char *at = expression;

	while (at != NULL && (at = strstr(at, mark)) != NULL) {
		size_t n = strcspn(at, " ()+");

		if (!has_ref(infos, at, n))
			return err_set(err, OW_E_FORMAT, "%.*s has no text in the document",
				       (int)(n < 200 ? n : 200), at);
		at += n;
	}
	return 0;
}

static int check_licences(const struct bom *b, const struct json_t *root, struct ow_error *err)
{
	const struct json_t *infos = json_get(root, "hasExtractedLicensingInfos");

	for (size_t i = 0; i < json_count(infos); i++) {
		const struct place at = {"extracted licence", i};

		if (need_text(json_item(infos, i), "licenseId", at, err) == NULL ||
		    need_text(json_item(infos, i), "extractedText", at, err) == NULL)
			return err->code;
	}
	for (size_t i = 0; i < b->n_nodes; i++) {
		if (check_refs(infos, b->nodes[i].declared, err) < 0 ||
		    check_refs(infos, b->nodes[i].effective, err) < 0)
			return err->code;
	}
	return 0;
}

static int read_all(const struct json_t *root, struct bom *b, struct ow_error *err)
{
	static const struct place at = {"document", 1};
	OW_AUTO(reading_done) struct reading r = {.b = b};
	const struct json_t *list;

	if (read_head(root, err) < 0)
		return err->code;
	list = need_list(root, "packages", at, err);
	for (size_t i = 0; i < json_count(list); i++) {
		if (read_package(&r, json_item(list, i), i + 1, err) < 0)
			return err->code;
	}
	if (r.n > 1)
		qsort(r.aliases, r.n, sizeof *r.aliases, alias_order);
	for (size_t i = 1; i < r.n; i++) {
		if (alias_order(&r.aliases[i - 1], &r.aliases[i]) == 0)
			return err_set(err, OW_E_FORMAT, "SPDXID %s is there twice",
				       r.aliases[i].id);
	}
	list = list == NULL ? NULL : need_list(root, "relationships", at, err);
	if (list == NULL)
		return err->code;
	for (size_t i = 0; i < json_count(list); i++) {
		if (read_relationship(&r, json_item(list, i), i + 1, err) < 0)
			return err->code;
	}
	if (r.described == NULL)
		return err_set(err, OW_E_FORMAT, "the document describes nothing");
	if (bom_settle(b, err) < 0 || check_licences(b, root, err) < 0)
		return err->code;
	return strcmp(b->nodes[0].key, r.described) == 0
		   ? 0
		   : err_set(err, OW_E_FORMAT, "the document describes %s, not the bundle",
			     r.described);
}

int bom_read_spdx(const void *p, size_t n, struct bom *b, struct ow_error *err)
{
	OW_AUTO(json_done) struct json_t *root = NULL;

	return json_parse_upto(p, n, BOM_JSON_DEPTH, SBOM_VALUES_MAX, &root, err) < 0
		   ? err->code
		   : read_all(root, b, err);
}
