/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "catalog/db.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <sqlite3.h>

#include "base/err.h"
#include "catalog/pages.h"

enum {
	BUSY_TIMEOUT_MS = 10000,
	PATTERN_MAX = 1000 /* GLOB and LIKE take time exponential in the stars of a pattern */
};

/* ---- errors ---------------------------------------------------------------------------------- */

/* Is it the file that is wrong, rather than the circumstances? */
static bool is_damage(int rc, int sys)
{
	switch (rc) {
	case SQLITE_CANTOPEN:
	case SQLITE_CANTOPEN_NOTEMPDIR:
		return sys == ENOENT || sys == EISDIR || sys == ELOOP;
	case SQLITE_IOERR_DATA:
	case SQLITE_IOERR_SHORT_READ:
	case SQLITE_READONLY_ROLLBACK: /* a journal that only a writer may play back */
	case SQLITE_READONLY_RECOVERY:
	case SQLITE_READONLY_CANTINIT:
	case SQLITE_CANTOPEN_ISDIR:
		return true;
	default:
		break;
	}
	switch (rc & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_ERROR: /* statements are tested: these are not their tables */
	case SQLITE_SCHEMA:
	case SQLITE_FORMAT:
	case SQLITE_MISMATCH:
	case SQLITE_CONSTRAINT:
		return true;
	default:
		return false;
	}
}

static int fail(struct sqlite3 *handle, int rc, struct ow_error *err)
{
	int sys = handle == NULL ? 0 : sqlite3_system_errno(handle);
	const char *text = sqlite3_errstr(rc);

	if (handle != NULL && (sqlite3_extended_errcode(handle) & 0xff) == (rc & 0xff))
		text = sqlite3_errmsg(handle);
	if (is_damage(rc, sys)) {
		if ((rc & 0xff) == SQLITE_CANTOPEN && sys == ENOENT)
			text = "missing";
		return err_set(err, OW_E_INTEGRITY, "catalog: %s", text);
	}
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, OW_E_BUSY, "catalog: somebody else keeps it locked");
	case SQLITE_NOMEM:
		return err_set(err, OW_E_IO, "catalog: out of memory");
	case SQLITE_FULL:
		return err_sys(err, ENOSPC, "catalog");
	default:
		return sys != 0 ? err_sys(err, sys, "catalog: %s", text)
				: err_set(err, OW_E_IO, "catalog: %s", text);
	}
}

/* ---- databases ------------------------------------------------------------------------------- */

/* Checksums need their bytes at the end of each page; takes effect where a database begins. */
static int reserve(struct db *db)
{
	int n = PAGE_RESERVED;

	return sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &n);
}

static int configure(struct db *db, enum db_mode mode, struct ow_error *err)
{
	/* A writer keeps its changes in memory until it commits, so that readers wait for the
	 * commit alone; the journal is deleted and the folder synced, so that a commit lasts.
	 * Digests hit pages at random, so a rebuild has a cache of 64 MiB.
	 */
	static const char *const settings[] = {
	    [DB_READ] = "PRAGMA query_only = 1;",
	    [DB_WRITE] = ("PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA;"
			  "PRAGMA cache_spill = 0;"),
	    [DB_FRESH] = ("PRAGMA page_size = 4096; PRAGMA journal_mode = MEMORY;"
			  "PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"),
	    [DB_MEMORY] = "PRAGMA journal_mode = MEMORY;",
	};
	int rc = sqlite3_busy_timeout(db->handle, BUSY_TIMEOUT_MS);

	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (rc == SQLITE_OK && mode == DB_FRESH)
		rc = reserve(db);
	if (rc != SQLITE_OK)
		return fail(db->handle, rc, err);
	(void)sqlite3_limit(db->handle, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, PATTERN_MAX);
	if (db_exec(db,
		    "PRAGMA trusted_schema = 0; PRAGMA cell_size_check = 1; PRAGMA temp_store = "
		    "MEMORY;",
		    err) < 0)
		return err->code;
	return db_exec(db, settings[mode], err);
}

int db_open(const char *path, enum db_mode mode, struct db *out, struct ow_error *err)
{
	struct db db = {0};
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
		    (mode == DB_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
	const char *vfs = pages_vfs();
	int rc;

	if (vfs == NULL)
		return err_set(err, OW_E_INTERNAL, "SQLite has no file system");
	if (mode == DB_MEMORY)
		rc = sqlite3_open_v2(":memory:", &db.handle, flags | SQLITE_OPEN_CREATE, NULL);
	else
		rc = sqlite3_open_v2(path, &db.handle, flags, vfs);
	if (rc != SQLITE_OK) {
		(void)fail(db.handle, rc, err);
		db_close(&db);
		return err->code;
	}
	if (configure(&db, mode, err) < 0) {
		db_close(&db);
		return err->code;
	}
	*out = db;
	return 0;
}

void db_close(struct db *db)
{
	(void)sqlite3_close_v2(db->handle);
	db->handle = NULL;
}

int db_exec(struct db *db, const char *sql, struct ow_error *err)
{
	int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : fail(db->handle, rc, err);
}

bool db_in_transaction(const struct db *db)
{
	return sqlite3_get_autocommit(db->handle) == 0;
}

uint64_t db_changes(const struct db *db)
{
	return (uint64_t)sqlite3_changes64(db->handle);
}

int db_seal(struct db *db, struct ow_error *err)
{
	return db_exec(db, "PRAGMA query_only = 1;", err);
}

/* ---- statements ------------------------------------------------------------------------------ */

void query_prepare(struct query *q, struct db *db, const char *sql)
{
	*q = (struct query){.db = db};
	q->rc = sqlite3_prepare_v2(db->handle, sql, -1, &q->stmt, NULL);
}

void query_bind_u64(struct query *q, int i, uint64_t v)
{
	if (q->rc == SQLITE_OK)
		q->rc = v > INT64_MAX ? SQLITE_RANGE : sqlite3_bind_int64(q->stmt, i, (int64_t)v);
}

void query_bind_text(struct query *q, int i, const char *s)
{
	if (q->rc == SQLITE_OK)
		q->rc = sqlite3_bind_text(q->stmt, i, s, -1, SQLITE_TRANSIENT);
}

void query_bind_id(struct query *q, int i, const struct ow_id *id)
{
	if (q->rc == SQLITE_OK)
		q->rc = sqlite3_bind_blob(q->stmt, i, id->b, sizeof id->b, SQLITE_TRANSIENT);
}

int query_step(struct query *q, struct ow_error *err)
{
	if (q->rc == SQLITE_RANGE)
		return err_set(err, OW_E_FORMAT, "catalog: a number above 2^63 - 1");
	if (q->rc != SQLITE_OK)
		return fail(q->db->handle, q->rc, err);
	q->rc = sqlite3_step(q->stmt);
	if (q->rc == SQLITE_ROW) {
		q->rc = SQLITE_OK;
		return 1;
	}
	if (q->rc != SQLITE_DONE)
		return fail(q->db->handle, q->rc, err);
	q->rc = sqlite3_reset(q->stmt);
	return 0;
}

int query_run(struct query *q, struct ow_error *err)
{
	return query_step(q, err) < 0 ? err->code : 0;
}

uint64_t query_u64(struct query *q, int column)
{
	int64_t v = sqlite3_column_int64(q->stmt, column);

	if (sqlite3_column_type(q->stmt, column) != SQLITE_INTEGER || v < 0) {
		q->unsound = true;
		return 0;
	}
	return (uint64_t)v;
}

const char *query_text(struct query *q, int column)
{
	const char *s = (const char *)sqlite3_column_text(q->stmt, column);

	if (s == NULL || sqlite3_column_type(q->stmt, column) != SQLITE_TEXT ||
	    strlen(s) != (size_t)sqlite3_column_bytes(q->stmt, column)) {
		q->unsound = true;
		return "";
	}
	return s;
}

struct ow_id query_id(struct query *q, int column)
{
	struct ow_id id = {{0}};
	const void *p = sqlite3_column_blob(q->stmt, column);

	if (p == NULL || sqlite3_column_bytes(q->stmt, column) != sizeof id.b)
		q->unsound = true;
	else
		memcpy(id.b, p, sizeof id.b);
	return id;
}

int query_sound(const struct query *q, struct ow_error *err)
{
	return q->unsound ? err_set(err, OW_E_INTEGRITY, "catalog: a row of the wrong kind") : 0;
}

void query_done(struct query *q)
{
	(void)sqlite3_finalize(q->stmt);
	*q = (struct query){0};
}
