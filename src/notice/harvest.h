/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Lines that must be kept: who holds the copyright, as licence texts and NOTICE files say it.
 */
#ifndef OW_NOTICE_HARVEST_H
#define OW_NOTICE_HARVEST_H

#include <owstore/api.h>

#include "base/arena.h"
#include "policy/fields.h"

enum {
	HARVEST_LINE_MAX = 400, /* bytes of a line that is a notice and no paragraph */
	HARVEST_LINES_MAX = 2000
};

/* The copyright lines of a text, each once, in its order; templates ("Copyright [yyyy] [name]") and the line of a
 * licence text about itself are none. They are in the arena. OW_E_IO: no memory.
 */
OW_MUST_USE int harvest_copyrights(struct ow_view text, struct arena *a, struct texts *out,
				   struct ow_error *err);

/* Append a line to a list of room for `cap`, unless it is there. */
bool harvest_add(struct texts *list, size_t cap, const char *line);

#endif
