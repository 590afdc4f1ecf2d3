/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The small steps by which files get their place: made, synced, named, given modes; and the lock
 * around them.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/path.h"
#include "os/user.h"
#include "support/support.h"

static struct ow_error err;

START_TEST(folders_get_their_mode_whatever_the_umask)
{
	struct stat st;
	int fd;

	(void)scratch(&fd);
	(void)umask(0077);
	ck_assert_int_eq(dir_add(fd, "a", 0755, &err), 1);
	ck_assert_int_eq(dir_add(fd, "a", 0700, &err), 0);
	ck_assert_int_eq(fstatat(fd, "a", &st, 0), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0755);
	ck_assert_int_eq(fchmodat(fd, "a", 02755, 0), 0);
	ck_assert_int_eq(dir_add(fd, "a/b", 0750, &err), 1);
	ck_assert_int_eq(fstatat(fd, "a/b", &st, 0), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 02750);
	ck_fails(dir_add(fd, "missing/b", 0750, &err), OW_E_IO);
	ck_assert_int_eq(err.sys, ENOENT);
}
END_TEST

START_TEST(created_files_are_whole_or_absent)
{
	struct file_info info;
	int fd;

	(void)scratch(&fd);
	(void)umask(0077);
	ck_ok(file_create(fd, "a", "12345", 5, 0444, &err));
	ck_assert_int_eq(file_info(fd, "a", &info, &err), 1);
	ck_assert(info.regular && !info.folder);
	ck_assert_uint_eq(info.size, 5);
	ck_assert_uint_eq(info.mode, 0444);
	ck_fails(file_create(fd, "a", "x", 1, 0444, &err), OW_E_IO);
	ck_assert_int_eq(err.sys, EEXIST);
	err = (struct ow_error){0};
	ck_assert_int_eq(file_info(fd, "a", &info, &err), 1); /* the other one is still there */
	ck_assert_int_eq(file_info(fd, "none", &info, &err), 0);
	ck_assert_int_eq(file_info(fd, ".", &info, &err), 1);
	ck_assert(info.folder);
}
END_TEST

START_TEST(rename_replaces_only_when_asked)
{
	int fd;

	(void)scratch(&fd);
	put_file(fd, "a", "1", 1);
	put_file(fd, "b", "2", 1);
	ck_fails(file_rename(fd, "a", fd, "b", FILE_NEW, &err), OW_E_IO);
	ck_assert_int_eq(err.sys, EEXIST);
	ck_fails(file_rename(fd, "a", fd, "missing/b", FILE_NEW, &err), OW_E_IO);
	ck_assert_int_eq(err.sys, ENOENT);
	ck_ok(file_rename(fd, "a", fd, "b", FILE_REPLACE, &err));
	ck_assert(!file_exists(fd, "a"));
	ck_ok(file_rename(fd, "b", fd, "c", FILE_NEW, &err));
	ck_assert(file_exists(fd, "c"));
}
END_TEST

START_TEST(edit_keeps_the_bytes)
{
	char got[4] = "";
	int dir, fd;

	(void)scratch(&dir);
	put_file(dir, "a", "123", 3);
	ck_ok(fd = file_edit(dir, "a", 0600, &err));
	ck_assert_int_eq(fd_pread(fd, got, 3, 0, "a", &err), 3);
	ck_assert_str_eq(got, "123");
	ck_ok(fd_cut(fd, 1, "a", &err));
	ck_assert_int_eq(fd_pread(fd, got, 3, 0, "a", &err), 1);
	ck_assert_int_eq(fd_chmod(fd, 0400, "a", &err), 1);
	ck_assert_int_eq(fd_chmod(fd, 0400, "a", &err), 0);
	fd_close(fd);
	ck_assert_int_eq(symlinkat("a", dir, "link"), 0);
	ck_fails(file_edit(dir, "link", 0600, &err), OW_E_IO);
	ck_fails(file_make(dir, "a", 0600, &err), OW_E_IO);
}
END_TEST

START_TEST(clone_shares_or_says_no)
{
	char got[4] = "";
	int dir, from, to, r;

	(void)scratch(&dir);
	put_file(dir, "a", "123", 3);
	ck_assert_int_ge(from = openat(dir, "a", O_RDONLY | O_CLOEXEC), 0);
	ck_ok(to = file_make(dir, "b", 0600, &err));
	ck_ok(r = fd_clone(to, from, "b", &err));
	ck_assert_int_eq(fd_pread(to, got, 3, 0, "b", &err), r == 1 ? 3 : 0);
	fd_close(from);
	fd_close(to);
}
END_TEST

START_TEST(attack_H25_lock_is_never_empty_while_it_is_taken)
{
	struct lock l = {.fd = -1};
	char line[60] = "";
	int dir, fd;

	(void)scratch(&dir);
	put_file(dir, "lock",
		 "a much longer line of an earlier holder, which died before it was done with it\n",
		 80);
	ck_ok(lock_take(dir, "lock", "x", &l, &err));
	ck_assert(l.torn);
	ck_assert_int_ge(fd = openat(dir, "lock", O_RDONLY | O_CLOEXEC), 0);
	ck_assert_int_gt(fd_pread(fd, line, sizeof line - 1, 0, "lock", &err), 0);
	ck_assert_ptr_nonnull(strstr(line, "(owstore x)\n"));
	ck_assert_ptr_null(strstr(line, "died"));
	lock_mended(&l);
	lock_release(&l);
	ck_assert_int_eq(fd_pread(fd, line, sizeof line - 1, 0, "lock", &err), 0);
	fd_close(fd);
}
END_TEST

START_TEST(user_has_a_text)
{
	char text[USER_TEXT], want[40];

	(void)snprintf(want, sizeof want, "uid %lu", (unsigned long)geteuid());
	ck_assert_ptr_nonnull(strstr(user_text(text), want));
}
END_TEST

/* Swaps the folder "sub" and the link "link", which leads out, until told to end. */
struct swapper {
	int dir;
	atomic_bool end;
};

static void *swap(void *arg)
{
	struct swapper *w = arg;

	while (!atomic_load(&w->end))
		(void)renameat2(w->dir, "sub", w->dir, "link", RENAME_EXCHANGE);
	return NULL;
}

static size_t count(int dir, const char *path)
{
	struct dir_list l = {0};
	size_t n;

	ck_ok(dir_list(dir, path, SIZE_MAX, &l, &err));
	n = l.n;
	dir_list_done(&l);
	return n;
}

START_TEST(attack_E22_a_folder_that_becomes_a_link_while_files_are_made)
{
	struct swapper w;
	unsigned made = 0, refused = 0;
	pthread_t thread;
	int dir;

	(void)scratch(&dir);
	ck_assert_int_eq(mkdirat(dir, "outside", 0755), 0);
	ck_assert_int_eq(mkdirat(dir, "inside", 0755), 0);
	ck_assert_int_eq(mkdirat(dir, "inside/sub", 0755), 0);
	ck_assert_int_eq(symlinkat("../outside", dir, "inside/link"), 0);
	w.dir = openat(dir, "inside", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	atomic_init(&w.end, false);
	ck_assert_int_eq(pthread_create(&thread, NULL, swap, &w), 0);
	for (unsigned i = 0; i < 10000; i++) {
		struct ow_error why = {0};
		char name[32];
		int fd;

		(void)snprintf(name, sizeof name, "sub/%u", i);
		fd = i % 2 == 0 ? path_create(w.dir, name, 0644, &why)
				: dir_make(w.dir, name, 0755, &why);
		made += fd >= 0;
		refused += fd < 0;
		fd_close(fd);
	}
	atomic_store(&w.end, true);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	ck_assert_uint_eq(count(dir, "outside"), 0);
	ck_assert_uint_gt(made, 0);
	ck_assert_uint_gt(refused, 0);
	(void)close(w.dir);
	(void)close(dir);
}
END_TEST

SUITE_MAIN("os/place", folders_get_their_mode_whatever_the_umask, created_files_are_whole_or_absent,
	   rename_replaces_only_when_asked, edit_keeps_the_bytes, clone_shares_or_says_no,
	   attack_H25_lock_is_never_empty_while_it_is_taken, user_has_a_text,
	   attack_E22_a_folder_that_becomes_a_link_while_files_are_made)
