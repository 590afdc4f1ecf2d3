/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Frames of a ledger segment: written into a buffer, read forward in a stream, found backward from
 * the end. The format is drawn in store/ledger.h.
 */
#ifndef OW_STORE_SEGMENT_H
#define OW_STORE_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>

#include "base/auto.h"
#include "base/buf.h"
#include "store/ledger.h"

enum {
	SEGMENT_NAME = 16,
	FRAME_TRAILER = 38 /* head of the 36 bytes, length, SHA-256 */
};

/* "000001.LOG" */
const char *segment_name(uint32_t number, char out[SEGMENT_NAME]);

/* Encode entry `n` that follows the entry with digest `prev`. */
void entry_encode(const struct ledger_note *note, uint64_t n, const struct ow_id *prev,
		  uint64_t clock, struct buf *out);

/* Put an encoded entry into its frame; *id gets its digest. */
OW_MUST_USE int frame_encode(const struct buf *entry, struct buf *out, struct ow_id *id,
			     struct ow_error *err);

/* Where a frame lies, and its entry. */
struct frame {
	uint64_t off, size;
	struct ow_view entry; /* valid until the next read */
	struct ow_id id;
};

/* A segment that is read forward. */
struct segment {
	int fd; /* borrowed */
	char name[SEGMENT_NAME];
	uint64_t size; /* read up to here */
	uint64_t off;  /* of the next frame */
	uint8_t *block;
	uint64_t block_off; /* where in the file block[0] is from */
	size_t n;           /* bytes in the block */
	const char
	    *why; /* what is wrong with the frame at off, after segment_next said FRAME_BAD */
};

OW_MUST_USE int segment_begin(struct segment *s, int fd, const char *name, uint64_t size,
			      struct ow_error *err);
void segment_done(struct segment *s);
OW_DEFINE_AUTO_DONE(struct segment, segment_done)

enum {
	FRAME_END,  /* nothing more */
	FRAME_OK,   /* *out is a whole frame */
	FRAME_TORN, /* it was not written to its end */
	FRAME_BAD   /* it is damaged; s->why says how */
};

/* The next frame. Returns one of the four, or < 0 if the file cannot be read. */
OW_MUST_USE int segment_next(struct segment *s, struct frame *out, struct ow_error *err);

/* Find the last whole frame in the first `size` bytes: at their very end, or (searching backward)
 * before something that is not whole. The entry is copied into `entry`. Returns 1 found, 0 there is
 * none.
 */
OW_MUST_USE int segment_last(int fd, const char *name, uint64_t size, struct buf *entry,
			     struct frame *out, struct ow_error *err);

#endif
