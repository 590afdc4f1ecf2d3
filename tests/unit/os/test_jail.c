/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/fd.h"
#include "os/jail.h"
#include "os/path.h"
#include "support/forbidden.h"
#include "support/support.h"

/* Run fn in a process of its own that entered the reader's jail with `dir` readable; its wait
 * status. */
static int inside(void (*fn)(int dir), int dir, const struct jail_plan *base)
{
	struct jail_plan plan = base == NULL ? (struct jail_plan){.profile = JAIL_READER} : *base;
	struct jail_report report = {0};
	struct ow_error err = {0};
	int status;
	pid_t pid;

	plan.read = &dir;
	plan.n_read = 1;
	(void)fflush(NULL);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		if (jail_enter(&plan, &report, &err) < 0) {
			(void)fprintf(stderr, "%s\n", err.text);
			_exit(99);
		}
		fn(dir);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return status;
}

#define ck_lives(fn, dir, plan)                                                                    \
	do {                                                                                       \
		int status_ = inside(fn, dir, plan);                                               \
		ck_assert_msg(WIFEXITED(status_) && WEXITSTATUS(status_) == 0, "%s: status %x",    \
			      #fn, (unsigned)status_);                                             \
	} while (0)

static void must(bool ok)
{
	if (!ok)
		_exit(1);
}

static void reads_inside(int dir)
{
	struct ow_error err = {0};
	char text[8];
	int fd = path_open_file(dir, "sub/in", &err);

	must(fd >= 0 && fd_read(fd, text, 8, "in", &err) == 2);
	must(memcmp(text, "hi", 2) == 0);
}

static void cannot_read_outside(int dir)
{
	must(open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES);
	must(openat(dir, "../..", O_RDONLY | O_DIRECTORY | O_CLOEXEC) < 0 && errno == EACCES);
}

static void cannot_write_inside(int dir)
{
	must(openat(dir, "new", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) < 0);
	must(openat(dir, "sub/in", O_RDWR | O_CLOEXEC) < 0);
	must(unlinkat(dir, "sub/in", 0) < 0);
}

static void writes_to_open_descriptors(int dir)
{
	(void)dir;
	must(write(9, "x", 1) == 1);
}

static void *thread(void *arg)
{
	*(int *)arg = 7;
	return NULL;
}

static void starts_threads(int dir)
{
	pthread_t t;
	int value = 0;

	(void)dir;
	must(pthread_create(&t, NULL, thread, &value) == 0);
	must(pthread_join(t, NULL) == 0 && value == 7);
}

static void cannot_map_code(int dir)
{
	(void)dir;
	must(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
	     MAP_FAILED);
}

START_TEST(reader_sees_only_what_it_was_given)
{
	int dir, sub;

	(void)scratch(&dir);
	ck_assert_int_eq(mkdirat(dir, "sub", 0700), 0);
	put_file(dir, "sub/in", "hi", 2);
	sub = dup2(openat(dir, "out", O_WRONLY | O_CREAT | O_CLOEXEC, 0600), 9);
	ck_assert_int_eq(sub, 9);
	ck_lives(reads_inside, dir, NULL);
	ck_lives(cannot_read_outside, dir, NULL);
	ck_lives(cannot_write_inside, dir, NULL);
	ck_lives(writes_to_open_descriptors, dir, NULL);
	ck_lives(cannot_map_code, dir, NULL);
}
END_TEST

START_TEST(reader_starts_threads_when_the_plan_says_so)
{
	struct jail_plan plan = {.profile = JAIL_READER, .threads = true};
	int dir;

	(void)scratch(&dir);
	ck_lives(starts_threads, dir, &plan);
}
END_TEST

static void writes_beneath(int dir)
{
	struct ow_error err = {0};
	int fd = openat(dir, "made", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	must(fd >= 0 && fd_write(fd, "abc", 3, "made", &err) == 0 && fsync(fd) == 0);
	must(mkdirat(dir, "d", 0700) == 0);
	must(renameat2(dir, "made", dir, "d/moved", 0) == 0);
	must(unlinkat(dir, "d/moved", 0) == 0);
	must(open("/tmp/owstore-outside", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) < 0);
	must(symlinkat("x", dir, "link") < 0);
}

START_TEST(reader_writes_where_the_plan_lets_it)
{
	struct jail_plan plan = {.profile = JAIL_READER, .n_write = 1};
	int dir;

	(void)scratch(&dir);
	plan.write = &dir;
	ck_lives(writes_beneath, dir, &plan);
}
END_TEST

START_TEST(attack_I01_forbidden_calls_kill_the_reader)
{
	int dir;

	(void)scratch(&dir);
	for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++) {
		int status = inside(forbidden[i].fn, dir, NULL);

		ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "%s: status %x",
			      forbidden[i].name, (unsigned)status);
	}
}
END_TEST

SUITE_MAIN("os/jail", reader_sees_only_what_it_was_given,
	   reader_starts_threads_when_the_plan_says_so, reader_writes_where_the_plan_lets_it,
	   attack_I01_forbidden_calls_kill_the_reader)
