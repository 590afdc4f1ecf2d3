/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codec/json.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

/* ---- writing
 * ------------------------------------------------------------------------------------- */

struct json_doc {
	json_t *root;
	bool failed;
};

struct json_doc *json_new(struct ow_error *err)
{
	struct json_doc *doc = MEM_NEW(struct json_doc, err);

	if (doc == NULL)
		return NULL;
	doc->root = json_object();
	if (doc->root == NULL) {
		free(doc);
		(void)err_sys(err, ENOMEM, "JSON document");
		return NULL;
	}
	return doc;
}

void json_free(struct json_doc *doc)
{
	if (doc != NULL)
		json_decref(doc->root);
	free(doc);
}

struct json json_root(struct json_doc *doc)
{
	return doc == NULL ? (struct json){0} : (struct json){.doc = doc, .at = doc->root};
}

/* Takes `value` over, also where it has no place to go. */
static json_t *put(struct json in, const char *key, json_t *value)
{
	int r;

	if (in.doc == NULL || in.at == NULL || value == NULL) {
		if (in.doc != NULL)
			in.doc->failed = true;
		json_decref(value);
		return NULL;
	}
	r = key == NULL ? json_array_append_new(in.at, value)
			: json_object_set_new(in.at, key, value);
	if (r < 0) {
		in.doc->failed = true;
		return NULL;
	}
	return value;
}

static json_t *text_of(const char *s, size_t n)
{
	OW_AUTO(mem_free) char *shown = NULL;
	struct ow_error ignored = {0};
	size_t len;

	if (utf8_ok((const uint8_t *)s, n))
		return json_stringn_nocheck(n == 0 ? "" : s, n); /* nothing may be NULL here */
	shown = mem_array(n, 10, &ignored); /* the longest escape of one byte is \u{7f} */
	if (shown == NULL)
		return NULL;
	len = text_escape(s, n, shown, n * 10);
	return json_stringn_nocheck(shown, len);
}

void json_put_text(struct json in, const char *key, const char *s)
{
	if (in.doc != NULL)
		(void)put(in, key, s == NULL ? json_null() : text_of(s, strlen(s)));
}

void json_put_view(struct json in, const char *key, struct ow_view s)
{
	if (in.doc != NULL)
		(void)put(in, key, text_of((const char *)s.p, s.n));
}

void json_put_u64(struct json in, const char *key, uint64_t v)
{
	if (in.doc != NULL)
		(void)put(in, key, v > INT64_MAX ? NULL : json_integer((json_int_t)v));
}

void json_put_i64(struct json in, const char *key, int64_t v)
{
	if (in.doc != NULL)
		(void)put(in, key, json_integer(v));
}

void json_put_real(struct json in, const char *key, double v)
{
	if (in.doc != NULL)
		(void)put(in, key, json_real(v));
}

void json_put_bool(struct json in, const char *key, bool v)
{
	if (in.doc != NULL)
		(void)put(in, key, json_boolean(v));
}

void json_put_id(struct json in, const char *key, const struct ow_id *id)
{
	char text[OW_ID_TEXT];

	json_put_text(in, key, ow_id_text(id, text));
}

struct json json_put_object(struct json in, const char *key)
{
	if (in.doc == NULL)
		return in;
	return (struct json){.doc = in.doc, .at = put(in, key, json_object())};
}

struct json json_put_list(struct json in, const char *key)
{
	if (in.doc == NULL)
		return in;
	return (struct json){.doc = in.doc, .at = put(in, key, json_array())};
}

static int add_piece(const char *p, size_t n, void *out)
{
	buf_add(out, p, n);
	return 0;
}

int json_write(const struct json_doc *doc, struct buf *out, struct ow_error *err)
{
	if (doc->failed ||
	    json_dump_callback(doc->root, add_piece, out, JSON_COMPACT | JSON_ENSURE_ASCII) < 0)
		return err_sys(err, ENOMEM, "JSON document");
	buf_text(out, "\n");
	return buf_finish(out, err);
}

/* ---- reading
 * ------------------------------------------------------------------------------------- */

/* The parser recurses and takes memory for each value, so both are bounded by a look at the
 * brackets and commas first. Says nothing about well-formedness beyond that.
 */
static int bounds(const uint8_t *p, size_t n, unsigned max_depth, size_t max_values,
		  struct ow_error *err)
{
	unsigned depth = 0;
	size_t n_values = 1;
	bool quoted = false;

	for (size_t i = 0; i < n; i++) {
		if (quoted) {
			if (p[i] == '\\')
				i++;
			else
				quoted = p[i] != '"';
			continue;
		}
		switch (p[i]) {
		case '"':
			quoted = true;
			break;
		case '[':
		case '{':
			depth++;
			n_values++;
			break;
		case ']':
		case '}':
			depth -= depth > 0;
			break;
		case ',':
			n_values++;
			break;
		default:
			break;
		}
		if (depth > max_depth)
			return err_set(err, OW_E_FORMAT, "JSON: more than %u levels at byte %zu",
				       max_depth, i);
		if (n_values > max_values)
			return err_set(err, OW_E_FORMAT, "JSON: more than %zu values at byte %zu",
				       max_values, i);
	}
	return 0;
}

int json_parse_upto(const void *p, size_t n, unsigned max_depth, size_t max_values,
		    struct json_t **out, struct ow_error *err)
{
	json_error_t why;
	json_t *root;

	if (bounds(p, n, max_depth, max_values, err) < 0)
		return err->code;
	root = json_loadb(p, n, JSON_REJECT_DUPLICATES, &why);
	if (root == NULL && json_error_code(&why) == json_error_out_of_memory)
		return err_sys(err, ENOMEM, "JSON: %zu bytes", n);
	if (root == NULL)
		return err_set(err, OW_E_FORMAT, "JSON: %s at byte %d", why.text, why.position);
	*out = root;
	return 0;
}

int json_parse(const void *p, size_t n, unsigned max_depth, struct json_t **out,
	       struct ow_error *err)
{
	return json_parse_upto(p, n, max_depth, JSON_VALUES_MAX, out, err);
}

void json_done(struct json_t *root)
{
	json_decref(root);
}

bool json_is_map(const struct json_t *v)
{
	return json_is_object(v);
}

bool json_is_list(const struct json_t *v)
{
	return json_is_array(v);
}

const struct json_t *json_get(const struct json_t *map, const char *key)
{
	return json_object_get(map, key);
}

size_t json_count(const struct json_t *map_or_list)
{
	return json_is_object(map_or_list) ? json_object_size(map_or_list)
					   : json_array_size(map_or_list);
}

const struct json_t *json_item(const struct json_t *list, size_t i)
{
	return json_array_get(list, i);
}

const char *json_text(const struct json_t *v)
{
	return json_string_value(v);
}

bool json_u64(const struct json_t *v, uint64_t *out)
{
	json_int_t i = json_integer_value(v);

	if (!json_is_integer(v) || i < 0)
		return false;
	*out = (uint64_t)i;
	return true;
}

bool json_number(const struct json_t *v, double *out)
{
	if (!json_is_number(v))
		return false;
	*out = json_number_value(v);
	return true;
}

bool json_bool(const struct json_t *v, bool *out)
{
	if (!json_is_boolean(v))
		return false;
	*out = json_is_true(v);
	return true;
}

/* Jansson iterates over maps that are not const; nothing is changed. */
static json_t *mutable(const json_t *v)
{
	union {
		const json_t *in;
		json_t *out;
	} u = {.in = v};

	return u.out;
}

int json_each(const struct json_t *map, json_visit visit, void *ctx, struct ow_error *err)
{
	json_t *m = mutable(map);

	for (void *at = json_object_iter(m); at != NULL; at = json_object_iter_next(m, at)) {
		if (visit(ctx, json_object_iter_key(at), json_object_iter_value(at), err) < 0)
			return err->code;
	}
	return 0;
}
