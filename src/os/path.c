/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/path.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "os/fd.h"
#include "os/io.h"

int path_open(int dir, const char *path, int flags, struct ow_error *err)
{
	struct open_how how = {
	    .flags = (uint64_t)(unsigned)(flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC),
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	int fd;

	do
		fd = os_io()->openat2(dir, path, &how);
	while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	return fd < 0 ? err_sys_file(err, errno, path) : fd;
}

int path_open_file(int dir, const char *path, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = -1;
	struct stat st;
	struct ow_error why = {0};

	fd = path_open(dir, path, O_RDONLY, &why);
	if (fd < 0 && (why.sys == ELOOP || why.sys == ENXIO))
		return err_set(err, OW_E_FORMAT, "%s: not a regular file", path);
	if (fd < 0) {
		*err = why;
		return err->code;
	}
	if (fstat(fd, &st) < 0)
		return err_sys_file(err, errno, path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, OW_E_FORMAT, "%s: not a regular file", path);
	return fd_steal(&fd);
}

int path_create(int dir, const char *path, unsigned mode, struct ow_error *err)
{
	struct open_how how = {
	    .flags = O_WRONLY | O_CREAT | O_EXCL | O_NOCTTY | O_CLOEXEC,
	    .mode = mode,
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	int fd;

	do
		fd = os_io()->openat2(dir, path, &how);
	while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	return fd < 0 ? err_sys_file(err, errno, path) : fd;
}

int path_link(int dir, const char *path, char *out, size_t cap, struct ow_error *err)
{
	struct open_how how = {
	    .flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	OW_AUTO(fd_close) int fd = os_io()->openat2(dir, path, &how);
	ssize_t n;

	if (fd < 0)
		return err_sys_file(err, errno, path);
	n = readlinkat(fd, "", out, cap);
	if (n < 0 && (errno == ENOENT || errno == EINVAL)) /* open, but no link */
		return 0;
	if (n < 0)
		return err_sys(err, errno, "link %s", path);
	if ((size_t)n == cap)
		return err_set(err, OW_E_FORMAT, "link %s: a target of %zu bytes or more", path,
			       cap);
	out[n] = '\0';
	return 1;
}

char *path_real(const char *path, struct ow_error *err)
{
	char *p = realpath(path, NULL);

	if (p == NULL)
		(void)err_sys_file(err, errno, path);
	return p;
}

int path_open_sole(int dir, const char *path, uint64_t *size, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = path_open_file(dir, path, err);
	struct stat st;

	if (fd < 0)
		return err->code;
	if (fstat(fd, &st) < 0)
		return err_sys_file(err, errno, path);
	if (st.st_nlink > 1)
		return err_set(err, OW_E_FORMAT, "%s: a file with %llu names (hard links)", path,
			       (unsigned long long)st.st_nlink);
	*size = (uint64_t)st.st_size;
	return fd_steal(&fd);
}

int path_open_dir(const char *path, struct ow_error *err)
{
	int fd = os_io()->openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0);

	return fd < 0 ? err_sys_file(err, errno, path) : fd;
}

char *path_join(const char *dir, const char *name, struct ow_error *err)
{
	size_t n = strlen(dir), m = strlen(name);
	bool slash = n > 0 && dir[n - 1] != '/';
	char *p = mem_array(n + slash + m + 1, 1, err);

	if (p != NULL)
		(void)snprintf(p, n + slash + m + 1, "%s%s%s", dir, slash ? "/" : "", name);
	return p;
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}
