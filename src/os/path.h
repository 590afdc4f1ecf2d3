/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Relative paths from outside: checked as text, then opened so that the kernel keeps them inside.
 */
#ifndef OW_OS_PATH_H
#define OW_OS_PATH_H

#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>

#include "base/relpath.h"

/* Open `path` below `dir` with O_NONBLOCK | O_CLOEXEC added, following no link and leaving `dir`
 * under no circumstances (openat2: RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS, RESOLVE_NO_MAGICLINKS).
 * Returns the descriptor or < 0; err->sys is ENOENT where it does not exist, ELOOP for a link.
 */
OW_MUST_USE int path_open(int dir, const char *path, int flags, struct ow_error *err);

/* The same for a file that must be regular: a FIFO, device, directory or link is OW_E_FORMAT, and
 * opening never blocks.
 */
OW_MUST_USE int path_open_file(int dir, const char *path, struct ow_error *err);

/* Make a new file for writing below `dir`, under the same rules; its folder must exist. An existing file or link of
 * that name is OW_E_IO with err->sys EEXIST. Returns the descriptor or < 0.
 */
OW_MUST_USE int path_create(int dir, const char *path, unsigned mode, struct ow_error *err);

/* Where the link `path` below `dir` points, into out: 1, or 0 if it is no link. Links on the way to it are refused
 * as by path_open. A target that does not fit is OW_E_FORMAT.
 */
OW_MUST_USE int path_link(int dir, const char *path, char *out, size_t cap, struct ow_error *err);

/* The absolute path, free of links, "." and "..", of a path that the user gave; heap-allocated; NULL on failure. */
char *path_real(const char *path, struct ow_error *err);

/* The same for a file that must also have one name only: what a second name leads to could change
 * behind our back. Tells its size.
 */
OW_MUST_USE int path_open_sole(int dir, const char *path, uint64_t *size, struct ow_error *err);

/* Open a directory by a path that the user gave; links are followed. */
OW_MUST_USE int path_open_dir(const char *path, struct ow_error *err);

/* "a/b" of `dir` and `name`, heap-allocated; NULL on failure. */
char *path_join(const char *dir, const char *name, struct ow_error *err);

/* The part after the last slash. */
const char *path_base(const char *path);

#endif
