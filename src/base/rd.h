/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Bounded reader of bytes from outside. It remembers its first failure, so that parsers are
 * straight code with one check at the end.
 */
#ifndef OW_BASE_RD_H
#define OW_BASE_RD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>

struct rd {
	const uint8_t *base;
	size_t size, pos;
	size_t want; /* bytes that the first failed read asked for; 0 while sound */
};

/* The next n bytes, or false with the reader failed. */
static inline bool rd_take(struct rd *r, const uint8_t **at, size_t n)
{
	if (r->want != 0 || n > r->size - r->pos) {
		if (r->want == 0)
			r->want = n;
		return false;
	}
	*at = r->base + r->pos;
	r->pos += n;
	return true;
}

static inline uint8_t rd_u8(struct rd *r)
{
	const uint8_t *b;

	return rd_take(r, &b, 1) ? b[0] : 0;
}

static inline uint32_t rd_u32le(struct rd *r)
{
	const uint8_t *b;

	if (!rd_take(r, &b, 4))
		return 0;
	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static inline uint64_t rd_u64le(struct rd *r)
{
	uint64_t low = rd_u32le(r);

	return low | (uint64_t)rd_u32le(r) << 32;
}

/* A count of items that take at least `each` bytes: 0 and failed unless that many could still
 * follow. */
static inline uint64_t rd_count64(struct rd *r, size_t each)
{
	uint64_t n = rd_u64le(r);

	if (r->want == 0 && n > (r->size - r->pos) / each)
		r->want = SIZE_MAX;
	return r->want != 0 ? 0 : n;
}

/* 0 if every byte was read and nothing more was asked for; else OW_E_FORMAT naming `what` and the
 * byte. */
int rd_finish(const struct rd *r, struct ow_error *err, const char *what);

#endif
