/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Manual pages in mdoc, printed from the table of verbs.
 */
#ifndef OW_CLI_MAN_H
#define OW_CLI_MAN_H

#include "base/buf.h"
#include "cli/cmd.h"

enum {
	MAN_NAME = 64
};

/* "owstore-key-new"; "owstore" for NULL. Returns out. */
const char *man_name(const struct cmd *cmd, char out[MAN_NAME]);

/* The page of one verb in section 1, or of the whole program for NULL. */
void man_page(const struct cmd *cmd, struct buf *out);

#endif
