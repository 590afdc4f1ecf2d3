/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/fs.h"
#include "store/store.h"
#include "store/zone.h"
#include "support/support.h"

static char path[100];

/* An empty store in a scratch folder. */
static const char *new_store(int *scratch_fd)
{
	struct ow_error err;

	(void)snprintf(path, sizeof path, "%s/s", scratch(scratch_fd));
	ck_ok(store_create(path, &err));
	return path;
}

static struct store *must_open(enum store_mode mode)
{
	struct ow_error err;
	struct store *s = NULL;

	ck_ok(store_open(path, mode, "test", &s, &err));
	return s;
}

START_TEST(create_then_open)
{
	struct stat st;
	struct store *s;
	struct zone *z = NULL;
	struct ow_error err;
	char at[160];

	(void)new_store(NULL);
	s = must_open(STORE_WRITE);
	ck_assert(!store_torn(s));
	ck_assert_str_eq(store_path(s), path);
	for (int c = 0; c < OW_CLASSES; c++) {
		ck_assert_int_eq(zone_open(s, (enum ow_class)c, &z, &err), 1);
		ck_assert_int_eq(zone_class(z), c);
		(void)snprintf(at, sizeof at, "%s/zones/%s", path, ow_class_name((enum ow_class)c));
		ck_assert_str_eq(zone_path(z), at);
		zone_close(z);
	}
	store_close(s);
	(void)snprintf(at, sizeof at, "%s/ledger", path);
	ck_assert_int_eq(stat(at, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0750);
	(void)snprintf(at, sizeof at, "%s/staging", path);
	ck_assert_int_eq(stat(at, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0700);
}
END_TEST

START_TEST(create_refuses_what_is_there)
{
	struct ow_error err;
	int fd;

	(void)new_store(&fd);
	ck_fails(store_create(path, &err), OW_E_USAGE);
	ck_assert_ptr_nonnull(strstr(err.text, "already"));
	ck_assert_int_eq(mkdirat(fd, "full", 0755), 0);
	put_file(fd, "full/notes.txt", "x", 1);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d/full", fd);
	ck_fails(store_create(path, &err), OW_E_USAGE);
	ck_assert_ptr_nonnull(strstr(err.text, "notes.txt"));
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d/full/notes.txt/s", fd);
	ck_fails(store_create(path, &err), OW_E_IO);
}
END_TEST

START_TEST(create_goes_on_where_it_was_interrupted)
{
	struct ow_error err;
	int fd;

	(void)new_store(&fd);
	ck_assert_int_eq(unlinkat(fd, "s/STORE", 0), 0);
	ck_assert_int_eq(unlinkat(fd, "s/zones/research/records", AT_REMOVEDIR), 0);
	ck_ok(store_create(path, &err));
	ck_assert_int_eq(faccessat(fd, "s/zones/research/records", F_OK, 0), 0);
}
END_TEST

START_TEST(open_refuses_what_is_no_store)
{
	static const uint8_t newer[] = {0xa2, 0x00, 0x65, 's', 't', 'o', 'r', 'e', 0x01, 0x02};
	static const uint8_t other[] = {0xa2, 0x00, 0x65, 'b', 't', 'o', 'r', 'e', 0x01, 0x01};
	struct ow_error err;
	struct store *s = NULL;
	int fd;

	(void)new_store(&fd);
	ck_assert_int_eq(unlinkat(fd, "s/STORE", 0), 0);
	ck_fails(store_open(path, STORE_READ, "test", &s, &err), OW_E_USAGE);
	ck_assert_ptr_nonnull(strstr(err.hint, "owstore init"));
	put_file(fd, "s/STORE", newer, sizeof newer);
	ck_fails(store_open(path, STORE_READ, "test", &s, &err), OW_E_FORMAT);
	ck_assert_ptr_nonnull(strstr(err.text, "version 2"));
	put_file(fd, "s/STORE", other, sizeof other);
	ck_fails(store_open(path, STORE_READ, "test", &s, &err), OW_E_FORMAT);
	put_file(fd, "s/STORE", newer, sizeof newer - 1);
	ck_fails(store_open(path, STORE_READ, "test", &s, &err), OW_E_FORMAT);
	ck_assert(err.placed); /* a byte of the file, not of the folder */
	ck_assert_str_eq(strrchr(err.path, '/'), "/STORE");
	ck_fails(store_open("/nonexistent/store", STORE_READ, "test", &s, &err), OW_E_USAGE);
	ck_assert_ptr_null(s);
}
END_TEST

START_TEST(attack_H18_foreign_file_systems_are_refused)
{
	struct fs_type type;
	struct ow_error err;
	int fd;

	/* what this machine has of each kind; the numbers of the rest are those of statfs(2) */
	fd = open("/dev/shm", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		ck_ok(fs_type(fd, "/dev/shm", &type, &err));
		ck_assert_int_eq(type.kind, FS_MEMORY);
		(void)close(fd);
	}
	(void)new_store(&fd);
	ck_ok(fs_type(fd, path, &type, &err));
	ck_assert_int_ne(type.kind, FS_FOREIGN);
}
END_TEST

START_TEST(attack_H18_a_store_in_memory_says_so)
{
	struct ow_error err;
	struct store *s = NULL;
	char at[] = "/dev/shm/owstore-test-XXXXXX", command[100];

	if (mkdtemp(at) == NULL)
		return;
	ck_ok(store_create(at, &err));
	ck_ok(store_open(at, STORE_READ, "test", &s, &err));
	ck_assert(store_volatile(s));
	store_close(s);
	(void)snprintf(command, sizeof command, "rm -rf %s", at);
	ck_assert_int_eq(system(command), 0);
}
END_TEST

START_TEST(readers_need_no_lock)
{
	struct store *writer, *reader;

	(void)new_store(NULL);
	reader = must_open(STORE_READ);
	ck_assert(!store_unsettled(reader));
	writer = must_open(STORE_WRITE);
	ck_assert(!store_torn(reader));
	ck_assert(store_unsettled(reader));
	store_close(writer);
	ck_assert(!store_unsettled(reader));
	store_close(reader);
}
END_TEST

/* A process that holds the lock, until it is told. */
static pid_t holder(int *ready)
{
	int p[2];
	pid_t pid;
	char c;

	ck_assert_int_eq(pipe(p), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		struct store *s = must_open(STORE_WRITE);

		(void)!write(p[1], s == NULL ? "-" : "+", 1);
		for (;;)
			(void)pause();
	}
	(void)close(p[1]);
	ck_assert_int_eq(read(p[0], &c, 1), 1);
	*ready = p[0];
	return pid;
}

START_TEST(attack_H25_second_writer_is_told_who_holds_the_store)
{
	struct ow_error err;
	struct store *s = NULL;
	char who[40];
	int ready;
	pid_t pid;

	(void)new_store(NULL);
	pid = holder(&ready);
	(void)snprintf(who, sizeof who, "process %ld (owstore test)", (long)pid);
	ck_fails(store_open(path, STORE_WRITE, "test", &s, &err), OW_E_BUSY);
	ck_assert_ptr_nonnull(strstr(err.text, who));
	ck_assert_ptr_null(s);
	ck_assert_int_eq(kill(pid, SIGSTOP), 0);
	ck_fails(store_open(path, STORE_WRITE, "test", &s, &err), OW_E_BUSY);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);

	/* dead: taken over at once, and told so until it is mended */
	s = must_open(STORE_READ);
	ck_assert(store_unsettled(s));
	store_close(s);
	s = must_open(STORE_WRITE);
	ck_assert(store_torn(s));
	store_close(s);
	s = must_open(STORE_WRITE);
	ck_assert(store_torn(s));
	store_mended(s);
	store_close(s);
	s = must_open(STORE_WRITE);
	ck_assert(!store_torn(s));
	store_close(s);
}
END_TEST

START_TEST(attack_H25_a_stale_line_with_a_reused_pid_is_no_lock)
{
	char line[64];
	int fd;
	struct store *s;

	(void)new_store(&fd);
	(void)snprintf(line, sizeof line, "process %ld (owstore import)\n", (long)getpid());
	put_file(fd, "s/lock", line, strlen(line));
	s = must_open(STORE_WRITE);
	ck_assert(store_torn(s));
	store_close(s);
}
END_TEST

START_TEST(writer_clears_what_a_killed_one_left)
{
	struct ow_error err;
	struct zone *z = NULL;
	struct store *s;
	int fd;

	(void)new_store(&fd);
	put_file(fd, "s/zones/research/incoming/left", "x", 1);
	put_file(fd, "s/staging/.incoming/left", "x", 1);
	s = must_open(STORE_READ);
	ck_assert_int_eq(zone_open(s, OW_CLASS_RESEARCH, &z, &err), 1);
	zone_close(z);
	store_close(s);
	ck_assert_int_eq(faccessat(fd, "s/zones/research/incoming/left", F_OK, 0), 0);
	s = must_open(STORE_WRITE);
	ck_assert_int_eq(zone_open(s, OW_CLASS_RESEARCH, &z, &err), 1);
	zone_close(z);
	store_close(s);
	ck_assert_int_ne(faccessat(fd, "s/zones/research/incoming/left", F_OK, 0), 0);
	ck_assert_int_ne(faccessat(fd, "s/staging/.incoming/left", F_OK, 0), 0);
}
END_TEST

/* As another user: which classes open? Returns a bit for each. */
static int classes_seen_by_nobody(void)
{
	int status;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		struct store *s = NULL;
		struct ow_error err = {0};
		int seen = 0;

		if (setgid(65534) < 0 || setuid(65534) < 0 ||
		    store_open(path, STORE_READ, "test", &s, &err) < 0)
			_exit(100);
		for (int c = 0; c < OW_CLASSES; c++) {
			struct zone *z = NULL;
			int r = zone_open(s, (enum ow_class)c, &z, &err);

			if (r < 0)
				_exit(101);
			seen |= r << c;
			zone_close(z);
		}
		_exit(seen);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

START_TEST(classes_closed_to_a_user_are_silently_absent)
{
	int fd;

	if (geteuid() != 0)
		return; /* needs a second user */
	(void)new_store(&fd);
	ck_assert_int_eq(fchmod(fd, 0755), 0);
	ck_assert_int_eq(classes_seen_by_nobody(), 31);
	ck_assert_int_eq(fchmodat(fd, "s/zones/internal", 0750, 0), 0);
	ck_assert_int_eq(fchmodat(fd, "s/zones/customer", 0744, 0), 0); /* listed, not entered */
	ck_assert_int_eq(classes_seen_by_nobody(),
			 31 & ~(1 << OW_CLASS_INTERNAL | 1 << OW_CLASS_CUSTOMER));
}
END_TEST

SUITE_MAIN("store/store", create_then_open, create_refuses_what_is_there,
	   create_goes_on_where_it_was_interrupted, open_refuses_what_is_no_store,
	   attack_H18_foreign_file_systems_are_refused, attack_H18_a_store_in_memory_says_so,
	   readers_need_no_lock, attack_H25_second_writer_is_told_who_holds_the_store,
	   attack_H25_a_stale_line_with_a_reused_pid_is_no_lock,
	   writer_clears_what_a_killed_one_left, classes_closed_to_a_user_are_silently_absent)
