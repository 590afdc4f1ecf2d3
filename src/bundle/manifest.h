/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The manifest: the signed statement of what a bundle carries (docs/format/bundle.md,
 * schemas/manifest.cddl). It lists every file of the bundle but itself and its signatures: parts of
 * blobs with the digest of each chunk, all other files with their SHA-256. Pure bytes: nothing here
 * opens a file or knows a key.
 *
 *	OW_AUTO(manifest_done) struct manifest m = {0};
 *
 *	if (manifest_decode(bytes, n, &m, err) < 0)
 *		return err->code;
 *	for (size_t i = 0; i < m.n_blobs; i++)
 *		…m.blobs[i].chunks, m.blobs[i].parts…
 */
#ifndef OW_BUNDLE_MANIFEST_H
#define OW_BUNDLE_MANIFEST_H

#include <stdbool.h>

#include <owstore/class.h>
#include <owstore/error.h>
#include <owstore/id.h>

#include "base/auto.h"
#include "base/buf.h"
#include "bulk/chunks.h"
#include "bundle/names.h"

enum {
	MANIFEST_ID = 65,          /* room for an id as text_is_id has it */
	MANIFEST_LICENCE_MAX = 511 /* bytes of a licence expression */
};

/* An artifact and what its sender says of it. Both views are borrowed: from the decoded bytes, or
 * from the caller who fills a manifest.
 */
struct manifest_artifact {
	struct ow_id id;        /* SHA-256 of the record */
	struct ow_view record;  /* the record's own bytes, 1..ARTIFACT_MAX */
	enum ow_class class;    /* the sender's claim */
	struct ow_view licence; /* text without control characters: the sender's claim */
};

/* A stretch of a blob that is one file of the medium. */
struct manifest_part {
	char path[NAMES_PATH];
	uint64_t size;
};

struct manifest_blob {
	struct chunks chunks;        /* .blob is the SHA-256 of the whole, .size its bytes */
	struct manifest_part *parts; /* in the order of the blob; each ends where a chunk ends */
	size_t n_parts, cap_parts;
};

/* Any other file. */
struct manifest_file {
	char path[NAMES_PATH];
	uint64_t size;
	struct ow_id id; /* SHA-256 of the file */
};

/* Strings are terminated, arrays owned and sorted: artifacts and blobs by id, files by the bytes of
 * the path. */
struct manifest {
	char origin[MANIFEST_ID], stream[MANIFEST_ID];
	uint64_t epoch, seq;
	bool has_prev;
	struct ow_id
	    prev; /* SHA-256 of the manifest before this one in the stream, if there is one */
	char name[NAMES_FOLDER]; /* of the bundle folder */
	char destination[MANIFEST_ID];
	uint64_t issued;    /* seconds since 1970, UTC */
	uint64_t not_after; /* the same; 0: no end */

	struct manifest_artifact *artifacts;
	size_t n_artifacts, cap_artifacts;
	struct manifest_blob *blobs;
	size_t n_blobs, cap_blobs;
	struct manifest_file *files;
	size_t n_files, cap_files;
};

/* Add an entry; order is free until manifest_encode. The licence is copied as a view, not as text.
 * Errors: OW_E_USAGE (limit reached: BUNDLE_ARTIFACTS_MAX, BUNDLE_FILES_MAX), OW_E_IO (memory). *m
 * is as before.
 */
OW_MUST_USE int manifest_add_artifact(struct manifest *m, const struct manifest_artifact *a,
				      struct ow_error *err);
OW_MUST_USE int manifest_add_file(struct manifest *m, const char *path, uint64_t size,
				  const struct ow_id *id, struct ow_error *err);

/* Bring the lists in order; manifest_encode does it too, searches and texts need it before. */
void manifest_sort(struct manifest *m);

/* Sort, check everything that manifest_decode checks, and write the document into `out` (cleared
 * first). Errors: OW_E_INTERNAL where the caller filled in what no manifest may say (the text names
 * it), OW_E_USAGE where the document would exceed MANIFEST_MAX, OW_E_IO (memory).
 */
OW_MUST_USE int manifest_encode(struct manifest *m, struct buf *out, struct ow_error *err);

/* Read a document that the signature gate has passed. Strict: deterministic CBOR, known keys (1000
 * and above are skipped), every list sorted and unique, ids and paths as their grammars have them,
 * chunk lengths and part sizes that sum up, parts that end where chunks end, no path twice, blobs
 * only below DATA/ and under the names they must have, digests of records right, no two blobs with
 * the same first 16 hex.
 *
 * p        must outlive *out: records and licences point into it
 * out      zeroed by the caller or after manifest_done; filled only on success
 * Errors   OW_E_FORMAT naming the entry, OW_E_IO (memory)
 */
OW_MUST_USE int manifest_decode(const uint8_t *p, size_t n, struct manifest *out,
				struct ow_error *err);

/* Bytes of all parts and files, and how many files that is; without MANIFEST.CBR and its
 * signatures. */
struct manifest_total {
	uint64_t bytes;
	size_t files;
};
struct manifest_total manifest_total(const struct manifest *m);

/* The entry, or NULL. The manifest must be sorted (decoded ones are). */
const struct manifest_artifact *manifest_find_artifact(const struct manifest *m,
						       const struct ow_id *id);
const struct manifest_blob *manifest_find_blob(const struct manifest *m, const struct ow_id *id);
const struct manifest_file *manifest_find_file(const struct manifest *m, const char *path);

void manifest_done(struct manifest *m);
OW_DEFINE_AUTO_DONE(struct manifest, manifest_done)

#endif
