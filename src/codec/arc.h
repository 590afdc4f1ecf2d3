/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Archives, entry by entry: the one door to libarchive, which is told the one format that the name says, so that content
 * of another kind is refused instead of recognised. It parses hostile bytes: call it in a jailed child.
 *
 *	OW_AUTO(arc_free) struct arc *a = NULL;
 *	struct arc_entry e;
 *	int r;
 *
 *	if (arc_new(&a, err) < 0 || arc_open(a, &in, ARC_TAR_GZ, err) < 0)
 *		return err->code;
 *	while ((r = arc_next(a, &e, err)) > 0)
 *		… arc_read(a, block, sizeof block, err) until 0 …
 */
#ifndef OW_CODEC_ARC_H
#define OW_CODEC_ARC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>

#include "base/auto.h"

enum arc_format {
	ARC_TAR,
	ARC_TAR_GZ,
	ARC_TAR_XZ,
	ARC_TAR_ZST,
	ARC_ZIP,
	ARC_7Z
};

/* By the end of the name: .tar .tar.gz .tar.xz .tar.zst .zip .7z, letter case aside; false for others. */
bool arc_format_of_name(const char *name, enum arc_format *out);

/* Where the bytes come from. */
struct arc_input {
	uint64_t size;
	/* Exactly n bytes from `off`, below size. */
	int (*read_at)(void *ctx, void *p, size_t n, uint64_t off, struct ow_error *err);
	void *ctx;
};

enum arc_kind {
	ARC_FILE,
	ARC_FOLDER,
	ARC_LINK, /* symbolic */
	ARC_HARD_LINK,
	ARC_SPECIAL /* device, FIFO, socket */
};

struct arc_entry {
	const char *
	    path; /* as it stands there, UTF-8 unless the archive breaks that; valid until the next call */
	enum arc_kind kind;
	uint64_t size; /* as declared */
	bool special;  /* has set-id or sticky bits, extended attributes, an ACL or file flags */
};

struct arc;

/* A handle. This reads the C library's tables for UTF-8 names, so it comes before the jail. */
OW_MUST_USE int arc_new(struct arc **out, struct ow_error *err);
void arc_free(struct arc *a);
OW_DEFINE_AUTO(struct arc *, arc_free)

/* `in` must outlive the handle, which opens one archive. OW_E_FORMAT if the first bytes are not of the format, or a
 * plain tar lacks its end (which is how a cut one looks).
 */
OW_MUST_USE int arc_open(struct arc *a, const struct arc_input *in, enum arc_format format,
			 struct ow_error *err);

/* The next entry: 1, or 0 at the end. Whatever libarchive warns about is OW_E_FORMAT, encrypted entries too. */
OW_MUST_USE int arc_next(struct arc *a, struct arc_entry *out, struct ow_error *err);

/* Up to n bytes of the current entry, 0 at its end. Checksums of the format are checked. */
OW_MUST_USE int64_t arc_read(struct arc *a, void *p, size_t n, struct ow_error *err);

#endif
