/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A document with the signature files beside it, as they lie in a folder: NAME.CBR, NAME.S01,
 * NAME.S02, … Just bytes; nothing is believed before trust/gate.
 */
#ifndef OW_TRUST_SIGNED_H
#define OW_TRUST_SIGNED_H

#include "base/buf.h"
#include "base/limits.h"

struct signature_file {
	char name[32];
	uint8_t text[SIGNATURE_FILE_MAX];
	size_t n; /* 0 also for a file that was empty or too long: it counts as damaged */
};

struct signed_doc {
	char name[32]; /* of the document, for error texts */
	struct buf doc;
	struct signature_file *sig; /* the first SIGNATURES_MAX in name order */
	size_t n_sigs, cap_sigs;
	size_t n_more; /* signature files beyond those, not read (case B07) */
};

void signed_done(struct signed_doc *d);
OW_DEFINE_AUTO_DONE(struct signed_doc, signed_done)

/* Append a signature file; only the first SIGNATURES_MAX are kept, the rest are counted. Give them
 * in order of their names.
 */
OW_MUST_USE int signed_add(struct signed_doc *d, const char *name, const void *p, size_t n,
			   struct ow_error *err);

/* The readable ones, borrowed, as they are to be kept; returns how many. */
size_t signed_views(const struct signed_doc *d, struct ow_view out[SIGNATURES_MAX]);

/* Read <stem>.CBR of at most `max` bytes and the signature files <stem>.S01 to .S99 from the directory; names
 * all in lower case are found too, as ISO 9660 may show them. No document of that name: OW_E_IO with
 * err->sys ENOENT; larger, or not a regular file with one name: OW_E_FORMAT, unread. What is wrong with a signature
 * file only makes it unreadable.
 */
OW_MUST_USE int signed_read(int dir, const char *stem, uint64_t max, struct signed_doc *out,
			    struct ow_error *err);

/* Publish the signatures, then the document, durably; what lay there under these names is replaced.
 */
OW_MUST_USE int signed_write(int dir, const char *stem, const struct signed_doc *d,
			     struct ow_error *err);

#endif
