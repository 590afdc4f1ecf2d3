/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * YAML that people write (settings, policy, facts, scenarios): the one door to libyaml.
 *
 * Strict: one document in UTF-8; no anchor, alias, tag, directive or merge key; keys are texts and none stands
 * twice in a map; size, depth and number of values are bounded. Every value knows its line and column.
 *
 *	OW_AUTO(yaml_doc_free) struct yaml *y = NULL;
 *	const char *store = NULL;
 *
 *	if (yaml_parse(p, n, "config.yaml", &y, err) < 0 ||
 *	    yaml_only(y, yaml_root(y), known_keys, err) < 0 ||
 *	    yaml_text(y, yaml_get(yaml_root(y), "store"), &store, err) < 0)
 *		return err->code;
 */
#ifndef OW_CODEC_YAML_H
#define OW_CODEC_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>

#include "base/auto.h"

struct yaml;

enum yaml_kind {
	YAML_NULL, /* nothing, "~" or "null" without quotes */
	YAML_TEXT,
	YAML_LIST,
	YAML_MAP
};

/* A value; belongs to its document and is not to be changed. */
struct yaml_node {
	enum yaml_kind kind;
	char *text;            /* YAML_TEXT: terminated, without NUL, strict UTF-8 */
	bool quoted;           /* YAML_TEXT: in quotes or a block, so never a number or true */
	char *key;             /* where the value stands in a map: its key */
	unsigned line, column; /* from 1 */
	unsigned key_line, key_column;
	size_t n;                       /* of items or pairs */
	struct yaml_node *first, *last; /* of them, in the order of the text */
	struct yaml_node *next;         /* in the same list or map */
	struct yaml_node *up;           /* the list or map around it, or NULL */
	struct yaml_node *older;        /* all nodes of the document, for freeing */
};

/* Read p[0..n) as one document; `name` is what error texts call the file.
 * Errors   OW_E_FORMAT "name:line:column: …"; OW_E_IO when memory runs out.
 */
OW_MUST_USE int yaml_parse(const void *p, size_t n, const char *name, struct yaml **out,
			   struct ow_error *err);
void yaml_doc_free(struct yaml *y);
OW_DEFINE_AUTO(struct yaml *, yaml_doc_free)

/* The value of the document; YAML_NULL for one that is empty. */
const struct yaml_node *yaml_root(const struct yaml *y);

/* The value of a key, or NULL where the map has none (or `map` is no map). */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

/* Record "name:line:column: …" as OW_E_FORMAT, at `at` (NULL: the start of the document). Returns it. */
int yaml_fail(const struct yaml *y, const struct yaml_node *at, struct ow_error *err,
	      const char *fmt, ...) OW_PRINTF(4, 5);

/* Is it a map (or null, as an empty map) whose keys are all in `keys` (NULL ends)? The error suggests the key
 * that may have been meant.
 */
OW_MUST_USE int yaml_only(const struct yaml *y, const struct yaml_node *map,
			  const char *const *keys, struct ow_error *err);

/* The value as a C type. A NULL node or a null value leaves *out as it is and gives 0; any other kind is an error
 * that says what was expected. Numbers are decimal, and neither they nor true and false may be in quotes.
 */
OW_MUST_USE int yaml_text(const struct yaml *y, const struct yaml_node *v, const char **out,
			  struct ow_error *err);
OW_MUST_USE int yaml_u64(const struct yaml *y, const struct yaml_node *v, uint64_t *out,
			 struct ow_error *err);
OW_MUST_USE int yaml_bool(const struct yaml *y, const struct yaml_node *v, bool *out,
			  struct ow_error *err);

#endif
