/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/fd.h"
#include "store/stage.h"
#include "store/store.h"
#include "support/support.h"

static char path[100];

static struct store *new_store(int *fd)
{
	struct ow_error err;
	struct store *s = NULL;

	(void)snprintf(path, sizeof path, "%s/s", scratch(fd));
	ck_ok(store_create(path, &err));
	ck_ok(store_open(path, STORE_WRITE, "test", &s, &err));
	return s;
}

START_TEST(files_of_an_earlier_run_are_found)
{
	OW_AUTO(store_close) struct store *s = new_store(NULL);
	struct stage *st = NULL;
	struct stat info;
	struct ow_error err;
	char got[8] = "";
	int fd;

	ck_ok(stage_open(s, "import-0123abcd", &st, &err));
	ck_ok(fd = stage_file(st, "0001", &err));
	ck_ok(fd_write(fd, "hello", 5, "0001", &err));
	ck_assert_int_eq(fstat(fd, &info), 0);
	ck_assert_uint_eq(info.st_mode & 0777, 0444);
	fd_close(fd);
	stage_close(st);

	ck_ok(stage_open(s, "import-0123abcd", &st, &err));
	ck_ok(fd = stage_file(st, "0001", &err));
	ck_assert_int_eq(fd_pread(fd, got, sizeof got, 0, "0001", &err), 5);
	ck_assert_str_eq(got, "hello");
	ck_ok(fd_pwrite(fd, "J", 1, 0, "0001", &err));
	fd_close(fd);
	ck_ok(stage_drop(st, &err));
	stage_close(st);

	ck_ok(stage_open(s, "import-0123abcd", &st, &err));
	ck_assert_int_ne(faccessat(stage_dirfd(st), "0001", F_OK, 0), 0);
	stage_close(st);
}
END_TEST

START_TEST(a_user_without_privilege_resumes_too)
{
	struct ow_error err = {0};
	int status, dir;
	pid_t pid;

	if (geteuid() != 0)
		return; /* the other tests have shown it already */
	ck_assert_int_eq(chmod(scratch(&dir), 0777), 0);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d/mine", dir);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		struct store *s = NULL;
		struct stage *st = NULL;
		int fd = -1;

		if (setgid(65534) < 0 || setuid(65534) < 0 || store_create(path, &err) < 0 ||
		    store_open(path, STORE_WRITE, "test", &s, &err) < 0 ||
		    stage_open(s, "x", &st, &err) < 0 || (fd = stage_file(st, "f", &err)) < 0)
			_exit(1);
		fd_close(fd);
		_exit(stage_file(st, "f", &err) < 0 ? 2 : 0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(names_that_lead_elsewhere_are_refused)
{
	static const char *const bad[] = {"",          ".",  "..", "../x", "a/b",
					  ".incoming", "-x", "A",  "a b"};
	OW_AUTO(store_close) struct store *s = new_store(NULL);
	struct stage *st = NULL;
	struct ow_error err;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_fails(stage_open(s, bad[i], &st, &err), OW_E_INTERNAL);
}
END_TEST

START_TEST(what_is_no_file_is_refused)
{
	OW_AUTO(store_close) struct store *s = new_store(NULL);
	OW_AUTO(stage_close) struct stage *st = NULL;
	struct ow_error err;

	ck_ok(stage_open(s, "x", &st, &err));
	ck_assert_int_eq(mkfifoat(stage_dirfd(st), "fifo", 0600), 0);
	ck_assert_int_eq(symlinkat("/etc/passwd", stage_dirfd(st), "link"), 0);
	ck_assert_int_eq(mkdirat(stage_dirfd(st), "dir", 0700), 0);
	ck_fails(stage_file(st, "fifo", &err), OW_E_FORMAT);
	ck_fails(stage_file(st, "link", &err), OW_E_IO);
	ck_fails(stage_file(st, "dir", &err), OW_E_IO);
}
END_TEST

struct seen {
	char names[100];
	uint64_t size, n_files;
};

static int see(void *ctx, const struct stage_seen *s, struct ow_error *err)
{
	struct seen *seen = ctx;

	(void)err;
	(void)snprintf(seen->names + strlen(seen->names), sizeof seen->names - strlen(seen->names),
		       "%s ", s->name);
	seen->size += s->size;
	seen->n_files += s->n_files;
	ck_assert_uint_gt(s->changed, 1700000000);
	return 0;
}

START_TEST(walk_tells_what_is_left)
{
	OW_AUTO(store_close) struct store *s = new_store(NULL);
	struct stage *st = NULL;
	struct seen seen = {0};
	struct ow_error err;

	ck_ok(stage_open(s, "b", &st, &err));
	put_file(stage_dirfd(st), "1", "12345", 5);
	put_file(stage_dirfd(st), "2", "123", 3);
	stage_close(st);
	ck_ok(stage_open(s, "a", &st, &err));
	stage_close(st);
	ck_ok(stage_walk(s, see, &seen, &err));
	ck_assert_str_eq(seen.names, "a b ");
	ck_assert_uint_eq(seen.size, 8);
	ck_assert_uint_eq(seen.n_files, 2);
	ck_ok(stage_remove(s, "b", &err));
	ck_ok(stage_remove(s, "b", &err));
	seen = (struct seen){0};
	ck_ok(stage_walk(s, see, &seen, &err));
	ck_assert_str_eq(seen.names, "a ");
}
END_TEST

SUITE_MAIN("store/stage", files_of_an_earlier_run_are_found, a_user_without_privilege_resumes_too,
	   names_that_lead_elsewhere_are_refused, what_is_no_file_is_refused,
	   walk_tells_what_is_left)
