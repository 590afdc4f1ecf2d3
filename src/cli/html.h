/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Pages for printing: HTML in one file, without scripts and without anything that would have to be loaded.
 */
#ifndef OW_CLI_HTML_H
#define OW_CLI_HTML_H

#include <stdbool.h>

#include <owstore/api.h>

#include "base/buf.h"

/* From the document type to the end of the style; the head is still open, for a title. Wide pages lie on their side. */
void html_head(struct buf *b, bool wide);

/* Text of whoever wrote it: scrubbed as for a terminal, and nothing in it is markup. */
void html_put(struct buf *b, const char *s);

/* One element with such text. `open` is what stands between the brackets: `td class="n"`. */
void html_element(struct buf *b, const char *open, const char *fmt, ...) OW_PRINTF(3, 4);

#endif
