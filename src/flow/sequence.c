/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * <store>/sequences/<origin>.<epoch>.<stream>: {0: "sequence", 1: 1, 2: seq, 3: manifest or null}
 */
#include "flow/sequence.h"

#include <errno.h>
#include <stdio.h>

#include "base/err.h"
#include "base/limits.h"
#include "codec/cbor_wr.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "record/doc.h"

enum {
	KEY_SEQ = 2,
	KEY_MANIFEST = 3
};

static void file_name(char *out, size_t cap, const char *origin, uint64_t epoch, const char *stream)
{
	(void)snprintf(out, cap, "%s.%llu.%s", origin, (unsigned long long)epoch, stream);
}

int sequence_read(struct ow_store *s, const char *origin, uint64_t epoch, const char *stream,
		  struct sequence *out, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf bytes = {0};
	struct sequence v = {0};
	struct ow_error why = {0};
	char name[160], path[180];
	struct cbor_rd r;
	int64_t key;

	file_name(name, sizeof name, origin, epoch, stream);
	(void)snprintf(path, sizeof path, "sequences/%s", name);
	*out = v;
	if (file_read(store_dirfd(s->store), path, DOCUMENT_MAX, &bytes, &why) < 0) {
		if (why.sys == ENOENT)
			return 0;
		*err = why;
		return err_ctx(err, "sequence of stream %s", stream);
	}
	doc_open(&r, bytes.p, bytes.n, "sequence");
	while (cbor_rd_key(&r, &key)) {
		if (key == KEY_SEQ)
			v.seq = cbor_rd_uint(&r);
		else if (key != KEY_MANIFEST)
			cbor_rd_unknown(&r, key);
		else if (!cbor_rd_null(&r)) {
			v.manifest = cbor_rd_id(&r);
			v.has_manifest = true;
		}
	}
	if (cbor_rd_finish(&r, path, err) < 0)
		return err_hint(
		    err, "without it a number might be used twice; restore the file from a copy");
	*out = v;
	return 0;
}

int sequence_write(struct ow_store *s, const char *origin, uint64_t epoch, const char *stream,
		   const struct sequence *v, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf bytes = {0};
	OW_AUTO(fd_close) int dir = -1;
	char name[160];

	doc_begin(&bytes, "sequence", 2);
	cbor_wr_key(&bytes, KEY_SEQ);
	cbor_wr_uint(&bytes, v->seq);
	cbor_wr_key(&bytes, KEY_MANIFEST);
	if (v->has_manifest)
		cbor_wr_id(&bytes, &v->manifest);
	else
		cbor_wr_null(&bytes);
	file_name(name, sizeof name, origin, epoch, stream);
	dir = dir_make(store_dirfd(s->store), "sequences", 0755, err);
	if (dir < 0 || buf_finish(&bytes, err) < 0)
		return err->code;
	return file_publish(dir, name, bytes.p, bytes.n, 0644, FILE_REPLACE, err);
}
