/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/segment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/mem.h"
#include "codec/cbor_wr.h"
#include "codec/digest.h"
#include "os/fd.h"

enum {
	HEAD_MAX = 5,        /* 5a and 32 bits */
	TRAILER_BODY = 36,   /* length and digest */
	TRAILER_HEAD = 0x58, /* byte string, one byte of length */
};

#define FRAME_MAX (HEAD_MAX + LEDGER_ENTRY_MAX + FRAME_TRAILER)
#define BLOCK     (2 * FRAME_MAX) /* holds any frame, and many ordinary ones */

const char *segment_name(uint32_t number, char out[SEGMENT_NAME])
{
	(void)snprintf(out, SEGMENT_NAME, "%06u.LOG", (unsigned)number);
	return out;
}

/* ---- frames
 * -------------------------------------------------------------------------------------- */

int frame_encode(const struct buf *entry, struct buf *out, struct ow_id *id, struct ow_error *err)
{
	uint8_t body[TRAILER_BODY];

	if (buf_finish(entry, err) < 0 || digest_bytes(entry->p, entry->n, id, err) < 0)
		return err->code;
	for (unsigned i = 0; i < 4; i++)
		body[i] = (uint8_t)(entry->n >> (24 - 8 * i));
	memcpy(body + 4, id->b, sizeof id->b);
	cbor_wr_bytes(out, entry->p, entry->n);
	cbor_wr_bytes(out, body, sizeof body);
	return buf_finish(out, err);
}

/* Bytes of the head of a byte string of n bytes. */
static size_t head_size(uint64_t n)
{
	return n < 24 ? 1 : n < 256 ? 2 : n < 65536 ? 3 : 5;
}

/* Read the head of an entry at p[0..n): its size, the entry's in *len; 0 if it is none (or cut
 * short). */
static size_t head_read(const uint8_t *p, size_t n, uint64_t *len)
{
	size_t more;

	if (n == 0 || (p[0] >> 5) != 2 || (p[0] & 31) > 26)
		return 0;
	more = (p[0] & 31) < 24 ? 0 : (size_t)1 << ((p[0] & 31) - 24);
	if (n < 1 + more)
		return 0;
	*len = more == 0 ? p[0] & 31 : 0;
	for (size_t i = 0; i < more; i++)
		*len = *len << 8 | p[1 + i];
	return head_size(*len) == 1 + more ? 1 + more : 0;
}

/* Do the 38 bytes at p end an entry? Its length in *len. */
static bool trailer_read(const uint8_t *p, uint64_t *len)
{
	*len = (uint64_t)p[2] << 24 | (uint64_t)p[3] << 16 | (uint64_t)p[4] << 8 | p[5];
	return p[0] == TRAILER_HEAD && p[1] == TRAILER_BODY && *len <= LEDGER_ENTRY_MAX;
}

static const uint8_t *trailer_digest(const uint8_t *p)
{
	return p + 6;
}

/* ---- forward
 * ------------------------------------------------------------------------------------- */

int segment_begin(struct segment *s, int fd, const char *name, uint64_t size, struct ow_error *err)
{
	*s = (struct segment){.fd = fd, .size = size};
	(void)snprintf(s->name, sizeof s->name, "%s", name);
	s->block = mem_array(1, BLOCK, err);
	return s->block == NULL ? err->code : 0;
}

void segment_done(struct segment *s)
{
	free(s->block);
	s->block = NULL;
}

/* Bring a frame of any size into the block. */
static int fill(struct segment *s, struct ow_error *err)
{
	size_t used = (size_t)(s->off - s->block_off);
	uint64_t from, want;
	int64_t got;

	if (s->n - used >= FRAME_MAX || s->block_off + s->n >= s->size)
		return 0;
	memmove(s->block, s->block + used, s->n - used);
	s->n -= used;
	s->block_off = s->off;
	from = s->block_off + s->n;
	want = s->size - from < BLOCK - s->n ? s->size - from : BLOCK - s->n;
	got = fd_pread(s->fd, s->block + s->n, (size_t)want, from, s->name, err);
	if (got < 0)
		return err->code;
	if ((uint64_t)got < want)
		s->size = from + (uint64_t)got; /* cut meanwhile */
	s->n += (size_t)got;
	return 0;
}

/* Search p[0..n) from its end for a trailer that certifies the bytes before it: 1 and where the
 * frame ends, or 0. With `framed` the entry's head must be whole too.
 */
static int certified(const uint8_t *p, size_t n, bool framed, size_t *end, struct ow_error *err)
{
	for (size_t at = n < FRAME_TRAILER ? 0 : n - FRAME_TRAILER + 1; at-- > 0;) {
		uint64_t len, head_len;
		struct ow_id id;
		size_t head;

		if (!trailer_read(p + at, &len) || len > at)
			continue;
		head = head_size(len);
		if (framed &&
		    (len + head > at || head_read(p + at - len - head, head, &head_len) == 0 ||
		     head_len != len))
			continue;
		if (digest_bytes(p + at - len, (size_t)len, &id, err) < 0)
			return err->code;
		if (memcmp(id.b, trailer_digest(p + at), sizeof id.b) != 0)
			continue;
		*end = at + FRAME_TRAILER;
		return 1;
	}
	return 0;
}

static bool all_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] != 0)
			return false;
	}
	return true;
}

/* The frame at s->off is not whole. An interrupted write leaves less than a frame, or zeros where
 * the size reached the disk before the bytes did; and nothing whole behind it.
 */
static int judge(struct segment *s, bool cut, const char *why, struct ow_error *err)
{
	OW_AUTO(mem_free) uint8_t *tail = NULL;
	uint64_t left = s->size - s->off;
	int64_t got;
	size_t end, zeros;
	int r;

	s->why = why;
	tail = mem_array(1, (size_t)left, err); /* a segment fits memory */
	if (tail == NULL)
		return err->code;
	got = fd_pread(s->fd, tail, (size_t)left, s->off, s->name, err);
	if (got < 0)
		return err->code;
	r = certified(tail, (size_t)got, false, &end, err);
	if (r < 0)
		return r;
	if (r > 0)
		return FRAME_BAD;
	zeros = size_min((size_t)got, FRAME_TRAILER);
	return cut || all_zero(tail + got - zeros, zeros) ? FRAME_TORN : FRAME_BAD;
}

int segment_next(struct segment *s, struct frame *out, struct ow_error *err)
{
	const uint8_t *p;
	uint64_t len = 0, trailer_len = 0;
	size_t left, head;

	if (fill(s, err) < 0)
		return err->code;
	if (s->off == s->size)
		return FRAME_END;
	p = s->block + (s->off - s->block_off);
	left = s->n - (size_t)(s->off - s->block_off);
	head = head_read(p, left, &len);
	if (head == 0 || len > LEDGER_ENTRY_MAX)
		return judge(s, left < HEAD_MAX, "no entry begins here", err);
	if (left < head + len + FRAME_TRAILER)
		return judge(s, true, "ends too early", err);
	out->off = s->off;
	out->size = head + len + FRAME_TRAILER;
	out->entry = (struct ow_view){.p = p + head, .n = (size_t)len};
	if (digest_bytes(p + head, (size_t)len, &out->id, err) < 0)
		return err->code;
	if (!trailer_read(p + head + len, &trailer_len) || trailer_len != len)
		return judge(s, false, "its length was changed", err);
	if (memcmp(out->id.b, trailer_digest(p + head + len), sizeof out->id.b) != 0)
		return judge(s, false, "its bytes are not those that were written", err);
	s->off += out->size;
	return FRAME_OK;
}

/* ---- backward
 * ------------------------------------------------------------------------------------ */

/* Is there a whole frame at the very end? The ordinary case: reads no more than that frame. */
static int last_at_end(int fd, const char *name, uint64_t size, struct buf *entry,
		       struct frame *out, struct ow_error *err)
{
	uint8_t trailer[FRAME_TRAILER], *room;
	uint64_t len = 0, n = 0;
	size_t head;

	if (size < FRAME_TRAILER + 1)
		return 0;
	if (fd_pread(fd, trailer, sizeof trailer, size - sizeof trailer, name, err) < 0)
		return err->code;
	if (!trailer_read(trailer, &len))
		return 0;
	head = head_size(len);
	if (head + len + FRAME_TRAILER > size)
		return 0;
	buf_clear(entry);
	room = buf_room(entry, head + (size_t)len);
	if (room == NULL)
		return buf_finish(entry, err);
	out->size = head + len + FRAME_TRAILER;
	out->off = size - out->size;
	if (fd_pread(fd, room, head + (size_t)len, out->off, name, err) < 0 ||
	    digest_bytes(room + head, (size_t)len, &out->id, err) < 0)
		return err->code;
	out->entry = (struct ow_view){.p = room + head, .n = (size_t)len};
	return head_read(room, head, &n) == head && n == len &&
	       memcmp(out->id.b, trailer_digest(trailer), sizeof out->id.b) == 0;
}

/* Search all of it; only after an interrupted write. 1 and where the frame ends, or 0. */
static int last_anywhere(int fd, const char *name, uint64_t size, uint64_t *end,
			 struct ow_error *err)
{
	OW_AUTO(mem_free) uint8_t *p = mem_array(1, (size_t)size, err);
	int64_t got;
	size_t at = 0;
	int r;

	if (p == NULL)
		return err->code;
	got = fd_pread(fd, p, (size_t)size, 0, name, err);
	if (got < 0)
		return err->code;
	r = certified(p, (size_t)got, true, &at, err);
	if (r > 0)
		*end = at;
	return r;
}

int segment_last(int fd, const char *name, uint64_t size, struct buf *entry, struct frame *out,
		 struct ow_error *err)
{
	uint64_t end = 0;
	int r = last_at_end(fd, name, size, entry, out, err);

	if (r != 0)
		return r;
	r = last_anywhere(fd, name, size, &end, err);
	return r <= 0 ? r : last_at_end(fd, name, end, entry, out, err);
}
