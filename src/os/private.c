/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "os/fd.h"
#include "os/fs.h"
#include "os/path.h"

int private_check_fs(int fd, const char *name, struct ow_error *err)
{
	struct fs_type fs;

	if (fs_type(fd, name, &fs, err) < 0)
		return err->code;
	if (fs.kind != FS_FOREIGN)
		return 0;
	(void)err_set(err, OW_E_USAGE,
		      "%s: lies on %s, which does not keep owners and modes safely", name, fs.name);
	return err_hint(err, "keep secret keys on a disk of this host, never on a medium");
}

static int check_file(int fd, const char *name, struct ow_error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys_file(err, errno, name);
	if (!S_ISREG(st.st_mode))
		return err_set(err, OW_E_USAGE, "%s: not a regular file", name);
	if ((st.st_mode & 077) != 0) {
		(void)err_set(err, OW_E_USAGE, "%s: mode %04o lets others in, expected 0600", name,
			      st.st_mode & 07777);
		return err_hint(err, "if nobody can have copied it: chmod 600 %s", name);
	}
	if (st.st_uid != geteuid())
		return err_set(err, OW_E_USAGE, "%s: belongs to user %u, not to user %u", name,
			       st.st_uid, geteuid());
	if (st.st_nlink != 1)
		return err_set(err, OW_E_USAGE, "%s: has %lu names, expected one", name,
			       (unsigned long)st.st_nlink);
	return private_check_fs(fd, name, err);
}

int private_read(int dir, const char *name, uint64_t max, struct buf *out, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = -1;
	struct ow_error why = {0};
	uint64_t size;
	uint8_t *room;
	int64_t got;

	fd = path_open(dir, name, O_RDONLY, &why);
	if (fd < 0 && why.sys == ELOOP)
		return err_set(err, OW_E_USAGE, "%s: a symbolic link", name);
	if (fd < 0) {
		*err = why;
		return err->code;
	}
	if (check_file(fd, name, err) < 0 || fd_size(fd, &size, name, err) < 0)
		return err->code;
	if (size > max)
		return err_set(err, OW_E_FORMAT, "%s: %llu bytes, at most %llu", name,
			       (unsigned long long)size, (unsigned long long)max);
	buf_clear(out);
	room = buf_room(out, (size_t)size);
	if (room == NULL)
		return buf_finish(out, err);
	got = fd_read(fd, room, (size_t)size, name, err);
	if (got < 0)
		return err->code;
	out->n = (size_t)got;
	return 0;
}

int private_publish(int dir, const char *name, const void *p, size_t n, struct ow_error *err)
{
	if (private_check_fs(dir, name, err) < 0)
		return err->code;
	return file_publish(dir, name, p, n, 0600, FILE_NEW, err);
}
