/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Tar archives for tests (POSIX.1-1988 ustar headers and GNU's types), good and bad, header by header.
 *
 *	struct buf b = {0};
 *
 *	tar_file(&b, "folder/a", "bytes", 5);
 *	tar_end(&b);
 */
#ifndef OW_TEST_TAR_MAKER_H
#define OW_TEST_TAR_MAKER_H

#include <stdio.h>
#include <string.h>

#include "base/buf.h"

struct tar_head {
	const char *path;
	char
	    type; /* '0' file, '1' hard link, '2' link, '3' char, '4' block, '5' folder, '6' FIFO, 'L', 'x' */
	uint64_t size;
	unsigned mode; /* 0: 0644 */
	const char *link;
	const char *raw_size; /* 12 bytes for the size field as they are, or NULL */
};

static inline void tar_header(struct buf *b, const struct tar_head *h)
{
	uint8_t p[512] = {0};
	unsigned sum = 0;
	char field[16];

	memcpy(p, h->path, strlen(h->path) > 100 ? 100 : strlen(h->path));
	(void)snprintf(field, sizeof field, "%07o", h->mode == 0 ? 0644 : h->mode);
	memcpy(p + 100, field, 7);
	memcpy(p + 108, "0000000", 7);
	memcpy(p + 116, "0000000", 7);
	(void)snprintf(field, sizeof field, "%011llo", (unsigned long long)h->size);
	memcpy(p + 124, h->raw_size == NULL ? field : h->raw_size, h->raw_size == NULL ? 11 : 12);
	memcpy(p + 136, "00000000000", 11);
	memset(p + 148, ' ', 8);
	p[156] = (uint8_t)h->type;
	if (h->link != NULL)
		memcpy(p + 157, h->link, strlen(h->link));
	memcpy(p + 257, "ustar\00000", 8);
	for (size_t i = 0; i < sizeof p; i++)
		sum += p[i];
	(void)snprintf(field, sizeof field, "%06o", sum);
	memcpy(p + 148, field, 7);
	buf_add(b, p, sizeof p);
}

static inline void tar_data(struct buf *b, const void *p, size_t n)
{
	buf_add(b, p, n);
	while (b->n % 512 != 0)
		buf_add(b, "", 1);
}

static inline void tar_file(struct buf *b, const char *path, const void *p, size_t n)
{
	tar_header(b, &(struct tar_head){.path = path, .type = '0', .size = n});
	tar_data(b, p, n);
}

static inline void tar_end(struct buf *b)
{
	for (int i = 0; i < 1024; i++)
		buf_add(b, "", 1);
}

#endif
