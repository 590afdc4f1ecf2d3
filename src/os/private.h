/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Files that nobody but their owner may have read or planted.
 */
#ifndef OW_OS_PRIVATE_H
#define OW_OS_PRIVATE_H

#include "os/file.h"

/* Read a file whole that is regular, not a link, ours, of mode 0600 or less, has no second name and lies on
 * a disk of this host (FS_FOREIGN is not). OW_E_USAGE naming what is wrong otherwise; missing: OW_E_IO, ENOENT.
 */
OW_MUST_USE int private_read(int dir, const char *name, uint64_t max, struct buf *out,
			     struct ow_error *err);

/* Can the file system of `fd` keep such files? OW_E_USAGE where it keeps no modes; `name` is for the text. */
OW_MUST_USE int private_check_fs(int fd, const char *name, struct ow_error *err);

/* Publish a new file with mode 0600; OW_E_USAGE where the file system keeps no modes. */
OW_MUST_USE int private_publish(int dir, const char *name, const void *p, size_t n,
				struct ow_error *err);

#endif
