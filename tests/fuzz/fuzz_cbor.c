/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The strict CBOR reader: whatever it accepts, writing the same items again gives the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "codec/cbor_rd.h"
#include "codec/cbor_wr.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Write again what one head at p says; returns the bytes it took with its content. */
static size_t rewrite(const uint8_t *p, struct buf *out)
{
	size_t extra = (p[0] & 31) < 24 ? 0 : (size_t)1 << ((p[0] & 31) - 24), content = 0;
	uint64_t v = extra == 0 ? p[0] & 31 : 0;

	for (size_t i = 0; i < extra; i++)
		v = v << 8 | p[1 + i];
	switch (p[0] >> 5) {
	case 0:
		cbor_wr_uint(out, v);
		break;
	case 1:
		if (v > INT64_MAX)
			buf_add(out, p, 1 + extra); /* beyond what the writer takes */
		else
			cbor_wr_int(out, -1 - (int64_t)v);
		break;
	case 2:
	case 3:
		content = (size_t)v;
		if (p[0] >> 5 == 2)
			cbor_wr_bytes(out, p + 1 + extra, content);
		else
			buf_add(out, p, 1 + extra + content); /* texts with NUL exist in CBOR */
		break;
	case 4:
		cbor_wr_array(out, v);
		break;
	case 5:
		cbor_wr_map(out, v);
		break;
	default:
		if (v == 22)
			cbor_wr_null(out);
		else
			cbor_wr_bool(out, v == 21);
		break;
	}
	return 1 + extra + content;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct ow_error err = {0};
	struct buf out = {0};

	if (cbor_check(p, n, "input", &err) == 0) {
		for (size_t at = 0; at < n;)
			at += rewrite(p + at, &out);
		if (out.n != n || memcmp(out.p, p, n) != 0)
			abort();
	}
	buf_done(&out);
	return 0;
}
