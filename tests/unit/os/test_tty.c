/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each test plays the person at a pseudo-terminal whose other end is the controlling terminal of a child.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "os/signal.h"
#include "os/tty.h"
#include "support/support.h"

struct person {
	int fd; /* of the keyboard and screen */
	pid_t child;
	char screen[2048];
	size_t n;
};

/* What the child does; its exit status tells how it went. */
typedef int (*child_work)(void);

static struct person sit_down(child_work work)
{
	struct person p = {.fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};
	char name[64];

	ck_assert_int_ge(p.fd, 0);
	ck_assert_int_eq(grantpt(p.fd), 0);
	ck_assert_int_eq(unlockpt(p.fd), 0);
	ck_assert_int_eq(ptsname_r(p.fd, name, sizeof name), 0);
	p.child = fork();
	ck_assert_int_ge(p.child, 0);
	if (p.child == 0) {
		int tty;

		(void)setsid();
		tty = open(name, O_RDWR); /* becomes the controlling terminal */
		(void)dup2(tty, STDIN_FILENO);
		(void)dup2(tty, STDOUT_FILENO);
		(void)dup2(tty, STDERR_FILENO);
		_exit(work());
	}
	return p;
}

/* Read the screen until it shows `text`; false if nothing comes for five seconds. */
static bool wait_for(struct person *p, const char *text)
{
	while (strstr(p->screen, text) == NULL) {
		struct pollfd ready = {.fd = p->fd, .events = POLLIN};
		ssize_t n;

		if (poll(&ready, 1, 5000) != 1)
			return false;
		n = read(p->fd, p->screen + p->n, sizeof p->screen - 1 - p->n);
		if (n <= 0)
			return false;
		p->n += (size_t)n;
	}
	return true;
}

/* Echo is turned off a moment before the prompt is written, so the prompt is the sign to type. */
static void type(const struct person *p, const char *text)
{
	ck_assert_int_eq(write(p->fd, text, strlen(text)), (ssize_t)strlen(text));
}

static int leave(const struct person *p)
{
	int status;

	ck_assert_int_eq(waitpid(p->child, &status, 0), p->child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool echoes(int fd)
{
	struct termios t;

	ck_assert_int_eq(tcgetattr(fd, &t), 0);
	return (t.c_lflag & ECHO) != 0;
}

static int ask_secret(void)
{
	struct ow_error err = {0};
	char secret[64];

	if (signal_setup(&err) < 0)
		return 1;
	if (tty_read_secret("Secret: ", secret, sizeof secret, &err) < 0)
		return err.code == OW_E_USAGE                     ? 2
		       : err.code == OW_E_IO && secret[0] == '\0' ? 9
								  : 1;
	(void)write(STDOUT_FILENO, "done\n", 5);
	return strcmp(secret, "open sesame") == 0 ? 0 : 3;
}

START_TEST(a_secret_is_read_and_not_shown)
{
	struct person p = sit_down(ask_secret);

	ck_assert(wait_for(&p, "Secret: "));
	ck_assert(!echoes(p.fd));
	type(&p, "open sesame\n");
	ck_assert(wait_for(&p, "done"));
	ck_assert_int_eq(leave(&p), 0);
	ck_assert_ptr_null(strstr(p.screen, "sesame"));
	ck_assert(echoes(p.fd));
}
END_TEST

START_TEST(attack_H29_an_interrupt_gives_the_echo_back)
{
	struct person p = sit_down(ask_secret);

	ck_assert(wait_for(&p, "Secret: "));
	type(&p, "open\003"); /* Ctrl-C */
	ck_assert_int_eq(leave(&p), 9);
	ck_assert(echoes(p.fd));
}
END_TEST

START_TEST(attack_H29_every_ending_signal_gives_the_echo_back)
{
	static const int signals[] = {SIGTERM, SIGHUP};

	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		struct person p = sit_down(ask_secret);

		ck_assert(wait_for(&p, "Secret: "));
		ck_assert_int_eq(kill(p.child, signals[i]), 0);
		ck_assert_int_eq(leave(&p), 9);
		ck_assert(echoes(p.fd));
	}
}
END_TEST

/* A process group whose leader has no parent in the session cannot be stopped by the terminal, so a grandchild asks. */
static int ask_in_grandchild(void)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		(void)setpgid(0, 0);
		(void)signal(SIGTTOU, SIG_IGN);
		(void)tcsetpgrp(STDIN_FILENO, getpid());
		(void)signal(SIGTTOU, SIG_DFL);
		_exit(ask_secret());
	}
	if (waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status))
		return 20;
	if (!echoes(STDIN_FILENO))
		return 21;
	(void)write(STDOUT_FILENO, "stopped\n", 8);
	(void)kill(child, SIGCONT);
	if (waitpid(child, &status, 0) != child)
		return 22;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 23;
}

START_TEST(attack_H29_a_stop_gives_the_echo_back_and_asks_again)
{
	struct person p = sit_down(ask_in_grandchild);

	ck_assert(wait_for(&p, "Secret: "));
	type(&p, "half\032"); /* Ctrl-Z */
	ck_assert(wait_for(&p, "stopped\r\nSecret: "));
	ck_assert(!echoes(p.fd));
	type(&p, "open sesame\n");
	ck_assert(wait_for(&p, "done"));
	ck_assert_int_eq(leave(&p), 0);
}
END_TEST

START_TEST(a_line_that_is_too_long_is_refused)
{
	struct person p = sit_down(ask_secret);

	ck_assert(wait_for(&p, "Secret: "));
	type(&p, "0123456789012345678901234567890123456789012345678901234567890123456789\n");
	ck_assert_int_eq(leave(&p), 2);
}
END_TEST

START_TEST(the_end_of_input_is_an_error)
{
	struct person p = sit_down(ask_secret);

	ck_assert(wait_for(&p, "Secret: "));
	type(&p, "\004"); /* Ctrl-D */
	ck_assert_int_eq(leave(&p), 9);
	ck_assert(echoes(p.fd));
}
END_TEST

static int confirm(void)
{
	struct ow_error err = {0};
	bool yes = false;

	if (tty_confirm("Really? ", &yes, &err) < 0)
		return 1;
	return yes ? 0 : 5;
}

START_TEST(only_yes_is_yes)
{
	static const struct {
		const char *typed;
		int status;
	} cases[] = {{"y\n", 0}, {"yes\n", 0}, {"\n", 5}, {"n\n", 5}, {"yeah\n", 5}};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct person p = sit_down(confirm);

		ck_assert(wait_for(&p, "Really? "));
		type(&p, cases[i].typed);
		ck_assert_int_eq(leave(&p), cases[i].status);
	}
}
END_TEST

static int tell_columns(void)
{
	bool terminal = false;

	return tty_columns(&terminal) == 132 && terminal && tty_error_columns() == 132 ? 0 : 1;
}

static int tell_after_resize(void)
{
	char go;

	return read(STDIN_FILENO, &go, 1) == 1 ? tell_columns() : 2;
}

START_TEST(the_width_is_that_of_the_terminal)
{
	struct winsize size = {.ws_row = 40, .ws_col = 132};
	struct person p;

	ck_assert_int_eq(setenv("TERM", "xterm", 1), 0);
	p = sit_down(tell_after_resize);
	ck_assert_int_eq(ioctl(p.fd, TIOCSWINSZ, &size), 0);
	type(&p, "\n");
	ck_assert_int_eq(leave(&p), 0);
}
END_TEST

static int without_terminal(void)
{
	struct ow_error err = {0};
	char secret[8];

	(void)setsid();
	return tty_read_secret("", secret, sizeof secret, &err) == OW_E_USAGE ? 0 : 1;
}

START_TEST(without_a_terminal_nothing_is_asked)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(without_terminal());
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
END_TEST

SUITE_MAIN("os/tty", a_secret_is_read_and_not_shown, attack_H29_an_interrupt_gives_the_echo_back,
	   attack_H29_every_ending_signal_gives_the_echo_back,
	   attack_H29_a_stop_gives_the_echo_back_and_asks_again, a_line_that_is_too_long_is_refused,
	   the_end_of_input_is_an_error, only_yes_is_yes, the_width_is_that_of_the_terminal,
	   without_a_terminal_nothing_is_asked)
