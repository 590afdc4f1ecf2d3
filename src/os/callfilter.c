/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/callfilter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/err.h"

/* Calls by name, because not every architecture has each of them. */
static const char *const always[] = {
    "read",
    "readv",
    "pread64",
    "preadv",
    "preadv2",
    "write",
    "writev",
    "pwrite64",
    "pwritev",
    "close",
    "lseek",
    "fstat",
    "munmap",
    "mremap",
    "madvise",
    "brk",
    "futex",
    "membarrier",
    "rt_sigreturn",
    "rt_sigaction",
    "rt_sigprocmask",
    "sigaltstack",
    "restart_syscall",
    "exit",
    "exit_group",
    "clock_gettime",
    "clock_getres",
    "gettimeofday",
    "time",
    "nanosleep",
    "clock_nanosleep",
    "getpid",
    "gettid",
    "getppid",
    "getrandom",
    "sched_yield",
    "sched_getaffinity",
    "getcpu",
    "getrusage",
    "poll",
    "ppoll",
    "sysinfo",
    "set_robust_list",
    "rseq",
    "getrlimit",
    "fsync",
};

static const char *const opening[] = {
    "openat2",    "newfstatat", "stat",       "lstat",      "statx",   "access", "faccessat",
    "faccessat2", "readlink",   "readlinkat", "getdents64", "getcwd",  "statfs", "fstatfs",
    "fadvise64",  "readahead",  "fcntl",      "flock",      "dup",     "dup2",   "dup3",
    "pipe2",      "getuid",     "geteuid",    "getgid",     "getegid", "uname",
};

static const char *const creating[] = {
    "openat",    "open",      "fsync",           "fdatasync", "syncfs",    "sync_file_range",
    "ftruncate", "fallocate", "rename",          "renameat",  "renameat2", "unlink",
    "unlinkat",  "mkdir",     "mkdirat",         "rmdir",     "fchmod",    "fchmodat",
    "umask",     "utimensat", "copy_file_range", "fchown",    "mincore",
};

static const char *const deadly[] = {
    "socket",
    "socketpair",
    "connect",
    "bind",
    "listen",
    "accept",
    "accept4",
    "sendto",
    "sendmsg",
    "sendmmsg",
    "recvfrom",
    "recvmsg",
    "recvmmsg",
    "execve",
    "execveat",
    "fork",
    "vfork",
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "kill",
    "tkill",
    "pidfd_open",
    "pidfd_getfd",
    "pidfd_send_signal",
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "fsopen",
    "fsmount",
    "move_mount",
    "open_tree",
    "mount_setattr",
    "unshare",
    "setns",
    "bpf",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "userfaultfd",
    "perf_event_open",
    "keyctl",
    "add_key",
    "request_key",
    "init_module",
    "finit_module",
    "delete_module",
    "kexec_load",
    "kexec_file_load",
    "reboot",
    "swapon",
    "swapoff",
    "iopl",
    "ioperm",
    "open_by_handle_at",
    "setuid",
    "setgid",
    "setreuid",
    "setregid",
    "setresuid",
    "setresgid",
    "setgroups",
    "capset",
    "settimeofday",
    "clock_settime",
    "adjtimex",
    "clock_adjtime",
    "syslog",
    "acct",
    "quotactl",
    "fanotify_init",
    "personality",
    "mknod",
    "mknodat",
};

/* The terminal is asked for its width and for hidden input; TIOCSTI, which types into it, is not
 * here. */
static const unsigned long terminal[] = {TCGETS, TCSETS, TCSETSW, TCSETSF, TIOCGWINSZ, TIOCGPGRP};

static void filter_close(scmp_filter_ctx f)
{
	if (f != NULL)
		seccomp_release(f);
}
OW_DEFINE_AUTO(scmp_filter_ctx, filter_close)

/* A filter under construction, with the first failure kept. */
struct builder {
	scmp_filter_ctx f;
	int failed; /* errno, or 0 */
};

static void rule(struct builder *b, uint32_t action, const char *call,
		 const struct scmp_arg_cmp *args, unsigned n)
{
	int nr = seccomp_syscall_resolve_name(call), r;

	if (nr < 0) /* not on this architecture, or newer than the library */
		return;
	r = seccomp_rule_add_array(b->f, action, nr, n, args);
	if (r < 0 && b->failed == 0)
		b->failed = -r;
}

static void rules(struct builder *b, uint32_t action, const char *const *calls, size_t n)
{
	for (size_t i = 0; i < n; i++)
		rule(b, action, calls[i], NULL, 0);
}
#define RULES(b, action, list) rules(b, action, list, sizeof(list) / sizeof *(list))

/* Allow `call` only where argument `arg`, masked, has this value. */
static void allow_where(struct builder *b, const char *call, unsigned arg, uint64_t mask,
			uint64_t value)
{
	struct scmp_arg_cmp cmp = {
	    .arg = arg, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};

	rule(b, SCMP_ACT_ALLOW, call, &cmp, 1);
}

static void allow_always(struct builder *b)
{
	RULES(b, SCMP_ACT_ALLOW, always);
	RULES(b, SCMP_ACT_KILL_PROCESS, deadly);
	allow_where(b, "mmap", 2, PROT_EXEC, 0);
	allow_where(b, "mprotect", 2, PROT_EXEC, 0);
	allow_where(b, "tgkill", 0, UINT32_MAX, (uint64_t)getpid()); /* abort() */
	allow_where(b, "prlimit64", 2, UINT64_MAX, 0);               /* asking, not setting */
	for (size_t i = 0; i < sizeof terminal / sizeof terminal[0]; i++)
		allow_where(b, "ioctl", 1, UINT32_MAX, terminal[i]);
}

static void allow_files(struct builder *b, const struct callfilter *f)
{
	if (!f->open) {
		/* libraries that look for their tables (conversion, time zones) shall go on without
		 */
		static const char *const open_calls[] = {"open", "openat", "openat2"};

		RULES(b, SCMP_ACT_ERRNO(EACCES), open_calls);
		allow_where(b, "newfstatat", 3, AT_EMPTY_PATH, AT_EMPTY_PATH); /* fstat() */
		allow_where(b, "fcntl", 1, UINT32_MAX, F_GETFL);
		allow_where(b, "fcntl", 1, UINT32_MAX, F_GETFD);
		return;
	}
	RULES(b, SCMP_ACT_ALLOW, opening);
	if (f->create) {
		RULES(b, SCMP_ACT_ALLOW, creating);
		allow_where(b, "ioctl", 1, UINT32_MAX, FICLONE);
	} else {
		allow_where(b, "openat", 2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY);
		allow_where(b, "open", 1, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY);
	}
}

static void allow_threads(struct builder *b, bool threads)
{
	struct scmp_arg_cmp process = {
	    .arg = 0, .op = SCMP_CMP_MASKED_EQ, .datum_a = CLONE_THREAD, .datum_b = 0};

	/* clone3 hides its flags in memory; ENOSYS sends the C library back to clone */
	rule(b, SCMP_ACT_KILL_PROCESS, "clone", threads ? &process : NULL, threads ? 1 : 0);
	if (!threads)
		return;
	allow_where(b, "clone", 0, CLONE_THREAD, CLONE_THREAD);
	/* asking for the matrix registers of the CPU (AMX) and nothing else; x86 only */
	allow_where(b, "arch_prctl", 0, UINT32_MAX, 0x1023 /* ARCH_REQ_XCOMP_PERM */);
}

int callfilter_enter(const struct callfilter *f, struct ow_error *err)
{
	OW_AUTO(filter_close) scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	struct builder b = {.f = ctx};
	int r;

	if (ctx == NULL)
		return err_set(err, OW_E_UNCHECKED, "jail: no system call filter (out of memory)");
	(void)seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	(void)seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
	(void)seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* binary tree: speed only */
	allow_always(&b);
	allow_files(&b, f);
	allow_threads(&b, f->threads);
	r = b.failed != 0 ? -b.failed : seccomp_load(ctx);
	if (r < 0) {
		(void)err_sys(err, -r, "jail: system call filter (seccomp)");
		return err->code = OW_E_UNCHECKED;
	}
	return 0;
}
