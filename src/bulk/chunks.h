/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The chunk list of a blob: lengths and SHA-256 of its pieces in order, for checking in parallel,
 *naming damage and sending only what is missing (D2, D32). A blob of 1 to CHUNK_SIZE bytes is one
 *chunk whose digest is the blob's, the empty blob has none.
 *
 *	struct chunker c;
 *
 *	chunker_begin(&c, size, &cuts, &list);
 *	while (…)
 *		chunker_update(&c, p, n);
 *	if (chunker_finish(&c, err) < 0)
 *		return err->code;
 */
#ifndef OW_BULK_CHUNKS_H
#define OW_BULK_CHUNKS_H

#include <stdbool.h>

#include <owstore/error.h>
#include <owstore/id.h>

#include "base/auto.h"
#include "base/buf.h"
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

/* Offsets where chunks should begin (ascending): `data` is cut always, the others only where the
 * running chunk holds CHUNK_MIN_CUT. All borrowed; an empty value means "every 4 MiB". They shape
 * the list, never its safety: any offsets give chunks of 1 to CHUNK_SIZE bytes.
 */
struct cuts {
	uint64_t data; /* where the data section begins, 0: unknown */
	const uint64_t *at;
	size_t n;
};

/* Where the chunk that begins at `off` ends, for a file of `size` bytes. `next` is the caller's
 * position in cuts->at, 0 at first; offsets must be asked for in ascending order.
 */
uint64_t chunk_end(const struct cuts *cuts, size_t *next, uint64_t off, uint64_t size);

/* Digests of a file's bytes as they pass by: the whole and each chunk. */
struct chunker {
	struct chunks *out;          /* the new list, or NULL */
	const struct chunks *expect; /* the list to compare with, or NULL */
	uint64_t size, off, end;     /* of the file; position; end of the running chunk */
	size_t n;                    /* chunks that ended */
	bool alone;                  /* one chunk at most: the whole digest is its digest */
	bool skipping;               /* bytes of the running chunk were skipped */
	struct digest whole, part;
	size_t n_bad;        /* chunks that differ or were skipped */
	size_t bad_at;       /* the first of them */
	struct ow_error err; /* first failure, told by chunker_finish */
};

/* Make a new list in `out`, which must be empty; the room for it is allocated here, nothing later.
 */
void chunker_begin(struct chunker *c, uint64_t size, const struct cuts *cuts, struct chunks *out);

/* Compare with a list. A chunk that differs is noted and the rest is compared all the same. */
void chunker_begin_expect(struct chunker *c, const struct chunks *expect);

void chunker_update(struct chunker *c, const void *p, size_t n);

/* The next n bytes cannot be had: no digest of the chunks they belong to, nor of the whole. With
 * `expect` the other chunks are still compared. `why` is kept as the first failure.
 */
void chunker_skip(struct chunker *c, uint64_t n, const struct ow_error *why);

/* Has every byte so far been as it should? */
bool chunker_sound(const struct chunker *c);

/* Fill out->blob and out->size, or compare the whole digest. The first thing that was wrong is the
 * error: OW_E_INTEGRITY naming the chunk, its bytes and both digests, or the byte where the file
 * ended if not exactly `size` bytes came. On failure `out` is empty. Always ends the chunker.
 */
OW_MUST_USE int chunker_finish(struct chunker *c, struct ow_error *err);

/* The list as a document {0: "chunks", 1: 1, 2: algorithm, 3: blob, 4: size, 5: lengths, 6:
 * digests}; the last two as in chunks_encode_body. Decoding is strict: a value has one encoding.
 */
void chunks_encode(const struct chunks *c, struct buf *out);
OW_MUST_USE int chunks_decode(const uint8_t *p, size_t n, struct chunks *out, struct ow_error *err);

/* The lengths and digests alone, as two values inside a larger document (manifest): byte strings of
 * n lengths, 4 bytes big-endian each, and of n digests, 32 bytes each. Decoding takes the size from
 * out->size and fills out->at; it checks that the lengths are in range and sum up to that size. On
 * failure out->at is empty.
 */
void chunks_encode_body(const struct chunks *c, struct buf *out, int64_t key_lengths,
			int64_t key_digests);
OW_MUST_USE int chunks_decode_body(struct ow_view lengths, struct ow_view digests,
				   struct chunks *out, struct ow_error *err);

void chunks_done(struct chunks *c);
OW_DEFINE_AUTO_DONE(struct chunks, chunks_done)

#endif
