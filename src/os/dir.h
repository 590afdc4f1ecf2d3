/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Directories: made durably, listed in byte order, walked without recursion, removed.
 */
#ifndef OW_OS_DIR_H
#define OW_OS_DIR_H

#include <stdbool.h>
#include <stdint.h>

#include <owstore/error.h>

#include "base/auto.h"

/* fsync of a directory, so that the names in it last. `name` is for the error text. */
OW_MUST_USE int dir_sync(int dir, const char *name, struct ow_error *err);

/* Make each missing part of the relative `path` below `dir`, sync its parent, and give back the
 * open directory. Returns the descriptor or < 0.
 */
OW_MUST_USE int dir_make(int dir, const char *path, unsigned mode, struct ow_error *err);

/* Make the directory `path` below `dir`, whose parent exists, with exactly `mode` whatever the
 * umask says (and setgid where the parent has it), without syncing anything. Returns 1 made, 0 was
 * there.
 */
OW_MUST_USE int dir_add(int dir, const char *path, unsigned mode, struct ow_error *err);

/* Make the directory `name` below `dir`, which must not exist (else OW_E_IO with err->sys EEXIST), and
 * sync `dir`. Returns the descriptor of the new one.
 */
OW_MUST_USE int dir_make_new(int dir, const char *name, unsigned mode, struct ow_error *err);

/* Make the directory that the user named, with its parents; returns the descriptor or < 0. */
OW_MUST_USE int dir_make_user(const char *path, unsigned mode, struct ow_error *err);

enum dir_kind {
	DIR_FILE,
	DIR_DIR,
	DIR_LINK,
	DIR_OTHER, /* FIFO, device, socket */
};

struct dir_entry {
	char *name; /* owned by the list */
	enum dir_kind kind;
};

struct dir_list {
	struct dir_entry *at; /* sorted by the bytes of the name; without "." and ".." */
	size_t n, cap;
	bool cut; /* there were more than the limit; at[] is then some of them */
};

/* List the directory `path` below `dir` ("" or "." for `dir` itself), at most `limit` names; a
 * directory that does not exist is an empty list.
 */
OW_MUST_USE int dir_list(int dir, const char *path, size_t limit, struct dir_list *out,
			 struct ow_error *err);
void dir_list_done(struct dir_list *l);
OW_DEFINE_AUTO_DONE(struct dir_list, dir_list_done)

struct dir_file {
	const char *path; /* relative to where the walk began; valid during the call */
	enum dir_kind kind;
	uint64_t size; /* of a regular file */
	int64_t mtime_ns;
};

/* Called for everything but directories, in byte order of the path parts. < 0 ends the walk. */
typedef int (*dir_visit)(void *ctx, const struct dir_file *f, struct ow_error *err);

/* Visit what lies below `dir`, depth first, following no link and staying on one file system (a
 * mount point is OW_E_UNSAFE). At most `limit` files and PATH_DEPTH_MAX levels, else OW_E_FORMAT.
 */
OW_MUST_USE int dir_walk(int dir, size_t limit, dir_visit visit, void *ctx, struct ow_error *err);

/* May files be made in the folder? OW_E_IO if not, or if its file system takes none. */
OW_MUST_USE int dir_writable(int dir, const char *name, struct ow_error *err);

/* Sync the whole file system that the folder is on: for many files and folders at once. */
OW_MUST_USE int dir_sync_fs(int dir, const char *name, struct ow_error *err);

/* Give the folder `from` the name `to`, both below `dir`, durably. An empty folder of that name gives way;
 * anything else there is OW_E_IO with err->sys ENOTEMPTY, EEXIST or ENOTDIR.
 */
OW_MUST_USE int dir_rename(int dir, const char *from, const char *to, struct ow_error *err);

/* Remove the folder `name` below `dir` if there is nothing in it. */
OW_MUST_USE int dir_remove_empty(int dir, const char *name, struct ow_error *err);

/* Remove `name` below `dir` with all that is in it; missing is fine. */
OW_MUST_USE int dir_remove(int dir, const char *name, struct ow_error *err);

#endif
