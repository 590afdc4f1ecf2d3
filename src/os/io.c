/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/io.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int io_openat(int dir, const char *path, int flags, mode_t mode)
{
	return openat(dir, path, flags | O_CLOEXEC, mode);
}

static int io_openat2(int dir, const char *path, const struct open_how *how)
{
	return (int)syscall(SYS_openat2, dir, path, how,
			    sizeof *how); /* glibc 2.36 has no wrapper */
}

static int io_clone(int to_fd, int from_fd)
{
	return ioctl(to_fd, FICLONE, from_fd);
}

const struct os_io os_io_real = {
    .openat = io_openat,
    .openat2 = io_openat2,
    .close = close,
    .read = read,
    .write = write,
    .pread = pread,
    .pwrite = pwrite,
    .fsync = fsync,
    .syncfs = syncfs,
    .ftruncate = ftruncate,
    .fallocate = fallocate,
    .renameat2 = renameat2,
    .unlinkat = unlinkat,
    .mkdirat = mkdirat,
    .fchmod = fchmod,
    .clone = io_clone,
};

#ifndef OW_FAULTS
const struct os_io *os_io(void)
{
	return &os_io_real;
}
#endif
