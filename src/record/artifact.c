/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "record/artifact.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/relpath.h"
#include "base/text.h"
#include "codec/cbor_rd.h"
#include "codec/cbor_wr.h"
#include "record/doc.h"

enum {
	TEXT_CAP = 1025, /* of an upstream id or a parent's name */
	LINKS_MAX = 256, /* upstream ids, and parents */
};

/* Keys of the three maps. */
enum {
	KEY_NAME = 2,
	KEY_VERSION = 3,
	KEY_COMPONENTS = 4,
	KEY_UPSTREAM = 5,
	KEY_PARENTS = 6,

	COMPONENT_PATH = 0,
	COMPONENT_ROLE = 1,
	COMPONENT_BLOB = 2,
	COMPONENT_SIZE = 3,

	PARENT_KIND = 0,
	PARENT_NAME = 1,
};

int artifact_add_component(struct artifact *a, const char *path, const char *role,
			   const struct ow_id *blob, uint64_t size, struct ow_error *err)
{
	struct component *c;

	if (path_check(path, err) < 0)
		return err->code;
	if (!role_ok(role))
		return err_set(err, OW_E_FORMAT, "component %s: \"%.40s\" is not a role", path,
			       role);
	if (a->n_components == COMPONENTS_MAX)
		return err_set(err, OW_E_FORMAT, "more than %d components", COMPONENTS_MAX);
	if (mem_grow(&a->components, a->n_components, &a->cap_components, sizeof *c, err) < 0)
		return err->code;
	c = &a->components[a->n_components];
	*c = (struct component){
	    .path = mem_text(path, strlen(path), err), .blob = *blob, .size = size};
	if (c->path == NULL)
		return err->code;
	memcpy(c->role, role, strlen(role) + 1);
	a->n_components++;
	return 0;
}

static int check_text(const char *what, const char *s, struct ow_error *err)
{
	if (s[0] == '\0' || strlen(s) >= TEXT_CAP)
		return err_set(err, OW_E_FORMAT, "%s: empty or longer than %d bytes", what,
			       TEXT_CAP - 1);
	return 0;
}

int artifact_add_upstream(struct artifact *a, const char *id, struct ow_error *err)
{
	char *copy;

	if (check_text("upstream id", id, err) < 0)
		return err->code;
	if (a->n_upstream == LINKS_MAX)
		return err_set(err, OW_E_FORMAT, "more than %d upstream ids", LINKS_MAX);
	if (mem_grow(&a->upstream, a->n_upstream, &a->cap_upstream, sizeof *a->upstream, err) < 0)
		return err->code;
	copy = mem_text(id, strlen(id), err);
	if (copy == NULL)
		return err->code;
	a->upstream[a->n_upstream++] = copy;
	return 0;
}

int artifact_add_parent(struct artifact *a, const char *kind, const char *name,
			struct ow_error *err)
{
	struct parent *p;

	if (!role_ok(kind))
		return err_set(err, OW_E_FORMAT, "\"%.40s\" is not a kind of derivation", kind);
	if (check_text("parent", name, err) < 0)
		return err->code;
	if (a->n_parents == LINKS_MAX)
		return err_set(err, OW_E_FORMAT, "more than %d parents", LINKS_MAX);
	if (mem_grow(&a->parents, a->n_parents, &a->cap_parents, sizeof *p, err) < 0)
		return err->code;
	p = &a->parents[a->n_parents];
	*p = (struct parent){.name = mem_text(name, strlen(name), err)};
	if (p->name == NULL)
		return err->code;
	memcpy(p->kind, kind, strlen(kind) + 1);
	a->n_parents++;
	return 0;
}

static int component_order(const void *a, const void *b)
{
	return strcmp(((const struct component *)a)->path, ((const struct component *)b)->path);
}

static int path_order(const void *path, const void *component)
{
	return strcmp(path, ((const struct component *)component)->path);
}

const struct component *artifact_find_component(const struct artifact *a, const char *path)
{
	return a->n_components == 0 ? NULL
				    : bsearch(path, a->components, a->n_components,
					      sizeof *a->components, path_order);
}

static int parent_order(const void *a, const void *b)
{
	const struct parent *p = a, *q = b;
	int kinds = strcmp(p->kind, q->kind);

	return kinds != 0 ? kinds : strcmp(p->name, q->name);
}

/* Is p[0..n) strictly ascending? Tells the first place where it is not. */
static bool ascending(const void *p, size_t n, size_t size,
		      int (*order)(const void *, const void *), size_t *where)
{
	for (size_t i = 1; i < n; i++) {
		const char *at = (const char *)p + i * size;

		if (order(at - size, at) >= 0) {
			*where = i;
			return false;
		}
	}
	return true;
}

/* Drop items that equal the one before them; returns how many stay. */
static size_t drop_doubles(void *p, size_t n, size_t size, int (*order)(const void *, const void *),
			   void (*drop)(void *))
{
	char *at = p;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (kept > 0 && order(at + (kept - 1) * size, at + i * size) == 0) {
			drop(at + i * size);
			continue;
		}
		if (kept != i)
			memcpy(at + kept * size, at + i * size, size);
		kept++;
	}
	return kept;
}

static void drop_text(void *p)
{
	free(*(char **)p);
}

static void drop_parent(void *p)
{
	free(((struct parent *)p)->name);
}

int artifact_sort(struct artifact *a, struct ow_error *err)
{
	size_t at;

	if (a->n_components > 0)
		qsort(a->components, a->n_components, sizeof *a->components, component_order);
	if (!ascending(a->components, a->n_components, sizeof *a->components, component_order, &at))
		return err_set(err, OW_E_FORMAT, "two components are called %s",
			       a->components[at].path);
	if (a->n_upstream > 0)
		qsort(a->upstream, a->n_upstream, sizeof *a->upstream, text_order);
	a->n_upstream =
	    drop_doubles(a->upstream, a->n_upstream, sizeof *a->upstream, text_order, drop_text);
	if (a->n_parents > 0)
		qsort(a->parents, a->n_parents, sizeof *a->parents, parent_order);
	a->n_parents =
	    drop_doubles(a->parents, a->n_parents, sizeof *a->parents, parent_order, drop_parent);
	return 0;
}

uint64_t artifact_size(const struct artifact *a)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < a->n_components; i++) {
		if (!add_ok(sum, a->components[i].size, &sum))
			return UINT64_MAX;
	}
	return sum;
}

void artifact_encode(const struct artifact *a, struct buf *out)
{
	doc_begin(out, "artifact", 3u + (a->n_upstream > 0) + (a->n_parents > 0));
	cbor_wr_key(out, KEY_NAME);
	cbor_wr_text(out, a->name);
	cbor_wr_key(out, KEY_VERSION);
	cbor_wr_text(out, a->version);
	cbor_wr_key(out, KEY_COMPONENTS);
	cbor_wr_array(out, a->n_components);
	for (size_t i = 0; i < a->n_components; i++) {
		const struct component *c = &a->components[i];

		cbor_wr_map(out, 4);
		cbor_wr_key(out, COMPONENT_PATH);
		cbor_wr_text(out, c->path);
		cbor_wr_key(out, COMPONENT_ROLE);
		cbor_wr_text(out, c->role);
		cbor_wr_key(out, COMPONENT_BLOB);
		cbor_wr_id(out, &c->blob);
		cbor_wr_key(out, COMPONENT_SIZE);
		cbor_wr_uint(out, c->size);
	}
	if (a->n_upstream > 0) {
		cbor_wr_key(out, KEY_UPSTREAM);
		cbor_wr_array(out, a->n_upstream);
	}
	for (size_t i = 0; i < a->n_upstream; i++)
		cbor_wr_text(out, a->upstream[i]);
	if (a->n_parents > 0) {
		cbor_wr_key(out, KEY_PARENTS);
		cbor_wr_array(out, a->n_parents);
	}
	for (size_t i = 0; i < a->n_parents; i++) {
		cbor_wr_map(out, 2);
		cbor_wr_key(out, PARENT_KIND);
		cbor_wr_text(out, a->parents[i].kind);
		cbor_wr_key(out, PARENT_NAME);
		cbor_wr_text(out, a->parents[i].name);
	}
}

static int decode_component(struct cbor_rd *r, struct artifact *a, struct ow_error *err)
{
	char path[PATH_LEN_MAX + 1] = "", role[ROLE_CAP] = "";
	struct ow_id blob = {0};
	uint64_t size = 0;
	unsigned seen = 0;
	int64_t key;

	for (cbor_rd_map(r); cbor_rd_key(r, &key);) {
		switch (key) {
		case COMPONENT_PATH:
			cbor_rd_string(r, path, sizeof path);
			break;
		case COMPONENT_ROLE:
			cbor_rd_string(r, role, sizeof role);
			break;
		case COMPONENT_BLOB:
			blob = cbor_rd_id(r);
			break;
		case COMPONENT_SIZE:
			size = cbor_rd_uint(r);
			break;
		default:
			/* an identity has one meaning: nothing may ride along unread */
			cbor_rd_fail(r, "unknown key in a component");
			break;
		}
		seen++;
	}
	if (seen != 4)
		cbor_rd_fail(r, "component without path, role, digest or size");
	return cbor_rd_ok(r) ? artifact_add_component(a, path, role, &blob, size, err) : 0;
}

static int decode_parent(struct cbor_rd *r, struct artifact *a, struct ow_error *err)
{
	char kind[ROLE_CAP] = "", name[TEXT_CAP] = "";
	unsigned seen = 0;
	int64_t key;

	for (cbor_rd_map(r); cbor_rd_key(r, &key); seen++) {
		if (key == PARENT_KIND)
			cbor_rd_string(r, kind, sizeof kind);
		else if (key == PARENT_NAME)
			cbor_rd_string(r, name, sizeof name);
		else
			cbor_rd_fail(r, "unknown key in a parent");
	}
	if (seen != 2)
		cbor_rd_fail(r, "parent without kind or name");
	return cbor_rd_ok(r) ? artifact_add_parent(a, kind, name, err) : 0;
}

static int decode_upstream(struct cbor_rd *r, struct artifact *a, struct ow_error *err)
{
	char id[TEXT_CAP];

	cbor_rd_string(r, id, sizeof id);
	return cbor_rd_ok(r) ? artifact_add_upstream(a, id, err) : 0;
}

static int decode_items(struct cbor_rd *r, struct artifact *a,
			int (*item)(struct cbor_rd *, struct artifact *, struct ow_error *),
			struct ow_error *err)
{
	if (cbor_rd_array(r) == 0)
		cbor_rd_fail(r, "empty list");
	while (cbor_rd_more(r)) {
		if (item(r, a, err) < 0)
			return err->code;
	}
	return 0;
}

/* The order that encode would write is the only one accepted. */
static int check_order(const struct artifact *a, struct ow_error *err)
{
	size_t at;

	if (!ascending(a->components, a->n_components, sizeof *a->components, component_order,
		       &at) ||
	    !ascending(a->upstream, a->n_upstream, sizeof *a->upstream, text_order, &at) ||
	    !ascending(a->parents, a->n_parents, sizeof *a->parents, parent_order, &at))
		return err_set(err, OW_E_FORMAT,
			       "artifact record: item %zu of a list is out of order", at);
	return 0;
}

static int decode_key(struct cbor_rd *r, int64_t key, struct artifact *a, struct ow_error *err)
{
	switch (key) {
	case KEY_NAME:
		cbor_rd_string(r, a->name, sizeof a->name);
		return 0;
	case KEY_VERSION:
		cbor_rd_string(r, a->version, sizeof a->version);
		return 0;
	case KEY_COMPONENTS:
		return decode_items(r, a, decode_component, err);
	case KEY_UPSTREAM:
		return decode_items(r, a, decode_upstream, err);
	case KEY_PARENTS:
		return decode_items(r, a, decode_parent, err);
	default:
		cbor_rd_fail(r, "unknown key");
		return 0;
	}
}

int artifact_decode(const uint8_t *p, size_t n, struct artifact *out, struct ow_error *err)
{
	OW_AUTO(artifact_done) struct artifact a = {0};
	struct cbor_rd r;
	int64_t key;

	doc_open(&r, p, n, "artifact");
	while (cbor_rd_key(&r, &key)) {
		if (decode_key(&r, key, &a, err) < 0)
			return err_ctx(err, "artifact record");
	}
	if (!name_ok(a.name) || !version_ok(a.version))
		cbor_rd_fail(&r, "name or version is missing or malformed");
	if (a.n_components == 0)
		cbor_rd_fail(&r, "no components");
	if (cbor_rd_finish(&r, "artifact record", err) < 0 || check_order(&a, err) < 0)
		return err->code;
	*out = MOVE(a);
	return 0;
}

void artifact_done(struct artifact *a)
{
	for (size_t i = 0; i < a->n_components; i++)
		free(a->components[i].path);
	for (size_t i = 0; i < a->n_upstream; i++)
		free(a->upstream[i]);
	for (size_t i = 0; i < a->n_parents; i++)
		free(a->parents[i].name);
	free(a->components);
	free(a->upstream);
	free(a->parents);
	*a = (struct artifact){0};
}
