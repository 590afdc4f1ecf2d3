/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Finding bundles where a user points, and what lies in them that nobody announced. Everything here
 * only reads, works on read-only media, follows no link and never blocks on what lies there.
 *
 *	OW_AUTO(scan_done) struct scan s = {0};
 *
 *	if (scan_media("/media/stick", &s, err) < 0)
 *		return err->code;
 *	for (size_t i = 0; i < s.n; i++)
 *		… s.at[i].dir …
 *
 * A medium may show its names in lower case (ISO 9660 without extensions does): a name that is not
 * there in upper case is looked for in lower case, here and in media/reader.
 */
#ifndef OW_MEDIA_SCAN_H
#define OW_MEDIA_SCAN_H

#include <stdbool.h>

#include <owstore/error.h>

#include "base/auto.h"
#include "base/limits.h"
#include "os/dir.h"

/* A bundle folder: one that has a MANIFEST.CBR, whatever that is. */
struct scan_bundle {
	char *path; /* the user's path and what leads on from it; raw bytes */
	char *name; /* the last name of it in upper case, which is what a manifest has; raw bytes */
	int dir;    /* open */
};

struct scan {
	struct scan_bundle *at; /* sorted by path */
	size_t n, cap;
	char **unfinished; /* paths of folders below OWSTORE that have no MANIFEST.CBR; raw bytes,
			      sorted */
	size_t n_unfinished, cap_unfinished;
	bool cut; /* a folder had more names, or the medium more bundles, than are looked at */
};

/* Open what a user named as the place of bundles. Errors: OW_E_USAGE (not there, not a folder), OW_E_IO. */
OW_MUST_USE int scan_open(const char *path, struct ow_error *err);

/* Look at `path` itself; if it is no bundle folder, at the folders in path/OWSTORE and in path (no
 * deeper). Finding none is a success with n == 0. Errors: as scan_open.
 */
OW_MUST_USE int scan_media(const char *path, struct scan *out, struct ow_error *err);
void scan_done(struct scan *s);
OW_DEFINE_AUTO_DONE(struct scan, scan_done)

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
