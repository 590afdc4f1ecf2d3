/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Zip files of stored members for tests; a hook may change each field on its way.
 */
#ifndef OW_TEST_ZIP_MAKER_H
#define OW_TEST_ZIP_MAKER_H

#include <string.h>

#include "base/buf.h"

struct zip_entry {
	const char *name, *local_name; /* local_name NULL: the same */
	const char *bytes;
	uint16_t flags, method;
	uint32_t local_size_plus; /* added to the sizes in the local header */
	uint32_t crc_plus;        /* added to both checksums */
	uint32_t local_crc_plus;  /* added to the local one */
	uint64_t off_plus;        /* added to the offset in the directory */
	unsigned attributes;      /* external: mode << 16 */
};

static inline void zip_u16(struct buf *b, unsigned v)
{
	buf_add(b, (uint8_t[]){(uint8_t)v, (uint8_t)(v >> 8)}, 2);
}

static inline void zip_u32(struct buf *b, uint64_t v)
{
	zip_u16(b, (unsigned)(v & 0xffff));
	zip_u16(b, (unsigned)(v >> 16 & 0xffff));
}

static inline uint32_t zip_crc(const char *p)
{
	uint32_t c = 0xffffffff;

	for (; *p != '\0'; p++) {
		c ^= (uint8_t)*p;
		for (int i = 0; i < 8; i++)
			c = c >> 1 ^ (0xedb88320 & (0u - (c & 1)));
	}
	return ~c;
}

static inline void zip_make(struct buf *b, const struct zip_entry *e, size_t n)
{
	size_t at[16], dir;

	for (size_t i = 0; i < n; i++) {
		const char *name = e[i].local_name == NULL ? e[i].name : e[i].local_name;
		size_t size = strlen(e[i].bytes);

		at[i] = b->n;
		zip_u32(b, 0x04034b50);
		zip_u16(b, 20);
		zip_u16(b, e[i].flags);
		zip_u16(b, e[i].method);
		zip_u32(b, 0x00210000);
		zip_u32(b, zip_crc(e[i].bytes) + e[i].crc_plus + e[i].local_crc_plus);
		zip_u32(b, size + e[i].local_size_plus);
		zip_u32(b, size + e[i].local_size_plus);
		zip_u16(b, (unsigned)strlen(name));
		zip_u16(b, 0);
		buf_text(b, name);
		buf_text(b, e[i].bytes);
	}
	dir = b->n;
	for (size_t i = 0; i < n; i++) {
		zip_u32(b, 0x02014b50);
		zip_u16(b, 0x0314);
		zip_u16(b, 20);
		zip_u16(b, e[i].flags);
		zip_u16(b, e[i].method);
		zip_u32(b, 0x00210000);
		zip_u32(b, zip_crc(e[i].bytes) + e[i].crc_plus);
		zip_u32(b, strlen(e[i].bytes));
		zip_u32(b, strlen(e[i].bytes));
		zip_u16(b, (unsigned)strlen(e[i].name));
		zip_u16(b, 0);
		zip_u16(b, 0);
		zip_u16(b, 0);
		zip_u16(b, 0);
		zip_u32(b, e[i].attributes);
		zip_u32(b, at[i] + e[i].off_plus);
		buf_text(b, e[i].name);
	}
	n &= 0xffff;
	at[0] = b->n - dir;
	zip_u32(b, 0x06054b50);
	zip_u32(b, 0);
	zip_u16(b, (unsigned)n);
	zip_u16(b, (unsigned)n);
	zip_u32(b, at[0]);
	zip_u32(b, dir);
	zip_u16(b, 0);
}

#endif
