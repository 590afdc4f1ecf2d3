/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "record/doc.h"

#include <string.h>

#include "codec/cbor_wr.h"

void doc_begin(struct buf *out, const char *type, uint64_t n_keys)
{
	cbor_wr_map(out, 2 + n_keys);
	cbor_wr_key(out, 0);
	cbor_wr_text(out, type);
	cbor_wr_key(out, 1);
	cbor_wr_uint(out, DOC_VERSION);
}

void doc_open(struct cbor_rd *r, const uint8_t *p, size_t n, const char *type)
{
	char found[DOC_TYPE_CAP];
	int64_t key;

	cbor_rd_init(r, p, n);
	(void)cbor_rd_map(r);
	if (!cbor_rd_key(r, &key) || key != 0)
		cbor_rd_fail(r, "does not begin with its type");
	cbor_rd_string(r, found, sizeof found);
	if (strcmp(found, type) != 0)
		cbor_rd_fail(r, "is a document of another type");
	if (!cbor_rd_key(r, &key) || key != 1 || cbor_rd_uint(r) != DOC_VERSION)
		cbor_rd_fail(r, "is of a version that this program does not know");
}

bool doc_type(const uint8_t *p, size_t n, char out[DOC_TYPE_CAP])
{
	struct cbor_rd r;
	int64_t key;

	cbor_rd_init(&r, p, n);
	(void)cbor_rd_map(&r);
	if (!cbor_rd_key(&r, &key) || key != 0)
		return false;
	cbor_rd_string(&r, out, DOC_TYPE_CAP);
	return cbor_rd_ok(&r);
}
