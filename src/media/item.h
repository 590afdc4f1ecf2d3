/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One file of a bundle as this room sees it: a path below the bundle folder and the digests of its
 * bytes.
 */
#ifndef OW_MEDIA_ITEM_H
#define OW_MEDIA_ITEM_H

#include <stddef.h>
#include <stdint.h>

#include <owstore/id.h>

#include "bulk/chunks.h"

/* All pointers are borrowed and must outlive the calls that take the item.
 *
 * A part of a blob has the chunks that make it up, a slice of the blob's list (their .off counts
 * from the beginning of the blob, not of the part). Any other file has none and `id` is its
 * SHA-256.
 */
struct media_item {
	const char *path;
	uint64_t size; /* of the file */
	const struct chunk *chunks;
	size_t n_chunks;
	size_t first;    /* for a part: number of chunks[0] in its blob */
	struct ow_id id; /* of the file; for a part: of its blob */
	size_t blob;     /* for a part: the caller's number of its blob */
	uint64_t off;    /* for a part: where in the blob it begins */
	uint64_t
	    whole; /* for a part: size of its blob, so that whole == size is a blob in one part */
};

/* An empty blob is a part without chunks; it is also a file with the SHA-256 of nothing, so both
 * readings agree. */

#endif
