/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Readers beside writers, and users who may only read.
 */
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/catalog/rows.h"

static struct ow_error err;
static int root;
static const char *dir;

static void begin(uint64_t n)
{
	dir = scratch(&root);
	ck_assert_int_eq(fchmod(root, 0755), 0);
	ck_ok(rows_rebuild(dir, n, &err));
}

/* How many artifacts another process lists, as `uid`; or 200 and the code of its failure. */
static int listed_by(uid_t uid)
{
	int status;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		struct catalog *c = NULL;
		const struct catalog_filter all = {0};
		uint64_t n = 0;

		err = (struct ow_error){0};
		if (uid != geteuid() && (setgid(uid) < 0 || setuid(uid) < 0))
			_exit(199);
		if (catalog_open(dir, CATALOG_READ, &c, &err) < 0 ||
		    catalog_count(c, &all, &n, NULL, &err) < 0)
			_exit(200 - err.code);
		_exit((int)n);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static uid_t other_user(void)
{
	return geteuid() == 0 ? 65534 : geteuid();
}

START_TEST(a_user_who_may_only_read_lists_while_idle)
{
	struct stat before, after;

	begin(10);
	ck_assert_int_eq(fstat(root, &before), 0);
	ck_assert_int_eq(listed_by(other_user()), 10);
	ck_assert_int_eq(fstat(root, &after), 0); /* no file came or went */
	ck_assert_int_eq(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(fchmodat(root, "catalog.db", 0600, 0), 0);
	ck_assert_int_eq(listed_by(other_user()), 200 - OW_E_IO);
}
END_TEST

START_TEST(a_user_who_may_only_read_lists_during_a_write)
{
	struct catalog *c = NULL, *guard = NULL;

	begin(10);
	ck_ok(catalog_open(dir, CATALOG_WRITE, &c, &err));
	ck_ok(catalog_begin(c, &guard, &err));
	/* far more than a page cache that spills would keep */
	for (uint64_t i = 10; i < 4000; i++)
		ck_ok(row_put(c, i, &err));
	ck_assert_int_eq(listed_by(other_user()), 10);
	catalog_rollback(guard);
	ck_assert_int_eq(listed_by(other_user()), 10);
	ck_ok(rows_put(c, 10, 20, &err));
	ck_assert_int_eq(listed_by(other_user()), 20);
	catalog_close(c);
}
END_TEST

START_TEST(a_user_who_may_only_read_lists_during_a_rebuild)
{
	struct catalog *c = NULL;

	begin(10);
	ck_ok(catalog_open(dir, CATALOG_REBUILD, &c, &err));
	ck_ok(rows_put(c, 0, 30, &err));
	ck_assert_int_eq(listed_by(other_user()), 10);
	ck_ok(catalog_publish(c, &err));
	ck_assert_int_eq(listed_by(other_user()), 30);
	catalog_close(c);
}
END_TEST

START_TEST(a_reader_that_stays_open_sees_what_was_committed)
{
	struct catalog *reader = NULL, *writer = NULL;
	const struct catalog_filter all = {0};
	uint64_t n;

	begin(10);
	ck_ok(catalog_open(dir, CATALOG_READ, &reader, &err));
	ck_ok(catalog_open(dir, CATALOG_WRITE, &writer, &err));
	ck_ok(rows_put(writer, 10, 20, &err));
	ck_ok(catalog_count(reader, &all, &n, NULL, &err));
	ck_assert_uint_eq(n, 20);
	catalog_close(writer);
	catalog_close(reader);
}
END_TEST

/* Readers that count as fast as they can see 10 or a multiple of ten, never a part of a
 * transaction.
 */
START_TEST(readers_see_whole_transactions)
{
	pid_t pids[2];
	struct catalog *c = NULL;

	begin(10);
	for (int k = 0; k < 2; k++) {
		pids[k] = fork();
		ck_assert_int_ge(pids[k], 0);
		if (pids[k] != 0)
			continue;
		for (int i = 0; i < 150; i++) {
			struct catalog *r = NULL;
			const struct catalog_filter all = {0};
			uint64_t n = 0;

			err = (struct ow_error){0};
			if (catalog_open(dir, CATALOG_READ, &r, &err) < 0 ||
			    catalog_count(r, &all, &n, NULL, &err) < 0) {
				(void)fprintf(stderr, "%s\n", err.text);
				_exit(1);
			}
			if (n % 10 != 0)
				_exit(2);
			catalog_close(r);
		}
		_exit(0);
	}
	ck_ok(catalog_open(dir, CATALOG_WRITE, &c, &err));
	for (uint64_t i = 1; i <= 40; i++)
		ck_ok(rows_put(c, 10 * i, 10 * i + 10, &err));
	catalog_close(c);
	for (int k = 0; k < 2; k++) {
		int status;

		ck_assert_int_eq(waitpid(pids[k], &status, 0), pids[k]);
		ck_assert_int_eq(status, 0);
	}
}
END_TEST

START_TEST(attack_H25_a_stopped_writer_does_not_stop_readers)
{
	int ready[2], status;
	char byte;
	pid_t pid;

	begin(10);
	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		struct catalog *c = NULL, *guard = NULL;

		if (catalog_open(dir, CATALOG_WRITE, &c, &err) < 0 ||
		    catalog_begin(c, &guard, &err) < 0 || row_put(c, 10, &err) < 0 ||
		    write(ready[1], "+", 1) != 1)
			_exit(1);
		for (;;)
			(void)pause();
	}
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	ck_assert_int_eq(kill(pid, SIGSTOP), 0);
	ck_assert_int_eq(listed_by(other_user()), 10);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(listed_by(other_user()), 10);
}
END_TEST

SUITE_MAIN("catalog/share", a_user_who_may_only_read_lists_while_idle,
	   a_user_who_may_only_read_lists_during_a_write,
	   a_user_who_may_only_read_lists_during_a_rebuild,
	   a_reader_that_stays_open_sees_what_was_committed, readers_see_whole_transactions,
	   attack_H25_a_stopped_writer_does_not_stop_readers)
