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

/* Columns of the terminal on standard error, where progress and messages go; 0 where it is none or is dumb. */
unsigned tty_error_columns(void);

/* Does the environment allow colours: NO_COLOR is unset or empty, TERM is neither unset nor "dumb"?
 */
bool tty_takes_color(void);

/* Ask on the controlling terminal and read one line that is not shown, into out[0..cap) with a terminator. The bytes
 * are nowhere else; on failure out is wiped. The terminal is as before on return, also when a signal comes: one that
 * stops the process for a while (SIGTSTP) lets it stop with echo on and asks again afterwards, any other ends the
 * question.
 *
 * Errors   OW_E_USAGE: no terminal, or the line is longer than cap - 1. OW_E_IO: reading failed, or the question
 *          was interrupted (err->sys is EINTR) or ended without a line.
 */
OW_MUST_USE int tty_read_secret(const char *prompt, char *out, size_t cap, struct ow_error *err);

/* Ask a question of yes or no on the controlling terminal; *yes is set for "y" or "yes". Errors as above. */
OW_MUST_USE int tty_confirm(const char *question, bool *yes, struct ow_error *err);

#endif
