/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The next root while it collects signatures: a folder with ROOTnnnn.CBR and its signatures, and beside it the
 * root before, so that it can be carried to those who sign.
 */
#ifndef OW_FLOW_DRAFT_H
#define OW_FLOW_DRAFT_H

#include <owstore/trust.h>

#include "trust/state.h"

struct draft {
	int dir;    /* the folder */
	char *path; /* the same for people */
	bool own;   /* it is the origin's own in the trust folder, to be removed once sealed */
	struct chain_candidate candidate;
	struct root *root;
	struct ow_id digest;
	struct chain known; /* the origin as it is trusted here; n = 0 where it is not */
	struct root *prev;  /* the version before if it is at hand, else NULL */
};

void draft_done(struct draft *d);
OW_DEFINE_AUTO_DONE(struct draft, draft_done)

/* Find and read a draft; only its bytes and what this host trusts are believed. */
OW_MUST_USE int draft_open(const struct ow_draft *which, struct draft *out, struct ow_error *err);

/* Write a root as an unsigned draft, with the one before (or NULL) beside it. A draft that has signatures, or a
 * newer one, is OW_E_USAGE. `folder` NULL is the origin's own. The folder's path comes back in *path. A dry run
 * refuses the same and makes nothing.
 */
OW_MUST_USE int draft_write(const struct trust_state *t, const char *folder,
			    const struct root *root, const struct signed_doc *prev, bool dry_run,
			    char **path, struct ow_error *err);

#endif
