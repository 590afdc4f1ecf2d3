/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/io.h"
#include "os/path.h"

/* Everything that fd has, at most max bytes; a growing file is read to its size at the start plus
 * one. */
static int read_all(int fd, const char *name, uint64_t size, uint64_t max, struct buf *out,
		    struct ow_error *err)
{
	int64_t got;
	uint8_t *room;

	if (size > max)
		return err_set(err, OW_E_FORMAT, "%s: %llu bytes, at most %llu", name,
			       (unsigned long long)size, (unsigned long long)max);
	buf_clear(out);
	room = buf_room(out, (size_t)size + 1);
	if (room == NULL)
		return buf_finish(out, err);
	got = fd_read(fd, room, (size_t)size + 1, name, err);
	if (got < 0)
		return err->code;
	if ((uint64_t)got != size)
		return err_set(err, OW_E_INTEGRITY, "%s: changed while it was read", name);
	out->n = (size_t)size;
	return 0;
}

int file_read(int dir, const char *path, uint64_t max, struct buf *out, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = -1;
	uint64_t size;

	fd = path_open_file(dir, path, err);
	if (fd < 0 || fd_size(fd, &size, path, err) < 0)
		return err->code;
	return read_all(fd, path, size, max, out, err);
}

int file_read_sole(int dir, const char *path, uint64_t max, struct buf *out, struct ow_error *err)
{
	uint64_t size;
	OW_AUTO(fd_close) int fd = path_open_sole(dir, path, &size, err);

	return fd < 0 ? err->code : read_all(fd, path, size, max, out, err);
}

/* A pipe or terminal has no size: read to its end. */
static int read_stream(int fd, const char *name, uint64_t max, struct buf *out,
		       struct ow_error *err)
{
	buf_clear(out);
	for (;;) {
		uint8_t *room = buf_room(out, 65536);
		int64_t got;

		if (room == NULL)
			return buf_finish(out, err);
		got = fd_read(fd, room, 65536, name, err);
		if (got < 0)
			return err->code;
		out->n -= 65536 - (size_t)got;
		if (out->n > max)
			return err_set(err, OW_E_FORMAT, "%s: more than %llu bytes", name,
				       (unsigned long long)max);
		if (got < 65536)
			return 0;
	}
}

int file_read_user(const char *path, uint64_t max, struct buf *out, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = -1;
	struct stat st;

	if (strcmp(path, "-") == 0)
		return read_stream(STDIN_FILENO, "standard input", max, out, err);
	fd = os_io()->openat(AT_FDCWD, path, O_RDONLY | O_NOCTTY, 0);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys_file(err, errno, path);
	if (S_ISREG(st.st_mode))
		return read_all(fd, path, (uint64_t)st.st_size, max, out, err);
	return read_stream(fd, path, max, out, err);
}

static int open_rw(int dir, const char *name, int flags, unsigned mode, struct ow_error *err)
{
	int fd = os_io()->openat(dir, name, O_RDWR | O_CREAT | O_NOFOLLOW | flags, mode);

	return fd < 0 ? err_sys_file(err, errno, name) : fd;
}

int file_make(int dir, const char *name, unsigned mode, struct ow_error *err)
{
	return open_rw(dir, name, O_EXCL, mode, err);
}

int file_make_user(const char *path, unsigned mode, struct ow_error *err)
{
	return open_rw(AT_FDCWD, path, O_EXCL, mode, err);
}

int file_edit(int dir, const char *name, unsigned mode, struct ow_error *err)
{
	return open_rw(dir, name, O_NONBLOCK | O_NOCTTY, mode, err);
}

static int create(int dir, const char *name, const void *p, size_t n, unsigned mode,
		  struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = file_make(dir, name, 0600, err);

	if (fd < 0 || fd_write(fd, p, n, name, err) < 0 || fd_chmod(fd, mode, name, err) < 0)
		return err->code;
	return fd_sync(fd, name, err);
}

int file_create(int dir, const char *name, const void *p, size_t n, unsigned mode,
		struct ow_error *err)
{
	if (create(dir, name, p, n, mode, err) == 0)
		return 0;
	if (err->sys != EEXIST)
		(void)os_io()->unlinkat(dir, name, 0);
	return err->code;
}

int file_rename(int from_dir, const char *from, int to_dir, const char *to, enum file_publish how,
		struct ow_error *err)
{
	unsigned flags = how == FILE_NEW ? RENAME_NOREPLACE : 0;

	if (os_io()->renameat2(from_dir, from, to_dir, to, flags) < 0)
		return err_sys_file(err, errno, to);
	return 0;
}

int file_publish(int dir, const char *name, const void *p, size_t n, unsigned mode,
		 enum file_publish how, struct ow_error *err)
{
	static atomic_uint serial;
	char temporary[64];
	int r;

	/* unique among the threads and processes that may write here */
	(void)snprintf(temporary, sizeof temporary, ".tmp-%ld-%u", (long)getpid(),
		       atomic_fetch_add(&serial, 1));
	r = file_create(dir, temporary, p, n, mode, err);
	if (r < 0)
		return err_ctx(err, "publish %s", name);
	r = file_rename(dir, temporary, dir, name, how, err);
	if (r < 0) {
		(void)os_io()->unlinkat(dir, temporary, 0);
		return err_ctx(err, "publish %s", name);
	}
	return dir_sync(dir, name, err);
}

int file_move(int from_dir, const char *from, int to_dir, const char *to, struct ow_error *err)
{
	if (os_io()->renameat2(from_dir, from, to_dir, to, RENAME_NOREPLACE) < 0)
		return err_sys(err, errno, "publish %s", to);
	return dir_sync(to_dir, to, err);
}

int file_remove(int dir, const char *name, struct ow_error *err)
{
	if (os_io()->unlinkat(dir, name, 0) < 0)
		return err_sys(err, errno, "remove %s", name);
	return 0;
}

bool file_exists(int dir, const char *path)
{
	struct stat st;

	return fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) == 0 ||
	       (errno != ENOENT && errno != ENOTDIR);
}

int file_info(int dir, const char *path, struct file_info *out, struct ow_error *err)
{
	struct stat st;

	if (fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : err_sys_file(err, errno, path);
	*out = (struct file_info){
	    .regular = S_ISREG(st.st_mode),
	    .folder = S_ISDIR(st.st_mode),
	    .mode = st.st_mode & 07777,
	    .size = (uint64_t)st.st_size,
	    .mtime_ns = st.st_mtim.tv_sec * 1000000000LL + st.st_mtim.tv_nsec,
	    .device = st.st_dev,
	};
	return 1;
}
