/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Inspection of an open file.
 */
#ifndef OW_HANDLE_LOOK_H
#define OW_HANDLE_LOOK_H

#include "bulk/chunks.h"
#include "inspect/inspect.h"

/* Look at the file of a descriptor that can be read at any place; `path` is its name in the artifact. */
OW_MUST_USE int look_at(int fd, uint64_t size, const char *path, struct inspect *out,
			struct ow_error *err);

/* Where to cut it; borrowed from `in`. */
struct cuts look_cuts(const struct inspect *in);

#endif
