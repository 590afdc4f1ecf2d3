/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Completion scripts, printed from the table of verbs.
 */
#ifndef OW_CLI_COMPLETE_H
#define OW_CLI_COMPLETE_H

#include "base/buf.h"

void complete_bash(struct buf *out);
void complete_zsh(struct buf *out);
void complete_fish(struct buf *out);

#endif
