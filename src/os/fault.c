/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Test builds only: faults at the n-th file operation, asked for by the environment.
 *
 *	OWSTORE_FAULT=<kind>:<n>:<what>
 *
 *	kind  write (everything that changes a file or directory), read, sync or any
 *	n     which operation of that kind, from 1, counted over all threads
 *	what  kill, kill-after, eio, enospc, short (half of the bytes), eintr; of a process that is jailed: trap (an
 *	      illegal instruction), hang, fork (a forbidden call)
 *
 * OWSTORE_FAULT_COUNT=<file> writes the number of operations of each kind at exit, so that a sweep
 * knows where to end. The file is made at the start: a process that confines itself could not later.
 *
 * OWSTORE_FAULT_OPEN=<path> makes a process that has confined itself to parts of a store try this path in it.
 */
#ifdef OW_FAULTS
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/fd.h"
#include "os/io.h"
#include "os/path.h"

enum kind {
	KIND_READ,
	KIND_WRITE,
	KIND_SYNC,
	KIND_ANY
};
static const char *const kind_names[] = {"read", "write", "sync", "any"};

static struct {
	enum kind kind;
	unsigned long at; /* 0: never */
	char what[16];
} plan;
static atomic_ulong count[4];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static FILE *counts; /* NULL: not asked for */

static void report(void)
{
	FILE *f = counts;

	if (f == NULL)
		return;
	for (int k = 0; k < 4; k++)
		(void)fprintf(f, "%s %lu\n", kind_names[k], atomic_load(&count[k]));
	(void)fclose(f);
}

static void start(void)
{
	const char *s = getenv("OWSTORE_FAULT"), *path = getenv("OWSTORE_FAULT_COUNT");
	char kind[16] = "";

	counts = path == NULL ? NULL : fopen(path, "we");

	(void)atexit(report);
	if (s == NULL || sscanf(s, "%15[a-z]:%lu:%15[a-z-]", kind, &plan.at, plan.what) != 3) {
		plan.at = 0;
		return;
	}
	for (int k = 0; k < 4; k++) {
		if (strcmp(kind, kind_names[k]) == 0)
			plan.kind = (enum kind)k;
	}
}

/* What ends a process, or keeps it from ending. */
static void misbehave(const char *what)
{
	if (strcmp(what, "kill") == 0)
		(void)raise(SIGKILL);
	if (strcmp(what, "trap") == 0)
		__builtin_trap(); /* raising would not do: signals of its own do not reach a namespace's first process */
	if (strcmp(what, "fork") == 0 && fork() == 0)
		_exit(0);
	while (strcmp(what, "hang") == 0)
		(void)usleep(1000);
}

/* Does the fault strike here? */
static bool strikes(enum kind kind)
{
	unsigned long n = atomic_fetch_add(&count[kind], 1) + 1;
	unsigned long all = atomic_fetch_add(&count[KIND_ANY], 1) + 1;
	bool now = plan.at != 0 &&
		   (plan.kind == KIND_ANY ? all == plan.at : plan.kind == kind && n == plan.at);

	if (now)
		misbehave(plan.what);
	return now;
}

static void strike_after(bool now)
{
	if (now && strcmp(plan.what, "kill-after") == 0)
		(void)raise(SIGKILL);
}

/* The errno of the planned failure, or 0 if the call shall go through. */
static int planned(bool now)
{
	if (!now)
		return 0;
	return strcmp(plan.what, "eio") == 0      ? EIO
	       : strcmp(plan.what, "enospc") == 0 ? ENOSPC
	       : strcmp(plan.what, "eintr") == 0  ? EINTR
						  : 0;
}

static size_t shorter(bool now, size_t n)
{
	return now && n > 1 && strcmp(plan.what, "short") == 0 ? n / 2 : n;
}

#define FAULTY(kind, call)                                                                         \
	__extension__({                                                                            \
		bool now_ = strikes(kind);                                                         \
		int sys_ = planned(now_);                                                          \
		__typeof__(call) r_ = -1;                                                          \
		if (sys_ == 0)                                                                     \
			r_ = (call);                                                               \
		else                                                                               \
			errno = sys_;                                                              \
		strike_after(now_);                                                                \
		r_;                                                                                \
	})

static int fault_openat(int dir, const char *path, int flags, mode_t mode)
{
	enum kind kind = (flags & (O_CREAT | O_TRUNC)) != 0 ? KIND_WRITE : KIND_READ;

	return FAULTY(kind, os_io_real.openat(dir, path, flags, mode));
}

static int fault_openat2(int dir, const char *path, const struct open_how *how)
{
	enum kind kind = (how->flags & (O_CREAT | O_TRUNC)) != 0 ? KIND_WRITE : KIND_READ;

	return FAULTY(kind, os_io_real.openat2(dir, path, how));
}

static ssize_t fault_read(int fd, void *p, size_t n)
{
	bool now = strikes(KIND_READ);
	int sys = planned(now);

	errno = sys;
	return sys != 0 ? -1 : os_io_real.read(fd, p, shorter(now, n));
}

static ssize_t fault_pread(int fd, void *p, size_t n, off_t off)
{
	bool now = strikes(KIND_READ);
	int sys = planned(now);

	errno = sys;
	return sys != 0 ? -1 : os_io_real.pread(fd, p, shorter(now, n), off);
}

static ssize_t fault_write(int fd, const void *p, size_t n)
{
	bool now = strikes(KIND_WRITE);
	int sys = planned(now);
	ssize_t r;

	errno = sys;
	r = sys != 0 ? -1 : os_io_real.write(fd, p, shorter(now, n));
	strike_after(now);
	return r;
}

static ssize_t fault_pwrite(int fd, const void *p, size_t n, off_t off)
{
	bool now = strikes(KIND_WRITE);
	int sys = planned(now);
	ssize_t r;

	errno = sys;
	r = sys != 0 ? -1 : os_io_real.pwrite(fd, p, shorter(now, n), off);
	strike_after(now);
	return r;
}

static int fault_fsync(int fd)
{
	return FAULTY(KIND_SYNC, os_io_real.fsync(fd));
}

static int fault_syncfs(int fd)
{
	return FAULTY(KIND_SYNC, os_io_real.syncfs(fd));
}

static int fault_ftruncate(int fd, off_t size)
{
	return FAULTY(KIND_WRITE, os_io_real.ftruncate(fd, size));
}

static int fault_fallocate(int fd, int mode, off_t off, off_t size)
{
	return FAULTY(KIND_WRITE, os_io_real.fallocate(fd, mode, off, size));
}

static int fault_renameat2(int from_dir, const char *from, int to_dir, const char *to,
			   unsigned flags)
{
	return FAULTY(KIND_WRITE, os_io_real.renameat2(from_dir, from, to_dir, to, flags));
}

static int fault_unlinkat(int dir, const char *path, int flags)
{
	return FAULTY(KIND_WRITE, os_io_real.unlinkat(dir, path, flags));
}

static int fault_mkdirat(int dir, const char *path, mode_t mode)
{
	return FAULTY(KIND_WRITE, os_io_real.mkdirat(dir, path, mode));
}

static int fault_fchmod(int fd, mode_t mode)
{
	return FAULTY(KIND_WRITE, os_io_real.fchmod(fd, mode));
}

static int fault_clone(int to_fd, int from_fd)
{
	return FAULTY(KIND_WRITE, os_io_real.clone(to_fd, from_fd));
}

const struct os_io *os_io(void)
{
	static const struct os_io table = {
	    .openat = fault_openat,
	    .openat2 = fault_openat2,
	    .close = close,
	    .read = fault_read,
	    .write = fault_write,
	    .pread = fault_pread,
	    .pwrite = fault_pwrite,
	    .fsync = fault_fsync,
	    .syncfs = fault_syncfs,
	    .ftruncate = fault_ftruncate,
	    .fallocate = fault_fallocate,
	    .renameat2 = fault_renameat2,
	    .unlinkat = fault_unlinkat,
	    .mkdirat = fault_mkdirat,
	    .fchmod = fault_fchmod,
	    .clone = fault_clone,
	};

	(void)pthread_once(&once, start);
	return &table;
}

int fault_open(int dir, struct ow_error *err)
{
	const char *path = getenv("OWSTORE_FAULT_OPEN");
	int fd = path == NULL ? -1 : path_open(dir, path, O_RDONLY, err);

	fd_close(fd);
	return path == NULL || fd >= 0 ? 0 : err->code;
}
#else
typedef int os_fault_is_for_test_builds; /* ISO C wants a declaration */
#endif
