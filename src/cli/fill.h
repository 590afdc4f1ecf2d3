/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Running text filled to 80 columns, for help.
 */
#ifndef OW_CLI_FILL_H
#define OW_CLI_FILL_H

#include <stddef.h>

#include "base/buf.h"

enum {
	FILL_WIDTH = 80
};

/* Append `text`, its words filled into lines of at most FILL_WIDTH columns that begin at column
 * `indent`. The first line is taken to be at column `at` already. "\n" begins a new line, "\n\n" a
 * paragraph. Ends with a line feed. A word that is too long stands alone.
 */
void fill(struct buf *out, const char *text, size_t at, size_t indent);

/* Append a command line from column `indent` on, in lines that end with a backslash where it is longer than
 * `width`; what is in quotes is not torn.
 */
void fill_command(struct buf *out, const char *line, size_t indent, size_t width);

#endif
