/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/limits.h"
#include "os/fd.h"
#include "os/jail.h"
#include "support/forbidden.h"
#include "support/support.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED true
#elif defined(__has_feature)
#define SANITIZED __has_feature(address_sanitizer)
#else
#define SANITIZED false
#endif

static void must(bool ok)
{
	if (!ok)
		_exit(1);
}

static void *thread(void *arg)
{
	*(int *)arg = 7;
	return NULL;
}

static void starts_threads(void)
{
	pthread_t t;
	int value = 0;

	must(pthread_create(&t, NULL, thread, &value) == 0);
	must(pthread_join(t, NULL) == 0 && value == 7);
}

struct bench {
	struct jail_plan plan;
	struct jail_job job;
	struct jail_report report;
	uint8_t got[64];
	size_t n;
	int number;
};

static int gather(void *out, uint32_t kind, const uint8_t *p, size_t n, struct ow_error *err)
{
	struct bench *b = out;

	if (kind == 666)
		return err_set(err, OW_E_FORMAT, "the parent does not like it");
	if (b->n + n <= sizeof b->got) {
		memcpy(b->got + b->n, p, n);
		b->n += n;
	}
	return 0;
}

static int bench_run(struct bench *b, jail_work work, struct ow_error *err)
{
	b->job = (struct jail_job){.what = "test child",
				   .work = work,
				   .ctx = b,
				   .frame = gather,
				   .out = b,
				   .keep = b->job.keep,
				   .n_keep = b->job.n_keep,
				   .wall_ms = b->job.wall_ms == 0 ? 20000 : b->job.wall_ms,
				   .idle_ms = b->job.idle_ms};
	return jail_child_run(&b->plan, &b->job, &b->report, err);
}

static int work_well(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	uint8_t *big = calloc(1, JAIL_FRAME_MAX);

	(void)ctx;
	if (big == NULL || jail_send(out, 1, "good", 4, err) < 0 ||
	    jail_send(out, 2, NULL, 0, err) < 0 || jail_send(out, 3, big, JAIL_FRAME_MAX, err) < 0)
		return -1;
	free(big);
	return 0;
}

START_TEST(child_hands_its_frames_over)
{
	struct bench b = {0};
	struct ow_error err;
	char text[JAIL_TEXT];

	ck_ok(bench_run(&b, work_well, &err));
	ck_assert_uint_eq(b.n, 4);
	ck_assert_mem_eq(b.got, "good", 4);
	ck_assert_uint_eq(b.report.layers & 7u, JAIL_LIMITS | JAIL_LANDLOCK | JAIL_SECCOMP);
	ck_assert_int_ge(b.report.landlock, 1);
	ck_assert_ptr_nonnull(strstr(jail_text(&b.report, text), "limits, Landlock "));
}
END_TEST

static int work_refuse(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	(void)ctx;
	(void)out;
	return err_set(err, OW_E_FORMAT, "archive: \033[31m not one");
}

static int work_lie(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	(void)ctx;
	(void)out;
	return err_set(err, OW_E_TRUST, "a code that it has no business with");
}

/* Parts of an error that no honest child sends: a bool that is none, a place that is in no file. */
static int work_place(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	const struct bench *b = ctx;

	(void)out;
	memset(&err->placed, b->number == 1 ? 0x5a : 1, 1);
	err->off = b->number == 2 ? (uint64_t)INT64_MAX + 1 : INT64_MAX;
	return err_set(err, OW_E_FORMAT, "somewhere");
}

static int work_displease(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	(void)ctx;
	return jail_send(out, 666, "", 0, err);
}

START_TEST(child_errors_reach_the_parent)
{
	struct bench b = {0};
	struct ow_error err;

	ck_fails(bench_run(&b, work_refuse, &err), OW_E_FORMAT);
	ck_assert_ptr_nonnull(strstr(err.text, "archive: \\"));
	ck_fails(bench_run(&b, work_lie, &err), OW_E_UNCHECKED);
	ck_fails(bench_run(&b, work_displease, &err), OW_E_FORMAT);
	ck_assert_ptr_nonnull(strstr(err.text, "does not like"));
}
END_TEST

START_TEST(a_place_is_taken_over_only_if_it_can_be_one)
{
	for (int i = 0; i < 3; i++) {
		struct bench b = {.number = i};
		struct ow_error err;

		ck_fails(bench_run(&b, work_place, &err), OW_E_FORMAT);
		ck_assert(err.placed == (i == 0));
		ck_assert_uint_eq(err.off, i == 0 ? INT64_MAX : 0);
	}
}
END_TEST

static int work_forbidden(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	const struct bench *b = ctx;

	(void)out;
	(void)err;
	forbidden[b->number].fn(-1);
	return 0;
}

START_TEST(attack_I01_forbidden_calls_of_a_child_are_unsafe)
{
	struct ow_error err;

	for (int i = 0; i < (int)(sizeof forbidden / sizeof forbidden[0]); i++) {
		struct bench b = {.number = i};

		ck_fails(bench_run(&b, work_forbidden, &err), OW_E_UNSAFE);
	}
}
END_TEST

static const char *secret; /* a text of the environment, where it stands in memory */

static int work_look_around(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	const struct bench *b = ctx;
	int bad = 0;

	(void)out;
	for (int fd = 3; fd < 100; fd++)
		bad += fcntl(fd, F_GETFD) >= 0;
	if (bad != 1 + (int)b->job.n_keep)
		return err_set(err, OW_E_FORMAT, "%d descriptors", bad);
	if (environ != NULL && environ[0] != NULL)
		return err_set(err, OW_E_FORMAT, "environment");
	if (secret[0] != '\0')
		return err_set(err, OW_E_FORMAT, "what was in the environment");
	if (open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0 || errno != EACCES)
		return err_set(err, OW_E_FORMAT, "open: %d", errno);
	if (b->job.n_keep > 0 && fd_write(b->job.keep[0], "kept", 4, "kept", err) < 0)
		return err->code;
	return 0;
}

START_TEST(attack_I02_child_inherits_nothing_but_what_is_kept)
{
	struct bench b = {0};
	struct ow_error err;
	char text[8];
	int dir, fd;

	(void)scratch(&dir);
	ck_assert_int_eq(setenv("OWSTORE_SECRET", "of nobody else", 1), 0);
	secret = getenv("OWSTORE_SECRET"); /* NOLINT(concurrency-mt-unsafe): one thread */
	ck_ok(bench_run(&b, work_look_around, &err));
	ck_assert_str_eq(secret, "of nobody else");
	fd = openat(dir, "kept", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	b.job.keep = &fd;
	b.job.n_keep = 1;
	ck_ok(bench_run(&b, work_look_around, &err));
	ck_assert_int_eq(fd_pread(fd, text, 8, 0, "kept", &err), 4);
}
END_TEST

/* Make a system call fail with ENOSYS for this process, as on a kernel without it. */
static void without(const char *const *calls, size_t n)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);

	ck_assert_ptr_nonnull(f);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS),
						  seccomp_syscall_resolve_name(calls[i]), 0),
				 0);
	ck_assert_int_eq(seccomp_load(f), 0);
	seccomp_release(f);
}

START_TEST(attack_I03_missing_landlock_is_could_not_check)
{
	static const char *const calls[] = {"landlock_create_ruleset", "landlock_add_rule",
					    "landlock_restrict_self"};
	struct bench b = {0};
	struct ow_error err;

	without(calls, 3);
	ck_fails(bench_run(&b, work_well, &err), OW_E_UNCHECKED);
	ck_assert_ptr_nonnull(strstr(err.text, "Landlock"));
	b.plan.lenient = JAIL_LANDLOCK;
	ck_ok(bench_run(&b, work_well, &err));
	ck_assert_uint_eq(b.report.layers & JAIL_LANDLOCK, 0);
}
END_TEST

START_TEST(attack_I03_missing_seccomp_is_could_not_check)
{
	static const char *const calls[] = {"seccomp"};
	struct bench b = {0};
	struct ow_error err;

	without(calls, 1);
	ck_fails(bench_run(&b, work_well, &err), OW_E_UNCHECKED);
	ck_assert_ptr_nonnull(strstr(err.text, "seccomp"));
}
END_TEST

START_TEST(attack_I03_missing_namespaces_are_reported)
{
	static const char *const calls[] = {"unshare"};
	struct bench b = {0};
	struct ow_error err;
	char text[JAIL_TEXT];

	without(calls, 1);
	ck_ok(bench_run(&b, work_well, &err));
	ck_assert_uint_eq(b.report.namespaces, 0);
	ck_assert_ptr_null(strstr(jail_text(&b.report, text), "namespaces"));
}
END_TEST

static int work_spin(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	(void)ctx;
	(void)out;
	(void)err;
	for (volatile unsigned i = 0;; i++)
		;
	return 0;
}

static int work_sleep(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	(void)ctx;
	(void)err;
	for (;;) {
		if (jail_send(out, 1, "z", 1, err) < 0)
			return err->code;
		(void)usleep(20000);
	}
	return 0;
}

START_TEST(attack_I05_time_limits_end_the_child)
{
	struct bench b = {.plan = {.cpu_s = 1}};
	struct ow_error err;

	ck_fails(bench_run(&b, work_spin, &err), OW_E_UNCHECKED);
	ck_assert_ptr_nonnull(strstr(err.text, "processor time"));
	b = (struct bench){.job = {.wall_ms = 300}};
	ck_fails(bench_run(&b, work_sleep, &err), OW_E_UNCHECKED);
	ck_assert_ptr_nonnull(strstr(err.text, "longer than 300 ms"));
	b = (struct bench){.job = {.idle_ms = 200}};
	ck_fails(bench_run(&b, work_spin, &err), OW_E_UNCHECKED);
	ck_assert_ptr_nonnull(strstr(err.text, "no answer for 200 ms"));
}
END_TEST

static int work_allocate(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	void *p =
	    mmap(NULL, (size_t)1 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)ctx;
	(void)out;
	return p == MAP_FAILED ? err_sys(err, errno, "1 GiB of memory") : 0;
}

START_TEST(attack_I04_memory_is_bounded)
{
	struct bench b = {.plan = {.memory = 256 * MIB}};
	struct ow_error err = {0};
	int r = bench_run(&b, work_allocate, &err);

#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
	ck_assert(r == 0 ||
		  err.code == OW_E_IO); /* sanitizers need more address space than any limit */
#else
	ck_assert_int_eq(r, OW_E_IO);
#endif
}
END_TEST

static int work_crash(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	(void)ctx;
	(void)out;
	(void)err;
	(void)signal(SIGABRT, SIG_DFL);
	abort();
}

static int work_vanish(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	(void)ctx;
	(void)out;
	(void)err;
	_exit(0);
}

static int work_flood(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	static const uint32_t head[2] = {1, JAIL_FRAME_MAX + 1};

	(void)ctx;
	return fd_write(out->fd, head, sizeof head, "pipe", err);
}

static int work_half(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	static const uint32_t head[2] = {1, 100};

	(void)ctx;
	if (fd_write(out->fd, head, sizeof head, "pipe", err) == 0)
		_exit(0);
	return err->code;
}

START_TEST(attack_I06_I07_crash_and_broken_framing_are_could_not_check)
{
	static const jail_work works[] = {work_crash, work_vanish, work_flood, work_half};
	struct ow_error err;

	for (size_t i = 0; i < sizeof works / sizeof works[0]; i++) {
		struct bench b = {0};

		ck_fails(bench_run(&b, works[i], &err), OW_E_UNCHECKED);
	}
}
END_TEST

static bool stop_now(void *ctx)
{
	(void)ctx;
	return true;
}

START_TEST(child_is_stopped_when_asked)
{
	struct ow_events events = {.should_stop = stop_now};
	struct jail_plan plan = {0};
	struct jail_job job = {.what = "test child", .work = work_sleep, .events = &events};
	struct ow_error err;

	ck_fails(jail_child_run(&plan, &job, NULL, &err), OW_E_INCOMPLETE);
	ck_assert_int_eq(waitpid(-1, NULL, 0), -1);
	ck_assert_int_eq(errno, ECHILD);
}
END_TEST

static int work_threads(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	(void)ctx;
	(void)out;
	(void)err;
	starts_threads();
	return 0;
}

START_TEST(child_threads_only_when_the_plan_says_so)
{
	struct bench b = {.plan = {.threads = true}};
	struct ow_error err;

	ck_ok(bench_run(&b, work_threads, &err));
	b = (struct bench){0};
	ck_fails(bench_run(&b, work_threads, &err), OW_E_UNSAFE);
}
END_TEST

SUITE_MAIN("os/jail_child", child_hands_its_frames_over, child_errors_reach_the_parent,
	   a_place_is_taken_over_only_if_it_can_be_one,
	   attack_I01_forbidden_calls_of_a_child_are_unsafe,
	   attack_I02_child_inherits_nothing_but_what_is_kept,
	   attack_I03_missing_landlock_is_could_not_check,
	   attack_I03_missing_seccomp_is_could_not_check,
	   attack_I03_missing_namespaces_are_reported, attack_I05_time_limits_end_the_child,
	   attack_I04_memory_is_bounded,
	   attack_I06_I07_crash_and_broken_framing_are_could_not_check, child_is_stopped_when_asked,
	   child_threads_only_when_the_plan_says_so)
