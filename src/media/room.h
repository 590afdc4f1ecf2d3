/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Does a bundle fit on a medium? Asked before the first byte. Used inside this room only.
 */
#ifndef OW_MEDIA_ROOM_H
#define OW_MEDIA_ROOM_H

#include "media/target.h"
#include "os/fs.h"

/* How many entries of 32 bytes a name takes in a folder on FAT (Microsoft, FAT32 File System
 * Specification 1.03, "Long Directory Entries"): one, and where it is not of the form 8.3 one more
 * for each 13 characters.
 */
unsigned room_fat_entries(const char *name);

/* Check capacity, free space, numbers of files and the limits of FAT, for the medium with the open
 * folder `dir` that the user called `path`. Errors as target_open.
 */
OW_MUST_USE int room_check(int dir, const char *path, const struct fs_type *fs,
			   const struct media_limits *limits, const struct target_need *need,
			   struct ow_error *err);

#endif
