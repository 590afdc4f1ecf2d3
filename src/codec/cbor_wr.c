/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codec/cbor_wr.h"

#include <string.h>

#include <cbor.h>

/* libcbor writes the shortest head of each kind; 9 bytes is the longest there is. */
typedef size_t (*encode)(uint64_t v, unsigned char *p, size_t n);

static void put(struct buf *b, encode fn, uint64_t v)
{
	unsigned char head[9];

	buf_add(b, head, fn(v, head, sizeof head));
}

void cbor_wr_uint(struct buf *b, uint64_t v)
{
	put(b, cbor_encode_uint, v);
}

void cbor_wr_int(struct buf *b, int64_t v)
{
	if (v >= 0)
		put(b, cbor_encode_uint, (uint64_t)v);
	else
		put(b, cbor_encode_negint, (uint64_t)(-1 - v));
}

void cbor_wr_bool(struct buf *b, bool v)
{
	unsigned char head[9];

	buf_add(b, head, cbor_encode_bool(v, head, sizeof head));
}

void cbor_wr_null(struct buf *b)
{
	unsigned char head[9];

	buf_add(b, head, cbor_encode_null(head, sizeof head));
}

void cbor_wr_bytes(struct buf *b, const void *p, size_t n)
{
	put(b, cbor_encode_bytestring_start, n);
	buf_add(b, p, n);
}

void cbor_wr_text(struct buf *b, const char *s)
{
	cbor_wr_text_view(b, (struct ow_view){.p = (const uint8_t *)s, .n = strlen(s)});
}

void cbor_wr_text_view(struct buf *b, struct ow_view text)
{
	put(b, cbor_encode_string_start, text.n);
	buf_add(b, text.p, text.n);
}

void cbor_wr_id(struct buf *b, const struct ow_id *id)
{
	cbor_wr_bytes(b, id->b, sizeof id->b);
}

void cbor_wr_array(struct buf *b, uint64_t n)
{
	put(b, cbor_encode_array_start, n);
}

void cbor_wr_map(struct buf *b, uint64_t n)
{
	put(b, cbor_encode_map_start, n);
}
