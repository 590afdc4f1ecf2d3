/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What each exit status means, in the words that help and manual use.
 */
#ifndef OW_CLI_STATUS_H
#define OW_CLI_STATUS_H

#include <owstore/error.h>

#include "cli/cmd.h"

/* "the medium or the disk failed, or there is no space" */
const char *status_text(enum ow_code code);

/* See that an error of `cmd` says what to do next: where it has no hint of its own it gets that of its class. */
void status_advise(const struct cmd *cmd, struct ow_error *err);

enum {
	STATUS_MAX = 14
};

/* The codes that `cmd` can end with (NULL: all there are), in ascending exit status. Returns how
 * many. */
size_t status_of(const struct cmd *cmd, enum ow_code out[STATUS_MAX]);

#endif
