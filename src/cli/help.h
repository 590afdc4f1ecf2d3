/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Help of every level, printed from the table of verbs: at most 80 columns.
 */
#ifndef OW_CLI_HELP_H
#define OW_CLI_HELP_H

#include "base/buf.h"
#include "cli/cmd.h"

/* All verbs by section. */
void help_overview(struct buf *out);

/* The verbs that begin with one word ("key"). */
void help_group(const char *group, struct buf *out);

void help_verb(const struct cmd *cmd, struct buf *out);

/* "-n, --dry-run", "    --to DIR", "    --color auto|always|never", "    --json[=lines]" */
void help_option(const struct opt *o, struct buf *out);

/* "Keys and trust" */
const char *help_section(enum section s);

#endif
