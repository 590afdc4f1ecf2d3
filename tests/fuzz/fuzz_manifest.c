/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The manifest: what is accepted encodes to the bytes it came from, unless it carries keys of a
 * later version, and then to a document that is accepted again. Its parts tile its blobs.
 */
#include <stdlib.h>
#include <string.h>

#include "bundle/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void check_parts(const struct manifest_blob *b)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < b->n_parts; i++) {
		if (!names_path_ok(b->parts[i].path))
			abort();
		sum += b->parts[i].size;
	}
	if (sum != b->chunks.size)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	OW_AUTO(manifest_done) struct manifest m = {0}, again = {0};
	OW_AUTO(buf_done) struct buf out = {0};
	struct ow_error err = {0};

	if (manifest_decode(p, n, &m, &err) < 0)
		return 0;
	for (size_t i = 0; i < m.n_blobs; i++)
		check_parts(&m.blobs[i]);
	if (manifest_encode(&m, &out, &err) < 0 || out.n > n)
		abort();
	if (out.n == n && memcmp(out.p, p, n) != 0)
		abort();
	if (manifest_decode(out.p, out.n, &again, &err) < 0)
		abort();
	return 0;
}
