/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The one table of all file operations. Nothing outside os/ calls the kernel for a file, and inside
 * os/ every call goes through here, so that a test build can fail, shorten or kill at the n-th of
 * them.
 *
 * Each member behaves as the system call of its name: -1 and errno on failure.
 */
#ifndef OW_OS_IO_H
#define OW_OS_IO_H

#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <owstore/error.h>

struct open_how;

struct os_io {
	int (*openat)(int dir, const char *path, int flags, mode_t mode);
	int (*openat2)(int dir, const char *path, const struct open_how *how);
	int (*close)(int fd);
	ssize_t (*read)(int fd, void *p, size_t n);
	ssize_t (*write)(int fd, const void *p, size_t n);
	ssize_t (*pread)(int fd, void *p, size_t n, off_t off);
	ssize_t (*pwrite)(int fd, const void *p, size_t n, off_t off);
	int (*fsync)(int fd);
	int (*syncfs)(int fd);
	int (*ftruncate)(int fd, off_t size);
	int (*fallocate)(int fd, int mode, off_t off, off_t size);
	int (*renameat2)(int from_dir, const char *from, int to_dir, const char *to,
			 unsigned flags);
	int (*unlinkat)(int dir, const char *path, int flags);
	int (*mkdirat)(int dir, const char *path, mode_t mode);
	int (*fchmod)(int fd, mode_t mode);
	int (*clone)(int to_fd, int from_fd); /* ioctl FICLONE */
};

/* The table in force. Test builds read OWSTORE_FAULT once: see os/fault.c. */
const struct os_io *os_io(void);

/* The table of plain system calls. */
extern const struct os_io os_io_real;

#ifdef OW_FAULTS
/* Try the path below `dir` that OWSTORE_FAULT_OPEN names, if it does: how a test sees what a process can reach. */
OW_MUST_USE int fault_open(int dir, struct ow_error *err);
#endif

#endif
