/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "unit/bulk/sample.h"

/* ---- faults
 * ----------------------------------------------------------------------------------------- */

#ifdef OW_FAULTS
/* The exit of a copy with one fault: -code, 0 if all was well and the file is right, 99 if it is
 * not. */
static int copy_with_fault(const struct sample *s, bool expect)
{
	OW_AUTO(chunks_done) struct chunks out = {0};
	struct copy_job job = job_of(s);
	struct copy_result result;
	struct ow_error err = {0};
	uint8_t *got = malloc(BIG + 1);
	int code;

	job.cuts = big_cuts;
	job.out = &out;
	job.expect = expect ? &s->list : NULL;
	code = -copy_run(&job, 1, 1, "copy", NULL, &result, &err);
	if (code == 0 &&
	    (got == NULL || pread(s->to, got, BIG + 1, 0) != BIG || memcmp(got, s->p, BIG) != 0))
		code = 99;
	if (code != 0 && (err.text[0] == '\0' || -(int)err.code != code))
		code = 98;
	free(got);
	return code;
}

/* In a process of its own, as the plan is read once; it leaves the folder to its parent. */
static int with_fault(const char *kind, unsigned n, const char *what, bool expect)
{
	struct sample s;
	char fault[40];
	pid_t pid;
	int status;

	sample_make(&s, BIG, &big_cuts);
	(void)snprintf(fault, sizeof fault, "%s:%u:%s", kind, n, what);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		(void)setenv("OWSTORE_FAULT", fault, 1);
		_exit(copy_with_fault(&s, expect));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	sample_drop(&s);
	return WEXITSTATUS(status);
}

/* fallocate, three blocks (the last in two calls at most), ftruncate */
enum {
	N_WRITES = 5,
	N_READS = 3
};
#endif

START_TEST(attack_H05_a_failed_sync_fails_the_job)
{
#ifdef OW_FAULTS
	ck_assert_int_eq(with_fault("sync", 1, "eio", false), 9);
	ck_assert_int_eq(with_fault("sync", 1, "eio", true), 9);
	ck_assert_int_eq(with_fault("sync", 2, "eio", true), 0); /* there is but one */
#endif
}
END_TEST

START_TEST(attack_H06_writes_that_fail_or_fall_short)
{
#ifdef OW_FAULTS
	for (unsigned n = 1; n <= N_WRITES; n++) {
		ck_assert_int_eq(with_fault("write", n, "eio", false), 9);
		ck_assert_int_eq(with_fault("write", n, "enospc", false), 9);
		ck_assert_int_eq(with_fault("write", n, "eintr", false), 0);
		ck_assert_int_eq(with_fault("write", n, "short", false), 0);
	}
	ck_assert_int_eq(with_fault("write", N_WRITES + 1, "eio", false), 0);
#endif
}
END_TEST

START_TEST(attack_H06_H10_reads_that_fail_or_fall_short)
{
#ifdef OW_FAULTS
	for (unsigned n = 1; n <= N_READS; n++) {
		ck_assert_int_eq(with_fault("read", n, "eio", false), 9);
		ck_assert_int_eq(with_fault("read", n, "eio", true),
				 0); /* tried once more, chunk by chunk */
		ck_assert_int_eq(with_fault("read", n, "eintr", false), 0);
		ck_assert_int_eq(with_fault("read", n, "short", false), 0);
	}
	ck_assert_int_eq(with_fault("read", N_READS + 1, "eio", false), 0);
#endif
}
END_TEST

START_TEST(a_target_without_room_ends_the_whole_copy)
{
	enum {
		N = 6
	};
	struct chunks out[N] = {0};
	struct copy_result results[N];
	struct copy_job jobs[N];
	struct sample s[N];
	struct ow_error err;

	for (size_t i = 0; i < N; i++) {
		sample_make(&s[i], 2000000 + i, &no_cuts);
		jobs[i] = job_of(&s[i]);
		jobs[i].out = &out[i];
	}
	/* the largest goes first, and its error is that of all */
	(void)close(s[N - 1].to);
	s[N - 1].to = jobs[N - 1].to.fd =
	    openat(s[N - 1].dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_fails(copy_run(jobs, N, 1, "copy", NULL, results, &err), OW_E_IO);
	ck_assert_ptr_nonnull(strstr(err.text, "out: "));
	for (size_t i = 0; i < N - 1; i++) {
		ck_assert_int_eq(results[i].err.code, OW_E_IO);
		ck_assert_str_eq(results[i].err.text, "in: not begun");
		ck_assert(!results[i].ended);
	}
	ck_assert(results[N - 1].ended);
	for (size_t i = 0; i < N; i++)
		sample_drop(&s[i]);
}
END_TEST

START_TEST(each_failed_allocation_is_an_error)
{
	struct copy_result result;
	struct copy_job job;
	struct ow_error err;
	struct sample s;
	unsigned long nth;

	sample_make(&s, BIG, &big_cuts);
	put_target(&s, 0, 5000000);
	job = job_of(&s);
	job.expect = &s.list;
	job.resume = true;
	for (nth = 1;; nth++) {
		int r;

		err = (struct ow_error){0};
		(void)mem_fail_at(nth);
		r = copy_run(&job, 1, 2, "copy", NULL, &result, &err);
		(void)mem_fail_at(0);
		if (r == 0)
			break;
		ck_assert_int_eq(err.code, OW_E_IO);
	}
	ck_assert_uint_gt(nth, 3);
	ck_file(s.to, s.p, s.n, 0);
	sample_drop(&s);
}
END_TEST

START_TEST(four_lanes_fit_into_the_memory_promise)
{
#ifndef SANITIZED
	const struct rlimit limit = {256 * MIB, 256 * MIB};
	struct chunks out[8] = {0};
	struct copy_result results[8];
	struct copy_job jobs[8];
	struct sample s;
	struct ow_error err;

	ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
	sample_make(&s, BIG, &no_cuts);
	for (size_t i = 0; i < 8; i++) {
		jobs[i] = job_of(&s);
		jobs[i].to.fd = -1;
		jobs[i].out = &out[i];
	}
	ck_ok(copy_run(jobs, 8, 16, "hash", NULL, results, &err));
	for (size_t i = 0; i < 8; i++)
		chunks_done(&out[i]);
	sample_drop(&s);
#endif
}
END_TEST

/* ---- events
 * ----------------------------------------------------------------------------------------- */

struct watched {
	uint64_t last, total;
	unsigned stop_after;
	bool inside;
};

static void watch(void *ctx, const struct ow_progress *p)
{
	struct watched *w = ctx;

	ck_assert(!w->inside);
	w->inside = true;
	ck_assert_uint_ge(p->done, w->last);
	w->last = p->done;
	w->total = p->total;
	w->inside = false;
}

static bool stop(void *ctx)
{
	struct watched *w = ctx;

	return w->stop_after != 0 && --w->stop_after == 0;
}

START_TEST(progress_counts_to_the_total_also_when_resumed)
{
	for (int resume = 0; resume < 2; resume++) {
		struct watched w = {0};
		const struct ow_events events = {.ctx = &w, .progress = watch, .should_stop = stop};
		struct copy_result result;
		struct copy_job job;
		struct ow_error err;
		struct sample s;

		sample_make(&s, BIG, &big_cuts);
		put_target(&s, 0, 5000000);
		job = job_of(&s);
		job.expect = &s.list;
		job.resume = resume == 1;
		ck_ok(copy_run(&job, 1, 2, "copy", &events, &result, &err));
		ck_assert_uint_eq(w.last, BIG);
		ck_assert_uint_eq(w.total, BIG);
		sample_drop(&s);
	}
}
END_TEST

START_TEST(stopping_ends_the_copy_as_failed_and_it_may_be_resumed)
{
	struct copy_result results[2];
	struct copy_job jobs[2];
	struct sample s;
	struct ow_error err;

	for (unsigned after = 1; after <= 7; after++) {
		struct watched w = {.stop_after = after};
		const struct ow_events events = {.ctx = &w, .should_stop = stop};

		sample_make(&s, BIG, &big_cuts);
		jobs[0] = job_of(&s);
		jobs[0].expect = &s.list;
		jobs[0].resume = after > 3;
		jobs[1] = jobs[0];
		jobs[1].to = (struct copy_target){.fd = -1};
		put_target(&s, 0, 5000000);
		ck_fails(copy_run(jobs, 2, 1, "copy", &events, results, &err), OW_E_IO);
		ck_assert_int_eq(results[0].err.code != OW_OK || results[1].err.code != OW_OK, 1);
		ck_assert_int_eq(results[1].err.code, OW_E_IO);
		jobs[0].resume = true;
		ck_ok(copy_run(jobs, 2, 1, "copy", NULL, results, &err));
		ck_file(s.to, s.p, s.n, 0);
		sample_drop(&s);
	}
}
END_TEST

SUITE_MAIN("bulk/copy_faults", attack_H05_a_failed_sync_fails_the_job,
	   attack_H06_writes_that_fail_or_fall_short, attack_H06_H10_reads_that_fail_or_fall_short,
	   a_target_without_room_ends_the_whole_copy, each_failed_allocation_is_an_error,
	   four_lanes_fit_into_the_memory_promise, progress_counts_to_the_total_also_when_resumed,
	   stopping_ends_the_copy_as_failed_and_it_may_be_resumed)
