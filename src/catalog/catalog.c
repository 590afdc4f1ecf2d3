/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "catalog/catalog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "catalog/inside.h"
#include "catalog/schema.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"

#define FILE_NAME "catalog.db"
#define NEW_NAME  "catalog.new"
#define FILE_MODE 0644 /* who may enter the class may list it */

enum {
	APPLICATION_ID = 1331127138, /* as in schemas/catalog.sql */
	SCHEMA_VERSION = 2
};

/* ---- opening --------------------------------------------------------------------------------- */

static int read_number(struct db *db, const char *sql, uint64_t *out, struct ow_error *err)
{
	OW_AUTO(query_done) struct query q = {0};

	query_prepare(&q, db, sql);
	if (query_step(&q, err) < 0)
		return err->code;
	*out = query_u64(&q, 0);
	return query_sound(&q, err);
}

static int check_schema(struct db *db, struct ow_error *err)
{
	uint64_t application = 0, version = 0;

	if (read_number(db, "PRAGMA application_id", &application, err) < 0 ||
	    read_number(db, "PRAGMA user_version", &version, err) < 0)
		return err->code;
	if (application != APPLICATION_ID)
		return err_set(err, OW_E_INTEGRITY, "catalog: the file is something else");
	if (version != SCHEMA_VERSION)
		return err_set(err, OW_E_INTEGRITY, "catalog: schema %llu, this owstore has %d",
			       (unsigned long long)version, SCHEMA_VERSION);
	return 0;
}

/* Remove a file that may not be there. */
static int remove_any(int dir, const char *name, struct ow_error *err)
{
	struct ow_error why = {0};

	if (file_remove(dir, name, &why) < 0 && why.sys != ENOENT) {
		*err = why;
		return err->code;
	}
	return 0;
}

/* Make the empty file of a rebuild, in the place of one that was not finished. */
static int make_new(const char *path, struct ow_error *err)
{
	OW_AUTO(fd_close) int dir = path_open_dir(path, err);
	OW_AUTO(fd_close) int fd = -1;

	if (dir < 0 || remove_any(dir, NEW_NAME, err) < 0 ||
	    remove_any(dir, NEW_NAME "-journal", err) < 0)
		return err->code;
	fd = file_make(dir, NEW_NAME, FILE_MODE, err);
	return fd < 0 || fd_chmod(fd, FILE_MODE, NEW_NAME, err) < 0 ? err->code : 0;
}

static int open_file(struct catalog *c, const char *name, enum db_mode mode, struct ow_error *err)
{
	OW_AUTO(mem_free) char *path = path_join(c->dir, name, err);

	return path == NULL ? err->code : db_open(path, mode, &c->db, err);
}

int catalog_open(const char *dir, enum catalog_mode mode, struct catalog **out,
		 struct ow_error *err)
{
	OW_AUTO(catalog_close) struct catalog *c = MEM_NEW(struct catalog, err);
	int r = 0;

	if (c == NULL)
		return err->code;
	c->mode = mode;
	if (mode != CATALOG_MEMORY) {
		c->dir = mem_text(dir, strlen(dir), err);
		if (c->dir == NULL)
			return err->code;
	}
	switch (mode) {
	case CATALOG_READ:
		r = open_file(c, FILE_NAME, DB_READ, err);
		break;
	case CATALOG_WRITE:
		r = open_file(c, FILE_NAME, DB_WRITE, err);
		break;
	case CATALOG_REBUILD:
		r = make_new(dir, err);
		if (r == 0)
			r = open_file(c, NEW_NAME, DB_FRESH, err);
		break;
	case CATALOG_MEMORY:
		r = db_open(NULL, DB_MEMORY, &c->db, err);
		break;
	}
	if (r == 0)
		r = mode == CATALOG_READ || mode == CATALOG_WRITE
			? check_schema(&c->db, err)
			: db_exec(&c->db, catalog_schema, err);
	if (r < 0)
		return err->code;
	*out = STEAL(c);
	return 0;
}

static void forget_new(const char *path)
{
	struct ow_error ignored = {0};
	OW_AUTO(fd_close) int dir = path_open_dir(path, &ignored);

	if (dir >= 0)
		(void)(remove_any(dir, NEW_NAME, &ignored) < 0);
}

void catalog_close(struct catalog *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < CATALOG_STATEMENTS; i++)
		query_done(&c->statements[i]);
	db_close(&c->db);
	if (c->mode == CATALOG_REBUILD && !c->published)
		forget_new(c->dir);
	free(c->dir);
	free(c);
}

/* ---- a rebuild takes its place --------------------------------------------------------------- */

/* A journal of the old catalog would be played back into the new one. So it goes first, and before
 * it the file it belongs to, which is worth nothing without it.
 */
static int remove_old(int dir, struct ow_error *err)
{
	static const char *const journals[] = {FILE_NAME "-journal", FILE_NAME "-wal",
					       FILE_NAME "-shm"};
	bool any = false;

	for (size_t i = 0; i < sizeof journals / sizeof journals[0]; i++)
		any = any || file_exists(dir, journals[i]);
	if (!any)
		return 0;
	if (remove_any(dir, FILE_NAME, err) < 0)
		return err->code;
	for (size_t i = 0; i < sizeof journals / sizeof journals[0]; i++) {
		if (remove_any(dir, journals[i], err) < 0)
			return err->code;
	}
	return dir_sync(dir, FILE_NAME, err);
}

static int replace(int dir, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = path_open_file(dir, NEW_NAME, err);

	if (fd < 0 || fd_sync(fd, NEW_NAME, err) < 0 || remove_old(dir, err) < 0 ||
	    file_rename(dir, NEW_NAME, dir, FILE_NAME, FILE_REPLACE, err) < 0)
		return err->code;
	return dir_sync(dir, FILE_NAME, err);
}

int catalog_publish(struct catalog *c, struct ow_error *err)
{
	OW_AUTO(fd_close) int dir = -1;

	if (c->mode != CATALOG_REBUILD || c->published || db_in_transaction(&c->db))
		return err_set(err, OW_E_INTERNAL, "catalog: not a finished rebuild");
	if (db_seal(&c->db, err) < 0)
		return err->code;
	dir = path_open_dir(c->dir, err);
	if (dir < 0)
		return err->code;
	if (replace(dir, err) < 0)
		return err_file(err, c->dir);
	c->published = true;
	return 0;
}

/* ---- transactions ---------------------------------------------------------------------------- */

int catalog_begin(struct catalog *c, struct catalog **guard, struct ow_error *err)
{
	if (db_exec(&c->db, "BEGIN IMMEDIATE", err) < 0)
		return err->code;
	*guard = c;
	return 0;
}

int catalog_commit(struct catalog **guard, struct ow_error *err)
{
	if (db_exec(&(*guard)->db, "COMMIT", err) < 0)
		return err->code;
	*guard = NULL;
	return 0;
}

void catalog_rollback(struct catalog *guard)
{
	struct ow_error ignored = {0};

	/* some failures have rolled back already */
	if (guard != NULL && db_in_transaction(&guard->db))
		(void)(db_exec(&guard->db, "ROLLBACK", &ignored) < 0);
}

/* ---- checking -------------------------------------------------------------------------------- */

int catalog_check(struct catalog *c, struct ow_error *err)
{
	static const char *const contradictions[] = {
	    "SELECT count(*) FROM artifact WHERE n_components <> "
	    "(SELECT count(*) FROM component WHERE artifact = artifact.id)",
	    "SELECT count(*) FROM component WHERE artifact NOT IN (SELECT id FROM artifact)",
	};
	OW_AUTO(query_done) struct query q = {0};
	const char *text;

	query_prepare(&q, &c->db, "PRAGMA integrity_check(1)");
	if (query_step(&q, err) < 0)
		return err->code;
	text = query_text(&q, 0);
	if (strcmp(text, "ok") != 0)
		return err_set(err, OW_E_INTEGRITY, "catalog: %s", text);
	for (size_t i = 0; i < sizeof contradictions / sizeof contradictions[0]; i++) {
		uint64_t n = 0;

		if (read_number(&c->db, contradictions[i], &n, err) < 0)
			return err->code;
		if (n > 0)
			return err_set(err, OW_E_INTEGRITY,
				       "catalog: %llu rows contradict each other",
				       (unsigned long long)n);
	}
	return 0;
}
