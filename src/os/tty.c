/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/err.h"
#include "os/fd.h"
#include "os/io.h"

/* 0 where fd is no terminal */
static unsigned columns_of(int fd)
{
	struct winsize size = {0};

	if (isatty(fd) != 1)
		return 0;
	if (ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return 80;
	return size.ws_col < 40 ? 40 : size.ws_col > 1000 ? 1000 : size.ws_col;
}

unsigned tty_columns(bool *terminal)
{
	unsigned columns = columns_of(STDOUT_FILENO);

	*terminal = columns > 0;
	return columns == 0 ? 80 : columns;
}

/* Can the terminal do more than print? Read before any thread starts. */
static bool able(void)
{
	const char *term = getenv("TERM"); /* NOLINT(concurrency-mt-unsafe) */

	return term != NULL && strcmp(term, "dumb") != 0;
}

unsigned tty_error_columns(void)
{
	return able() ? columns_of(STDERR_FILENO) : 0;
}

bool tty_takes_color(void)
{
	const char *no = getenv("NO_COLOR"); /* NOLINT(concurrency-mt-unsafe) */

	return able() && (no == NULL || no[0] == '\0');
}

/* ---- questions ----------------------------------------------------------------------------------- */

/* Signals that must not leave the terminal without echo. SIGTTOU is left alone: a process in the background
 * stops at tcsetattr, before echo is off, and asks when it is brought back.
 */
static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGTSTP};

enum {
	N_CAUGHT = sizeof caught / sizeof caught[0]
};

/* What came while a question stood: a handler has no other memory. */
static atomic_int came;

static void note(int sig)
{
	atomic_store(&came, sig);
}

struct question {
	int tty;
	struct termios before;
	sigset_t mask; /* of signals, as it was before */
	struct sigaction handlers[N_CAUGHT];
};

/* The signals are held back except while waiting for input, so that none can slip in between looking and
 * waiting; and they are caught before echo goes off.
 */
static int begin(struct question *q, bool shown, struct ow_error *err)
{
	struct sigaction noted = {.sa_handler = note}; /* no SA_RESTART: waiting ends */
	struct termios now;
	sigset_t held;

	if (tcgetattr(q->tty, &q->before) < 0)
		return err_sys(err, errno, "terminal");
	(void)sigemptyset(&noted.sa_mask);
	(void)sigemptyset(&held);
	for (int i = 0; i < N_CAUGHT; i++)
		(void)sigaddset(&held, caught[i]);
	(void)pthread_sigmask(SIG_BLOCK, &held, &q->mask);
	atomic_store(&came, 0);
	for (int i = 0; i < N_CAUGHT; i++)
		(void)sigaction(caught[i], &noted, &q->handlers[i]);
	now = q->before;
	if (!shown)
		now.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	/* TCSAFLUSH drops what was typed ahead: it was no answer to this question */
	(void)tcsetattr(q->tty, TCSAFLUSH, &now);
	return 0;
}

/* Give terminal, handlers and mask back; a signal that came is then dealt with as usual. Returns it, or 0. */
static int end(struct question *q)
{
	int sig = atomic_load(&came);

	(void)tcsetattr(q->tty, TCSADRAIN, &q->before);
	for (int i = 0; i < N_CAUGHT; i++)
		(void)sigaction(caught[i], &q->handlers[i], NULL);
	(void)pthread_sigmask(SIG_SETMASK, &q->mask, NULL);
	if (sig != 0)
		(void)raise(sig);
	return sig;
}

/* Wait until there is something to read, or a signal came. */
static int wait_for_input(const struct question *q, struct ow_error *err)
{
	struct pollfd ready = {.fd = q->tty, .events = POLLIN};

	while (atomic_load(&came) == 0) {
		int r = ppoll(&ready, 1, NULL, &q->mask);

		if (r > 0)
			return 0;
		if (r < 0 && errno != EINTR)
			return err_sys(err, errno, "terminal");
	}
	return err_sys(err, EINTR, "terminal");
}

/* One line without its line feed, byte by byte straight into out. Returns its length, or < 0. */
static int read_line(const struct question *q, char *out, size_t cap, struct ow_error *err)
{
	size_t n = 0;
	bool cut = false;

	for (;;) {
		char c = 0;
		ssize_t r;

		if (wait_for_input(q, err) < 0)
			return err->code;
		r = os_io()->read(q->tty, &c, 1);
		if (r < 0)
			return err_sys(err, errno, "terminal");
		if (r == 0 && n == 0)
			return err_set(err, OW_E_IO, "terminal: the input ended");
		if (r == 0 || c == '\n')
			break;
		if (n + 1 < cap)
			out[n++] = c;
		else
			cut = true;
	}
	out[n] = '\0';
	return cut ? err_set(err, OW_E_USAGE, "the line is longer than %zu bytes", cap - 1)
		   : (int)n;
}

/* Ask once. Returns 0, or < 0; *sig is the signal that ended the question, or 0. */
static int ask_once(struct question *q, const char *prompt, bool shown, char *out, size_t cap,
		    int *sig, struct ow_error *err)
{
	static const char line_feed = '\n';
	struct ow_error ignored = {0};
	int result;

	if (begin(q, shown, err) < 0)
		return err->code;
	result = fd_write(q->tty, prompt, strlen(prompt), "terminal", err);
	if (result == 0)
		result = read_line(q, out, cap, err);
	if (!shown && fd_write(q->tty, &line_feed, 1, "terminal", &ignored) < 0 && result >= 0)
		*err = ignored; /* the line feed that was typed is not shown */
	*sig = end(q);
	return result < 0 ? result : (int)err->code;
}

static int ask(const char *prompt, bool shown, char *out, size_t cap, struct ow_error *err)
{
	OW_AUTO(fd_close) int tty = -1;
	struct question q;
	int sig = 0, result;

	tty = os_io()->openat(AT_FDCWD, "/dev/tty", O_RDWR | O_NOCTTY, 0);
	if (tty < 0)
		return err_set(err, OW_E_USAGE, "there is no terminal to ask on");
	q.tty = tty;
	do {
		struct ow_error why = {0};

		result = ask_once(&q, prompt, shown, out, cap, &sig, &why);
		if (result < 0)
			explicit_bzero(out, cap);
		if (result < 0 && sig != SIGTSTP)
			*err = why;
	} while (result < 0 && sig == SIGTSTP);
	return result;
}

int tty_read_secret(const char *prompt, char *out, size_t cap, struct ow_error *err)
{
	return ask(prompt, false, out, cap, err);
}

int tty_confirm(const char *question, bool *yes, struct ow_error *err)
{
	char answer[16];
	int result = ask(question, true, answer, sizeof answer, err);

	if (result < 0)
		return result;
	*yes = strcmp(answer, "y") == 0 || strcmp(answer, "yes") == 0;
	return 0;
}
