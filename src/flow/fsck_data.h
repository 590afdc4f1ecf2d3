/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The part of fsck that is about the bytes of blobs and their chunk lists.
 */
#ifndef OW_FLOW_FSCK_DATA_H
#define OW_FLOW_FSCK_DATA_H

#include <owstore/store.h>

#include "handle/uses.h"

enum {
	FSCK_NO_CLASS = -1 /* of the store as a whole, or of a class that cannot be told */
};

/* Does it end the whole check: was that stopped, or is there no memory? All else is of the thing that was looked at. */
bool fsck_ends(const struct ow_error *why);

/* Add a problem of a class, or of none; the report's code becomes the graver one. Text is copied. */
OW_MUST_USE int fsck_problem(struct ow_fsck_report *r, enum ow_code code, int zone,
			     const char *kind, const struct ow_id *id, const char *text,
			     struct ow_error *err);

/* The same for what went wrong at one thing, `text` or else the words of `why`; fails with `why` where that ends the
 * whole check.
 */
OW_MUST_USE int fsck_fault(struct ow_fsck_report *r, const struct ow_error *why, int zone,
			   const char *kind, const struct ow_id *id, const char *text,
			   struct ow_error *err);

/* Are the chunk lists of the blobs in use there and sound? */
OW_MUST_USE int fsck_lists(struct zone *z, const struct uses *uses, struct ow_fsck_report *report,
			   struct ow_error *err);

/* Make the missing and damaged chunk lists anew, each from one reading of its blob, which must have its name's
 * digest.
 */
OW_MUST_USE int fsck_relist(struct zone *z, const struct uses *uses, const struct ow_events *events,
			    struct ow_fsck_report *report, struct ow_error *err);

/* Read the blobs in use (or a sample of them) and compare every chunk, with `whole` their names too. */
OW_MUST_USE int fsck_data(struct zone *z, const struct uses *uses, const struct ow_fsck_opts *opts,
			  const struct ow_events *events, struct ow_fsck_report *report,
			  struct ow_error *err);

#endif
