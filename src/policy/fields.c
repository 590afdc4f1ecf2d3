/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "policy/fields.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "base/time.h"

bool word_find(const char *const *words, const char *s, unsigned *out)
{
	for (unsigned i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], s) == 0) {
			*out = i;
			return true;
		}
	}
	return false;
}

int word_fail(const struct reader *r, const struct yaml_node *v, const char *const *words,
	      struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf list = {0};

	for (size_t i = 0; words[i] != NULL; i++)
		buf_printf(&list, "%s%s", i == 0 ? "" : ", ", words[i]);
	if (v->kind == YAML_TEXT)
		return yaml_fail(r->yaml, v, err, "%s%s'%.60s' is none of %s",
				 v->key == NULL ? "" : v->key, v->key == NULL ? "" : ": ", v->text,
				 buf_str(&list));
	return yaml_fail(r->yaml, v, err, "%s%sone of %s is expected", v->key == NULL ? "" : v->key,
			 v->key == NULL ? "" : ": ", buf_str(&list));
}

static int read_text(const struct reader *r, const struct yaml_node *v, const char **out,
		     struct ow_error *err)
{
	const char *s = NULL;

	if (yaml_text(r->yaml, v, &s, err) < 0)
		return err->code;
	if (s == NULL || s[0] == '\0')
		return yaml_fail(r->yaml, v, err, "%s%sa text that is not empty is expected",
				 v->key == NULL ? "" : v->key, v->key == NULL ? "" : ": ");
	*out = arena_text(r->arena, s, strlen(s));
	return arena_finish(r->arena, err);
}

static int read_word(const struct reader *r, const struct yaml_node *v, const struct field *f,
		     unsigned *out, struct ow_error *err)
{
	if (v->kind != YAML_TEXT || !word_find(f->words, v->text, out))
		return word_fail(r, v, f->words, err);
	return 0;
}

static int read_time(const struct reader *r, const struct yaml_node *v, bool last, uint64_t *out,
		     struct ow_error *err)
{
	uint64_t t;

	if (v->kind != YAML_TEXT || !time_parse(v->text, &t))
		return yaml_fail(r->yaml, v, err,
				 "%s%sa date (2026-11-21) or a time (2026-11-21T00:00:00Z) is "
				 "expected",
				 v->key == NULL ? "" : v->key, v->key == NULL ? "" : ": ");
	*out = last && strlen(v->text) == strlen("2026-11-21") ? t + 86399 : t;
	return 0;
}

static bool is_unknown(const struct yaml_node *v)
{
	return v->kind == YAML_TEXT && !v->quoted && strcmp(v->text, "unknown") == 0;
}

static int read_tri(const struct reader *r, const struct yaml_node *v, enum tri *out,
		    struct ow_error *err)
{
	bool yes = false;

	if (is_unknown(v)) {
		*out = TRI_UNKNOWN;
		return 0;
	}
	if (yaml_bool(r->yaml, v, &yes, err) < 0)
		return err->code;
	*out = yes ? TRI_YES : TRI_NO;
	return 0;
}

static int read_quantity(const struct reader *r, const struct yaml_node *v, struct quantity *out,
			 struct ow_error *err)
{
	if (is_unknown(v)) {
		*out = (struct quantity){0};
		return 0;
	}
	out->known = true;
	return yaml_u64(r->yaml, v, &out->value, err);
}

static int read_texts(const struct reader *r, const struct yaml_node *v, struct texts *out,
		      struct ow_error *err)
{
	size_t i = 0;

	out->at = fields_list(r, v, sizeof out->at[0], &out->n, err);
	if (out->at == NULL)
		return err->code;
	for (const struct yaml_node *item = v->first; item != NULL; item = item->next) {
		if (read_text(r, item, &out->at[i++], err) < 0)
			return err->code;
	}
	return 0;
}

int field_read(const struct reader *r, const struct yaml_node *v, const struct field *f, void *into,
	       struct ow_error *err)
{
	void *at = (char *)into + f->at;

	if (f->kind == FIELD_NODE) {
		*(const struct yaml_node **)at = v;
		return 0;
	}
	if (v->kind == YAML_NULL)
		return 0;
	switch (f->kind) {
	case FIELD_TEXT:
		return read_text(r, v, at, err);
	case FIELD_BOOL:
		return yaml_bool(r->yaml, v, at, err);
	case FIELD_U64:
		return yaml_u64(r->yaml, v, at, err);
	case FIELD_TRI:
		return read_tri(r, v, at, err);
	case FIELD_QUANTITY:
		return read_quantity(r, v, at, err);
	case FIELD_TIME:
		return read_time(r, v, false, at, err);
	case FIELD_LAST:
		return read_time(r, v, true, at, err);
	case FIELD_WORD:
		return read_word(r, v, f, at, err);
	case FIELD_TEXTS:
		return read_texts(r, v, at, err);
	case FIELD_NODE:
		break;
	}
	return 0;
}

static const struct field *field_of(const struct field *fields, const char *key)
{
	for (; fields->key != NULL; fields++) {
		if (strcmp(fields->key, key) == 0)
			return fields;
	}
	return NULL;
}

/* yaml_only with the keys of the table, so that the error suggests the one that was meant. */
static int unknown_key(const struct reader *r, const struct yaml_node *map,
		       const struct field *fields, struct ow_error *err)
{
	const char *keys[64];
	size_t n = 0;

	for (; fields[n].key != NULL && n < 63; n++)
		keys[n] = fields[n].key;
	keys[n] = NULL;
	return yaml_only(r->yaml, map, keys, err);
}

int fields_read(const struct reader *r, const struct yaml_node *map, const struct field *fields,
		void *into, struct ow_error *err)
{
	if (unknown_key(r, map, fields, err) < 0)
		return err->code;
	for (const struct yaml_node *v = map == NULL ? NULL : map->first; v != NULL; v = v->next) {
		if (field_read(r, v, field_of(fields, v->key), into, err) < 0)
			return err->code;
	}
	for (const struct field *f = fields; f->key != NULL; f++) {
		const struct yaml_node *v = yaml_get(map, f->key);

		if (f->required && (v == NULL || v->kind == YAML_NULL))
			return yaml_fail(r->yaml, map, err, "the key '%s' is missing", f->key);
	}
	return 0;
}

void *fields_list(const struct reader *r, const struct yaml_node *list, size_t size, size_t *n,
		  struct ow_error *err)
{
	*n = 0;
	if (list != NULL && list->kind != YAML_NULL) {
		if (list->kind != YAML_LIST) {
			(void)yaml_fail(r->yaml, list, err, "%s%sa list is expected",
					list->key == NULL ? "" : list->key,
					list->key == NULL ? "" : ": ");
			return NULL;
		}
		*n = list->n;
	}
	return arena_array(r->arena, *n, size, err);
}
