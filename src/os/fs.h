/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What kind of file system something lies on.
 */
#ifndef OW_OS_FS_H
#define OW_OS_FS_H

#include <stdbool.h>
#include <stdint.h>

#include <owstore/error.h>

enum fs_kind {
	FS_LOCAL,   /* keeps modes, renames atomically, locks: a store may live here */
	FS_MEMORY,  /* the same, but gone after a restart */
	FS_FOREIGN, /* FAT, exFAT, NTFS, FUSE, network: one of these promises is missing or cannot
		       be known */
};

struct fs_type {
	enum fs_kind kind;
	const char *name; /* "exFAT", "NFS", …; "" for an ordinary local one */
};

/* Look at the file system of an open file or directory; `name` is for the error text. A kind that
 * is not known counts as local.
 */
OW_MUST_USE int fs_type(int fd, const char *name, struct fs_type *out, struct ow_error *err);

struct fs_space {
	uint64_t free;  /* bytes that this user may still write; UINT64_MAX where nobody knows */
	uint64_t block; /* every file takes a multiple of so many */
	uint64_t files; /* how many more files there may be; UINT64_MAX where that has no limit */
	bool read_only;
};

/* What room there is on the file system of an open file or directory. */
OW_MUST_USE int fs_space(int fd, const char *name, struct fs_space *out, struct ow_error *err);

#endif
