/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Relative paths from outside, judged as text before anything is opened.
 */
#ifndef OW_BASE_RELPATH_H
#define OW_BASE_RELPATH_H

#include <owstore/error.h>

/* Is it a path that an artifact may contain: relative, parts of 1 to 255 bytes none of which is "."
 * or
 * "..", at most 32 of them and 1,024 bytes, strict UTF-8, no control character, no backslash, no
 * drive letter? OW_E_UNSAFE for what would lead out of the folder, OW_E_FORMAT for the rest.
 */
OW_MUST_USE int path_check(const char *path, struct ow_error *err);

#endif
