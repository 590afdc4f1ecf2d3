/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The chunk list of a blob: lengths and SHA-256 of its pieces in order, for checking in parallel, naming
 * damage and sending only what is missing (D2, D32). Blobs of at most CHUNK_SIZE have one chunk.
 */
#ifndef OW_BULK_CHUNKS_H
#define OW_BULK_CHUNKS_H

#include <owstore/error.h>
#include <owstore/id.h>

#include "base/auto.h"
#include "base/buf.h"
#include "codec/cbor_rd.h"
#include "codec/digest.h"

/* How cuts were chosen; stands in the list. */
enum {
	CHUNKS_ALGORITHM = 1
};

struct chunk {
	uint64_t off; /* in the blob; the lengths before it summed up */
	uint32_t len; /* 1..CHUNK_SIZE */
	struct ow_id id;
};

struct chunks {
	struct ow_id blob;
	uint64_t size; /* of the blob: the sum of all len */
	struct chunk *at;
	size_t n, cap;
};

/* Offsets where chunks should begin (ascending): `data` is cut always, the others only where the running chunk
 * holds CHUNK_MIN_CUT. All borrowed; an empty value means "every 4 MiB".
 */
struct cuts {
	uint64_t data; /* where the data section begins, 0: unknown */
	const uint64_t *at;
	size_t n;
};

/* Where the chunk that begins at `off` ends, for a file of `size` bytes. `next` is the caller's position in
 * cuts->at, 0 at first; offsets must be asked for in ascending order.
 */
uint64_t chunk_end(const struct cuts *cuts, size_t *next, uint64_t off, uint64_t size);

/* Digests of a file's bytes as they pass by: the whole and, where a list is wanted, each chunk. */
struct chunker {
	const struct cuts *cuts;
	uint64_t size, off, end; /* of the file; position; end of the running chunk */
	size_t next_cut;
	struct digest whole, part;
	struct chunks *out;
	struct ow_error err; /* first failure, told by chunker_finish */
};

void chunker_begin(struct chunker *c, uint64_t size, const struct cuts *cuts, struct chunks *out);
void chunker_update(struct chunker *c, const void *p, size_t n);

/* Fill out->blob and out->size. OW_E_INTEGRITY if not exactly `size` bytes came. Always ends the chunker. */
OW_MUST_USE int chunker_finish(struct chunker *c, struct ow_error *err);

/* The list as a document {0: "chunks", 1: 1, 2: algorithm, 3: blob, 4: size, 5: [len…], 6: digests joined}. */
void chunks_encode(const struct chunks *c, struct buf *out);
OW_MUST_USE int chunks_decode(const uint8_t *p, size_t n, struct chunks *out, struct ow_error *err);

/* The lengths and digests alone, as two values inside a larger document (manifest). Decoding checks that
 * the lengths are in range and sum up to `size`.
 */
void chunks_encode_body(const struct chunks *c, struct buf *out, int64_t key_lengths, int64_t key_digests);
OW_MUST_USE int chunks_decode_body(struct ow_view lengths, struct ow_view digests, struct chunks *out,
				   struct ow_error *err);

void chunks_done(struct chunks *c);
OW_DEFINE_AUTO_DONE(struct chunks, chunks_done)

#endif
