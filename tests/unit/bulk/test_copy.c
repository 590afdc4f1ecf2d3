/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "bulk/copy.h"
#include "support/support.h"

enum {
	BIG = 9 * 1024 * 1024 + 77
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#endif

static const uint64_t big_at[] = {1100000, 2500032, 7000000};
static const struct cuts big_cuts = {.data = 12320, .at = big_at, .n = 3};
static const struct cuts no_cuts = {0};

/* Bytes in memory, in a file and as a chunk list, and an empty file to copy to. */
struct sample {
	int dir; /* of this process, not to be closed */
	uint8_t *p;
	size_t n;
	struct chunks list;
	struct copy_source from;
	int to;
};

/* A file without a name. */
static int file_new(int dir, const void *p, size_t n)
{
	int fd = openat(dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pwrite(fd, p, n, 0), (ssize_t)n);
	return fd;
}

static void sample_make(struct sample *s, size_t n, const struct cuts *cuts)
{
	static int dir = -1;
	uint64_t seed = n + 1;
	struct chunker c;
	struct ow_error err;

	if (dir < 0)
		(void)scratch(&dir);
	s->dir = dir;
	s->n = n;
	s->p = malloc(n + 1);
	ck_assert_ptr_nonnull(s->p);
	rnd_fill(&seed, s->p, n);
	s->list = (struct chunks){0};
	chunker_begin(&c, n, cuts, &s->list);
	chunker_update(&c, s->p, n);
	ck_ok(chunker_finish(&c, &err));
	s->from.fd = file_new(dir, s->p, n);
	s->to = file_new(dir, "", 0);
	s->from.off = 0;
	s->from.len = n;
	s->from.name = "in";
}

static void sample_drop(struct sample *s)
{
	chunks_done(&s->list);
	free(s->p);
	(void)close(s->from.fd);
	(void)close(s->to);
}

static struct copy_job job_of(const struct sample *s)
{
	return (struct copy_job){
	    .from = &s->from, .n_from = 1, .to = {.fd = s->to, .name = "out"}, .size = s->n};
}

/* The file holds exactly p[0..n) from `off` on. */
static void ck_file(int fd, const uint8_t *p, size_t n, uint64_t off)
{
	uint8_t *got = malloc(n + 1);
	struct stat st;

	ck_assert_ptr_nonnull(got);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_eq(st.st_size, (off_t)(off + n));
	ck_assert_int_eq(pread(fd, got, n + 1, (off_t)off), (ssize_t)n);
	ck_assert(n == 0 || memcmp(got, p, n) == 0);
	ck_assert_int_eq(fcntl(fd, F_GETFL) & O_DIRECT, 0);
	free(got);
}

static void ck_list(const struct chunks *got, const struct chunks *want)
{
	ck_assert(ow_id_equal(&got->blob, &want->blob));
	ck_assert_uint_eq(got->size, want->size);
	ck_assert_uint_eq(got->n, want->n);
	for (size_t i = 0; i < got->n; i++) {
		ck_assert_uint_eq(got->at[i].len, want->at[i].len);
		ck_assert(ow_id_equal(&got->at[i].id, &want->at[i].id));
	}
}

/* Flip a bit of the source file. */
static void damage(const struct sample *s, uint64_t off)
{
	uint8_t b = s->p[off] ^ 4;

	ck_assert_int_eq(pwrite(s->from.fd, &b, 1, (off_t)off), 1);
}

static void put_target(const struct sample *s, size_t from, size_t to)
{
	ck_assert_int_eq(pwrite(s->to, s->p + from, to - from, (off_t)from), (ssize_t)(to - from));
}

START_TEST(files_of_all_sizes_arrive_with_their_digests)
{
	static const size_t sizes[] = {0,
				       1,
				       4095,
				       4096,
				       4097,
				       (1 << 20) - 1,
				       1 << 20,
				       (1 << 20) + 1,
				       4 << 20,
				       (4 << 20) + 1,
				       (8 << 20) + 4096,
				       BIG};

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		OW_AUTO(chunks_done) struct chunks out = {0};
		struct copy_result result;
		struct copy_job job;
		struct ow_error err;
		struct sample s;

		sample_make(&s, sizes[i], &big_cuts);
		job = job_of(&s);
		job.cuts = big_cuts;
		job.out = &out;
		ck_ok(copy_run(&job, 1, 2, "copy", NULL, &result, &err));
		ck_file(s.to, s.p, s.n, 0);
		ck_list(&out, &s.list);
		sample_drop(&s);
	}
}
END_TEST

START_TEST(many_files_at_once)
{
	enum {
		N = 12
	};
	struct sample s[N];
	struct copy_job jobs[N];
	struct chunks out[N] = {0};
	struct copy_result results[N];
	struct ow_error err;

	for (size_t i = 0; i < N; i++) {
		sample_make(&s[i], i * i * 70001, &no_cuts);
		jobs[i] = job_of(&s[i]);
		jobs[i].out = &out[i];
	}
	ck_ok(copy_run(jobs, N, 3, "copy", NULL, results, &err));
	for (size_t i = 0; i < N; i++) {
		ck_file(s[i].to, s[i].p, s[i].n, 0);
		ck_list(&out[i], &s[i].list);
		chunks_done(&out[i]);
		sample_drop(&s[i]);
	}
}
END_TEST

START_TEST(nothing_to_copy_is_fine)
{
	struct ow_error err;

	ck_ok(copy_run(NULL, 0, 2, "copy", NULL, NULL, &err));
}
END_TEST

START_TEST(a_longer_target_is_cut_and_bytes_before_the_offset_stay)
{
	static const uint64_t offs[] = {0, 4096, 12345};

	for (size_t i = 0; i < 3; i++) {
		OW_AUTO(chunks_done) struct chunks out = {0};
		struct copy_result result;
		struct copy_job job;
		struct ow_error err;
		struct sample s;
		uint8_t front[12345], got[12345];

		sample_make(&s, BIG, &no_cuts);
		memset(front, 'f', sizeof front);
		ck_assert_int_eq(pwrite(s.to, front, offs[i], 0), (ssize_t)offs[i]);
		ck_assert_int_eq(pwrite(s.to, "tail", 4, BIG + 20000), 4);
		job = job_of(&s);
		job.out = &out;
		job.to.off = offs[i];
		ck_ok(copy_run(&job, 1, 1, "copy", NULL, &result, &err));
		ck_file(s.to, s.p, s.n, offs[i]);
		ck_assert_int_eq(pread(s.to, got, offs[i], 0), (ssize_t)offs[i]);
		ck_assert(offs[i] == 0 || memcmp(front, got, offs[i]) == 0);
		sample_drop(&s);
	}
}
END_TEST

START_TEST(parts_are_joined)
{
	OW_AUTO(chunks_done) struct chunks out = {0};
	struct copy_source parts[3];
	struct copy_result result;
	struct copy_job job;
	struct ow_error err;
	struct sample s;

	sample_make(&s, BIG, &no_cuts);
	parts[0] = parts[1] = parts[2] = s.from;
	parts[0].len = 5000001;
	parts[1].off = 5000001;
	parts[1].len = 1;
	parts[1].name = "part 2";
	parts[2].off = 5000002;
	parts[2].len = BIG - 5000002;
	parts[2].name = "part 3";
	job = job_of(&s);
	job.from = parts;
	job.n_from = 3;
	job.out = &out;
	ck_ok(copy_run(&job, 1, 1, "copy", NULL, &result, &err));
	ck_file(s.to, s.p, s.n, 0);
	ck_list(&out, &s.list);

	/* the part that holds the damage is named */
	damage(&s, 8500000);
	job.expect = &s.list;
	ck_fails(copy_run(&job, 1, 1, "copy", NULL, &result, &err), OW_E_INTEGRITY);
	ck_assert_ptr_nonnull(strstr(err.text, "out: part 3: chunk 3 of 3 (bytes 8388608 to "));
	sample_drop(&s);
}
END_TEST

START_TEST(hashing_alone_writes_nothing)
{
	OW_AUTO(chunks_done) struct chunks out = {0};
	struct copy_result result;
	struct copy_job job;
	struct ow_error err;
	struct sample s;

	sample_make(&s, BIG, &big_cuts);
	job = job_of(&s);
	job.to = (struct copy_target){.fd = -1};
	job.cuts = big_cuts;
	job.out = &out;
	ck_ok(copy_run(&job, 1, 2, "hash", NULL, &result, &err));
	ck_list(&out, &s.list);
	ck_file(s.to, s.p, 0, 0);
	job.expect = &s.list;
	ck_ok(copy_run(&job, 1, 2, "hash", NULL, &result, &err));
	damage(&s, 0);
	ck_fails(copy_run(&job, 1, 2, "hash", NULL, &result, &err), OW_E_INTEGRITY);
	sample_drop(&s);
}
END_TEST

START_TEST(what_was_promised_arrives)
{
	struct copy_result result;
	struct copy_job job;
	struct ow_error err;
	struct sample s;

	sample_make(&s, BIG, &big_cuts);
	job = job_of(&s);
	job.expect = &s.list;
	ck_ok(copy_run(&job, 1, 2, "copy", NULL, &result, &err));
	ck_file(s.to, s.p, s.n, 0);
	ck_assert_uint_eq(result.reused, 0);
	ck_assert_uint_eq(result.n_bad, 0);
	sample_drop(&s);
}
END_TEST

START_TEST(attack_D06_a_damaged_chunk_is_named_and_the_others_arrive)
{
	char want[OW_ID_HEX];
	struct copy_result result;
	struct copy_job job;
	struct ow_error err;
	struct sample s;

	sample_make(&s, BIG, &big_cuts);
	damage(&s, 3000000);
	job = job_of(&s);
	job.expect = &s.list;
	ck_fails(copy_run(&job, 1, 2, "copy", NULL, &result, &err), OW_E_INTEGRITY);
	ck_assert_ptr_nonnull(
	    strstr(err.text, "in: chunk 4 of 5 (bytes 2500032 to 6694335): digest differs"));
	ck_assert_ptr_nonnull(strstr(err.text, ow_id_hex(&s.list.at[3].id, want)));
	ck_assert_uint_eq(result.n_bad, 1);

	/* a second medium, damaged elsewhere, repairs it */
	ck_assert_int_eq(pwrite(s.from.fd, s.p, s.n, 0), (ssize_t)s.n);
	for (size_t i = 0; i < 5; i++) {
		if (i != 3)
			damage(&s, s.list.at[i].off);
	}
	job.resume = true;
	ck_ok(copy_run(&job, 1, 2, "copy", NULL, &result, &err));
	ck_assert_uint_eq(result.reused, s.n - s.list.at[3].len);
	ck_file(s.to, s.p, s.n, 0);
	sample_drop(&s);
}
END_TEST

START_TEST(a_list_of_another_size_is_refused)
{
	struct copy_result result;
	struct copy_job job;
	struct ow_error err;
	struct sample s;

	sample_make(&s, 1000, &no_cuts);
	job = job_of(&s);
	job.expect = &s.list;
	job.size = s.from.len = 999;
	ck_fails(copy_run(&job, 1, 2, "copy", NULL, &result, &err), OW_E_INTEGRITY);
	ck_assert_str_eq(err.text, "in: 999 bytes, expected 1000");
	sample_drop(&s);
}
END_TEST

START_TEST(attack_D04_a_short_source_is_refused)
{
	static const off_t cuts[] = {0, 1, 12320, 5000001, BIG - 1};

	for (size_t i = 0; i < 5; i++) {
		struct chunks out = {0};
		struct copy_result result;
		struct copy_job job;
		struct ow_error err;
		struct sample s;
		char text[100];

		sample_make(&s, BIG, &big_cuts);
		ck_assert_int_eq(ftruncate(s.from.fd, cuts[i]), 0);
		job = job_of(&s);
		job.cuts = big_cuts;
		job.out = &out;
		(void)snprintf(text, sizeof text, "ends at byte %lld, expected %d",
			       (long long)cuts[i], BIG);
		ck_fails(copy_run(&job, 1, 2, "copy", NULL, &result, &err), OW_E_INTEGRITY);
		ck_assert_ptr_nonnull(strstr(err.text, text));
		ck_assert_ptr_null(out.at);
		job.expect = &s.list;
		ck_fails(copy_run(&job, 1, 2, "copy", NULL, &result, &err), OW_E_INTEGRITY);
		ck_assert_ptr_nonnull(strstr(err.text, text));
		ck_assert_uint_eq(result.n_bad, cuts[i] < 12320     ? 5
						: cuts[i] == 12320  ? 4
						: cuts[i] < 6000000 ? 2
								    : 1);
		sample_drop(&s);
	}
}
END_TEST

START_TEST(a_failed_job_leaves_the_others_alone)
{
	struct chunks out[3] = {0};
	struct copy_result results[3];
	struct copy_job jobs[3];
	struct sample s[3];
	struct ow_error err;

	for (size_t i = 0; i < 3; i++) {
		sample_make(&s[i], 5000000 - i, &no_cuts);
		jobs[i] = job_of(&s[i]);
		jobs[i].out = &out[i];
	}
	jobs[0].expect = &s[0].list;
	damage(&s[0], 4999999);
	jobs[1].from = &(struct copy_source){.fd = -1, .len = 4999999, .name = "gone"};
	ck_fails(copy_run(jobs, 3, 2, "copy", NULL, results, &err), OW_E_INTEGRITY);
	ck_assert_int_eq(results[0].err.code, OW_E_INTEGRITY);
	ck_assert_int_eq(results[1].err.code, OW_E_IO);
	ck_assert_int_eq(strncmp(results[1].err.text, "gone: read at byte 0", 20), 0);
	ck_assert_int_eq(results[2].err.code, OW_OK);
	ck_file(s[2].to, s[2].p, s[2].n, 0);
	chunks_done(&out[2]);
	for (size_t i = 0; i < 3; i++)
		sample_drop(&s[i]);
}
END_TEST

/* ---- resuming
 * --------------------------------------------------------------------------------------- */

START_TEST(attack_H11_resuming_reads_only_what_is_missing)
{
	/* how far an earlier attempt came, or what of it is left */
	static const struct {
		size_t from, to;
		unsigned present; /* bit i: chunk i is there */
	} rows[] = {
	    {0, 0, 0},        {0, 12319, 0},      {0, 12320, 1},         {0, 5000000, 7},
	    {0, BIG, 31},     {12320, BIG, 30},   {2500032, 6694336, 8}, {2000000, BIG - 1, 8},
	    {0, BIG - 1, 15}, {6694335, BIG, 16},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct copy_result result;
		struct copy_job job;
		struct ow_error err;
		struct sample s;
		uint64_t want = 0;

		sample_make(&s, BIG, &big_cuts);
		ck_assert_uint_eq(s.list.n, 5);
		put_target(&s, rows[i].from, rows[i].to);
		for (size_t k = 0; k < 5; k++) {
			if ((rows[i].present >> k & 1) == 0)
				continue;
			damage(&s, s.list.at[k].off + 1); /* must not be read */
			want += s.list.at[k].len;
		}
		job = job_of(&s);
		job.expect = &s.list;
		job.resume = true;
		ck_ok(copy_run(&job, 1, 1, "copy", NULL, &result, &err));
		ck_assert_uint_eq(result.reused, want);
		ck_file(s.to, s.p, s.n, 0);
		sample_drop(&s);
	}
}
END_TEST

START_TEST(resuming_over_something_else_starts_anew)
{
	struct copy_result result;
	struct copy_job job;
	struct ow_error err;
	struct sample s;
	uint8_t *other;
	uint64_t seed = 99;

	sample_make(&s, BIG, &big_cuts);
	other = malloc(BIG + 5000);
	ck_assert_ptr_nonnull(other);
	rnd_fill(&seed, other, BIG + 5000);
	ck_assert_int_eq(pwrite(s.to, other, BIG + 5000, 0), BIG + 5000);
	job = job_of(&s);
	job.expect = &s.list;
	job.resume = true;
	ck_ok(copy_run(&job, 1, 1, "copy", NULL, &result, &err));
	ck_assert_uint_eq(result.reused, 0);
	ck_file(s.to, s.p, s.n, 0);
	free(other);
	sample_drop(&s);
}
END_TEST

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
		sample_make(&s[i], 2000000 - i, &no_cuts);
		jobs[i] = job_of(&s[i]);
		jobs[i].out = &out[i];
	}
	(void)close(s[0].to);
	s[0].to = jobs[0].to.fd = openat(s[0].dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_fails(copy_run(jobs, N, 1, "copy", NULL, results, &err), OW_E_IO);
	ck_assert_ptr_nonnull(strstr(err.text, "out: "));
	for (size_t i = 1; i < N; i++) {
		ck_assert_int_eq(results[i].err.code, OW_E_IO);
		ck_assert_str_eq(results[i].err.text, "in: not begun");
	}
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

SUITE_MAIN("bulk/copy", files_of_all_sizes_arrive_with_their_digests, many_files_at_once,
	   nothing_to_copy_is_fine, a_longer_target_is_cut_and_bytes_before_the_offset_stay,
	   parts_are_joined, hashing_alone_writes_nothing, what_was_promised_arrives,
	   attack_D06_a_damaged_chunk_is_named_and_the_others_arrive,
	   a_list_of_another_size_is_refused, attack_D04_a_short_source_is_refused,
	   a_failed_job_leaves_the_others_alone, attack_H11_resuming_reads_only_what_is_missing,
	   resuming_over_something_else_starts_anew, attack_H05_a_failed_sync_fails_the_job,
	   attack_H06_writes_that_fail_or_fall_short, attack_H06_H10_reads_that_fail_or_fall_short,
	   a_target_without_room_ends_the_whole_copy, each_failed_allocation_is_an_error,
	   four_lanes_fit_into_the_memory_promise, progress_counts_to_the_total_also_when_resumed,
	   stopping_ends_the_copy_as_failed_and_it_may_be_resumed)
