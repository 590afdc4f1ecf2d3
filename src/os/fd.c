/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "os/io.h"

void fd_close(int fd)
{
	if (fd >= 0)
		(void)os_io()->close(fd);
}

int64_t fd_pread(int fd, void *p, size_t n, uint64_t off, const char *name, struct ow_error *err)
{
	size_t got = 0;

	while (got < n) {
		uint64_t at = off + got;
		ssize_t r = os_io()->pread(fd, (char *)p + got, n - got, (off_t)at);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0) {
			(void)err_sys(err, errno, "read at byte %llu", (unsigned long long)at);
			(void)err_byte(err, at);
			return err_file(err, name);
		}
		if (r == 0)
			break;
		got += (size_t)r;
	}
	return (int64_t)got;
}

int64_t fd_read(int fd, void *p, size_t n, const char *name, struct ow_error *err)
{
	size_t got = 0;

	while (got < n) {
		ssize_t r = os_io()->read(fd, (char *)p + got, n - got);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return err_sys(err, errno, "%s: read", name);
		if (r == 0)
			break;
		got += (size_t)r;
	}
	return (int64_t)got;
}

int fd_pwrite(int fd, const void *p, size_t n, uint64_t off, const char *name, struct ow_error *err)
{
	size_t put = 0;

	while (put < n) {
		uint64_t at = off + put;
		ssize_t r = os_io()->pwrite(fd, (const char *)p + put, n - put, (off_t)at);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0) {
			(void)err_sys(err, r == 0 ? ENOSPC : errno, "write at byte %llu",
				      (unsigned long long)at);
			(void)err_byte(err, at);
			return err_file(err, name);
		}
		put += (size_t)r;
	}
	return 0;
}

int fd_write(int fd, const void *p, size_t n, const char *name, struct ow_error *err)
{
	size_t put = 0;

	while (put < n) {
		ssize_t r = os_io()->write(fd, (const char *)p + put, n - put);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return err_sys(err, r == 0 ? ENOSPC : errno, "%s: write", name);
		put += (size_t)r;
	}
	return 0;
}

int fd_sync(int fd, const char *name, struct ow_error *err)
{
	if (os_io()->fsync(fd) < 0)
		return err_sys(err, errno, "%s: sync", name);
	return 0;
}

int fd_size(int fd, uint64_t *out, const char *name, struct ow_error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(err, errno, "%s", name);
	if (!S_ISREG(st.st_mode))
		return err_set(err, OW_E_FORMAT, "%s: not a regular file", name);
	*out = (uint64_t)st.st_size;
	return 0;
}

bool fd_same(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

int fd_cut(int fd, uint64_t n, const char *name, struct ow_error *err)
{
	if (os_io()->ftruncate(fd, (off_t)n) < 0)
		return err_sys(err, errno, "%s: cut to %llu bytes", name, (unsigned long long)n);
	return 0;
}

int fd_chmod(int fd, unsigned mode, const char *name, struct ow_error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(err, errno, "%s", name);
	if ((st.st_mode & 07777 & ~(mode_t)S_ISGID) == mode)
		return 0;
	if (os_io()->fchmod(fd, mode | (st.st_mode & S_ISGID)) < 0)
		return err_sys(err, errno, "%s: mode %o", name, mode);
	return 1;
}

int fd_clone(int to_fd, int from_fd, const char *name, struct ow_error *err)
{
	if (os_io()->clone(to_fd, from_fd) == 0)
		return 1;
	if (errno == EOPNOTSUPP || errno == ENOTTY || errno == EXDEV || errno == EINVAL ||
	    errno == ENOSYS)
		return 0;
	return err_sys(err, errno, "%s: clone", name);
}

int fd_state(int fd, uint64_t *size, int64_t *mtime_ns, const char *name, struct ow_error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(err, errno, "%s", name);
	*size = (uint64_t)st.st_size;
	*mtime_ns = st.st_mtim.tv_sec * 1000000000LL + st.st_mtim.tv_nsec;
	return 0;
}

int fd_standard(struct ow_error *err)
{
	for (int fd = 0; fd < 3; fd++) {
		int got;

		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		got = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (got != fd)
			return err_sys(err, errno, "/dev/null as descriptor %d", fd);
	}
	return 0;
}

size_t fd_room(void)
{
	enum {
		LEAST = 16,  /* even under a limit that is too low to work with */
		MOST = 4096, /* more gain nothing */
	};
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur / 2 < LEAST)
		return LEAST;
	return (size_t)(limit.rlim_cur / 2 < MOST ? limit.rlim_cur / 2 : MOST);
}
