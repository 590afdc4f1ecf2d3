/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * JSON (RFC 8259): the one door to jansson.
 *
 * Writing builds a document in memory. A failure is remembered, so that callers write straight on
 * and check once; a handle that is all zero takes everything and keeps nothing.
 *
 *	OW_AUTO(json_free) struct json_doc *doc = json_new(err);
 *	struct json list;
 *
 *	if (doc == NULL)
 *		return err->code;
 *	json_put_text(json_root(doc), "name", "site-b");
 *	list = json_put_list(json_root(doc), "sizes");
 *	json_put_u64(list, NULL, 4096);
 *	return json_write(doc, &out, err);
 *
 * Reading is strict: one value, UTF-8, no key twice, no NUL, nesting and number of values bounded
 * before a tree is built.
 */
#ifndef OW_CODEC_JSON_H
#define OW_CODEC_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>
#include <owstore/id.h>

#include "base/auto.h"
#include "base/buf.h"

struct json_t; /* jansson's value */
struct json_doc;

/* A place in a document that is being written: an object or a list. Copied freely. */
struct json {
	struct json_doc *doc;
	struct json_t *at;
};

/* A document that is an empty object; NULL on failure. */
struct json_doc *json_new(struct ow_error *err);
void json_free(struct json_doc *doc);
OW_DEFINE_AUTO(struct json_doc *, json_free)

struct json json_root(struct json_doc *doc);

/* Add a member to an object, or, where `key` is NULL, an item to a list. A key given again replaces
 * its value. Numbers go up to 2^63 - 1. A text that is not UTF-8 is written as text_escape shows
 * it; NULL is null.
 */
void json_put_text(struct json in, const char *key, const char *s);
void json_put_view(struct json in, const char *key, struct ow_view s);
void json_put_u64(struct json in, const char *key, uint64_t v);
void json_put_i64(struct json in, const char *key, int64_t v);
void json_put_real(struct json in, const char *key, double v);
void json_put_bool(struct json in, const char *key, bool v);
void json_put_id(struct json in, const char *key, const struct ow_id *id); /* "sha256:…" */
struct json json_put_object(struct json in, const char *key);
struct json json_put_list(struct json in, const char *key);

/* Append the document as one line with its line feed, ASCII only: whatever is not becomes \uNNNN.
 * Members stand in the order in which they were put. OW_E_IO if anything failed on the way.
 */
OW_MUST_USE int json_write(const struct json_doc *doc, struct buf *out, struct ow_error *err);

/* Read p[0..n) as one object or array. More than max_depth levels, more than JSON_VALUES_MAX
 * values, a repeated key or anything that is not JSON is OW_E_FORMAT with the byte where it was
 * noticed. The values belong to *out, which json_done frees.
 */
OW_MUST_USE int json_parse(const void *p, size_t n, unsigned max_depth, struct json_t **out,
			   struct ow_error *err);
/* The same with another limit of values. */
OW_MUST_USE int json_parse_upto(const void *p, size_t n, unsigned max_depth, size_t max_values,
				struct json_t **out, struct ow_error *err);
void json_done(struct json_t *root);
OW_DEFINE_AUTO(struct json_t *, json_done)

/* Questions about a value; a NULL value is none of the kinds and answers false or NULL. */
bool json_is_map(const struct json_t *v);
bool json_is_list(const struct json_t *v);
const struct json_t *json_get(const struct json_t *map, const char *key);
size_t json_count(const struct json_t *map_or_list);
const struct json_t *json_item(const struct json_t *list, size_t i);

/* The text of a string, terminated; NULL for anything else. Valid as long as the document. */
const char *json_text(const struct json_t *v);
bool json_u64(const struct json_t *v, uint64_t *out);
bool json_number(const struct json_t *v, double *out); /* whole or not */
bool json_bool(const struct json_t *v, bool *out);

/* Visit the members of an object in the order of the text. */
typedef int (*json_visit)(void *ctx, const char *key, const struct json_t *value,
			  struct ow_error *err);
OW_MUST_USE int json_each(const struct json_t *map, json_visit visit, void *ctx,
			  struct ow_error *err);

#endif
