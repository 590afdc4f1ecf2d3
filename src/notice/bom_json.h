/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the readers of both SBOMs share: members that must be there, with errors that name the place.
 */
#ifndef OW_NOTICE_BOM_JSON_H
#define OW_NOTICE_BOM_JSON_H

#include "codec/json.h"
#include "notice/bom.h"

enum {
	BOM_JSON_DEPTH = 16
};

/* A place in the document for errors: "package 3". */
struct place {
	const char *what;
	size_t i;
};

/* A text that must be there; NULL with the error set where it is not. It belongs to the document. */
const char *need_text(const struct json_t *in, const char *key, struct place at,
		      struct ow_error *err);

/* The same, and it must be exactly this. */
OW_MUST_USE int need_word(const struct json_t *in, const char *key, const char *word,
			  struct place at, struct ow_error *err);

/* A list that must be there; NULL with the error set. */
const struct json_t *need_list(const struct json_t *in, const char *key, struct place at,
			       struct ow_error *err);

/* The SHA-256 in a list of sums [{algorithm, value}], in the arena; NULL in *out where there is no list. */
OW_MUST_USE int read_sum(struct bom *b, const struct json_t *list, const char *algorithm_key,
			 const char *algorithm, const char *value_key, struct place at,
			 const struct ow_id **out, struct ow_error *err);

/* How SPDX 2.3 calls an edge. */
const char *spdx_relationship(const char *kind);

/* A copy in the graph's arena; NULL stays NULL. */
const char *keep_text(struct bom *b, const char *s);

#endif
