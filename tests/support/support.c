/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support/support.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "os/dir.h"

static char scratch_path[64];
static pid_t scratch_owner;

static void scratch_remove(void)
{
	struct ow_error err = {0};
	int tmp;

	if (getpid() != scratch_owner)
		return;
	tmp = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir_remove(tmp, scratch_path + 1, &err) < 0)
		(void)fprintf(stderr, "%s\n", err.text);
	(void)close(tmp);
}

const char *scratch(int *fd)
{
	const char *tmp = getenv("TMPDIR");

	(void)snprintf(scratch_path, sizeof scratch_path, "%.32s/owstore-test-XXXXXX",
		       tmp == NULL ? "/tmp" : tmp);
	ck_assert_ptr_nonnull(mkdtemp(scratch_path));
	scratch_owner = getpid();
	ck_assert_int_eq(atexit(scratch_remove), 0);
	if (fd != NULL) {
		*fd = open(scratch_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		ck_assert_int_ge(*fd, 0);
	}
	return scratch_path;
}

uint64_t rnd(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

void rnd_fill(uint64_t *seed, void *p, size_t n)
{
	uint8_t *out = p;

	for (size_t i = 0; i < n; i += 8) {
		uint64_t v = rnd(seed);

		memcpy(out + i, &v, n - i < 8 ? n - i : 8);
	}
}

void put_file(int dir, const char *name, const void *p, size_t n)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, p, n), (ssize_t)n);
	ck_assert_int_eq(close(fd), 0);
}

static void try_variant(const uint8_t *p, size_t n, variant_ok ok, void *ctx, const char *what,
			size_t at)
{
	uint8_t *copy = malloc(n == 0 ? 1 : n);

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, p, n);
	if (!ok(ctx, copy, n))
		ck_abort_msg("%s at byte %zu was accepted", what, at);
	free(copy);
}

void sweep_truncations(const uint8_t *p, size_t n, variant_ok ok, void *ctx)
{
	for (size_t i = 0; i < n; i++)
		try_variant(p, i, ok, ctx, "truncation", i);
}

void sweep_flips(const uint8_t *p, size_t n, variant_ok ok, void *ctx)
{
	uint8_t *copy = malloc(n + 1);

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, p, n);
	for (size_t i = 0; i < n; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			copy[i] ^= (uint8_t)(1u << bit);
			try_variant(copy, n, ok, ctx, "flip", i);
			copy[i] ^= (uint8_t)(1u << bit);
		}
	}
	free(copy);
}

static int run_tests(const char *name, const TTest *const *tests, size_t n, const char *tap)
{
	Suite *s = suite_create(name);
	SRunner *r;
	int failed;

	for (size_t i = 0; i < n; i++) {
		TCase *c = tcase_create(tests[i]->name);

		tcase_set_timeout(c, 200);
		tcase_add_test(c, tests[i]);
		suite_add_tcase(s, c);
	}
	r = srunner_create(s);
	srunner_set_tap(r, tap);
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}

int suite_run(const char *name, const TTest *const *tests, size_t n)
{
	return run_tests(name, tests, n, "-");
}

/* Check knows no skipping: its lines go through a file, and the plan comes last. */
int suite_run_but(const char *name, const TTest *const *tests, size_t n,
		  const TTest *const *skipped, size_t n_skipped, const char *why)
{
	char path[32], line[4096];
	size_t points = 0;
	int fd = memfd_create("tap", MFD_CLOEXEC), failed;
	FILE *f;

	if (n_skipped == 0)
		return suite_run(name, tests, n);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	failed = run_tests(name, tests, n, path);
	f = fdopen(fd, "re");
	if (f == NULL)
		return 1;
	while (fgets(line, sizeof line, f) != NULL) {
		points += strncmp(line, "ok ", 3) == 0 || strncmp(line, "not ok ", 7) == 0;
		if (strncmp(line, "1..", 3) != 0)
			(void)fputs(line, stdout);
	}
	(void)fclose(f);
	for (size_t i = 0; i < n_skipped; i++)
		printf("ok %zu - %s # SKIP %s\n", ++points, skipped[i]->name, why);
	printf("1..%zu\n", points);
	return failed;
}

bool refused_or_same(rewrite_fn rewrite, const uint8_t *p, size_t n)
{
	OW_AUTO(buf_done) struct buf out = {0};
	struct ow_error err = {0};

	if (rewrite(p, n, &out, &err) < 0)
		return err.code == OW_E_FORMAT || err.code == OW_E_UNSAFE;
	return out.n == n && memcmp(out.p, p, n) == 0;
}

static bool flip_ok(void *ctx, const uint8_t *p, size_t n)
{
	return refused_or_same(*(rewrite_fn *)ctx, p, n);
}

static bool refused(void *ctx, const uint8_t *p, size_t n)
{
	OW_AUTO(buf_done) struct buf out = {0};
	struct ow_error err = {0};

	return (*(rewrite_fn *)ctx)(p, n, &out, &err) < 0;
}

void sweep_document(const uint8_t *p, size_t n, rewrite_fn rewrite)
{
	ck_assert(refused_or_same(rewrite, p, n));
	ck_assert(!refused(&rewrite, p, n));
	sweep_truncations(p, n, refused, &rewrite);
	sweep_flips(p, n, flip_ok, &rewrite);
}

void shuffle(void *list, size_t n, size_t size, uint64_t *seed)
{
	char *at = list, kept[512];

	ck_assert_uint_le(size, sizeof kept);
	for (size_t i = n; i > 1; i--) {
		size_t k = rnd(seed) % i;

		memcpy(kept, at + (i - 1) * size, size);
		memmove(at + (i - 1) * size, at + k * size, size);
		memcpy(at + k * size, kept, size);
	}
}
