/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The door to SQLite: databases, statements with bound values, rows with checked ones.
 *
 *	OW_AUTO(query_done) struct query q = {0};
 *
 *	query_prepare(&q, db, "SELECT name FROM artifact WHERE id = ?1");
 *	query_bind_id(&q, 1, &id);
 *	while ((r = query_step(&q, err)) > 0)
 *		puts(query_text(&q, 0));
 *	if (r < 0)
 *		return err->code;
 *
 * Damage, a missing file and a foreign schema are OW_E_INTEGRITY, a lock held by somebody
 * OW_E_BUSY, a full disk OW_E_IO with err->sys ENOSPC. SQLite's default VFS does the file
 * operations (below catalog/pages), which is why they do not pass through os/io.h.
 */
#ifndef OW_CATALOG_DB_H
#define OW_CATALOG_DB_H

#include <stdbool.h>
#include <stdint.h>

#include <owstore/error.h>
#include <owstore/id.h>

#include "base/auto.h"

struct sqlite3;
struct sqlite3_stmt;

enum db_mode {
	DB_READ,   /* an existing file, never written */
	DB_WRITE,  /* an existing file */
	DB_FRESH,  /* an existing empty file, not durable: renamed when finished */
	DB_MEMORY, /* no file; `path` is ignored */
};

struct db {
	struct sqlite3 *handle;
};

OW_MUST_USE int db_open(const char *path, enum db_mode mode, struct db *out, struct ow_error *err);
void db_close(struct db *db);

/* Run statements that take and give nothing. */
OW_MUST_USE int db_exec(struct db *db, const char *sql, struct ow_error *err);

/* Is a transaction open? */
bool db_in_transaction(const struct db *db);

/* Rows that the last statement changed. */
uint64_t db_changes(const struct db *db);

/* Turn the handle into one that only reads. */
OW_MUST_USE int db_seal(struct db *db, struct ow_error *err);

/* A statement. Its first failure is kept and told by query_step, so that preparing and binding are
 * straight code. Parameters count from 1, columns from 0.
 */
struct query {
	struct db *db;
	struct sqlite3_stmt *stmt;
	int rc;       /* first failure, an SQLite code */
	bool unsound; /* a column was not of the kind asked for */
};

void query_prepare(struct query *q, struct db *db, const char *sql);
void query_bind_u64(struct query *q, int i, uint64_t v); /* above 2^63 - 1 fails */
void query_bind_text(struct query *q, int i, const char *s);
void query_bind_id(struct query *q, int i, const struct ow_id *id);

/* The next row: 1; 0 when there is none any more, and then the statement can be bound and run
 * again.
 */
OW_MUST_USE int query_step(struct query *q, struct ow_error *err);

/* Run a statement that gives no rows. */
OW_MUST_USE int query_run(struct query *q, struct ow_error *err);

/* Columns of the current row; text is valid until the next step. Call query_sound after the last
 * one.
 */
uint64_t query_u64(struct query *q, int column);
const char *query_text(struct query *q, int column);
struct ow_id query_id(struct query *q, int column);

/* 0 if every column was what it should be, else OW_E_INTEGRITY. */
OW_MUST_USE int query_sound(const struct query *q, struct ow_error *err);

void query_done(struct query *q);
OW_DEFINE_AUTO_DONE(struct query, query_done)

#endif
