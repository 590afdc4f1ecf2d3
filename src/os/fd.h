/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Descriptors: owned, and read and written in full.
 */
#ifndef OW_OS_FD_H
#define OW_OS_FD_H

#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>

#include "base/auto.h"

/* Close and forget any error: for cleanup and for descriptors that were only read. < 0 is nothing.
 */
void fd_close(int fd);
OW_DEFINE_AUTO(int, fd_close)

static inline int fd_steal(int *fd)
{
	int v = *fd;

	*fd = -1;
	return v;
}

/* Read up to n bytes, fewer only at the end of the file. Returns how many, or < 0 with OW_E_IO.
 * `name` is what error texts call the file.
 */
OW_MUST_USE int64_t fd_pread(int fd, void *p, size_t n, uint64_t off, const char *name,
			     struct ow_error *err);
OW_MUST_USE int64_t fd_read(int fd, void *p, size_t n, const char *name, struct ow_error *err);

/* Write all n bytes. No space is OW_E_IO with err->sys ENOSPC. */
OW_MUST_USE int fd_pwrite(int fd, const void *p, size_t n, uint64_t off, const char *name,
			  struct ow_error *err);
OW_MUST_USE int fd_write(int fd, const void *p, size_t n, const char *name, struct ow_error *err);

/* fsync. After a failure the file must be thrown away: the kernel may have dropped the data. */
OW_MUST_USE int fd_sync(int fd, const char *name, struct ow_error *err);

/* Size of a regular file; OW_E_FORMAT for anything else (FIFO, device, directory). */
OW_MUST_USE int fd_size(int fd, uint64_t *out, const char *name, struct ow_error *err);

/* Are they one file? */
bool fd_same(int a, int b);

/* Cut or extend the file to n bytes. */
OW_MUST_USE int fd_cut(int fd, uint64_t n, const char *name, struct ow_error *err);

/* Give an open file or directory the permission bits `mode`; a setgid bit that it has stays.
 * Returns 1 changed, 0 had them.
 */
OW_MUST_USE int fd_chmod(int fd, unsigned mode, const char *name, struct ow_error *err);

/* Let the empty file to_fd share the blocks of from_fd, copy-on-write. Returns 1 done, 0 this file
 * system (or pair of them) cannot.
 */
OW_MUST_USE int fd_clone(int to_fd, int from_fd, const char *name, struct ow_error *err);

/* Size and time of last change of an open file, by which a change while reading is noticed. */
OW_MUST_USE int fd_state(int fd, uint64_t *size, int64_t *mtime_ns, const char *name,
			 struct ow_error *err);

/* How many descriptors one piece of work may hold open here: half of what the process may have. */
size_t fd_room(void);

/* Descriptors 0 to 2 exist after this; missing ones are /dev/null, so that no message lands in a
 * file. */
OW_MUST_USE int fd_standard(struct ow_error *err);

#endif
