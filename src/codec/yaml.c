/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codec/yaml.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

struct yaml {
	char *name;
	struct yaml_node *root;
	struct yaml_node *newest;
	size_t n_nodes;
};

/* The state of one reading. */
struct reading {
	struct yaml *y;
	yaml_parser_t parser;
	struct yaml_node *open; /* the innermost list or map, or NULL */
	unsigned depth;
	/* the key that waits for its value; NULL where the next scalar of a map is a key */
	char *key;
	unsigned key_line, key_column;
	bool done; /* the document has its value */
};

static int fail_at(const struct reading *r, yaml_mark_t at, struct ow_error *err, const char *fmt,
		   ...) OW_PRINTF(4, 5);
static int fail_at(const struct reading *r, yaml_mark_t at, struct ow_error *err, const char *fmt,
		   ...)
{
	char why[400];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	return err_set(err, OW_E_FORMAT, "%s:%zu:%zu: %s", r->y->name, at.line + 1, at.column + 1,
		       why);
}

/* ---- building ------------------------------------------------------------------------------------ */

/* A new node where the reading stands: the root, the next item, or the value of the waiting key. */
static struct yaml_node *add_node(struct reading *r, enum yaml_kind kind, yaml_mark_t at,
				  struct ow_error *err)
{
	struct yaml_node *v;

	if (++r->y->n_nodes > YAML_VALUES_MAX) {
		(void)fail_at(r, at, err, "more than %d values", YAML_VALUES_MAX);
		return NULL;
	}
	v = MEM_NEW(struct yaml_node, err);
	if (v == NULL)
		return NULL;
	v->kind = kind;
	v->line = (unsigned)at.line + 1;
	v->column = (unsigned)at.column + 1;
	v->older = r->y->newest;
	r->y->newest = v;
	v->key = STEAL(r->key);
	v->key_line = r->key_line;
	v->key_column = r->key_column;
	v->up = r->open;
	if (v->up == NULL) {
		r->y->root = v;
		r->done = true;
		return v;
	}
	if (v->up->last == NULL)
		v->up->first = v;
	else
		v->up->last->next = v;
	v->up->last = v;
	v->up->n++;
	return v;
}

static bool awaits_key(const struct reading *r)
{
	return r->open != NULL && r->open->kind == YAML_MAP && r->key == NULL;
}

static int take_key(struct reading *r, const yaml_event_t *e, struct ow_error *err)
{
	const char *text = (const char *)e->data.scalar.value;
	size_t n = e->data.scalar.length;

	if (n == 0)
		return fail_at(r, e->start_mark, err, "empty key");
	if (e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && strcmp(text, "<<") == 0)
		return fail_at(r, e->start_mark, err, "merge keys are not taken");
	if (yaml_get(r->open, text) != NULL)
		return fail_at(r, e->start_mark, err, "key '%s' again, first at line %u", text,
			       yaml_get(r->open, text)->key_line);
	r->key = mem_text(text, n, err);
	r->key_line = (unsigned)e->start_mark.line + 1;
	r->key_column = (unsigned)e->start_mark.column + 1;
	return r->key == NULL ? (int)err->code : 0;
}

static bool is_null(const char *text)
{
	return text[0] == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0;
}

static int take_scalar(struct reading *r, const yaml_event_t *e, struct ow_error *err)
{
	const char *text = (const char *)e->data.scalar.value;
	bool quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	struct yaml_node *v;

	if (e->data.scalar.anchor != NULL)
		return fail_at(r, e->start_mark, err, "anchors are not taken");
	if (e->data.scalar.tag != NULL)
		return fail_at(r, e->start_mark, err, "tags are not taken");
	if (strlen(text) != e->data.scalar.length)
		return fail_at(r, e->start_mark, err, "a text with a NUL");
	if (awaits_key(r))
		return take_key(r, e, err);
	v = add_node(r, !quoted && is_null(text) ? YAML_NULL : YAML_TEXT, e->start_mark, err);
	if (v == NULL)
		return err->code;
	v->quoted = quoted;
	if (v->kind == YAML_TEXT)
		v->text = mem_text(text, e->data.scalar.length, err);
	return v->kind == YAML_TEXT && v->text == NULL ? (int)err->code : 0;
}

static int begin(struct reading *r, enum yaml_kind kind, const yaml_event_t *e, const void *anchor,
		 const void *tag, struct ow_error *err)
{
	struct yaml_node *v;

	if (anchor != NULL)
		return fail_at(r, e->start_mark, err, "anchors are not taken");
	if (tag != NULL)
		return fail_at(r, e->start_mark, err, "tags are not taken");
	if (awaits_key(r))
		return fail_at(r, e->start_mark, err, "a key must be a text");
	if (++r->depth > YAML_DEPTH_MAX)
		return fail_at(r, e->start_mark, err, "more than %d levels", YAML_DEPTH_MAX);
	v = add_node(r, kind, e->start_mark, err);
	if (v == NULL)
		return err->code;
	r->open = v;
	return 0;
}

static int end(struct reading *r)
{
	r->depth--;
	r->open = r->open->up;
	return 0;
}

static int begin_document(const struct reading *r, const yaml_event_t *e, struct ow_error *err)
{
	if (r->done)
		return fail_at(r, e->start_mark, err, "a second document");
	if (e->data.document_start.version_directive != NULL ||
	    e->data.document_start.tag_directives.start !=
		e->data.document_start.tag_directives.end)
		return fail_at(r, e->start_mark, err, "directives are not taken");
	return 0;
}

/* One event of libyaml. Whatever is not named here needs nothing. */
static int take(struct reading *r, const yaml_event_t *e, struct ow_error *err)
{
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		return begin_document(r, e, err);
	case YAML_SCALAR_EVENT:
		return take_scalar(r, e, err);
	case YAML_SEQUENCE_START_EVENT:
		return begin(r, YAML_LIST, e, e->data.sequence_start.anchor,
			     e->data.sequence_start.tag, err);
	case YAML_MAPPING_START_EVENT:
		return begin(r, YAML_MAP, e, e->data.mapping_start.anchor,
			     e->data.mapping_start.tag, err);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return end(r);
	case YAML_ALIAS_EVENT:
		return fail_at(r, e->start_mark, err, "aliases are not taken");
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
	return 0;
}

static int parser_failed(const struct reading *r, struct ow_error *err)
{
	const yaml_parser_t *p = &r->parser;

	if (p->error == YAML_MEMORY_ERROR)
		return err_sys(err, ENOMEM, "%s", r->y->name);
	return fail_at(r, p->problem_mark, err, "%s%s%s", p->context == NULL ? "" : p->context,
		       p->context == NULL ? "" : ", ",
		       p->problem == NULL ? "not YAML" : p->problem);
}

static int read_events(struct reading *r, struct ow_error *err)
{
	for (bool ended = false; !ended;) {
		yaml_event_t e;
		int result;

		if (yaml_parser_parse(&r->parser, &e) == 0)
			return parser_failed(r, err);
		ended = e.type == YAML_STREAM_END_EVENT;
		result = take(r, &e, err);
		yaml_event_delete(&e);
		if (result < 0)
			return result;
	}
	if (!r->done && add_node(r, YAML_NULL, (yaml_mark_t){0}, err) == NULL)
		return err->code;
	return 0;
}

int yaml_parse(const void *p, size_t n, const char *name, struct yaml **out, struct ow_error *err)
{
	OW_AUTO(yaml_doc_free) struct yaml *y = MEM_NEW(struct yaml, err);
	struct reading r = {.y = y};
	int result;

	if (y == NULL)
		return err->code;
	y->name = mem_text(name, strlen(name), err);
	if (y->name == NULL)
		return err->code;
	if (n > YAML_SIZE_MAX)
		return err_set(err, OW_E_FORMAT, "%s: %zu bytes, at most %llu", name, n,
			       (unsigned long long)YAML_SIZE_MAX);
	if (!utf8_ok(p, n))
		return err_set(err, OW_E_FORMAT, "%s: not UTF-8", name);
	if (yaml_parser_initialize(&r.parser) == 0)
		return err_sys(err, ENOMEM, "%s", name);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, n == 0 ? (const uint8_t *)"" : p, n);
	result = read_events(&r, err);
	yaml_parser_delete(&r.parser);
	free(r.key);
	if (result < 0)
		return result;
	*out = STEAL(y);
	return 0;
}

void yaml_doc_free(struct yaml *y)
{
	if (y == NULL)
		return;
	for (struct yaml_node *v = y->newest, *older; v != NULL; v = older) {
		older = v->older;
		free(v->text);
		free(v->key);
		free(v);
	}
	free(y->name);
	free(y);
}

/* ---- asking -------------------------------------------------------------------------------------- */

const struct yaml_node *yaml_root(const struct yaml *y)
{
	return y->root;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
	if (map == NULL || map->kind != YAML_MAP)
		return NULL;
	for (const struct yaml_node *v = map->first; v != NULL; v = v->next) {
		if (strcmp(v->key, key) == 0)
			return v;
	}
	return NULL;
}

int yaml_fail(const struct yaml *y, const struct yaml_node *at, struct ow_error *err,
	      const char *fmt, ...)
{
	char why[600];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	return err_set(err, OW_E_FORMAT, "%s:%u:%u: %s", y->name, at == NULL ? 1 : at->line,
		       at == NULL ? 1 : at->column, why);
}

static bool among(const char *const *keys, const char *key)
{
	for (; *keys != NULL; keys++) {
		if (strcmp(*keys, key) == 0)
			return true;
	}
	return false;
}

static int unknown_key(const struct yaml *y, const struct yaml_node *v, const char *const *keys,
		       struct ow_error *err)
{
	(void)err_set(err, OW_E_FORMAT, "%s:%u:%u: unknown key '%.100s'", y->name, v->key_line,
		      v->key_column, v->key);
	for (; *keys != NULL; keys++) {
		if (text_distance(v->key, *keys, 2) <= 2)
			return err_hint(err, "did you mean '%s'?", *keys);
	}
	return err->code;
}

int yaml_only(const struct yaml *y, const struct yaml_node *map, const char *const *keys,
	      struct ow_error *err)
{
	if (map == NULL || map->kind == YAML_NULL)
		return 0;
	if (map->kind != YAML_MAP)
		return yaml_fail(y, map, err, "a map is expected");
	for (const struct yaml_node *v = map->first; v != NULL; v = v->next) {
		if (!among(keys, v->key))
			return unknown_key(y, v, keys, err);
	}
	return 0;
}

static int expected(const struct yaml *y, const struct yaml_node *v, const char *what,
		    struct ow_error *err)
{
	const char *key = v->key == NULL ? "" : v->key;

	if (v->kind == YAML_TEXT)
		return yaml_fail(y, v, err, "%s%s%s is expected, not '%.100s'", key,
				 *key == '\0' ? "" : ": ", what, v->text);
	return yaml_fail(y, v, err, "%s%s%s is expected", key, *key == '\0' ? "" : ": ", what);
}

int yaml_text(const struct yaml *y, const struct yaml_node *v, const char **out,
	      struct ow_error *err)
{
	if (v == NULL || v->kind == YAML_NULL)
		return 0;
	if (v->kind != YAML_TEXT)
		return expected(y, v, "a text", err);
	*out = v->text;
	return 0;
}

int yaml_u64(const struct yaml *y, const struct yaml_node *v, uint64_t *out, struct ow_error *err)
{
	uint64_t n;

	if (v == NULL || v->kind == YAML_NULL)
		return 0;
	if (v->kind != YAML_TEXT || v->quoted || !text_parse_u64(v->text, &n))
		return expected(y, v, "a number", err);
	*out = n;
	return 0;
}

int yaml_bool(const struct yaml *y, const struct yaml_node *v, bool *out, struct ow_error *err)
{
	if (v == NULL || v->kind == YAML_NULL)
		return 0;
	if (v->kind != YAML_TEXT || v->quoted ||
	    (strcmp(v->text, "true") != 0 && strcmp(v->text, "false") != 0))
		return expected(y, v, "true or false", err);
	*out = v->text[0] == 't';
	return 0;
}
