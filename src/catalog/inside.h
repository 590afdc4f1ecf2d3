/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the files of this room share. Not for other rooms.
 */
#ifndef OW_CATALOG_INSIDE_H
#define OW_CATALOG_INSIDE_H

#include <stdbool.h>

#include "catalog/catalog.h"
#include "catalog/db.h"

/* Statements that run often are prepared once. A visitor may run the one that it is called from: it is not in its place
 * then, and another is prepared.
 */
enum catalog_statement {
	PUT_ARTIFACT,
	PUT_COMPONENT,
	PUT_NOTE,
	DROP_ARTIFACT,
	DROP_COMPONENTS,
	DROP_NOTE,
	DROP_NOTES,
	BLOB_USED,
	GET,
	FIND_ID,
	CALLED,
	NOTES_ABOUT,
	CATALOG_STATEMENTS
};

struct catalog {
	struct db db;
	enum catalog_mode mode;
	char *dir;      /* NULL in memory */
	bool published; /* a rebuild that took its place */
	struct query statements[CATALOG_STATEMENTS];
};

/* The columns of a struct catalog_artifact, as rows_artifact reads them. */
#define ARTIFACT_COLUMNS "id, name, version, licence, upstream, added, size, n_components"
#define ARTIFACT_SELECT                                                                            \
	"SELECT " ARTIFACT_COLUMNS ", (SELECT count(*) FROM note WHERE note.artifact = "           \
	"artifact.id AND note.kind = 'golden')"

/* Take a statement out of its place, and put it back when it has run to its end. */
struct query statement_take(struct catalog *c, enum catalog_statement which);
void statement_give(struct catalog *c, enum catalog_statement which, struct query *q);

/* Step a query of these columns to its end, visiting each row. Returns how many, or < 0. */
OW_MUST_USE int64_t rows_artifacts(struct query *q, catalog_visit visit, void *ctx,
				   struct ow_error *err);

#endif
