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
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "os/fd.h"
#include "os/io.h"

static int check_part(const char *path, const char *part, size_t n, struct ow_error *err)
{
	if (n == 2 && part[0] == '.' && part[1] == '.')
		return err_set(err, OW_E_UNSAFE, "path \"%s\" leads out of its folder", path);
	if (n == 0 || (n == 1 && part[0] == '.'))
		return err_set(err, OW_E_UNSAFE, "path \"%s\" has an empty or \".\" part", path);
	if (n > NAME_LEN_MAX)
		return err_set(err, OW_E_FORMAT, "path \"%.60s…\": a name of %zu bytes, at most %d", path, n,
			       NAME_LEN_MAX);
	return 0;
}

int path_check(const char *path, struct ow_error *err)
{
	size_t len = strlen(path), depth = 0;
	bool letter = (path[0] >= 'A' && path[0] <= 'Z') || (path[0] >= 'a' && path[0] <= 'z');

	if (path[0] == '/' || (letter && path[1] == ':'))
		return err_set(err, OW_E_UNSAFE, "path \"%.200s\" is absolute", path);
	if (strchr(path, '\\') != NULL)
		return err_set(err, OW_E_UNSAFE, "path \"%.200s\" has a backslash", path);
	if (len > PATH_LEN_MAX)
		return err_set(err, OW_E_FORMAT, "path \"%.60s…\" of %zu bytes, at most %d", path, len,
			       PATH_LEN_MAX);
	if (!utf8_ok((const uint8_t *)path, len))
		return err_set(err, OW_E_FORMAT, "path \"%s\" is not UTF-8", path);
	for (size_t i = 0; i < len; i++) {
		if ((uint8_t)path[i] < 0x20 || path[i] == 0x7f)
			return err_set(err, OW_E_FORMAT, "path \"%s\" has a control character", path);
	}
	for (const char *part = path;;) {
		size_t n = strcspn(part, "/");

		if (check_part(path, part, n, err) < 0)
			return err->code;
		if (++depth > PATH_DEPTH_MAX)
			return err_set(err, OW_E_FORMAT, "path \"%.60s…\" is deeper than %d", path, PATH_DEPTH_MAX);
		if (part[n] == '\0')
			return 0;
		part += n + 1;
	}
}

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
	return fd < 0 ? err_sys(err, errno, "%s", path) : fd;
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
		return err_sys(err, errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, OW_E_FORMAT, "%s: not a regular file", path);
	return fd_steal(&fd);
}

int path_open_dir(const char *path, struct ow_error *err)
{
	int fd = os_io()->openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0);

	return fd < 0 ? err_sys(err, errno, "%s", path) : fd;
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
