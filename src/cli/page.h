/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What verify found as a page for printing: HTML in one file, without scripts and without anything that would have to be
 * loaded. One A4 page; what does not fit is counted.
 */
#ifndef OW_CLI_PAGE_H
#define OW_CLI_PAGE_H

#include <owstore/bundle.h>

#include "base/buf.h"

/* Append the page to `out`. `why` is what kept verify from a report (r->n is 0 then), else clean; `next` is the command
 * that comes next, or NULL.
 */
void page_write(struct buf *out, const struct ow_verify_report *r, const struct ow_error *why,
		const char *next);

#endif
