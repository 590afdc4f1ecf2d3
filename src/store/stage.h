/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Stages: private folders of things not yet accepted. A stage is named by what it is for (for an
 * import the digest of the manifest), so that the same command, run again after it was killed, finds
 * its files.
 *
 *	OW_AUTO(stage_close) struct stage *st = NULL;
 *	OW_AUTO(fd_close) int fd = -1;
 *
 *	if (stage_open(s, "import-9f2c…", &st, err) < 0)
 *		return err->code;
 *	fd = stage_file(st, "0001", err);
 *	if (fd < 0)
 *		return err->code;
 *	… write, sync, zone_blob_publish(z, stage_dirfd(st), "0001", …) …
 *	if (stage_drop(st, err) < 0)
 *		return err->code;
 */
#ifndef OW_STORE_STAGE_H
#define OW_STORE_STAGE_H

#include <stdint.h>

#include <owstore/error.h>

#include "base/auto.h"

struct store;
struct stage;

/* Make or find the stage `name` ([a-z0-9][a-z0-9.-]{0,127}) of a store opened for writing; mode
 * 0700. What an earlier run left in it is still there.
 */
OW_MUST_USE int stage_open(struct store *s, const char *name, struct stage **out,
			   struct ow_error *err);

/* Open it to look at, if an earlier run left it, of a store opened in any way. 1 found, 0 there is none. */
OW_MUST_USE int stage_find(struct store *s, const char *name, struct stage **out,
			   struct ow_error *err);

/* Close; the files stay for the next run. */
void stage_close(struct stage *st);
OW_DEFINE_AUTO(struct stage *, stage_close)

int stage_dirfd(const struct stage *st);

/* Open the file `name` of the stage for reading and writing, made if missing, with the bytes that
 * are there. Its mode is already that of a blob, so that publishing it costs no further sync.
 * Returns the descriptor.
 */
OW_MUST_USE int stage_file(struct stage *st, const char *name, struct ow_error *err);

/* Remove the stage and everything in it. The handle is still to be closed. */
OW_MUST_USE int stage_drop(struct stage *st, struct ow_error *err);

struct stage_seen {
	const char *name; /* valid during the call */
	uint64_t size;    /* bytes of its files */
	uint64_t n_files;
	uint64_t changed; /* when the newest file in it was written; seconds since 1970 */
};

typedef int (*stage_visit)(void *ctx, const struct stage_seen *seen, struct ow_error *err);

/* Visit the stages that are there, by name: for gc, which removes old ones. The visitor may remove
 * what it sees with stage_remove.
 */
OW_MUST_USE int stage_walk(struct store *s, stage_visit visit, void *ctx, struct ow_error *err);
OW_MUST_USE int stage_remove(struct store *s, const char *name, struct ow_error *err);

#endif
