/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/signal.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

#include "base/err.h"

/* The one place where the process is told something from outside: a handler has no other memory. */
static atomic_int stop_signal;

static void note(int sig)
{
	atomic_store(&stop_signal, sig);
}

int signal_stop(void)
{
	return atomic_load(&stop_signal);
}

int signal_setup(struct ow_error *err)
{
	static const int stops[] = {SIGINT, SIGTERM, SIGHUP};
	/* no SA_RESTART: a wait for input ends; SA_RESETHAND: asked again, the process dies at once
	 */
	struct sigaction noted = {.sa_handler = note, .sa_flags = (int)SA_RESETHAND};
	struct sigaction ignored = {.sa_handler = SIG_IGN}, old;

	(void)sigemptyset(&noted.sa_mask);
	(void)sigemptyset(&ignored.sa_mask);
	for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
		if (sigaction(stops[i], NULL, &old) < 0)
			return err_sys(err, errno, "signal %d", stops[i]);
		if (old.sa_handler != SIG_IGN && sigaction(stops[i], &noted, NULL) < 0)
			return err_sys(err, errno, "signal %d", stops[i]);
	}
	if (sigaction(SIGPIPE, &ignored, NULL) < 0)
		return err_sys(err, errno, "signal %d", SIGPIPE);
	return 0;
}
