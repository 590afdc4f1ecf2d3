/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "codec/digest.h"
#include "media/scan.h"
#include "media/target.h"
#include "unit/media/kit.h"

enum {
	LARGE = 10 * 1024 * 1024 + 5, /* three chunks in two parts */
	FIRST_PART = 8 * 1024 * 1024,
	SMALL = 100
};

static const struct media_limits limits = {.part_limit = PART_DEFAULT};

/* A store's two blobs as files of a folder, and the three parts that they shall be; beside it a
 * medium.
 */
struct sample {
	const char *base;
	int dir; /* the scratch folder: blobs "0" and "1", folder "STICK" */
	char stick[128];
	struct chunk large[3], small;
	struct media_item parts[3];
	const struct media_item *used; /* those of the parts that are written */
	size_t n_used;
	struct target_need need;
	struct ow_id sums[3], want[3];
};

static void make(struct sample *s)
{
	uint8_t *p = malloc(LARGE);
	uint64_t seed = 11;

	ck_assert_ptr_nonnull(p);
	rnd_fill(&seed, p, LARGE);
	*s = (struct sample){0};
	s->base = scratch(&s->dir);
	(void)snprintf(s->stick, sizeof s->stick, "%s/STICK", s->base);
	ck_assert_int_eq(mkdirat(s->dir, "STICK", 0755), 0);
	put_file(s->dir, "0", p, LARGE);
	put_file(s->dir, "1", p, SMALL);
	for (size_t i = 0; i < 3; i++) {
		uint64_t off = i * CHUNK_SIZE, len = i < 2 ? CHUNK_SIZE : LARGE - off;

		s->large[i] =
		    (struct chunk){.off = off, .len = (uint32_t)len, .id = sum(p + off, len)};
	}
	s->small = (struct chunk){.len = SMALL, .id = sum(p, SMALL)};
	s->parts[0] = (struct media_item){.path = "DATA/A.P001",
					  .size = FIRST_PART,
					  .chunks = s->large,
					  .n_chunks = 2,
					  .id = sum(p, LARGE),
					  .whole = LARGE};
	s->parts[1] = (struct media_item){.path = "DATA/A.P002",
					  .size = LARGE - FIRST_PART,
					  .chunks = s->large + 2,
					  .n_chunks = 1,
					  .first = 2,
					  .id = s->parts[0].id,
					  .off = FIRST_PART,
					  .whole = LARGE};
	s->parts[2] = (struct media_item){.path = "DATA/B.BIN",
					  .size = SMALL,
					  .chunks = &s->small,
					  .n_chunks = 1,
					  .id = s->small.id,
					  .blob = 1,
					  .whole = SMALL};
	s->want[0] = sum(p, FIRST_PART);
	s->want[1] = sum(p + FIRST_PART, LARGE - FIRST_PART);
	s->want[2] = s->small.id;
	s->used = s->parts;
	s->n_used = 3;
	s->need =
	    (struct target_need){.parts = s->parts, .n_parts = 3, .other = 4096, .n_other = 3};
	free(p);
}

/* The same with the small blob alone: for tests that do it a hundred times. */
static void make_small(struct sample *s)
{
	make(s);
	s->used = s->parts + 2;
	s->n_used = 1;
}

static int open_blob(void *ctx, size_t blob, struct ow_error *e)
{
	const struct sample *s = ctx;
	int fd = openat(s->dir, blob == 0 ? "0" : "1", O_RDONLY | O_CLOEXEC);

	(void)e;
	ck_assert_int_ge(fd, 0);
	return fd;
}

/* Everything up to the manifest; < 0 where it fails. */
static int fill(struct sample *s, struct target *t, struct ow_error *e)
{
	const struct target_source source = {.ctx = s, .open = open_blob};
	struct media_item items[4];

	if (target_begin(t, e) < 0 ||
	    target_copy(t, s->used, s->n_used, &source, s->sums, 2, NULL, e) < 0 ||
	    target_write(t, "README.TXT", "read me", 7, e) < 0)
		return e->code;
	memcpy(items, s->used, s->n_used * sizeof *items);
	items[s->n_used] =
	    (struct media_item){.path = "README.TXT", .size = 7, .id = sum("read me", 7)};
	return target_readback(t, items, s->n_used + 1, 2, NULL, e);
}

static int seal(struct target *t, struct ow_error *e)
{
	if (target_write(t, "MANIFEST.S01", "signature", 9, e) < 0)
		return e->code;
	return target_seal(t, "MANIFEST.CBR", "manifest", 8, e);
}

static int open_target(const struct sample *s, struct target **t, struct ow_error *e)
{
	return target_open(s->stick, "B_000001", &limits, &s->need, t, e);
}

static bool exists(const struct sample *s, const char *path)
{
	char all[300];

	(void)snprintf(all, sizeof all, "%s/%s", s->stick, path);
	return access(all, F_OK) == 0;
}

START_TEST(a_bundle_is_written_read_back_and_sealed)
{
	static const char *const known[] = {"DATA/A.P001",  "DATA/A.P002",  "DATA/B.BIN",
					    "MANIFEST.CBR", "MANIFEST.S01", "README.TXT"};
	OW_AUTO(scan_done) struct scan found = {0};
	OW_AUTO(scan_extras_done) struct scan_extras x = {0};
	struct target *t = NULL;
	struct sample s;

	make(&s);
	ck_ok(open_target(&s, &t, &err));
	ck_assert(!exists(&s, "OWSTORE"));
	ck_ok(fill(&s, t, &err));
	ck_assert(!exists(&s, "OWSTORE/B_000001/MANIFEST.CBR"));
	ck_ok(seal(t, &err));
	ck_ok(target_abandon(t, &err));
	target_close(t);
	for (size_t i = 0; i < 3; i++)
		ck_assert(ow_id_equal(&s.sums[i], &s.want[i]));
	ck_ok(scan_media(s.stick, &found, &err));
	ck_assert_uint_eq(found.n, 1);
	ck_ok(scan_extras(&found.at[0], known, 6, &x, &err));
	ck_assert_uint_eq(x.n, 0);
	for (size_t i = 0; i < 6; i++)
		ck_assert_int_eq(faccessat(found.at[0].dir, known[i], F_OK, 0), 0);
}
END_TEST

START_TEST(attack_D29_an_existing_folder_is_refused_before_and_after_the_look)
{
	struct target *first = NULL, *second = NULL, *third = NULL;
	struct sample s;

	make(&s);
	ck_ok(open_target(&s, &first, &err));
	ck_ok(open_target(&s, &second, &err));
	ck_ok(fill(&s, first, &err));
	ck_fails(open_target(&s, &third, &err), OW_E_USAGE);
	ck_fails(target_begin(second, &err), OW_E_USAGE);
	target_close(second);
	ck_ok(seal(first, &err));
	target_close(first);
	ck_assert(exists(&s, "OWSTORE/B_000001/MANIFEST.CBR"));
}
END_TEST

START_TEST(attack_D28_what_is_not_sealed_is_removed_and_neighbours_stay)
{
	struct target *t = NULL;
	struct sample s;

	make(&s);
	ck_ok(open_target(&s, &t, &err));
	ck_ok(fill(&s, t, &err));
	target_close(t);
	ck_assert(!exists(&s, "OWSTORE"));
	ck_assert_int_eq(mkdirat(s.dir, "STICK/OWSTORE", 0755), 0);
	ck_assert_int_eq(mkdirat(s.dir, "STICK/OWSTORE/OTHER", 0755), 0);
	ck_ok(open_target(&s, &t, &err));
	ck_ok(fill(&s, t, &err));
	ck_ok(target_abandon(t, &err));
	target_close(t);
	ck_assert(exists(&s, "OWSTORE/OTHER"));
	ck_assert(!exists(&s, "OWSTORE/B_000001"));
}
END_TEST

START_TEST(attack_D27_a_medium_that_ends_halfway_keeps_no_manifest)
{
	const struct rlimit little = {.rlim_cur = 6 * MIB, .rlim_max = RLIM_INFINITY};
	struct target *t = NULL;
	struct sample s;

	make(&s);
	ck_ok(open_target(&s, &t, &err));
	ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &little), 0);
	ck_fails(fill(&s, t, &err), OW_E_IO);
	target_close(t);
	ck_assert(!exists(&s, "OWSTORE"));
}
END_TEST

static void spoil(const struct sample *s, const char *blob, off_t off)
{
	int fd = openat(s->dir, blob, O_RDWR | O_CLOEXEC);
	uint8_t b;

	ck_assert_int_eq(pread(fd, &b, 1, off), 1);
	b ^= 1;
	ck_assert_int_eq(pwrite(fd, &b, 1, off), 1);
	(void)close(fd);
}

START_TEST(a_source_that_differs_from_its_digests_is_named)
{
	struct target *t = NULL;
	struct sample s;

	make(&s);
	spoil(&s, "0", CHUNK_SIZE);
	ck_ok(open_target(&s, &t, &err));
	ck_fails(fill(&s, t, &err), OW_E_INTEGRITY);
	ck_assert_ptr_nonnull(strstr(err.text, "DATA/A.P001"));
	ck_assert_ptr_nonnull(strstr(err.text, "4194304 to 8388608"));
	target_close(t);
	ck_assert(!exists(&s, "OWSTORE"));
}
END_TEST

START_TEST(attack_D30_what_the_medium_gives_back_decides)
{
	struct media_item items[1] = {{.path = "README.TXT", .size = 7}};
	struct target *t = NULL;
	struct sample s;

	/* a medium that changed what was written is played by other expectations */
	make(&s);
	ck_ok(open_target(&s, &t, &err));
	ck_ok(target_begin(t, &err));
	ck_ok(target_write(t, "README.TXT", "read me", 7, &err));
	items[0].id = sum("read it", 7);
	ck_fails(target_readback(t, items, 1, 2, NULL, &err), OW_E_INTEGRITY);
	ck_assert_ptr_nonnull(strstr(err.text, "README.TXT"));
	ck_assert_ptr_nonnull(strstr(err.text, "came back with SHA-256"));
	ck_assert_str_ne(err.hint, "");
	items[0].size = 8;
	ck_fails(target_readback(t, items, 1, 2, NULL, &err), OW_E_INTEGRITY);
	items[0].path = "GONE.TXT";
	ck_fails(target_readback(t, items, 1, 2, NULL, &err), OW_E_INTEGRITY);
	target_close(t);
}
END_TEST

START_TEST(attack_D30_files_that_nobody_listed_are_read_back_before_the_seal)
{
	struct target *t = NULL;
	struct sample s;
	char path[300];
	int fd;

	make(&s);
	ck_ok(open_target(&s, &t, &err));
	ck_ok(fill(&s, t, &err));
	ck_ok(target_write(t, "LICENSES/MIT.TXT", "text", 4, &err));
	(void)snprintf(path, sizeof path, "%s/OWSTORE/B_000001/LICENSES/MIT.TXT", s.stick);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	ck_assert_int_eq(write(fd, "tex!", 4), 4);
	(void)close(fd);
	ck_fails(seal(t, &err), OW_E_INTEGRITY);
	target_close(t);
	ck_assert(!exists(&s, "OWSTORE"));
}
END_TEST

START_TEST(a_file_is_never_written_twice)
{
	struct target *t = NULL;
	struct sample s;

	make(&s);
	ck_ok(open_target(&s, &t, &err));
	ck_ok(target_begin(t, &err));
	ck_ok(target_write(t, "README.TXT", "one", 3, &err));
	ck_fails(target_write(t, "README.TXT", "two", 3, &err), OW_E_IO);
	target_close(t);
}
END_TEST

START_TEST(many_small_parts_go_in_batches)
{
	enum {
		N = 300
	};
	static struct media_item parts[N];
	static char paths[N][32];
	static struct ow_id sums[N];
	const struct rlimit few = {.rlim_cur = 64, .rlim_max = 64};
	const struct target_source source = {.ctx = NULL, .open = open_blob};
	struct target_source from = source;
	struct target *t = NULL;
	struct sample s;

	make(&s);
	from.ctx = &s;
	for (size_t i = 0; i < N; i++) {
		(void)snprintf(paths[i], sizeof paths[i], "DATA/F%03zu.BIN", i);
		parts[i] = s.parts[2];
		parts[i].path = paths[i];
	}
	ck_ok(open_target(&s, &t, &err));
	ck_ok(target_begin(t, &err));
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	ck_ok(target_copy(t, parts, N, &from, sums, 2, NULL, &err));
	for (size_t i = 0; i < N; i++)
		ck_assert(ow_id_equal(&sums[i], &s.want[2]));
	ck_ok(target_readback(t, parts, N, 2, NULL, &err));
	target_close(t);
}
END_TEST

START_TEST(a_folder_that_cannot_be_written_is_refused)
{
	struct target *t = NULL;
	struct sample s;

	make(&s);
	ck_fails(target_open("/nonexistent", "B_000001", &limits, &s.need, &t, &err), OW_E_IO);
	put_file(s.dir, "STICK/OWSTORE", "x", 1);
	ck_ok(open_target(&s, &t, &err));
	ck_fails(target_begin(t, &err), OW_E_IO);
	target_close(t);
	ck_assert(exists(&s, "OWSTORE"));
}
END_TEST

/* Try to write a bundle in a process of its own, after `prepare`; what it leaves must be a sealed
 * bundle or none. Returns whether it was done. The parent calls nothing of os/, whose faults are
 * planned once a process.
 */
static bool attempt(struct sample *s, void (*prepare)(const void *), const void *arg)
{
	char command[200];
	pid_t child = fork();
	bool sealed;
	int status;

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		struct target *t = NULL;
		bool done;

		prepare(arg);
		err = (struct ow_error){0};
		done = open_target(s, &t, &err) == 0 && fill(s, t, &err) == 0 && seal(t, &err) == 0;
		(void)mem_fail_at(0);
		target_close(t);
		_exit(done ? 2 : err.code == OW_E_IO ? 3 : 4);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	sealed = exists(s, "OWSTORE/B_000001/MANIFEST.CBR");
	ck_assert_msg(WIFEXITED(status) && (WEXITSTATUS(status) == 2 || WEXITSTATUS(status) == 3),
		      "status %d", status);
	ck_assert_int_eq(WEXITSTATUS(status) == 2, sealed);
	(void)snprintf(command, sizeof command, "rm -rf %s/OWSTORE", s->stick);
	ck_assert_int_eq(system(command), 0); /* NOLINT(cert-env33-c,concurrency-mt-unsafe) */
	return sealed;
}

static void plan_fault(const void *fault)
{
	ck_assert_int_eq(setenv("OWSTORE_FAULT", fault, 1), 0); /* NOLINT(concurrency-mt-unsafe) */
}

START_TEST(attack_D27_every_failing_call_leaves_a_bundle_or_none)
{
	static const struct {
		const char *call, *what;
		int least; /* so many of them there are */
	} kinds[] = {{"write", "enospc", 10},
		     {"write", "eio", 10},
		     {"sync", "eio", 8},
		     {"write", "short", 0}};
	struct sample s;
	char fault[32];

	make_small(&s);
	for (size_t k = 0; k < 4; k++) {
		int n_failed = 0;

		for (int nth = 1; nth < 40; nth++) {
			(void)snprintf(fault, sizeof fault, "%s:%d:%s", kinds[k].call, nth,
				       kinds[k].what);
			n_failed += !attempt(&s, plan_fault, fault);
		}
		ck_assert_int_ge(n_failed, kinds[k].least);
		ck_assert_int_lt(n_failed, 39); /* the last ones struck nothing */
	}
}
END_TEST

static void plan_no_memory(const void *nth)
{
	(void)mem_fail_at(*(const unsigned long *)nth);
}

START_TEST(allocation_failures_leave_no_bundle)
{
	struct sample s;
	unsigned long nth = 1;

	make_small(&s);
	while (!attempt(&s, plan_no_memory, &nth))
		nth++;
	ck_assert_uint_gt(nth, 10);
}
END_TEST

SUITE_MAIN("media/target", a_bundle_is_written_read_back_and_sealed,
	   attack_D29_an_existing_folder_is_refused_before_and_after_the_look,
	   attack_D28_what_is_not_sealed_is_removed_and_neighbours_stay,
	   attack_D27_a_medium_that_ends_halfway_keeps_no_manifest,
	   a_source_that_differs_from_its_digests_is_named,
	   attack_D30_what_the_medium_gives_back_decides,
	   attack_D30_files_that_nobody_listed_are_read_back_before_the_seal,
	   a_file_is_never_written_twice, many_small_parts_go_in_batches,
	   a_folder_that_cannot_be_written_is_refused,
	   attack_D27_every_failing_call_leaves_a_bundle_or_none,
	   allocation_failures_leave_no_bundle)
