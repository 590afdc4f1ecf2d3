/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Finding bundles where a user points, and loading their documents. Everything here only reads,
 *works on read-only media, follows no link and never blocks on what lies there.
 *
 *	OW_AUTO(scan_done) struct scan s = {0};
 *
 *	if (scan_media("/media/stick", &s, err) < 0)
 *		return err->code;
 *	for (size_t i = 0; i < s.n; i++) {
 *		OW_AUTO(envelope_done) struct envelope e = {0};
 *
 *		if (scan_load(&s.at[i], &e, err) < 0)
 *			…
 *	}
 */
#ifndef OW_MEDIA_SCAN_H
#define OW_MEDIA_SCAN_H

#include <stdbool.h>

#include <owstore/error.h>

#include "base/auto.h"
#include "base/buf.h"
#include "base/limits.h"
#include "os/dir.h"

/* A bundle folder: one that has a MANIFEST.CBR. */
struct scan_bundle {
	char *path; /* the user's path and what leads on from it; raw bytes */
	char *name; /* the last name of it, or of the folder that the user named; raw bytes */
	int dir;    /* open */
};

struct scan {
	struct scan_bundle *at; /* sorted by path */
	size_t n, cap;
	char **unfinished; /* paths of folders below OWSTORE that have no MANIFEST.CBR; raw bytes,
			      sorted */
	size_t n_unfinished, cap_unfinished;
	bool cut; /* a folder had more than SCAN_NAMES_MAX names: others may be there */
};

/* Look at `path` itself; if it is no bundle folder, at the folders in path/OWSTORE and in path (no
 * deeper). Finding none is a success with n == 0. Errors: OW_E_IO (no such folder, unreadable).
 */
OW_MUST_USE int scan_media(const char *path, struct scan *out, struct ow_error *err);
void scan_done(struct scan *s);
OW_DEFINE_AUTO_DONE(struct scan, scan_done)

/* A document with its signature files, in the order of their names; bytes as they lie there. */
struct envelope_doc {
	struct buf bytes;
	struct buf signature[SIGNATURES_MAX]; /* S01…S16; an absent one is empty */
	unsigned n_signatures;                /* how many are there */
};

struct envelope_root {
	unsigned version; /* by its file name: ROOT0001.CBR is 1 */
	struct envelope_doc doc;
};

struct envelope {
	struct envelope_doc manifest;
	struct envelope_root *roots; /* ascending by version; versions may be missing */
	size_t n_roots, cap_roots;
};

/* Read MANIFEST.CBR (at most MANIFEST_MAX), its signature files (at most SIGNATURE_FILE_MAX each)
 * and the root chain (at most ROOT_CHAIN_MAX documents of at most DOCUMENT_MAX bytes). No CBOR is
 * looked at. Errors: OW_E_FORMAT (too large, not a regular file, more than one hard link), OW_E_IO.
 */
OW_MUST_USE int scan_load(const struct scan_bundle *b, struct envelope *out, struct ow_error *err);
void envelope_done(struct envelope *e);
OW_DEFINE_AUTO_DONE(struct envelope, envelope_done)

/* Something in a bundle folder that no list names. */
struct scan_extra {
	char *path; /* below the bundle folder; raw bytes: escape before showing */
	enum dir_kind kind;
};

struct scan_extras {
	struct scan_extra *at; /* sorted by path, at most SCAN_EXTRAS_MAX */
	size_t n, cap;
	bool more; /* there are others, or the folder has too many names to look at all of them */
};

/* Everything in the bundle folder that is not among `known` (sorted by bytes, paths below the
 * folder). A folder that leads to no known path is one extra, what is inside is not looked at.
 */
OW_MUST_USE int scan_extras(const struct scan_bundle *b, const char *const *known, size_t n,
			    struct scan_extras *out, struct ow_error *err);
void scan_extras_done(struct scan_extras *e);
OW_DEFINE_AUTO_DONE(struct scan_extras, scan_extras_done)

#endif
