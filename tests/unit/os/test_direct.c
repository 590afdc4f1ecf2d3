/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/direct.h"
#include "support/support.h"

enum {
	SIZE = 2 * 1024 * 1024 + 5
};

/* Random bytes at an aligned address, with room for what alignment adds. */
static uint8_t bytes[SIZE + 2 * DIRECT_ALIGN] __attribute__((aligned(DIRECT_ALIGN)));
static uint8_t got[SIZE + 2 * DIRECT_ALIGN] __attribute__((aligned(DIRECT_ALIGN)));

static int file_new(size_t n)
{
	static int dir = -1;
	uint64_t seed = 1;
	int fd;

	if (dir < 0)
		(void)scratch(&dir);
	rnd_fill(&seed, bytes, SIZE);
	fd = openat(dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pwrite(fd, bytes, n, 0), (ssize_t)n);
	return fd;
}

static bool is_direct(int fd)
{
	return (fcntl(fd, F_GETFL) & O_DIRECT) != 0;
}

START_TEST(addresses_and_offsets_are_aligned)
{
	ck_assert_uint_eq(direct_floor(0), 0);
	ck_assert_uint_eq(direct_floor(4095), 0);
	ck_assert_uint_eq(direct_floor(4096), 4096);
	ck_assert_uint_eq(direct_ceil(0), 0);
	ck_assert_uint_eq(direct_ceil(1), 4096);
	ck_assert_uint_eq(direct_ceil(4096), 4096);
	ck_assert_ptr_eq(direct_align(bytes), bytes);
	ck_assert_ptr_eq(direct_align(bytes + 1), bytes + 4096);
}
END_TEST

START_TEST(what_is_no_file_has_no_direct_mode)
{
	int pipes[2];

	ck_assert_int_lt(direct_set(-1, true), 0);
	ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
	ck_assert_int_eq(direct_set(pipes[0], false), 1);
	ck_assert(!direct_is_cached(pipes[0], 0));
	ck_assert(direct_holds_cached(pipes[0])); /* not known */
}
END_TEST

START_TEST(reading_ends_where_the_file_ends)
{
	int fd = file_new(SIZE);
	struct ow_error err;

	for (int on = 0; on < 2; on++) {
		int64_t n;

		(void)direct_set(fd, on == 1);
		memset(got, 0, sizeof got);
		ck_ok(n = direct_read(fd, got, SIZE + 4096 - 5, SIZE, 0, &err));
		ck_assert_int_eq(n, SIZE);
		ck_assert_mem_eq(got, bytes, SIZE);
		/* more is needed than there is */
		ck_ok(n = direct_read(fd, got, SIZE + 4096 - 5, SIZE + 1, 0, &err));
		ck_assert_int_eq(n, SIZE);
		ck_ok(n = direct_read(fd, got, 4096, 1, 16 * MIB, &err));
		ck_assert_int_eq(n, 0);
	}
	ck_fails(direct_read(-1, got, 1, 1, 7, &err), OW_E_IO);
	ck_assert_int_eq(strncmp(err.text, "read at byte 7: ", 16), 0);
}
END_TEST

START_TEST(a_read_that_the_file_system_refuses_goes_through_the_cache)
{
	int fd = file_new(SIZE);
	struct ow_error err;
	int64_t n;

	(void)direct_set(fd, true);
	ck_ok(n = direct_read(fd, got + 1, 1000, 1000, 3, &err));
	ck_assert_int_eq(n, 1000);
	ck_assert_mem_eq(got + 1, bytes + 3, 1000);
}
END_TEST

START_TEST(files_are_written_whole_and_left_ordinary)
{
	static const size_t sizes[] = {0, 1, MIB - 1, MIB, MIB + 4096, SIZE};

	for (size_t i = 0; i < 6; i++) {
		int fd = file_new(5);
		size_t whole = sizes[i] / 4096 * 4096;
		struct direct d;
		struct ow_error err;
		struct stat st;

		ck_ok(direct_begin(&d, fd, 0, sizes[i], "f", &err));
		ck_assert_int_eq(d.on, is_direct(fd));
		ck_assert(sizes[i] >= MIB || !d.on);
		ck_ok(direct_write(&d, bytes, whole, 0, &err));
		ck_ok(direct_write(&d, bytes + whole, sizes[i] - whole, whole, &err));
		ck_ok(direct_commit(&d, sizes[i], &err));
		ck_assert(!is_direct(fd));
		ck_assert_int_eq(fstat(fd, &st), 0);
		ck_assert_int_eq(st.st_size, (off_t)sizes[i]);
		ck_assert_int_eq(pread(fd, got, SIZE, 0), (ssize_t)sizes[i]);
		ck_assert(memcmp(got, bytes, sizes[i]) == 0);
		(void)close(fd);
	}
}
END_TEST

START_TEST(reserving_does_not_change_the_size)
{
	int fd = file_new(5);
	struct direct d;
	struct ow_error err;
	struct stat st;

	ck_ok(direct_begin(&d, fd, 0, 8 * MIB, "f", &err));
	direct_end(&d);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_eq(st.st_size, 5);
	ck_assert(!is_direct(fd));
}
END_TEST

START_TEST(room_that_is_not_there_is_told_before_writing)
{
	int fd = file_new(0);
	struct direct d;
	struct ow_error err;

	/* EFBIG or ENOSPC, as the file system has it */
	ck_fails(direct_begin(&d, fd, 0, 1ULL << 60, "f", &err), OW_E_IO);
	ck_assert_int_eq(strncmp(err.text, "f: reserve 1152921504606846976 bytes", 36), 0);
	ck_assert(!is_direct(fd));
}
END_TEST

START_TEST(what_was_forgotten_is_not_cached)
{
	int fd = file_new(SIZE);

	ck_assert_int_eq(fsync(fd), 0);
	ck_assert_int_eq(pread(fd, got, SIZE, 0), SIZE);
	if (!direct_is_cached(fd, 0))
		return; /* the kernel does not tell */
	ck_assert(direct_holds_cached(fd));
	direct_forget(fd);
	/* a file system that lives in memory forgets nothing */
	if (!direct_holds_cached(fd)) {
		ck_assert_int_eq(pread(fd, got, 1, SIZE - 1), 1); /* its last page alone */
		ck_assert(direct_holds_cached(fd));
	} else {
		ck_assert(direct_set(fd, true) < 0 || getenv("TMPDIR") != NULL);
	}
}
END_TEST

SUITE_MAIN("os/direct", addresses_and_offsets_are_aligned, what_is_no_file_has_no_direct_mode,
	   reading_ends_where_the_file_ends,
	   a_read_that_the_file_system_refuses_goes_through_the_cache,
	   files_are_written_whole_and_left_ordinary, reserving_does_not_change_the_size,
	   room_that_is_not_there_is_told_before_writing, what_was_forgotten_is_not_cached)
