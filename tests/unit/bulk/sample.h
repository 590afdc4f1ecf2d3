/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Files to copy, and what they must become.
 */
#ifndef OW_TEST_BULK_SAMPLE_H
#define OW_TEST_BULK_SAMPLE_H

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
static inline int file_new(int dir, const void *p, size_t n)
{
	int fd = openat(dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pwrite(fd, p, n, 0), (ssize_t)n);
	return fd;
}

static inline void sample_make(struct sample *s, size_t n, const struct cuts *cuts)
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

static inline void sample_drop(struct sample *s)
{
	chunks_done(&s->list);
	free(s->p);
	(void)close(s->from.fd);
	(void)close(s->to);
}

static inline struct copy_job job_of(const struct sample *s)
{
	return (struct copy_job){
	    .from = &s->from, .n_from = 1, .to = {.fd = s->to, .name = "out"}, .size = s->n};
}

/* The file holds exactly p[0..n) from `off` on. */
static inline void ck_file(int fd, const uint8_t *p, size_t n, uint64_t off)
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

static inline void ck_list(const struct chunks *got, const struct chunks *want)
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
static inline void damage(const struct sample *s, uint64_t off)
{
	uint8_t b = s->p[off] ^ 4;

	ck_assert_int_eq(pwrite(s->from.fd, &b, 1, (off_t)off), 1);
}

static inline void put_target(const struct sample *s, size_t from, size_t to)
{
	ck_assert_int_eq(pwrite(s->to, s->p + from, to - from, (off_t)from), (ssize_t)(to - from));
}

#endif
