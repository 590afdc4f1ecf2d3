/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Calls that a jail must answer with death; each gets a descriptor it may ignore.
 */
#ifndef OW_TEST_FORBIDDEN_H
#define OW_TEST_FORBIDDEN_H

#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static inline void try_socket(int dir)
{
	(void)dir;
	(void)socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static inline void try_exec(int dir)
{
	char *argv[] = {(char[]){"true"}, NULL};

	(void)dir;
	(void)execv("/bin/true", argv);
}

static inline void try_fork(int dir)
{
	(void)dir;
	if (fork() == 0)
		_exit(0);
}

static inline void try_kill_parent(int dir)
{
	(void)dir;
	(void)kill(getppid(), 0);
}

static inline void call(long nr)
{
	(void)syscall(nr, 0, 0, 0, 0, 0);
}

static inline void try_ptrace(int dir)
{
	(void)dir;
	call(SYS_ptrace);
}

static inline void try_mount(int dir)
{
	(void)dir;
	call(SYS_mount);
}

static inline void try_bpf(int dir)
{
	(void)dir;
	call(SYS_bpf);
}

static inline void try_io_uring(int dir)
{
	(void)dir;
	call(SYS_io_uring_setup);
}

static inline void try_userfaultfd(int dir)
{
	(void)dir;
	call(SYS_userfaultfd);
}

static inline void try_perf(int dir)
{
	(void)dir;
	call(SYS_perf_event_open);
}

static inline void try_keyctl(int dir)
{
	(void)dir;
	call(SYS_keyctl);
}

static inline void try_unshare(int dir)
{
	(void)dir;
	call(SYS_unshare);
}

static inline void try_connect(int dir)
{
	(void)dir;
	call(SYS_connect);
}

static inline void try_bind(int dir)
{
	(void)dir;
	call(SYS_bind);
}

static const struct {
	const char *name;
	void (*fn)(int dir);
} forbidden[] = {
    {"socket", try_socket},
    {"execve", try_exec},
    {"fork", try_fork},
    {"kill", try_kill_parent},
    {"ptrace", try_ptrace},
    {"mount", try_mount},
    {"bpf", try_bpf},
    {"io_uring", try_io_uring},
    {"userfaultfd", try_userfaultfd},
    {"perf_event_open", try_perf},
    {"keyctl", try_keyctl},
    {"unshare", try_unshare},
    {"connect", try_connect},
    {"bind", try_bind},
};

#endif
