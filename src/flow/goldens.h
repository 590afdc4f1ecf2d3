/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The signed goldens of artifacts: in a store, on their way out, and as they come in.
 */
#ifndef OW_FLOW_GOLDENS_H
#define OW_FLOW_GOLDENS_H

#include "base/ids.h"
#include "flow/receive.h"
#include "handle/handle.h"
#include "record/golden.h"
#include "trust/signed.h"

struct kept_golden {
	struct ow_id id;       /* SHA-256 of the record */
	struct signed_doc doc; /* the record as bytes until golden_open, and its signatures */
	struct sealed *sealed; /* from golden_open on: the record's bytes, */
	struct golden golden;  /* and what they say */
};

struct golden_list {
	struct kept_golden *at;
	size_t n, cap;
	size_t size; /* of the records that were taken, in bytes */
};

void kept_golden_done(struct kept_golden *k);
OW_DEFINE_AUTO_DONE(struct kept_golden, kept_golden_done)
void golden_list_done(struct golden_list *l);
OW_DEFINE_AUTO_DONE(struct golden_list, golden_list_done)

/* Move an open one to the end of a list. OW_E_FORMAT, and nothing moved, where they would be more than GOLDENS_MAX
 * bytes together.
 */
OW_MUST_USE int golden_list_take(struct golden_list *l, struct kept_golden *k,
				 struct ow_error *err);

/* Append the ids of the goldens that a store has of an artifact, the oldest first. */
OW_MUST_USE int goldens_of(struct ow_store *s, const struct found *f, struct ids *out,
			   struct ow_error *err);

/* Read one of them, which is not open yet. OW_E_INTEGRITY: altered, or gone though the catalog names it. */
OW_MUST_USE int golden_read(struct ow_store *s, const struct found *f, const struct ow_id *id,
			    struct kept_golden *out, struct ow_error *err);

/* Do release keys of this root stand behind it? Then it is open; OW_E_TRUST otherwise. */
OW_MUST_USE int golden_open(struct kept_golden *k, const struct root *root, struct ow_error *err);

/* Put an open one beside the artifact's records in a class, with the ledger's intent and outcome, which say how it came.
 * 1 put, 0 it was there.
 */
OW_MUST_USE int golden_put(struct ow_store *s, const char *how, enum ow_class class,
			   const struct kept_golden *k, struct ow_error *err);

/* The goldens that a bundle carries: read from its folder, held against the manifest, their signatures against the
 * root, their artifacts against those of the bundle. What is wrong becomes a finding of the report, which tells of
 * each artifact how many goldens it has. Those that pass are appended, open, unless `out` is NULL: then none is held
 * longer than it is looked at. Call after receive_check.
 */
OW_MUST_USE int receive_goldens(struct received *r, struct golden_list *out, struct ow_error *err);

#endif
