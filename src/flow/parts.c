/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/parts.h"

size_t parts_items(const struct manifest_blob *b, size_t blob, struct media_item *out)
{
	size_t chunk = 0;
	uint64_t off = 0;

	for (size_t i = 0; i < b->n_parts; i++) {
		uint64_t end = off + b->parts[i].size;
		size_t first = chunk;

		/* a part ends where a chunk ends: the manifest's reader and the plan see to that */
		while (chunk < b->chunks.n && b->chunks.at[chunk].off < end)
			chunk++;
		out[i] = (struct media_item){
		    .path = b->parts[i].path,
		    .size = b->parts[i].size,
		    .chunks = b->chunks.at + first,
		    .n_chunks = chunk - first,
		    .first = first,
		    .id = b->chunks.blob,
		    .blob = blob,
		    .off = off,
		    .whole = b->chunks.size,
		};
		off = end;
	}
	return b->n_parts;
}
