/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Bringing blobs whose digests are known into a class: staged, compared with their chunk lists while they are
 * copied, published. Import and promote differ only in where the bytes come from.
 */
#ifndef OW_HANDLE_SHELVE_H
#define OW_HANDLE_SHELVE_H

#include <owstore/event.h>

#include "bulk/chunks.h"
#include "bulk/copy.h"
#include "store/stage.h"
#include "store/zone.h"

/* Distinct blobs, numbered from 0, and where their bytes come from. `open` gives the sources, borrowed until `close`;
 * it may also give a descriptor of a whole file in *whole (else -1) that may be cloned instead of copied.
 */
struct shelf_source {
	void *ctx;
	size_t n;
	const struct chunks *(*blob)(const void *ctx, size_t i);
	int (*open)(void *ctx, size_t i, struct copy_source **from, size_t *n, int *whole,
		    struct ow_error *err);
	void (*close)(void *ctx, size_t i);
	/* told what was wrong with blob i; the others still come in */
	void (*bad)(void *ctx, size_t i, const struct ow_error *why);
};

struct shelf_result {
	uint64_t new_bytes, resumed_bytes;
	size_t n_bad;
};

/* Bring the blobs in under the licence folder `licence` of the zone. What is there already is read, and takes the place of
 * a copy only if it has the right bytes. Bytes that an earlier run left in the stage are kept where they match. Durable on return.
 * Returns 0 with result->n_bad telling how many blobs could not be had, or < 0 if the work could not go on (no
 * space, stopped). What came in stays, unused until a record names it.
 */
OW_MUST_USE int shelve(struct zone *z, struct stage *stage, const char *licence,
		       const struct shelf_source *source, const char *phase,
		       const struct ow_events *events, struct shelf_result *result,
		       struct ow_error *err);

/* Is there room for the blobs that are not there yet, less what an earlier run left in the stage (the folder `staging`,
 * or where it will be made)? Asked before the first byte, where nothing can be cloned; where the class has a file system of its own, of both for what will lie there at
 * once. OW_E_IO naming both numbers.
 */
OW_MUST_USE int shelf_room(struct zone *z, int staging, const char *licence,
			   const struct shelf_source *source, struct ow_error *err);

/* The chunk list of a blob that is in the zone: the stored one, or for a small blob the one chunk that it is.
 * OW_E_INTEGRITY if a large blob has none that is sound (fsck --rebuild makes it anew).
 */
OW_MUST_USE int shelf_chunks(struct zone *z, const struct ow_id *id, uint64_t size,
			     struct chunks *out, struct ow_error *err);

#endif
