/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Blobs of a class: whole plain read-only files named by the SHA-256 of their bytes, in the folder
 * of their licence. The same bytes under two licences of one class are there twice; `licence` NULL
 * means any of them. What a name promises is checked where bytes are read (import, fsck, checkout),
 * not here.
 */
#ifndef OW_STORE_BLOB_H
#define OW_STORE_BLOB_H

#include <stdint.h>

#include <owstore/error.h>
#include <owstore/id.h>

#include "store/licence.h"
#include "store/zone.h"

/* Open a blob for reading. `found` (may be NULL) gets the licence folder it lies in.
 * Returns 1 with *fd open (the caller's), 0 if it is not there, < 0 failed (OW_E_FORMAT: not a
 * regular file).
 */
OW_MUST_USE int zone_blob_open(struct zone *z, const struct ow_id *id, const char *licence, int *fd,
			       char found[LICENCE_FOLDER], struct ow_error *err);

/* Is it there, and how large? 1 or 0 or < 0; *size may be NULL. One that is there is durable after
 * zone_sync, whoever put it there.
 */
OW_MUST_USE int zone_blob_has(struct zone *z, const struct ow_id *id, const char *licence,
			      uint64_t *size, struct ow_error *err);

/* Move the finished, synced file `name` of `from_dir` into place as blob `id` of the licence folder
 * `licence`; the caller has hashed exactly these bytes. The mode becomes 0444. From another file
 * system the bytes are copied, and hashed again on the way. Durable after zone_sync.
 *
 * Returns  1 published; 0 there was one of the same size already, whose place it took, since nobody
 * has read that one; in both cases `name` is gone from from_dir. Errors OW_E_USAGE
 * (licence is no folder name), OW_E_INTEGRITY (copied bytes are not `id`), OW_E_IO. The staged file
 * is then still where it was, and the blob as it was.
 */
OW_MUST_USE int zone_blob_publish(struct zone *z, int from_dir, const char *name,
				  const struct ow_id *id, const char *licence,
				  struct ow_error *err);

/* Put a copy-on-write clone of `from_fd` (an open blob `id` of another class or licence) in place,
 * which shares no name and no inode with it. The bytes are not read. Durable after zone_sync.
 * Returns 1 cloned, 0 was there already, CLONE_NOT_HERE if this file system cannot: then copy the
 * blob through a stage and zone_blob_publish it; < 0 failed.
 */
enum {
	CLONE_NOT_HERE = 2
};
OW_MUST_USE int zone_blob_clone(struct zone *z, int from_fd, const struct ow_id *id,
				const char *licence, struct ow_error *err);

/* Remove a blob from one licence folder; not there is fine. Returns 1 removed, 0 was not there.
 * Durable after zone_sync.
 */
OW_MUST_USE int zone_blob_remove(struct zone *z, const struct ow_id *id, const char *licence,
				 struct ow_error *err);

struct blob_seen {
	struct ow_id id;
	const char *licence; /* valid during the call */
	uint64_t size;
	unsigned mode;    /* permission bits; 0444 is right */
	int64_t mtime_ns; /* when its bytes were written, for gc's age */
};

/* Called for each blob, by licence folder and id in byte order. < 0 ends the walk. */
typedef int (*blob_visit)(void *ctx, const struct blob_seen *seen, struct ow_error *err);

OW_MUST_USE int zone_blob_walk(struct zone *z, blob_visit visit, store_stray stray, void *ctx,
			       struct ow_error *err);

#endif
