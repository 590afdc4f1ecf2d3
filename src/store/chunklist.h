/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Chunk lists of a class's blobs, one file a blob, only for blobs larger than CHUNK_SIZE. They are
 * derived data: a missing or damaged one is computed again from the blob.
 */
#ifndef OW_STORE_CHUNKLIST_H
#define OW_STORE_CHUNKLIST_H

#include <owstore/error.h>
#include <owstore/id.h>

#include "bulk/chunks.h"
#include "store/zone.h"

/* Read the list of blob `id`. 1 with *out filled, 0 not there, < 0 failed (OW_E_FORMAT damaged,
 * OW_E_INTEGRITY the list of another blob); *out is written only on 1.
 */
OW_MUST_USE int zone_chunks_get(struct zone *z, const struct ow_id *id, struct chunks *out,
				struct ow_error *err);

/* Keep the list under c->blob, replacing another one. Returns 1 written, 0 the same was there.
 * Durable after zone_sync.
 */
OW_MUST_USE int zone_chunks_put(struct zone *z, const struct chunks *c, struct ow_error *err);

/* 1 removed, 0 was not there. */
OW_MUST_USE int zone_chunks_remove(struct zone *z, const struct ow_id *id, struct ow_error *err);

typedef int (*chunks_visit)(void *ctx, const struct ow_id *blob, struct ow_error *err);

/* All blobs that have a list, in order of their ids. */
OW_MUST_USE int zone_chunks_walk(struct zone *z, chunks_visit visit, store_stray stray, void *ctx,
				 struct ow_error *err);

#endif
