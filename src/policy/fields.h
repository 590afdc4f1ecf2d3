/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A map of a YAML file read into a struct by a table: one line a key. Unknown keys, values of another kind and
 * missing required keys are errors with line and column.
 *
 *	static const struct field fields[] = {
 *	    {.key = "id", .kind = FIELD_TEXT, .at = offsetof(struct thing, id), .required = true},
 *	    {0},
 *	};
 */
#ifndef OW_POLICY_FIELDS_H
#define OW_POLICY_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "codec/yaml.h"

/* A fact may be unknown; nothing is guessed in its place. */
enum tri {
	TRI_NO,
	TRI_YES,
	TRI_UNKNOWN
};

struct quantity {
	bool known;
	uint64_t value;
};

struct texts {
	size_t n;
	const char **at;
};

enum field_kind {
	FIELD_TEXT,     /* const char * */
	FIELD_BOOL,     /* bool */
	FIELD_U64,      /* uint64_t */
	FIELD_TRI,      /* enum tri: true, false, unknown */
	FIELD_QUANTITY, /* struct quantity: a number, or unknown */
	FIELD_TIME,     /* uint64_t: a date or a date with its time */
	FIELD_LAST,     /* uint64_t: the same, a bare date as the last second of its day */
	FIELD_WORD,     /* unsigned (an enum): the index in `words` */
	FIELD_TEXTS,    /* struct texts */
	FIELD_NODE,     /* const struct yaml_node *: for the caller */
};

struct field {
	const char *key; /* NULL ends the table */
	size_t at;
	const char *const *words; /* of FIELD_WORD, NULL ends */
	enum field_kind kind;
	bool required;
};

/* What reading needs throughout. */
struct reader {
	const struct yaml *yaml;
	struct arena *arena;
};

/* Read `map`; a key that is left out or null leaves the struct as it is. Texts go into the arena. */
OW_MUST_USE int fields_read(const struct reader *r, const struct yaml_node *map,
			    const struct field *fields, void *into, struct ow_error *err);

/* One value by itself. */
OW_MUST_USE int field_read(const struct reader *r, const struct yaml_node *v, const struct field *f,
			   void *into, struct ow_error *err);

/* The items of a list (nothing: no items) as an array of `size` zeroed structs to be filled; NULL on failure. */
void *fields_list(const struct reader *r, const struct yaml_node *list, size_t size, size_t *n,
		  struct ow_error *err);

/* The index of `s` in words that end with NULL; false where it is none of them. */
bool word_find(const char *const *words, const char *s, unsigned *out);

/* An error at a value that lists the words that would do. */
int word_fail(const struct reader *r, const struct yaml_node *v, const char *const *words,
	      struct ow_error *err);

#endif
