/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The blocks of a text that was written here: a line "[label]" and what follows it, up to the next line that is not
 * indented.
 */
#ifndef OW_NOTICE_BLOCKS_H
#define OW_NOTICE_BLOCKS_H

#include <owstore/api.h>
#include <owstore/error.h>

#include "base/auto.h"
#include "base/buf.h"

struct block {
	struct ow_view label, body;
};

struct blocks {
	struct block *at; /* by label */
	size_t n, cap;
};

OW_MUST_USE int blocks_read(struct ow_view text, struct blocks *out, struct ow_error *err);
void blocks_done(struct blocks *b);
OW_DEFINE_AUTO_DONE(struct blocks, blocks_done)

/* The block of a label; *n is how many there are. NULL: none. */
const struct block *blocks_find(const struct blocks *b, const char *label, size_t *n);

/* Are these bytes in it? */
bool view_holds(struct ow_view text, const void *p, size_t n);

#endif
