/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * After flipping any one bit of any file on the medium, verify never says yes (D35).
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/site.h"

enum {
	FLIPS = 10000,
	FILES = 64
};

struct files {
	char path[FILES][1400];
	size_t size[FILES], n;
	size_t total;
};

static void list(struct files *f, const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	ck_assert_ptr_nonnull(d);
	while ((e = readdir(d)) != NULL) {
		char path[1400];
		struct stat st;

		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof path, "%.1000s/%.255s", dir, e->d_name);
		ck_assert_int_eq(stat(path, &st), 0);
		if (S_ISDIR(st.st_mode)) {
			list(f, path);
			continue;
		}
		ck_assert_uint_lt(f->n, FILES);
		memcpy(f->path[f->n], path, sizeof path);
		f->size[f->n++] = (size_t)st.st_size;
		f->total += (size_t)st.st_size;
	}
	(void)closedir(d);
}

static void flip(const char *path, off_t at, unsigned bit)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	uint8_t b;

	ck_assert_int_eq(pread(fd, &b, 1, at), 1);
	b ^= (uint8_t)(1u << bit);
	ck_assert_int_eq(pwrite(fd, &b, 1, at), 1);
	(void)close(fd);
}

/* Every file in turn, so that small ones get their share, and a random bit of it. */
START_TEST(no_flipped_bit_verifies)
{
	static const size_t sizes[] = {70000, 3000, 1, 0};
	static struct files f;
	struct site s;
	uint64_t seed = 20261121;

	site_ready(&s, sizes, 4, 1);
	list(&f, s.bundle);
	for (size_t i = 0; i < FLIPS; i++) {
		struct ow_verify_report r = {0};
		size_t file = i % f.n;
		off_t at;
		unsigned bit;

		if (f.size[file] == 0)
			continue;
		at = (off_t)(rnd(&seed) % f.size[file]);
		bit = (unsigned)(rnd(&seed) % 8);
		flip(f.path[file], at, bit);
		ck_assert_msg(site_verify(&s, &r) != 0, "%s: bit %u of byte %lld", f.path[file],
			      bit, (long long)at);
		ow_verify_report_done(&r);
		flip(f.path[file], at, bit);
	}
	{
		struct ow_verify_report r = {0};

		ck_assert_int_eq(site_verify(&s, &r), 0);
		ow_verify_report_done(&r);
	}
	site_done(&s);
}
END_TEST

SUITE_MAIN("flow/flips", no_flipped_bit_verifies)
