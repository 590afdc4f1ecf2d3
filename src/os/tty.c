/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/tty.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

unsigned tty_columns(bool *terminal)
{
	struct winsize size = {0};

	*terminal = isatty(STDOUT_FILENO) == 1;
	if (!*terminal || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return 80;
	return size.ws_col < 40 ? 40 : size.ws_col > 1000 ? 1000 : size.ws_col;
}

bool tty_on_error(void)
{
	return isatty(STDERR_FILENO) == 1;
}

bool tty_takes_color(void)
{
	const char *no =
	    getenv("NO_COLOR"); /* NOLINT(concurrency-mt-unsafe): read before any thread starts */
	const char *term = getenv("TERM"); /* NOLINT(concurrency-mt-unsafe) */

	return (no == NULL || no[0] == '\0') && term != NULL && strcmp(term, "dumb") != 0;
}
