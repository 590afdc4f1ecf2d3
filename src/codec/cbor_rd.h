/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Strict reader of deterministic CBOR (RFC 8949 §4.2.1) over a bounded buffer, in one pass.
 *
 * Accepts unsigned and negative integers, byte and text strings, arrays, maps with sorted unique
 *keys, false, true and null; refuses everything else: longer heads than needed, indefinite lengths,
 *floats, tags, broken UTF-8, more than CBOR_DEPTH_MAX levels, counts that cannot fit, bytes after
 *the item. It allocates nothing. The first failure is kept and every later read gives zero, so that
 *decoders are straight code with one check at the end:
 *
 *	struct cbor_rd r;
 *	int64_t key;
 *
 *	cbor_rd_init(&r, p, n);
 *	for (cbor_rd_map(&r); cbor_rd_key(&r, &key);) {
 *		switch (key) {
 *		case 0: type = cbor_rd_text(&r); break;
 *		case 1: size = cbor_rd_uint(&r); break;
 *		default: cbor_rd_unknown(&r, key); break;
 *		}
 *	}
 *	if (cbor_rd_finish(&r, "artifact record", err) < 0)
 *		return err->code;
 */
#ifndef OW_CODEC_CBOR_RD_H
#define OW_CODEC_CBOR_RD_H

#include <stdbool.h>

#include <owstore/api.h>
#include <owstore/error.h>
#include <owstore/id.h>

#include "base/limits.h"

struct cbor_level {
	uint64_t left;       /* items still to come in this array or map */
	bool map;            /* a map: items come as key, value, key, value */
	struct ow_view last; /* encoded form of the previous key */
};

struct cbor_rd {
	const uint8_t *p;
	size_t n, at;
	struct cbor_level level[CBOR_DEPTH_MAX];
	unsigned depth;
	const char *why; /* what was wrong first, or NULL */
	size_t why_at;
};

void cbor_rd_init(struct cbor_rd *r, const uint8_t *p, size_t n);

uint64_t cbor_rd_uint(struct cbor_rd *r);
int64_t cbor_rd_int(struct cbor_rd *r);
bool cbor_rd_bool(struct cbor_rd *r);

/* Borrowed from the buffer, valid as long as it is. */
struct ow_view cbor_rd_bytes(struct cbor_rd *r);
struct ow_view cbor_rd_text(struct cbor_rd *r);

/* A byte string of exactly 32 bytes. */
struct ow_id cbor_rd_id(struct cbor_rd *r);

/* Copy a byte string of exactly n bytes into out, which stays as it is where the reader fails. */
void cbor_rd_fixed(struct cbor_rd *r, void *out, size_t n);

/* Copy a text of 1..cap-1 bytes without NUL into out; fails if it is longer or empty. */
void cbor_rd_string(struct cbor_rd *r, char *out, size_t cap);

/* Is null next? Takes it if so. */
bool cbor_rd_null(struct cbor_rd *r);

/* Begin an array or map; its items are then read in order. The count is gated by the bytes left, so
 * that a caller may allocate count times what one item takes.
 */
uint64_t cbor_rd_array(struct cbor_rd *r);
uint64_t cbor_rd_map(struct cbor_rd *r);

/* Is there another item in the innermost open array? Ends it when not. */
bool cbor_rd_more(struct cbor_rd *r);

/* The next key of the innermost open map, which must be an integer; false at its end. */
bool cbor_rd_key(struct cbor_rd *r, int64_t *key);

/* The next key where keys are texts; false at its end. */
bool cbor_rd_text_key(struct cbor_rd *r, struct ow_view *key);

/* The value of a key that the schema does not know: 1000 and above is skipped, anything else fails
 * ("must understand").
 */
void cbor_rd_unknown(struct cbor_rd *r, int64_t key);

/* Skip one item of any kind, checking it fully. */
void cbor_rd_skip(struct cbor_rd *r);

/* The raw encoding of the next item, skipped and checked. */
struct ow_view cbor_rd_raw(struct cbor_rd *r);

/* Fail with a reason of the caller's (a literal): the schema was broken, not the encoding. */
void cbor_rd_fail(struct cbor_rd *r, const char *why);

static inline bool cbor_rd_ok(const struct cbor_rd *r)
{
	return r->why == NULL;
}

/* 0 if exactly one item was read and all was well; else OW_E_FORMAT "what: why at byte n". */
OW_MUST_USE int cbor_rd_finish(struct cbor_rd *r, const char *what, struct ow_error *err);

/* Is p[0..n) one well-formed deterministic item? */
OW_MUST_USE int cbor_check(const uint8_t *p, size_t n, const char *what, struct ow_error *err);

#endif
