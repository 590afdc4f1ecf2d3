/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/direct.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/limits.h"
#include "os/fd.h"
#include "os/io.h"

/* Below this a write through the page cache and its sync cost less (D50). */
#define DIRECT_MIN (1 * MIB)

int direct_set(int fd, bool on)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0)
		return -1;
	if (((flags & O_DIRECT) != 0) == on)
		return 1;
	return fcntl(fd, F_SETFL, on ? flags | O_DIRECT : flags & ~O_DIRECT) < 0 ? -1 : 0;
}

int64_t direct_read(int fd, void *p, size_t n, size_t need, uint64_t off, struct ow_error *err)
{
	size_t got = 0;

	while (got < need) {
		uint64_t at = off + got;
		ssize_t r = os_io()->pread(fd, (char *)p + got, n - got, (off_t)at);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0 && errno == EINVAL && direct_set(fd, false) == 0)
			continue;
		if (r < 0) {
			(void)err_sys(err, errno, "read at byte %llu", (unsigned long long)at);
			return err_byte(err, at);
		}
		if (r == 0)
			break;
		got += (size_t)r;
	}
	return (int64_t)got;
}

/* Advice and guesses: a file system that takes and gives none is no failure. */

void direct_forget(int fd)
{
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
}

bool direct_is_cached(int fd, uint64_t off)
{
	char byte;
	struct iovec one = {.iov_base = &byte, .iov_len = 1};

	return preadv2(fd, &one, 1, (off_t)off, RWF_NOWAIT) == 1;
}

bool direct_holds_cached(int fd)
{
	const long page = sysconf(_SC_PAGESIZE);
	unsigned char resident[4096]; /* a byte a page */
	struct stat st;
	bool any = false;

	if (page <= 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return true;
	for (off_t off = 0; off < st.st_size && !any; off += (off_t)sizeof resident * page) {
		size_t n =
		    (size_t)u64_min((uint64_t)(st.st_size - off), sizeof resident * (size_t)page);
		void *p = mmap(NULL, n, PROT_READ, MAP_SHARED, fd, off);

		any = p == MAP_FAILED || mincore(p, n, resident) < 0;
		for (size_t i = 0; i * (size_t)page < n && !any; i++)
			any = (resident[i] & 1) != 0;
		if (p != MAP_FAILED)
			(void)munmap(p, n);
	}
	return any;
}

void direct_read_ahead(int fd, uint64_t off, uint64_t n)
{
	(void)posix_fadvise(fd, (off_t)off, (off_t)n, POSIX_FADV_WILLNEED);
}

int direct_begin(struct direct *d, int fd, uint64_t off, uint64_t size, const char *name,
		 struct ow_error *err)
{
	*d = (struct direct){.fd = fd, .name = name};
	if (size < DIRECT_MIN)
		return 0;
	/* KEEP_SIZE: FAT would write zeros to make the file larger, and a file that was cut off by
	 * a crash shows how far it came
	 */
	while (os_io()->fallocate(fd, FALLOC_FL_KEEP_SIZE, (off_t)off, (off_t)size) < 0) {
		if (errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL || errno == ENODEV)
			break;
		if (errno != EINTR)
			return err_sys(err, errno, "%s: reserve %llu bytes", name,
				       (unsigned long long)size);
	}
	d->on = off % DIRECT_ALIGN == 0 && direct_set(fd, true) >= 0;
	return 0;
}

static bool aligned(const void *p, size_t n, uint64_t off)
{
	return ((uintptr_t)p | n | off) % DIRECT_ALIGN == 0;
}

int direct_write(struct direct *d, const void *p, size_t n, uint64_t off, struct ow_error *err)
{
	struct ow_error refused = {0};

	if (d->on && !aligned(p, n, off))
		direct_end(d);
	if (d->on) {
		if (fd_pwrite(d->fd, p, n, off, d->name, &refused) == 0)
			return 0;
		if (refused.sys != EINVAL) {
			*err = refused;
			return err->code;
		}
		direct_end(d);
	}
	if (fd_pwrite(d->fd, p, n, off, d->name, err) < 0)
		return err->code;
	/* let the disk begin now, not at the sync; it does not wait and tells no error, the sync
	 * does both */
	if (n >= DIRECT_MIN)
		(void)sync_file_range(d->fd, (off_t)off, (off_t)n, SYNC_FILE_RANGE_WRITE);
	return 0;
}

/* Some FUSE file systems (fusefat) cannot cut a file; one that has its size need not be. */
static bool is_cut(int fd, uint64_t size)
{
	struct stat st;

	if (errno != EPERM && errno != ENOSYS && errno != EOPNOTSUPP)
		return false;
	return fstat(fd, &st) == 0 && (uint64_t)st.st_size == size;
}

int direct_commit(struct direct *d, uint64_t size, struct ow_error *err)
{
	direct_end(d);
	while (os_io()->ftruncate(d->fd, (off_t)size) < 0) {
		int sys = errno;

		if (is_cut(d->fd, size))
			break;
		if (sys != EINTR)
			return err_sys(err, sys, "%s: cut to %llu bytes", d->name,
				       (unsigned long long)size);
	}
	return fd_sync(d->fd, d->name, err);
}

void direct_end(struct direct *d)
{
	if (d->on)
		(void)direct_set(d->fd, false);
	d->on = false;
}
