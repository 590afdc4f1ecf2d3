/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Text from outside in files that people read: UTF-8, one line stays one line, nothing that a terminal would act upon
 * or that does not show.
 */
#ifndef OW_NOTICE_PUT_H
#define OW_NOTICE_PUT_H

#include <owstore/api.h>

#include "base/buf.h"

/* As text_escape writes it, whatever its length. */
void put_shown(struct buf *b, const char *s);

/* All lines of a text, each behind `indent`: characters as they are, tabs among them; what cannot be shown is escaped as
 * \u{…} or \xNN. CR LF and CR count as LF; a byte order mark at the start is left out.
 */
void put_verbatim(struct buf *b, const char *indent, struct ow_view text);

/* "2026-11-21T00:00:00Z" */
void put_time(struct buf *b, uint64_t t);

/* A headline with a line below it. */
void put_head(struct buf *b, const char *title, char line);

#endif
