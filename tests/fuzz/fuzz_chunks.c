/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Chunk lists: what is accepted tiles the blob, and its encoding is the only one.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "bulk/chunks.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	OW_AUTO(chunks_done) struct chunks list = {0};
	OW_AUTO(buf_done) struct buf again = {0};
	struct ow_error err = {0};
	uint64_t off = 0;

	if (chunks_decode(p, n, &list, &err) < 0)
		return 0;
	for (size_t i = 0; i < list.n; i++) {
		if (list.at[i].off != off || list.at[i].len < 1 || list.at[i].len > CHUNK_SIZE)
			abort();
		off += list.at[i].len;
	}
	chunks_encode(&list, &again);
	if (off != list.size || again.n != n || memcmp(again.p, p, n) != 0)
		abort();
	return 0;
}
