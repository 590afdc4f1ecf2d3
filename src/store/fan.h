/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A folder of files named by digest, spread over 256 folders by the first two hex digits (or flat),
 * which remembers where names were put until they are synced: one fsync a folder, however many
 * names it got.
 */
#ifndef OW_STORE_FAN_H
#define OW_STORE_FAN_H

#include <stdbool.h>
#include <stdint.h>

#include <owstore/error.h>
#include <owstore/id.h>

#include "os/file.h"
#include "store/zone.h"

enum {
	FAN_ROOT = 80, /* "blobs/" and a licence folder */
	FAN_PATH = FAN_ROOT + 4 + 64 + 8
};

struct fan {
	int dir; /* borrowed: what `root` is below */
	char root[FAN_ROOT];
	bool flat;
	unsigned mode;          /* of folders made here */
	bool broken;            /* a sync failed: nothing since may be relied on */
	bool touched;           /* any bit below is set */
	uint64_t touched_in[4]; /* which of the 256 got a name */
};

void fan_init(struct fan *f, int dir, const char *root, unsigned mode);

/* The path below f->dir of the file `id` + suffix. Returns out. */
const char *fan_path(const struct fan *f, const struct ow_id *id, const char *suffix,
		     char out[FAN_PATH]);

/* Name the finished, synced file `name` of from_dir `id` + suffix, making folders as needed. */
OW_MUST_USE int fan_place(struct fan *f, int from_dir, const char *name, const struct ow_id *id,
			  const char *suffix, enum file_publish how, struct ow_error *err);

/* Remember that the name of `id` is to last, also one that an earlier run put there and did not
 * live to sync. */
void fan_touch(struct fan *f, const struct ow_id *id);

/* Remove `id` + suffix: 1 removed, 0 was not there. */
OW_MUST_USE int fan_remove(struct fan *f, const struct ow_id *id, const char *suffix,
			   struct ow_error *err);

/* Sync the folders that got names. After a failure every further one fails too: the kernel tells of
 * lost writes once.
 */
OW_MUST_USE int fan_sync(struct fan *f, struct ow_error *err);

/* A file of the fan: `rest` is what follows the 64 digits of its name, path is below f->dir. */
struct fan_file {
	struct ow_id id;
	const char *rest;
	const char *path;
};

typedef int (*fan_visit)(void *ctx, const struct fan_file *file, struct ow_error *err);

/* Visit the files by byte order of their names; whatever else lies about goes to `stray`. */
OW_MUST_USE int fan_walk(const struct fan *f, fan_visit visit, store_stray stray, void *ctx,
			 void *stray_ctx, struct ow_error *err);

#endif
