/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The terminal: how wide it is, and secrets typed without being shown.
 */
#ifndef OW_OS_TTY_H
#define OW_OS_TTY_H

#include <stdbool.h>
#include <stddef.h>

#include <owstore/error.h>

/* Columns of the terminal on standard output (40 to 1,000), 80 where it is none; *terminal says
 * which. */
unsigned tty_columns(bool *terminal);

/* Is standard error a terminal (where progress and messages go)? */
bool tty_on_error(void);

/* Does the environment allow colours: NO_COLOR is unset or empty, TERM is neither unset nor "dumb"?
 */
bool tty_takes_color(void);

#endif
