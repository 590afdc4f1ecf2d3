/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/sorted.h"
#include "codec/digest.h"
#include "policy/license.h"
#include "policy/license_data.h"
#include "policy/license_read.h"

struct license_set {
	struct arena arena;
	const struct license **at; /* in the order of ids */
	size_t n;
	struct ow_id digest; /* of all files taken so far, in their order */
};

/* Ids that SPDX has withdrawn, and those whose "+" has a name of its own. */
static const struct {
	const char *old, *now;
} renamed[] = {
    {"GPL-2.0", "GPL-2.0-only"},           {"GPL-2.0+", "GPL-2.0-or-later"},
    {"GPL-3.0", "GPL-3.0-only"},           {"GPL-3.0+", "GPL-3.0-or-later"},
    {"LGPL-2.1", "LGPL-2.1-only"},         {"LGPL-2.1+", "LGPL-2.1-or-later"},
    {"LGPL-3.0+", "LGPL-3.0-or-later"},    {"AGPL-3.0", "AGPL-3.0-only"},
    {"GFDL-1.3+", "GFDL-1.3-or-later"},    {"GPL-2.0-only+", "GPL-2.0-or-later"},
    {"GPL-3.0-only+", "GPL-3.0-or-later"},
};

static int by_id(const void *id, const void *license)
{
	return strcasecmp(id, (*(const struct license *const *)license)->id);
}

/* Where `id` stands, or would stand. */
static size_t place(const struct license_set *set, const char *id, bool *found)
{
	size_t at = sorted_from(id, set->at, set->n, sizeof(struct license *), by_id);

	*found = at < set->n && by_id(id, &set->at[at]) == 0;
	return at;
}

static void put(struct license_set *set, const struct license *l)
{
	bool found;
	size_t i = place(set, l->id, &found);

	if (!found) {
		memmove(&set->at[i + 1], &set->at[i], (set->n - i) * sizeof(struct license *));
		set->n++;
	}
	set->at[i] = l;
}

/* Room for `more`, so that putting them cannot fail half-way. */
static int reserve(struct license_set *set, size_t more, struct ow_error *err)
{
	const struct license **at = mem_array(set->n + more, sizeof(struct license *), err);

	if (at == NULL)
		return err->code;
	if (set->n > 0)
		memcpy(at, set->at, set->n * sizeof(struct license *));
	free(set->at);
	set->at = at;
	return 0;
}

/* Files are taken in an order, since later ones replace: the digest is a chain over theirs. */
static int fold_digest(struct license_set *set, const void *p, size_t n, struct ow_error *err)
{
	struct ow_id pair[2] = {set->digest};

	if (digest_bytes(p, n, &pair[1], err) < 0)
		return err->code;
	return digest_bytes(pair, sizeof pair, &set->digest, err);
}

/* Two profiles of one file with one id would make the order of the file count. */
static int check_twice(const struct reader *r, const struct yaml_node *list,
		       struct license *const *l, struct ow_error *err)
{
	size_t i = 0;

	for (const struct yaml_node *v = list->first; v != NULL; v = v->next, i++) {
		for (size_t k = 0; k < i; k++) {
			if (strcasecmp(l[k]->id, l[i]->id) == 0)
				return yaml_fail(r->yaml, v, err, "'%.100s' again", l[i]->id);
		}
	}
	return 0;
}

static int read_all(const struct reader *r, const struct yaml_node *list, const char *origin,
		    struct license **l, struct ow_error *err)
{
	size_t i = 0;

	for (const struct yaml_node *v = list->first; v != NULL; v = v->next, i++) {
		l[i] = arena_array(r->arena, 1, sizeof *l[i], err);
		if (l[i] == NULL || license_read(r, v, l[i], err) < 0)
			return err->code;
		l[i]->origin = origin;
	}
	return check_twice(r, list, l, err);
}

int license_set_add(struct license_set *set, const void *p, size_t n, const char *name,
		    struct ow_error *err)
{
	static const char *const keys[] = {"licenses", NULL};
	OW_AUTO(yaml_doc_free) struct yaml *y = NULL;
	OW_AUTO(mem_free) struct license **l = NULL;
	struct reader r = {.arena = &set->arena};
	const char *origin = arena_text(&set->arena, name, strlen(name));
	const struct yaml_node *list;

	if (yaml_parse(p, n, name, &y, err) < 0 || yaml_only(y, yaml_root(y), keys, err) < 0)
		return err->code;
	r.yaml = y;
	list = yaml_get(yaml_root(y), "licenses");
	if (list == NULL || list->kind != YAML_LIST)
		return yaml_fail(y, list, err, "licenses: a list is expected");
	l = mem_array(list->n, sizeof(struct license *), err);
	if (l == NULL || read_all(&r, list, origin, l, err) < 0 ||
	    arena_finish(&set->arena, err) < 0 || reserve(set, list->n, err) < 0 ||
	    fold_digest(set, p, n, err) < 0)
		return err->code;
	for (size_t i = 0; i < list->n; i++)
		put(set, l[i]);
	return 0;
}

int license_set_empty(struct license_set **out, struct ow_error *err)
{
	*out = MEM_NEW(struct license_set, err);
	return *out == NULL ? (int)err->code : 0;
}

int license_set_new(struct license_set **out, struct ow_error *err)
{
	OW_AUTO(license_set_free) struct license_set *set = NULL;

	if (license_set_empty(&set, err) < 0)
		return err->code;
	for (const struct license_file *f = license_files; f->name != NULL; f++) {
		if (license_set_add(set, f->bytes, f->size, f->name, err) < 0)
			return err->code;
	}
	*out = STEAL(set);
	return 0;
}

void license_set_free(struct license_set *set)
{
	if (set == NULL)
		return;
	arena_done(&set->arena);
	free(set->at);
	free(set);
}

size_t license_count(const struct license_set *set)
{
	return set->n;
}

const struct license *license_at(const struct license_set *set, size_t i)
{
	return set->at[i];
}

const struct license *license_find(const struct license_set *set, const char *id)
{
	bool found;
	size_t i = place(set, id, &found);

	if (found)
		return set->at[i];
	for (size_t k = 0; k < sizeof renamed / sizeof renamed[0]; k++) {
		if (strcasecmp(renamed[k].old, id) == 0) {
			i = place(set, renamed[k].now, &found);
			return found ? set->at[i] : NULL;
		}
	}
	return NULL;
}

const struct license *license_of(const struct license_set *set, const struct expr_leaf *leaf)
{
	char text[2 * EXPR_ID_MAX + 8];
	const struct license *l = NULL;
	size_t n = strlen(leaf->id);

	memcpy(text, leaf->id, n + 1);
	if (leaf->or_later) {
		memcpy(text + n, "+", 2);
		l = license_find(set, text);
		text[n] = '\0';
	}
	if (leaf->with[0] != '\0') {
		memcpy(text + n, " WITH ", 6);
		memcpy(text + n + 6, leaf->with, strlen(leaf->with) + 1);
		l = license_find(set, text);
		text[n] = '\0';
	}
	/* an exception that no profile knows gives no relief; a later version that has no name is judged as this */
	return l != NULL ? l : license_find(set, text);
}

bool license_has_tag(const struct license *l, const char *tag)
{
	for (size_t i = 0; i < l->tags.n; i++) {
		if (strcasecmp(l->tags.at[i], tag) == 0)
			return true;
	}
	return false;
}

struct ow_id license_digest(const struct license_set *set)
{
	return set->digest;
}

unsigned license_review_days(const struct license *l)
{
	if (l == NULL || l->confidence == CONFIDENCE_LOW)
		return LICENSE_REVIEW_SHORTEST;
	return l->openness != OPENNESS_OPEN_SOURCE ? 180 : LICENSE_REVIEW_LONGEST;
}
