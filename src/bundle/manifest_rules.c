/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bundle/manifest_rules.h"

#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "codec/digest.h"

static int check_head(const struct manifest *m, struct ow_error *err)
{
	const struct {
		const char *what, *value;
	} ids[] = {{"origin", m->origin}, {"stream", m->stream}, {"destination", m->destination}};

	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		if (!text_is_id(ids[i].value))
			return err_set(err, OW_E_FORMAT, "%s \"%s\" is not an id", ids[i].what,
				       ids[i].value);
	}
	if (!names_folder_ok(m->name))
		return err_set(err, OW_E_FORMAT, "\"%s\" cannot be the name of a bundle folder",
			       m->name);
	if (m->seq == 0)
		return err_set(err, OW_E_FORMAT, "sequence numbers begin at 1, this one is 0");
	if (m->issued > TIME_MAX || m->not_after > TIME_MAX)
		return err_set(err, OW_E_FORMAT, "a time past the year 9999");
	if (m->not_after != 0 && m->not_after <= m->issued)
		return err_set(err, OW_E_FORMAT, "valid until %llu, but issued at %llu",
			       (unsigned long long)m->not_after, (unsigned long long)m->issued);
	return 0;
}

/* Text of a claim: UTF-8 that stays on one line. */
static bool claim_ok(struct ow_view v)
{
	if (v.n == 0 || v.n > MANIFEST_LICENCE_MAX || !utf8_ok(v.p, v.n))
		return false;
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] < 0x20 || v.p[i] == 0x7f)
			return false;
	}
	return true;
}

static int check_artifact(const struct manifest_artifact *a, struct ow_error *err)
{
	char hex[OW_ID_HEX];
	struct ow_id got;

	if (a->record.n == 0 || a->record.n > ARTIFACT_MAX)
		return err_set(err, OW_E_FORMAT,
			       "artifact %s: a record of %zu bytes, 1 to %llu are allowed",
			       ow_id_hex(&a->id, hex), a->record.n, ARTIFACT_MAX);
	if ((unsigned)a->class >= OW_CLASSES)
		return err_set(err, OW_E_FORMAT, "artifact %s: no class has the number %u",
			       ow_id_hex(&a->id, hex), (unsigned)a->class);
	if (!claim_ok(a->licence))
		return err_set(err, OW_E_FORMAT,
			       "artifact %s: not the text of a licence expression",
			       ow_id_hex(&a->id, hex));
	if (digest_bytes(a->record.p, a->record.n, &got, err) < 0)
		return err->code;
	if (!ow_id_equal(&got, &a->id)) {
		char other[OW_ID_HEX];

		return err_set(err, OW_E_FORMAT, "artifact %s: its record has the SHA-256 %s",
			       ow_id_hex(&a->id, hex), ow_id_hex(&got, other));
	}
	return 0;
}

static int check_artifacts(const struct manifest *m, struct ow_error *err)
{
	for (size_t i = 0; i < m->n_artifacts; i++) {
		const struct manifest_artifact *a = &m->artifacts[i];
		char hex[OW_ID_HEX];

		if (i > 0 && manifest_artifact_order(a - 1, a) >= 0)
			return err_set(err, OW_E_FORMAT, "artifact %s: out of order or repeated",
				       ow_id_hex(&a->id, hex));
		if (check_artifact(a, err) < 0)
			return err->code;
	}
	return 0;
}

/* Has part number `i` the name it must have? */
static bool is_named(const struct manifest_blob *b, size_t i)
{
	const char *path = b->parts[i].path;
	char want[NAMES_PATH];

	if (b->n_parts == 1)
		return names_is_blob(&b->chunks.blob, path);
	names_part(&b->chunks.blob, (unsigned)i + 1, want);
	return strcmp(path, want) == 0;
}

/* Does a chunk end at `off`? `*chunk` is the caller's position, offsets come in ascending order. */
static bool ends_chunk(const struct chunks *c, size_t *chunk, uint64_t off)
{
	while (*chunk < c->n && c->at[*chunk].off < off)
		(*chunk)++;
	return *chunk < c->n ? c->at[*chunk].off == off : c->size == off;
}

/* The parts tile the blob, under the names they must have, and end where chunks end. */
static int check_parts(const struct manifest_blob *b, struct ow_error *err)
{
	uint64_t off = 0;
	size_t chunk = 0;

	if (b->n_parts == 0 || b->n_parts > PARTS_MAX)
		return err_set(err, OW_E_FORMAT, "%zu parts, 1 to %d are allowed", b->n_parts,
			       PARTS_MAX);
	for (size_t i = 0; i < b->n_parts; i++) {
		const struct manifest_part *p = &b->parts[i];

		if (!is_named(b, i))
			return err_set(err, OW_E_FORMAT, "part %zu is called \"%s\"", i + 1,
				       p->path);
		if (p->size == 0 && b->chunks.size > 0)
			return err_set(err, OW_E_FORMAT, "%s: an empty part", p->path);
		if (!add_ok(off, p->size, &off) || off > b->chunks.size)
			return err_set(err, OW_E_FORMAT,
				       "%s: parts are larger than the blob of %llu bytes", p->path,
				       (unsigned long long)b->chunks.size);
		if (!ends_chunk(&b->chunks, &chunk, off))
			return err_set(err, OW_E_FORMAT,
				       "%s: ends at byte %llu of the blob, inside a chunk", p->path,
				       (unsigned long long)off);
	}
	if (off != b->chunks.size)
		return err_set(err, OW_E_FORMAT, "parts of %llu bytes for a blob of %llu",
			       (unsigned long long)off, (unsigned long long)b->chunks.size);
	return 0;
}

/* A blob of one chunk has one digest, an empty one the digest of nothing: where `verify` reads
 * chunks only, this is what ties them to the name.
 */
static int check_short(const struct chunks *c, struct ow_error *err)
{
	struct ow_id empty;

	if (c->n > 1)
		return 0;
	if (c->n == 0 && digest_bytes("", 0, &empty, err) < 0)
		return err->code;
	if (!ow_id_equal(c->n == 1 ? &c->at[0].id : &empty, &c->blob))
		return err_set(err, OW_E_FORMAT, "its only chunk has another SHA-256");
	return 0;
}

static int check_chunks(const struct chunks *c, struct ow_error *err)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct chunk *k = &c->at[i];

		if (k->len == 0 || k->len > CHUNK_SIZE || k->off != sum)
			return err_set(err, OW_E_FORMAT, "chunk %zu: %u bytes at %llu", i, k->len,
				       (unsigned long long)k->off);
		sum += k->len; /* at most 2^32 chunks of 4 MiB: no overflow */
	}
	if (sum != c->size)
		return err_set(err, OW_E_FORMAT, "chunks of %llu bytes for a blob of %llu",
			       (unsigned long long)sum, (unsigned long long)c->size);
	return check_short(c, err);
}

static int check_blobs(const struct manifest *m, struct ow_error *err)
{
	for (size_t i = 0; i < m->n_blobs; i++) {
		const struct manifest_blob *b = &m->blobs[i];
		char hex[OW_ID_HEX];

		(void)ow_id_hex(&b->chunks.blob, hex);
		if (i > 0 && manifest_blob_order(b - 1, b) >= 0)
			return err_set(err, OW_E_FORMAT, "blob %s: out of order or repeated", hex);
		if (i > 0 && memcmp(b[-1].chunks.blob.b, b->chunks.blob.b, 8) == 0)
			return err_set(err, OW_E_FORMAT,
				       "blob %s: another one begins with the same 16 digits", hex);
		if (check_chunks(&b->chunks, err) < 0 || check_parts(b, err) < 0)
			return err_ctx(err, "blob %s", hex);
	}
	return 0;
}

static int check_files(const struct manifest *m, struct ow_error *err)
{
	for (size_t i = 0; i < m->n_files; i++) {
		const struct manifest_file *f = &m->files[i];

		if (!names_path_ok(f->path))
			return err_set(err, OW_E_FORMAT, "\"%s\" cannot be a name on a medium",
				       f->path);
		if (names_is_envelope(f->path) || strncmp(f->path, "DATA/", 5) == 0)
			return err_set(err, OW_E_FORMAT, "%s is not listed as a file", f->path);
		if (i > 0 && manifest_file_order(f - 1, f) >= 0)
			return err_set(err, OW_E_FORMAT, "%s: out of order or repeated", f->path);
	}
	return 0;
}

/* What is in one bundle can be counted in 63 bits, and its files can be held. */
static int check_total(const struct manifest *m, struct ow_error *err)
{
	uint64_t sum = 0;
	size_t files = m->n_files;

	for (size_t i = 0; i < m->n_blobs; i++) {
		files += m->blobs[i].n_parts;
		if (!add_ok(sum, m->blobs[i].chunks.size, &sum))
			sum = UINT64_MAX;
	}
	for (size_t i = 0; i < m->n_files; i++) {
		if (!add_ok(sum, m->files[i].size, &sum))
			sum = UINT64_MAX;
	}
	if (sum > INT64_MAX)
		return err_set(err, OW_E_FORMAT, "more than 2^63 bytes in all");
	if (files > BUNDLE_FILES_MAX)
		return err_set(err, OW_E_FORMAT, "%zu files, at most %d", files, BUNDLE_FILES_MAX);
	return 0;
}

int manifest_check(const struct manifest *m, struct ow_error *err)
{
	if (check_head(m, err) < 0 || check_artifacts(m, err) < 0 || check_blobs(m, err) < 0 ||
	    check_files(m, err) < 0 || check_total(m, err) < 0)
		return err_ctx(err, "manifest");
	return 0;
}
