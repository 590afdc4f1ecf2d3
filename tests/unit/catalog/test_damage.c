/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whatever happens to the file: the right answer or OW_E_INTEGRITY, never a wrong one.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "catalog/db.h"
#include "os/file.h"
#include "unit/catalog/rows.h"

static struct ow_error err;
static int root;
static const char *dir;

/* Ask everything there is to ask and print the answers. */
static int interrogate(struct catalog *c, struct buf *out, struct ow_error *e)
{
	const struct catalog_filter filter = {.match = "model-1", .licence = "MIT"};
	uint64_t n;

	buf_clear(out);
	if (rows_text(c, out, e) < 0 || catalog_list(c, &filter, row_print, out, e) < 0)
		return e->code;
	for (uint64_t i = 0; i < 60; i += 7) {
		const struct ow_id id = row_id(i, 0), blob = row_id(i, 1);
		struct catalog_ref ref = {.kind = REF_ID, .low = id, .high = id};

		if (catalog_get(c, &id, row_print, out, e) < 0 ||
		    catalog_find(c, &ref, 5, row_print, out, e) < 0 ||
		    catalog_blob_used(c, &blob, &n, e) < 0)
			return e->code;
		buf_printf(out, "%llu\n", (unsigned long long)n);
	}
	return 0;
}

/* Open, ask, close. Fails only with OW_E_INTEGRITY, and then returns it. */
static int ask(enum catalog_mode mode, struct buf *out)
{
	OW_AUTO(catalog_close) struct catalog *c = NULL;

	err = (struct ow_error){0};
	if (catalog_open(dir, mode, &c, &err) >= 0 && interrogate(c, out, &err) >= 0)
		return 0;
	if (err.code != OW_E_INTEGRITY)
		ck_abort_msg("code %d: %s", err.code, err.text);
	return err.code;
}

/* A catalog of 60 artifacts; its bytes and its answers. */
static void begin(struct buf *bytes, struct buf *answers)
{
	dir = scratch(&root);
	ck_ok(rows_rebuild(dir, 60, &err));
	ck_ok(file_read(root, "catalog.db", 1 << 24, bytes, &err));
	ck_assert_int_eq(ask(CATALOG_READ, answers), 0);
}

static void put_catalog(const struct buf *bytes)
{
	put_file(root, "catalog.db", bytes->p, bytes->n);
}

START_TEST(attack_H20_flipped_bytes_are_found_or_harmless)
{
	OW_AUTO(buf_done) struct buf bytes = {0};
	OW_AUTO(buf_done) struct buf answers = {0};
	OW_AUTO(buf_done) struct buf got = {0};
	unsigned found = 0;

	begin(&bytes, &answers);
	for (uint64_t seed = 0; seed < 1000; seed++) {
		uint64_t s = seed;
		size_t at = (size_t)(rnd(&s) % bytes.n);
		uint8_t old = bytes.p[at];

		bytes.p[at] ^= (uint8_t)(1u << rnd(&s) % 8);
		put_catalog(&bytes);
		if (ask(seed % 2 == 0 ? CATALOG_READ : CATALOG_WRITE, &got) < 0)
			found++;
		else
			ck_assert_str_eq(buf_str(&got), buf_str(&answers));
		bytes.p[at] = old;
	}
	ck_assert_uint_gt(found, 300);
	/* fsck reads every page, so it finds every flip */
	for (uint64_t seed = 0; seed < 200; seed++) {
		struct catalog *c = NULL;
		uint64_t s = seed;
		size_t at = (size_t)(rnd(&s) % bytes.n);

		bytes.p[at] ^= 1;
		put_catalog(&bytes);
		err = (struct ow_error){0};
		ck_assert(catalog_open(dir, CATALOG_READ, &c, &err) < 0 ||
			  catalog_check(c, &err) < 0);
		ck_assert_int_eq(err.code, OW_E_INTEGRITY);
		catalog_close(c);
		bytes.p[at] ^= 1;
	}
}
END_TEST

START_TEST(attack_H20_swapped_cut_and_zeroed_pages_are_found)
{
	OW_AUTO(buf_done) struct buf bytes = {0};
	OW_AUTO(buf_done) struct buf answers = {0};
	OW_AUTO(buf_done) struct buf got = {0};
	uint8_t page[4096];

	begin(&bytes, &answers);
	for (size_t i = 0; i + 8192 <= bytes.n; i += 4096) {
		memcpy(page, bytes.p + i, 4096);
		memmove(bytes.p + i, bytes.p + i + 4096, 4096);
		memcpy(bytes.p + i + 4096, page, 4096);
		put_catalog(&bytes);
		ck_assert(ask(CATALOG_READ, &got) < 0 ||
			  strcmp(buf_str(&got), buf_str(&answers)) == 0);
		memcpy(bytes.p + i + 4096, bytes.p + i, 4096);
		memcpy(bytes.p + i, page, 4096);
	}
	for (size_t n = 0; n < bytes.n; n += 509) {
		put_file(root, "catalog.db", bytes.p, n);
		ck_assert(ask(CATALOG_READ, &got) < 0 ||
			  strcmp(buf_str(&got), buf_str(&answers)) == 0);
	}
	memset(page, 0, sizeof page);
	for (size_t i = 0; i < bytes.n; i += 4096) {
		OW_AUTO(buf_done) struct buf copy = {0};

		buf_add(&copy, bytes.p, bytes.n);
		memset(copy.p + i, 0, 4096);
		put_catalog(&copy);
		ck_assert(ask(CATALOG_READ, &got) < 0 ||
			  strcmp(buf_str(&got), buf_str(&answers)) == 0);
	}
}
END_TEST

START_TEST(attack_H21_foreign_files_are_refused_then_replaced)
{
	OW_AUTO(buf_done) struct buf bytes = {0};
	OW_AUTO(buf_done) struct buf answers = {0};
	OW_AUTO(buf_done) struct buf got = {0};
	char command[300];

	begin(&bytes, &answers);
	put_file(root, "catalog.db", "", 0);
	ck_assert_int_lt(ask(CATALOG_READ, &got), 0);
	ck_assert_int_lt(ask(CATALOG_WRITE, &got), 0);
	put_file(root, "catalog.db", "not a database, but long enough to be looked at", 47);
	ck_assert_int_lt(ask(CATALOG_READ, &got), 0);
	/* a sound database of somebody else */
	(void)snprintf(command, sizeof command,
		       "rm %s/catalog.db && sqlite3 %s/catalog.db 'CREATE TABLE artifact(id); "
		       "PRAGMA user_version=2'",
		       dir, dir);
	ck_assert_int_eq(system(command), 0);
	ck_assert_int_lt(ask(CATALOG_READ, &got), 0);
	ck_assert_int_lt(ask(CATALOG_WRITE, &got), 0);
	/* a folder, a link to nowhere */
	ck_assert_int_eq(unlinkat(root, "catalog.db", 0), 0);
	ck_assert_int_eq(symlinkat("nowhere", root, "catalog.db"), 0);
	ck_assert_int_lt(ask(CATALOG_READ, &got), 0);
	ck_ok(rows_rebuild(dir, 60, &err));
	ck_assert_int_eq(ask(CATALOG_READ, &got), 0);
	ck_assert_str_eq(buf_str(&got), buf_str(&answers));
}
END_TEST

START_TEST(older_schema_is_for_rebuilding)
{
	struct catalog *c = NULL;
	struct db db;

	dir = scratch(&root);
	ck_ok(rows_rebuild(dir, 3, &err));
	{
		char path[120];

		(void)snprintf(path, sizeof path, "%s/catalog.db", dir);
		ck_ok(db_open(path, DB_WRITE, &db, &err));
		ck_ok(db_exec(&db, "PRAGMA user_version = 0", &err));
		db_close(&db);
	}
	ck_fails(catalog_open(dir, CATALOG_READ, &c, &err), OW_E_INTEGRITY);
	ck_assert_ptr_nonnull(strstr(err.text, "schema 0"));
	ck_fails(catalog_open(dir, CATALOG_WRITE, &c, &err), OW_E_INTEGRITY);
}
END_TEST

/* Leave a journal that has to be played back: a writer dies while it commits. The file it was
 * writing is then partly new; `when` counts its writes.
 */
static bool die_in_commit(unsigned when)
{
	int status;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		struct rlimit limit = {0};
		struct catalog *c = NULL, *guard = NULL;

		(void)signal(SIGXFSZ, SIG_DFL);
		if (catalog_open(dir, CATALOG_WRITE, &c, &err) < 0 ||
		    catalog_begin(c, &guard, &err) < 0)
			_exit(9);
		for (uint64_t i = 60; i < 200; i++) {
			if (row_put(c, i, &err) < 0)
				_exit(8);
		}
		/* growing past the limit is a signal: no handler, no cleanup, as by SIGKILL */
		limit.rlim_cur = limit.rlim_max = (rlim_t)when * 4096;
		if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
			_exit(7);
		_exit(catalog_commit(&guard, &err) < 0 ? 6 : 0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status))
		ck_assert_int_eq(WEXITSTATUS(status), 0);
	return WIFSIGNALED(status);
}

START_TEST(attack_H21_killed_in_the_commit)
{
	OW_AUTO(buf_done) struct buf bytes = {0};
	OW_AUTO(buf_done) struct buf answers = {0};
	OW_AUTO(buf_done) struct buf got = {0};
	unsigned hot = 0;
	struct stat st;

	begin(&bytes, &answers);
	for (unsigned when = 1; die_in_commit(when); when++) {
		ck_assert_uint_lt(when, 1000);
		if (fstatat(root, "catalog.db-journal", &st, 0) == 0 && st.st_size > 0) {
			hot++;
			/* a reader cannot play it back and says so, or sees the old state */
			ck_assert(ask(CATALOG_READ, &got) < 0 ||
				  strcmp(buf_str(&got), buf_str(&answers)) == 0);
		}
		/* a writer can: the old state is back */
		ck_assert_int_eq(ask(CATALOG_WRITE, &got), 0);
		ck_assert_str_eq(buf_str(&got), buf_str(&answers));
		(void)unlinkat(root, "catalog.db-journal", 0);
		put_catalog(&bytes);
	}
	ck_assert_uint_gt(hot, 0);
}
END_TEST

START_TEST(attack_H21_a_journal_is_never_played_into_a_rebuilt_catalog)
{
	OW_AUTO(buf_done) struct buf bytes = {0};
	OW_AUTO(buf_done) struct buf journal = {0};
	OW_AUTO(buf_done) struct buf answers = {0};
	OW_AUTO(buf_done) struct buf got = {0};
	unsigned when = 1;

	begin(&bytes, &answers);
	do {
		put_catalog(&bytes);
		ck_assert(die_in_commit(++when));
		err = (struct ow_error){0};
	} while (file_read(root, "catalog.db-journal", 1 << 24, &journal, &err) < 0 ||
		 journal.n < 8192);
	err = (struct ow_error){0};
	ck_ok(rows_rebuild(dir, 60, &err));
	ck_assert_int_ne(faccessat(root, "catalog.db-journal", F_OK, 0), 0);
	ck_assert_int_eq(ask(CATALOG_WRITE, &got), 0);
	ck_assert_str_eq(buf_str(&got), buf_str(&answers));

	/* the journal of another database, and its remains */
	put_file(root, "catalog.db-journal", "rubbish that is no journal at all", 33);
	ck_assert_int_eq(ask(CATALOG_WRITE, &got), 0);
	ck_assert_str_eq(buf_str(&got), buf_str(&answers));
}
END_TEST

START_TEST(attack_H08_no_space_in_the_commit)
{
	OW_AUTO(buf_done) struct buf bytes = {0};
	OW_AUTO(buf_done) struct buf answers = {0};
	OW_AUTO(buf_done) struct buf got = {0};
	bool done = false;

	begin(&bytes, &answers);
	(void)signal(SIGXFSZ, SIG_IGN);
	for (rlim_t pages = 1; !done; pages++) {
		struct rlimit limit = {pages * 4096, RLIM_INFINITY};
		struct catalog *c = NULL;

		ck_assert_uint_lt(pages, 1000);
		err = (struct ow_error){0};
		ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
		ck_ok(catalog_open(dir, CATALOG_WRITE, &c, &err));
		done = rows_put(c, 60, 200, &err) == 0;
		if (!done)
			ck_assert_int_eq(err.code, OW_E_IO);
		limit.rlim_cur = RLIM_INFINITY;
		ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
		catalog_close(c);
		if (!done) {
			ck_assert_int_eq(ask(CATALOG_WRITE, &got), 0);
			ck_assert_str_eq(buf_str(&got), buf_str(&answers));
		}
	}
}
END_TEST

SUITE_MAIN("catalog/damage", attack_H20_flipped_bytes_are_found_or_harmless,
	   attack_H20_swapped_cut_and_zeroed_pages_are_found,
	   attack_H21_foreign_files_are_refused_then_replaced, older_schema_is_for_rebuilding,
	   attack_H21_killed_in_the_commit,
	   attack_H21_a_journal_is_never_played_into_a_rebuilt_catalog,
	   attack_H08_no_space_in_the_commit)
