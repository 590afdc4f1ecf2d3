/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Three processes: the parent, which reads frames; a keeper, which enters the namespaces, starts
 * the worker as the first process of the new pid namespace and dies the death that the worker died;
 * the worker, in the jail. A keeper that is killed takes the worker with it.
 *
 * A frame is kind (u32), length (u32), bytes; numbers in the order of the machine, since both ends
 * are one program.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/mount.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/events.h"
#include "base/mem.h"
#include "os/clock.h"
#include "os/fd.h"
#include "os/jail.h"

/* Kinds of our own, beyond those of callers. */
enum {
	FRAME_REPORT = 0x7fffff01, /* struct jail_report, sent once before the work begins */
	FRAME_DONE = 0x7fffff02,   /* the work returned >= 0 */
	FRAME_ERROR = 0x7fffff03,  /* struct ow_error */
	KEEP_MAX = 1100            /* a model of a thousand files, and what comes with it */
};
#define NAMESPACES                                                                                 \
	(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS)

/* ---- the child's side ---- */

static int send_frame(int fd, uint32_t kind, const void *p, size_t n, struct ow_error *err)
{
	uint32_t head[2] = {kind, (uint32_t)n};

	if (fd_write(fd, head, sizeof head, "pipe to the parent", err) < 0)
		return err->code;
	return n == 0 ? 0 : fd_write(fd, p, n, "pipe to the parent", err);
}

int jail_send(struct jail_pipe *out, uint32_t kind, const void *p, size_t n, struct ow_error *err)
{
	if (n > JAIL_FRAME_MAX || kind >= FRAME_REPORT)
		return err_set(err, OW_E_INTERNAL, "jail: frame %u of %zu bytes", kind, n);
	return send_frame(out->fd, kind, p, n, err);
}

static void reset_signals(void)
{
	struct sigaction plain = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int s = 1; s < NSIG; s++)
		(void)sigaction(s, &plain, NULL); /* those that cannot be set refuse */
	plain.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &plain, NULL); /* a parent that is gone is an error of write() */
	(void)sigaction(SIGINT, &plain, NULL);  /* the terminal's; the parent decides when to end */
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL); /* NOLINT(concurrency-mt-unsafe): one thread */
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

struct keep {
	int fd[KEEP_MAX];
	size_t n;
};

static bool keep_add(struct keep *k, const int *fd, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (k->n == KEEP_MAX)
			return false;
		k->fd[k->n++] = fd[i];
	}
	return true;
}

/* Standard descriptors become /dev/null, all others but those to keep are closed. */
static int close_rest(struct keep *k, struct ow_error *err)
{
	unsigned from = 3;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return err_sys(err, errno, "/dev/null");
	for (int fd = 0; fd < 3; fd++) {
#if defined(__SANITIZE_ADDRESS__)
		if (fd == 2)
			continue; /* the sanitizers' reports */
#endif
		if (dup2(null, fd) < 0)
			return err_sys(err, errno, "/dev/null as descriptor %d", fd);
	}
	qsort(k->fd, k->n, sizeof *k->fd, by_number);
	for (size_t i = 0; i <= k->n; i++) {
		unsigned to = i == k->n ? ~0u : (unsigned)k->fd[i];

		if (i < k->n && k->fd[i] < 3)
			continue;
		if (to > from && syscall(SYS_close_range, from, i == k->n ? to : to - 1, 0) < 0)
			return err_sys(err, errno, "closing descriptors");
		from = to + 1;
	}
	return 0;
}

/* Inside new mount and user namespaces: an empty file system becomes "/". */
static bool empty_root(void)
{
	OW_AUTO(fd_close) int fs = (int)syscall(SYS_fsopen, "tmpfs", 1 /* FSOPEN_CLOEXEC */);
	OW_AUTO(fd_close) int root = -1;

	if (fs < 0 || syscall(SYS_fsconfig, fs, FSCONFIG_SET_FLAG, "ro", NULL, 0) < 0 ||
	    syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return false;
	root = (int)syscall(SYS_fsmount, fs, 1 /* FSMOUNT_CLOEXEC */,
			    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
				MOUNT_ATTR_NOEXEC);
	return root >= 0 && fchdir(root) == 0 && chroot(".") == 0;
}

static void enter_namespaces(struct jail_report *report)
{
	static const int one[] = {CLONE_NEWUSER, CLONE_NEWNS,  CLONE_NEWPID,
				  CLONE_NEWNET,  CLONE_NEWIPC, CLONE_NEWUTS};

	if (unshare(NAMESPACES) == 0) {
		report->namespaces = NAMESPACES;
		report->layers |= JAIL_NAMESPACES;
		return;
	}
	for (size_t i = 0; i < sizeof one / sizeof one[0];
	     i++) { /* a kernel may lack some of them */
		if (unshare(one[i]) == 0)
			report->namespaces |= (unsigned)one[i];
	}
}

/* Not only out of sight: its texts may be secrets. */
static void empty_environment(void)
{
	for (char **text = environ; text != NULL && *text != NULL; text++)
		explicit_bzero(*text, strlen(*text));
	environ = NULL;
}

static int worker_jail(const struct jail_plan *plan, const struct jail_job *job, int out,
		       struct jail_report *report, struct ow_error *err)
{
	struct keep keep = {.fd = {out}, .n = 1};

	if (!keep_add(&keep, job->keep, job->n_keep) ||
	    !keep_add(&keep, plan->read, plan->n_read) ||
	    !keep_add(&keep, plan->write, plan->n_write))
		return err_set(err, OW_E_INTERNAL, "jail: more than %d descriptors to keep",
			       KEEP_MAX);
	if (close_rest(&keep, err) < 0)
		return err->code;
	if ((report->namespaces & CLONE_NEWNS) != 0 && empty_root())
		report->layers |= JAIL_EMPTY_ROOT;
	empty_environment();
	return jail_enter(plan, report, err);
}

static void worker(const struct jail_plan *plan, const struct jail_job *job, int out,
		   struct jail_report *report)
{
	struct jail_pipe pipe = {.fd = out};
	struct ow_error err = {0}, lost = {0};
	int r;

	reset_signals();
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	r = worker_jail(plan, job, out, report, &err);
	if (r == 0)
		r = send_frame(out, FRAME_REPORT, report, sizeof *report, &err);
	if (r == 0)
		r = job->work(job->ctx, &pipe, &err);
	if (r >= 0)
		r = send_frame(out, FRAME_DONE, NULL, 0, &lost);
	else
		r = send_frame(out, FRAME_ERROR, &err, sizeof err, &lost);
	_exit(r < 0);
}

/* Die as the worker did, so that the parent sees it. */
static void keeper_end(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status)) {
		(void)signal(WTERMSIG(status), SIG_DFL);
		(void)raise(WTERMSIG(status));
	}
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

static void keeper(const struct jail_plan *plan, const struct jail_job *job, int out)
{
	struct jail_report report = {0};
	struct rlimit none = {0};
	pid_t pid;

	reset_signals();
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	(void)setrlimit(RLIMIT_CORE,
			&none); /* it repeats the worker's death, without a core of its own */
	enter_namespaces(&report);
	pid = fork();
	if (pid == 0)
		worker(plan, job, out, &report);
	fd_close(out);
	if (pid < 0)
		_exit(1);
	keeper_end(pid);
}

/* ---- the parent's side ---- */

struct reader {
	const struct jail_job *job;
	struct jail_report *report;
	int fd;
	uint64_t end, idle_end; /* clock_ticks, 0: never */
	uint8_t *body;          /* JAIL_FRAME_MAX bytes */
	bool reported, done;
};

static int out_of_time(const struct reader *r, struct ow_error *err)
{
	uint64_t now = clock_ticks();

	if (r->end != 0 && now >= r->end)
		(void)err_set(err, OW_E_UNCHECKED, "%s: took longer than %u ms", r->job->what,
			      r->job->wall_ms);
	else if (r->idle_end != 0 && now >= r->idle_end)
		(void)err_set(err, OW_E_UNCHECKED, "%s: no answer for %u ms", r->job->what,
			      r->job->idle_ms);
	else
		return 0;
	err->sys = ETIMEDOUT;
	return err->code;
}

static int stopped(const struct reader *r, struct ow_error *err)
{
	(void)err_set(err, OW_E_INCOMPLETE, "%s: stopped", r->job->what);
	return err_hint(err, "run the same command again");
}

/* Wait until there is something to read, asking now and then whether to go on. */
static int wait_input(const struct reader *r, struct ow_error *err)
{
	struct pollfd p = {.fd = r->fd, .events = POLLIN};

	for (;;) {
		int n = poll(&p, 1, 100);

		if (n < 0 && errno != EINTR)
			return err_sys(err, errno, "%s: waiting", r->job->what);
		if (events_should_stop(r->job->events))
			return stopped(r, err);
		if (out_of_time(r, err) < 0) /* even while frames keep coming */
			return err->code;
		if (n > 0)
			return 0;
	}
}

/* Exactly n bytes (1), the end before the first (0), or failure. */
static int take(const struct reader *r, void *p, size_t n, struct ow_error *err)
{
	size_t got = 0;

	while (got < n) {
		ssize_t k;

		if (wait_input(r, err) < 0)
			return err->code;
		k = read(r->fd, (char *)p + got, n - got);
		if (k < 0 && errno != EINTR)
			return err_sys(err, errno, "%s: pipe", r->job->what);
		if (k == 0 && got == 0)
			return 0;
		if (k == 0)
			return err_set(err, OW_E_UNCHECKED, "%s: ended in the middle of a frame",
				       r->job->what);
		got += k > 0 ? (size_t)k : 0;
	}
	return 1;
}

static bool believed(enum ow_code code)
{
	return code == OW_E_USAGE || code == OW_E_FORMAT || code == OW_E_UNSAFE ||
	       code == OW_E_INTEGRITY || code == OW_E_INCOMPLETE || code == OW_E_IO ||
	       code == OW_E_UNCHECKED || code == OW_E_SMOKE;
}

/* The child's error: text bounded and scrubbed again, codes only from the list. Before it is in its jail there is nothing
 * but the jail that can fail.
 */
static int child_error(const struct reader *r, size_t n, struct ow_error *err)
{
	struct ow_error e;

	if (n != sizeof e)
		return err_set(err, OW_E_UNCHECKED, "%s: broke the framing", r->job->what);
	memcpy(&e, r->body, sizeof e);
	(void)err_set(err, r->reported && believed(e.code) ? e.code : OW_E_UNCHECKED, "%.*s",
		      (int)sizeof e.text - 1, e.text);
	if (e.hint[0] != '\0')
		(void)err_hint(err, "%.*s", (int)sizeof e.hint - 1, e.hint);
	/* a byte that a bool may not hold, or one that no file has, is not taken over */
	err->placed = r->body[offsetof(struct ow_error, placed)] == 1 && e.off <= INT64_MAX;
	err->off = err->placed ? e.off : 0;
	err->sys = e.sys;
	return err->code;
}

static int take_frame(struct reader *r, uint32_t kind, size_t n, struct ow_error *err)
{
	switch (kind) {
	case FRAME_REPORT:
		if (r->reported || n != sizeof *r->report)
			return err_set(err, OW_E_UNCHECKED, "%s: broke the framing", r->job->what);
		r->reported = true;
		if (r->report != NULL)
			memcpy(r->report, r->body, n);
		return 0;
	case FRAME_DONE:
		r->done = r->reported;
		return 0;
	case FRAME_ERROR:
		return child_error(r, n, err);
	default:
		if (!r->reported || r->done || kind > FRAME_ERROR || r->job->frame == NULL)
			return err_set(err, OW_E_UNCHECKED, "%s: broke the framing", r->job->what);
		return r->job->frame(r->job->out, kind, r->body, n, err);
	}
}

static int read_frames(struct reader *r, struct ow_error *err)
{
	for (;;) {
		uint32_t head[2] = {0, 0};
		int got = take(r, head, sizeof head, err);

		if (got <= 0)
			return got;
		if (head[1] > JAIL_FRAME_MAX)
			return err_set(err, OW_E_UNCHECKED,
				       "%s: broke the framing (%u bytes in one frame)",
				       r->job->what, head[1]);
		got = head[1] == 0 ? 1 : take(r, r->body, head[1], err);
		if (got < 0)
			return got;
		if (got == 0)
			return err_set(err, OW_E_UNCHECKED, "%s: ended in the middle of a frame",
				       r->job->what);
		if (take_frame(r, head[0], head[1], err) < 0)
			return err->code;
		if (r->idle_end != 0)
			r->idle_end = clock_ticks() + r->job->idle_ms * 1000000ULL;
	}
}

/* What the way it ended says, where the frames said nothing. */
static int verdict(const struct reader *r, int status, struct ow_error *err)
{
	const char *what = r->job->what;

	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		return err_set(err, OW_E_UNSAFE, "%s: made a forbidden system call and was killed",
			       what);
	if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
		return err_set(
		    err, OW_E_UNCHECKED,
		    "%s: killed (signal %d): its limit of processor time, or no memory left", what,
		    WTERMSIG(status));
	if (WIFSIGNALED(status))
		return err_set(err, OW_E_UNCHECKED, "%s: crashed with signal %d (%s)", what,
			       WTERMSIG(status), sigdescr_np(WTERMSIG(status)));
	if (!r->done || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(err, OW_E_UNCHECKED, "%s: ended without a result (status %d)", what,
			       WIFEXITED(status) ? WEXITSTATUS(status) : 1);
	return 0;
}

static int watch(struct reader *r, pid_t pid, struct ow_error *err)
{
	int status = 0, got = read_frames(r, err);

	if (got < 0)
		(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return got < 0 ? got : err_sys(err, errno, "%s: waiting", r->job->what);
	}
	return got < 0 ? got : verdict(r, status, err);
}

int jail_child_run(const struct jail_plan *plan, const struct jail_job *job,
		   struct jail_report *report, struct ow_error *err)
{
	uint64_t now = clock_ticks();
	struct reader r = {.job = job, .report = report};
	OW_AUTO(mem_free) uint8_t *body = mem_array(JAIL_FRAME_MAX, 1, err);
	OW_AUTO(fd_close) int from = -1;
	OW_AUTO(fd_close) int to = -1;
	int ends[2];
	pid_t pid;

	if (body == NULL)
		return err->code;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_sys(err, errno, "%s: pipe", job->what);
	from = ends[0];
	to = ends[1];
	(void)fcntl(from, F_SETPIPE_SZ, JAIL_FRAME_MAX); /* fewer switches; may be refused */
	r.fd = from;
	r.body = body;
	r.end = job->wall_ms == 0 ? 0 : now + job->wall_ms * 1000000ULL;
	r.idle_end = job->idle_ms == 0 ? 0 : now + job->idle_ms * 1000000ULL;
	pid = fork();
	if (pid < 0)
		return err_sys(err, errno, "%s: new process", job->what);
	if (pid == 0)
		keeper(plan, job, to);
	fd_close(fd_steal(&to));
	return watch(&r, pid, err);
}
