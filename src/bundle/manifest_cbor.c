/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The manifest as deterministic CBOR: schemas/manifest.cddl.
 */
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "bundle/manifest_rules.h"
#include "codec/cbor_rd.h"
#include "codec/cbor_wr.h"

/* Keys of the document. 14 to 18 are kept for volumes, encryption, parity, compression and
 * revocations; a reader that does not know a key below 1000 refuses the document.
 */
enum {
	KEY_TYPE = 0,
	KEY_V = 1,
	KEY_ORIGIN = 2,
	KEY_EPOCH = 3,
	KEY_STREAM = 4,
	KEY_SEQ = 5,
	KEY_PREV = 6, /* absent: the first of its stream */
	KEY_NAME = 7,
	KEY_DESTINATION = 8,
	KEY_ISSUED = 9,
	KEY_NOT_AFTER = 10, /* absent: no end */
	KEY_ARTIFACTS = 11,
	KEY_BLOBS = 12,
	KEY_FILES = 13,
};

enum {
	ARTIFACT_ID = 0,
	ARTIFACT_RECORD = 1,
	ARTIFACT_CLASS = 2,
	ARTIFACT_LICENCE = 3,

	BLOB_ID = 0,
	BLOB_SIZE = 1,
	BLOB_LENGTHS = 2,
	BLOB_DIGESTS = 3,
	BLOB_PARTS = 4,

	PART_PATH = 0,
	PART_SIZE = 1,

	FILE_PATH = 0,
	FILE_SIZE = 1,
	FILE_DIGEST = 2,
};

/* Bits of the keys 0 to n. */
static unsigned keys_to(unsigned n)
{
	return (2u << n) - 1;
}

/* ---- writing ---- */

static void write_artifact(struct buf *b, const struct manifest_artifact *a)
{
	cbor_wr_map(b, 4);
	cbor_wr_key(b, ARTIFACT_ID);
	cbor_wr_id(b, &a->id);
	cbor_wr_key(b, ARTIFACT_RECORD);
	cbor_wr_bytes(b, a->record.p, a->record.n);
	cbor_wr_key(b, ARTIFACT_CLASS);
	cbor_wr_uint(b, a->class);
	cbor_wr_key(b, ARTIFACT_LICENCE);
	cbor_wr_text_view(b, a->licence);
}

static void write_blob(struct buf *b, const struct manifest_blob *blob)
{
	cbor_wr_map(b, 5);
	cbor_wr_key(b, BLOB_ID);
	cbor_wr_id(b, &blob->chunks.blob);
	cbor_wr_key(b, BLOB_SIZE);
	cbor_wr_uint(b, blob->chunks.size);
	chunks_encode_body(&blob->chunks, b, BLOB_LENGTHS, BLOB_DIGESTS);
	cbor_wr_key(b, BLOB_PARTS);
	cbor_wr_array(b, blob->n_parts);
	for (size_t i = 0; i < blob->n_parts; i++) {
		cbor_wr_map(b, 2);
		cbor_wr_key(b, PART_PATH);
		cbor_wr_text(b, blob->parts[i].path);
		cbor_wr_key(b, PART_SIZE);
		cbor_wr_uint(b, blob->parts[i].size);
	}
}

static void write_file(struct buf *b, const struct manifest_file *f)
{
	cbor_wr_map(b, 3);
	cbor_wr_key(b, FILE_PATH);
	cbor_wr_text(b, f->path);
	cbor_wr_key(b, FILE_SIZE);
	cbor_wr_uint(b, f->size);
	cbor_wr_key(b, FILE_DIGEST);
	cbor_wr_id(b, &f->id);
}

static void write_head(struct buf *b, const struct manifest *m)
{
	cbor_wr_map(b, 12u + m->has_prev + (m->not_after != 0));
	cbor_wr_key(b, KEY_TYPE);
	cbor_wr_text(b, "manifest");
	cbor_wr_key(b, KEY_V);
	cbor_wr_uint(b, 1);
	cbor_wr_key(b, KEY_ORIGIN);
	cbor_wr_text(b, m->origin);
	cbor_wr_key(b, KEY_EPOCH);
	cbor_wr_uint(b, m->epoch);
	cbor_wr_key(b, KEY_STREAM);
	cbor_wr_text(b, m->stream);
	cbor_wr_key(b, KEY_SEQ);
	cbor_wr_uint(b, m->seq);
	if (m->has_prev) {
		cbor_wr_key(b, KEY_PREV);
		cbor_wr_id(b, &m->prev);
	}
	cbor_wr_key(b, KEY_NAME);
	cbor_wr_text(b, m->name);
	cbor_wr_key(b, KEY_DESTINATION);
	cbor_wr_text(b, m->destination);
	cbor_wr_key(b, KEY_ISSUED);
	cbor_wr_uint(b, m->issued);
	if (m->not_after != 0) {
		cbor_wr_key(b, KEY_NOT_AFTER);
		cbor_wr_uint(b, m->not_after);
	}
}

int manifest_encode(struct manifest *m, struct buf *out, struct ow_error *err)
{
	manifest_sort(m);
	if (manifest_check(m, err) < 0) {
		if (err->code == OW_E_FORMAT)
			err->code =
			    OW_E_INTERNAL; /* nothing from outside: whoever filled it erred */
		return err->code;
	}
	buf_clear(out);
	write_head(out, m);
	cbor_wr_key(out, KEY_ARTIFACTS);
	cbor_wr_array(out, m->n_artifacts);
	for (size_t i = 0; i < m->n_artifacts; i++)
		write_artifact(out, &m->artifacts[i]);
	cbor_wr_key(out, KEY_BLOBS);
	cbor_wr_array(out, m->n_blobs);
	for (size_t i = 0; i < m->n_blobs; i++)
		write_blob(out, &m->blobs[i]);
	cbor_wr_key(out, KEY_FILES);
	cbor_wr_array(out, m->n_files);
	for (size_t i = 0; i < m->n_files; i++)
		write_file(out, &m->files[i]);
	if (buf_finish(out, err) < 0)
		return err->code;
	if (out->n > MANIFEST_MAX) {
		(void)err_set(err, OW_E_USAGE, "the manifest would have %zu bytes, at most %llu",
			      out->n, MANIFEST_MAX);
		return err_hint(err, "export fewer artifacts at a time");
	}
	return 0;
}

/* ---- reading ---- */

static void need(struct cbor_rd *r, unsigned seen, unsigned needed)
{
	if ((seen & needed) != needed)
		cbor_rd_fail(r, "a key is missing");
}

static struct manifest_artifact read_artifact(struct cbor_rd *r)
{
	struct manifest_artifact a = {0};
	unsigned seen = 0;
	uint64_t class;
	int64_t key;

	(void)cbor_rd_map(r);
	while (cbor_rd_key(r, &key)) {
		switch (key) {
		case ARTIFACT_ID:
			a.id = cbor_rd_id(r);
			break;
		case ARTIFACT_RECORD:
			a.record = cbor_rd_bytes(r);
			break;
		case ARTIFACT_CLASS:
			class = cbor_rd_uint(r);
			if (class >= OW_CLASSES)
				cbor_rd_fail(r, "unknown class");
			else
				a.class = (enum ow_class) class;
			break;
		case ARTIFACT_LICENCE:
			a.licence = cbor_rd_text(r);
			break;
		default:
			cbor_rd_unknown(r, key);
			continue;
		}
		seen |= 1u << key;
	}
	need(r, seen, keys_to(ARTIFACT_LICENCE));
	return a;
}

static int read_artifacts(struct cbor_rd *r, struct manifest *m, struct ow_error *err)
{
	for ((void)cbor_rd_array(r); cbor_rd_more(r);) {
		struct manifest_artifact a = read_artifact(r);

		if (cbor_rd_ok(r) && manifest_add_artifact(m, &a, err) < 0)
			return err->code;
	}
	return 0;
}

static int read_parts(struct cbor_rd *r, struct manifest_blob *b, struct ow_error *err)
{
	for ((void)cbor_rd_array(r); cbor_rd_more(r);) {
		struct manifest_part part = {0};
		unsigned seen = 0;
		int64_t key;

		if (b->n_parts == PARTS_MAX)
			cbor_rd_fail(r, "too many parts");
		(void)cbor_rd_map(r);
		while (cbor_rd_key(r, &key)) {
			switch (key) {
			case PART_PATH:
				cbor_rd_string(r, part.path, sizeof part.path);
				break;
			case PART_SIZE:
				part.size = cbor_rd_uint(r);
				break;
			default:
				cbor_rd_unknown(r, key);
				continue;
			}
			seen |= 1u << key;
		}
		need(r, seen, keys_to(PART_SIZE));
		if (!cbor_rd_ok(r))
			return 0;
		if (mem_grow(&b->parts, b->n_parts, &b->cap_parts, sizeof part, err) < 0)
			return err->code;
		b->parts[b->n_parts++] = part;
	}
	return 0;
}

static int read_blob(struct cbor_rd *r, struct manifest_blob *b, struct ow_error *err)
{
	struct ow_view lengths = {0}, digests = {0};
	unsigned seen = 0;
	int64_t key;

	(void)cbor_rd_map(r);
	while (cbor_rd_key(r, &key)) {
		switch (key) {
		case BLOB_ID:
			b->chunks.blob = cbor_rd_id(r);
			break;
		case BLOB_SIZE:
			b->chunks.size = cbor_rd_uint(r);
			break;
		case BLOB_LENGTHS:
			lengths = cbor_rd_bytes(r);
			break;
		case BLOB_DIGESTS:
			digests = cbor_rd_bytes(r);
			break;
		case BLOB_PARTS:
			if (read_parts(r, b, err) < 0)
				return err->code;
			break;
		default:
			cbor_rd_unknown(r, key);
			continue;
		}
		seen |= 1u << key;
	}
	need(r, seen, keys_to(BLOB_PARTS));
	if (!cbor_rd_ok(r))
		return 0;
	return chunks_decode_body(lengths, digests, &b->chunks, err);
}

static int read_blobs(struct cbor_rd *r, struct manifest *m, struct ow_error *err)
{
	for ((void)cbor_rd_array(r); cbor_rd_more(r);) {
		if (m->n_blobs == BUNDLE_BLOBS_MAX)
			return err_set(err, OW_E_FORMAT, "more than %d blobs", BUNDLE_BLOBS_MAX);
		if (mem_grow(&m->blobs, m->n_blobs, &m->cap_blobs, sizeof *m->blobs, err) < 0)
			return err->code;
		m->blobs[m->n_blobs] = (struct manifest_blob){0};
		if (read_blob(r, &m->blobs[m->n_blobs++], err) < 0)
			return err_ctx(err, "blob %zu", m->n_blobs);
	}
	return 0;
}

static struct manifest_file read_file(struct cbor_rd *r)
{
	struct manifest_file f = {0};
	unsigned seen = 0;
	int64_t key;

	(void)cbor_rd_map(r);
	while (cbor_rd_key(r, &key)) {
		switch (key) {
		case FILE_PATH:
			cbor_rd_string(r, f.path, sizeof f.path);
			break;
		case FILE_SIZE:
			f.size = cbor_rd_uint(r);
			break;
		case FILE_DIGEST:
			f.id = cbor_rd_id(r);
			break;
		default:
			cbor_rd_unknown(r, key);
			continue;
		}
		seen |= 1u << key;
	}
	need(r, seen, keys_to(FILE_DIGEST));
	return f;
}

static int read_files(struct cbor_rd *r, struct manifest *m, struct ow_error *err)
{
	for ((void)cbor_rd_array(r); cbor_rd_more(r);) {
		struct manifest_file f = read_file(r);

		if (cbor_rd_ok(r) && manifest_add_file(m, f.path, f.size, &f.id, err) < 0) {
			if (err->code != OW_E_IO)
				err->code = OW_E_FORMAT;
			return err->code;
		}
	}
	return 0;
}

static void read_version(struct cbor_rd *r)
{
	if (cbor_rd_uint(r) != 1)
		cbor_rd_fail(r, "not version 1");
}

static void read_type(struct cbor_rd *r)
{
	struct ow_view v = cbor_rd_text(r);

	if (v.n != 8 || memcmp(v.p, "manifest", 8) != 0)
		cbor_rd_fail(r, "not a manifest");
}

/* A time or number that is left out where it is 0. */
static uint64_t read_nonzero(struct cbor_rd *r)
{
	uint64_t v = cbor_rd_uint(r);

	if (v == 0)
		cbor_rd_fail(r, "zero where the key would be absent");
	return v;
}

/* The value of one key of the document; returns whether it is one of ours. */
static bool read_head(struct cbor_rd *r, int64_t key, struct manifest *m)
{
	switch (key) {
	case KEY_TYPE:
		read_type(r);
		return true;
	case KEY_V:
		read_version(r);
		return true;
	case KEY_ORIGIN:
		cbor_rd_string(r, m->origin, sizeof m->origin);
		return true;
	case KEY_EPOCH:
		m->epoch = cbor_rd_uint(r);
		return true;
	case KEY_STREAM:
		cbor_rd_string(r, m->stream, sizeof m->stream);
		return true;
	case KEY_SEQ:
		m->seq = cbor_rd_uint(r);
		return true;
	case KEY_PREV:
		m->prev = cbor_rd_id(r);
		m->has_prev = true;
		return true;
	case KEY_NAME:
		cbor_rd_string(r, m->name, sizeof m->name);
		return true;
	case KEY_DESTINATION:
		cbor_rd_string(r, m->destination, sizeof m->destination);
		return true;
	case KEY_ISSUED:
		m->issued = cbor_rd_uint(r);
		return true;
	case KEY_NOT_AFTER:
		m->not_after = read_nonzero(r);
		return true;
	default:
		return false;
	}
}

static int read_document(struct cbor_rd *r, struct manifest *m, struct ow_error *err)
{
	const unsigned optional = 1u << KEY_PREV | 1u << KEY_NOT_AFTER;
	unsigned seen = 0;
	int64_t key;
	int rc = 0;

	(void)cbor_rd_map(r);
	while (rc == 0 && cbor_rd_key(r, &key)) {
		if (key == KEY_ARTIFACTS)
			rc = read_artifacts(r, m, err);
		else if (key == KEY_BLOBS)
			rc = read_blobs(r, m, err);
		else if (key == KEY_FILES)
			rc = read_files(r, m, err);
		else if (!read_head(r, key, m)) {
			cbor_rd_unknown(r, key);
			continue;
		}
		seen |= 1u << key;
	}
	need(r, seen, keys_to(KEY_FILES) & ~optional);
	return rc;
}

int manifest_decode(const uint8_t *p, size_t n, struct manifest *out, struct ow_error *err)
{
	OW_AUTO(manifest_done) struct manifest m = {0};
	struct cbor_rd r;

	if (n > MANIFEST_MAX)
		return err_set(err, OW_E_FORMAT, "manifest: %zu bytes, at most %llu", n,
			       MANIFEST_MAX);
	cbor_rd_init(&r, p, n);
	if (read_document(&r, &m, err) < 0)
		return err_ctx(err, "manifest");
	if (cbor_rd_finish(&r, "manifest", err) < 0 || manifest_check(&m, err) < 0)
		return err->code;
	*out = MOVE(m);
	return 0;
}
