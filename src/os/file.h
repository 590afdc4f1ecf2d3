/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whole small files: read within a limit, published so that a reader sees the old or the new one,
 * never half.
 */
#ifndef OW_OS_FILE_H
#define OW_OS_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include <owstore/error.h>

#include "base/buf.h"

/* Read a regular file below `dir` whole into `out` (cleared first). A file larger than `max` is
 * OW_E_FORMAT and is not read. Missing: OW_E_IO with err->sys ENOENT.
 */
OW_MUST_USE int file_read(int dir, const char *path, uint64_t max, struct buf *out,
			  struct ow_error *err);

/* The same for a file that must have one name only (path_open_sole), as files of a medium must. */
OW_MUST_USE int file_read_sole(int dir, const char *path, uint64_t max, struct buf *out,
			       struct ow_error *err);

/* The same for a path that the user gave; "-" is standard input. */
OW_MUST_USE int file_read_user(const char *path, uint64_t max, struct buf *out,
			       struct ow_error *err);

enum file_publish {
	FILE_NEW,     /* an existing file is an error: OW_E_IO with err->sys EEXIST */
	FILE_REPLACE, /* an existing file is replaced in one step */
};

/* Write p[0..n) as `name` below `dir`: temporary file, fsync, rename, fsync of the directory.
 * Durable on return. On failure nothing of that name is new and the temporary file is gone.
 */
OW_MUST_USE int file_publish(int dir, const char *name, const void *p, size_t n, unsigned mode,
			     enum file_publish how, struct ow_error *err);

/* Move a finished, synced file into place without replacing anything and sync the target directory.
 * An existing target is OW_E_IO with err->sys EEXIST.
 */
OW_MUST_USE int file_move(int from_dir, const char *from, int to_dir, const char *to,
			  struct ow_error *err);

/* The steps of file_publish for callers that sync many names at once (dir_sync): write a new file
 * and sync it, then give it its name. On failure file_create leaves no file, file_rename both as
 * they were; err->sys is EEXIST, ENOENT (file or target folder), EXDEV where that was it.
 */
OW_MUST_USE int file_create(int dir, const char *name, const void *p, size_t n, unsigned mode,
			    struct ow_error *err);
OW_MUST_USE int file_rename(int from_dir, const char *from, int to_dir, const char *to,
			    enum file_publish how, struct ow_error *err);

/* Open `name` below `dir` for reading and writing: a new file with `mode` (file_make: EEXIST if
 * there is one), or the one that is there as it is, else a new one (file_edit). Returns the
 * descriptor.
 */
OW_MUST_USE int file_make(int dir, const char *name, unsigned mode, struct ow_error *err);
OW_MUST_USE int file_edit(int dir, const char *name, unsigned mode, struct ow_error *err);

/* Make a new file at a path that the user gave, for writing; there is none of that name yet (EEXIST). */
OW_MUST_USE int file_make_user(const char *path, unsigned mode, struct ow_error *err);

OW_MUST_USE int file_remove(int dir, const char *name, struct ow_error *err);

/* False only where there is surely nothing of the name: what cannot be told is met again on opening it. */
bool file_exists(int dir, const char *path);

struct file_info {
	bool regular, folder;
	unsigned mode; /* permission bits */
	uint64_t size;
	int64_t mtime_ns;
	uint64_t device; /* the same number: the same file system */
};

/* What `path` below `dir` is, a link itself and not its target. 1, or 0 if there is nothing. */
OW_MUST_USE int file_info(int dir, const char *path, struct file_info *out, struct ow_error *err);

#endif
