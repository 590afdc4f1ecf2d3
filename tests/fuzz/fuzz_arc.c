/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Archives from memory, each input as the format that its beginning suggests: no entry gives more bytes than it declared,
 * none comes without a name.
 */
#include <stdlib.h>
#include <string.h>

#include "codec/arc.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum {
	BYTES_MAX = 1 << 22 /* read of one input; bombs are the business of the caller */
};

struct bytes {
	const uint8_t *p;
	size_t n;
};

static int read_at(void *ctx, void *p, size_t n, uint64_t off, struct ow_error *err)
{
	const struct bytes *b = ctx;

	(void)err;
	if (off > b->n || n > b->n - off)
		abort();
	memcpy(p, b->p + off, n);
	return 0;
}

static enum arc_format format_of(const uint8_t *p, size_t n)
{
	switch (n == 0 ? 0 : p[0]) {
	case 0x1f:
		return ARC_TAR_GZ;
	case 0xfd:
		return ARC_TAR_XZ;
	case 0x28:
		return ARC_TAR_ZST;
	case 'P':
		return ARC_ZIP;
	case '7':
		return ARC_7Z;
	default:
		return ARC_TAR;
	}
}

static void read_all(struct arc *a)
{
	static uint8_t block[65536];
	struct ow_error err = {0};
	struct arc_entry e;
	size_t total = 0;

	while (total < BYTES_MAX && arc_next(a, &e, &err) > 0) {
		uint64_t size = e.size, got_all = 0;
		int64_t got = 0;

		if (e.path == NULL)
			abort();
		total++;
		while (e.kind == ARC_FILE && total < BYTES_MAX &&
		       (got = arc_read(a, block, sizeof block, &err)) > 0) {
			total += (size_t)got;
			got_all += (uint64_t)got;
		}
		if (got_all > size)
			abort();
		if (got < 0)
			return;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes bytes = {p, n};
	struct arc_input in = {.size = n, .read_at = read_at, .ctx = &bytes};
	struct ow_error err = {0};
	struct arc *a = NULL;

	if (arc_new(&a, &err) == 0 && arc_open(a, &in, format_of(p, n), &err) == 0)
		read_all(a);
	arc_free(a);
	return 0;
}
