/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Tables for people.
 *
 *	OW_AUTO(table_free) struct table *t = table_new("NAME", ">SIZE", NULL);
 *
 *	table_cell(t, "%s", name);
 *	table_cell(t, "%s", text_size(size, shown));
 *	out_table(&c->out, t);
 *
 * Failures are remembered in the table and handed to the output, so that nothing needs a check.
 */
#ifndef OW_CLI_TABLE_H
#define OW_CLI_TABLE_H

#include "cli/out.h"

/* A table whose columns are as wide as they must be. Headings end with NULL; ">SIZE" is set to the right. Where the line
 * is too long for the terminal, "_NEXT", which can only be the last, stands on a line of its own below, and as much as
 * must be is left out of the middle of "~NAME".
 */
struct table *table_new(const char *heading, ...) __attribute__((sentinel));

/* The next cell, row by row; scrubbed. */
void table_cell(struct table *t, const char *fmt, ...) OW_PRINTF(2, 3);

/* The next cell, and the same text as `key` of the row's JSON object. NULL and "" are "-" here and null there. */
void table_text(struct table *t, struct json row, const char *key, const char *value);
void table_free(struct table *t);
OW_DEFINE_AUTO(struct table *, table_free)

/* Print it; a table without rows prints nothing. A section has an empty line before it. */
void out_table(struct out *o, const struct table *t);
void out_section(struct out *o, const struct table *t);

#endif
