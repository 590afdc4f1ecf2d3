/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Commands that are shown to people, who hand them to a shell.
 */
#ifndef OW_BASE_SHELL_H
#define OW_BASE_SHELL_H

#include <stddef.h>

#include "base/buf.h"

/* Write s[0..n) as one word of a shell (POSIX sh, 2.2.2): in quotes where it is not plain. */
void shell_word(struct buf *b, const char *s, size_t n);

#endif
