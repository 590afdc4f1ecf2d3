/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The file is empty while nobody works. A holder that dies leaves its line, which is how the next
 * one knows; flock itself falls with the process, so a stale lock needs no guessing about process
 * ids.
 */
#include "os/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/err.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/io.h"

int lock_take(int dir, const char *name, const char *what, struct lock *out, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = -1;
	char line[200] = "";
	int64_t n;

	fd = os_io()->openat(dir, name, O_RDWR | O_CREAT | O_NOFOLLOW, 0644);
	if (fd < 0)
		return err_sys_file(err, errno, name);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK)
			return err_sys(err, errno, "%s: lock", name);
		n = fd_pread(fd, line, sizeof line - 1, 0, name, err);
		if (n < 0)
			return err->code;
		line[strcspn(line, "\n")] = '\0';
		(void)err_set(err, OW_E_BUSY, "the store is in use by %s",
			      line[0] != '\0' ? line : "another process");
		return err_hint(err,
				"try again when it is done; listing and reading work meanwhile");
	}
	n = fd_pread(fd, line, sizeof line - 1, 0, name, err);
	if (n < 0)
		return err->code;
	out->torn = n > 0;
	(void)snprintf(line, sizeof line, "process %ld (owstore %s)\n", (long)getpid(), what);
	/* the file must not be empty in between: killed there, a torn store would look clean */
	if (fd_pwrite(fd, line, strlen(line), 0, name, err) < 0 ||
	    fd_cut(fd, strlen(line), name, err) < 0 || fd_sync(fd, name, err) < 0)
		return err->code;
	out->fd = fd_steal(&fd);
	return 0;
}

void lock_tear(struct lock *l)
{
	l->torn = true;
}

void lock_mended(struct lock *l)
{
	l->torn = false;
}

bool lock_marked(int dir, const char *name)
{
	struct file_info info = {0};
	struct ow_error ignored = {0};

	return file_info(dir, name, &info, &ignored) > 0 && info.size > 0;
}

void lock_release(struct lock *l)
{
	if (l->fd < 0)
		return;
	if (!l->torn)
		(void)os_io()->ftruncate(l->fd, 0);
	fd_close(l->fd);
	l->fd = -1;
}
