/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reading the files of a bundle: each is opened once, below the bundle folder, and must be a
 * regular file with one name and the size that the manifest says.
 */
#ifndef OW_MEDIA_READER_H
#define OW_MEDIA_READER_H

#include <owstore/error.h>
#include <owstore/event.h>

#include "base/auto.h"
#include "bulk/check.h"
#include "bulk/copy.h"
#include "media/item.h"

enum reader_kind {
	READER_MISSING,    /* not there */
	READER_KIND,       /* a link, folder, FIFO, device, or a file with several names */
	READER_SIZE,       /* other size than the manifest says */
	READER_DIGEST,     /* bytes differ */
	READER_UNREADABLE, /* the medium gave an error, or the file ended while it was read */
};

/* One thing that is wrong with one file. */
struct reader_fault {
	enum reader_kind kind;
	size_t item;   /* number in the items given */
	uint64_t off;  /* in the file: where the damaged stretch begins (DIGEST, UNREADABLE) */
	uint64_t len;  /* of that stretch; of the file for MISSING, KIND and SIZE */
	size_t chunk;  /* number of the chunk in its blob, counted from 0; 0 for other files */
	uint64_t size; /* SIZE: what the file has */
	const struct ow_id *want, *got; /* DIGEST; else NULL */
	const struct ow_error *why;     /* KIND, UNREADABLE: what happened; else NULL */
};

/* Called one at a time, from any thread. What it is given is valid during the call. */
typedef void (*reader_bad)(void *ctx, const struct reader_fault *f);

/* Read and hash every byte of the items below the bundle folder `dir`. A file that is wrong is told
 * and the rest is still checked. Returns how many faults were told, or < 0 if the check could not
 * be done (memory, stopped). Descriptors: at most fd_room() at a time.
 */
OW_MUST_USE int64_t reader_check(int dir, const struct media_item *items, size_t n,
				 unsigned threads, enum check_how how, const char *phase,
				 const struct ow_events *events, reader_bad bad, void *ctx,
				 struct ow_error *err);

/* Open files for copy_run: a set of descriptors that closes as one. */
struct reader_set {
	int *fds;
	size_t n, cap;
};

/* Open one item and describe all of it as a source; source->name borrows the item's path. The
 * descriptor belongs to the set. Errors: OW_E_INCOMPLETE (missing), OW_E_FORMAT (not a regular file
 * with one name), OW_E_INTEGRITY (size), OW_E_IO.
 */
OW_MUST_USE int reader_source(struct reader_set *s, int dir, const struct media_item *item,
			      struct copy_source *source, struct ow_error *err);
void reader_set_done(struct reader_set *s);
OW_DEFINE_AUTO_DONE(struct reader_set, reader_set_done)

#endif
