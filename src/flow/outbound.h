/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A bundle on its way out: what is chosen and planned (export.c), what is written (outbound.c).
 */
#ifndef OW_FLOW_OUTBOUND_H
#define OW_FLOW_OUTBOUND_H

#include <owstore/bundle.h>

#include "bundle/manifest.h"
#include "bundle/text.h"
#include "flow/goldens.h"
#include "govern/ruling.h"
#include "media/item.h"
#include "media/target.h"
#include "trust/chain.h"

struct notices; /* flow/notices.h */

struct outbound {
	struct ow_store *store;
	const struct ow_export_opts *opts;
	struct found *artifacts; /* as the references named them, without repetitions */
	size_t n_artifacts;
	struct ow_licenses *own_licenses; /* where the caller gave none */
	const struct license_set *set;
	struct ruling *rulings;     /* on each artifact */
	struct golden_list goldens; /* of them, that release keys of the origin stand behind */
	enum ow_class *blob_class;  /* of each manifest blob: the class it is read from */
	struct chain chain;         /* of the origin */
	struct notices *notices;    /* what goes along */
	enum ow_class lowest;       /* that the destination may receive */
	struct manifest manifest;
	struct media_limits limits;
	struct media_item *parts; /* of all blobs, in the manifest's order */
	size_t n_parts;
	struct ow_id *sums; /* SHA-256 of each part as a file */
	bool begun;         /* the ledger says so */
};

void outbound_done(struct outbound *o);
OW_DEFINE_AUTO_DONE(struct outbound, outbound_done)

/* Everything the medium must hold beside the parts, roughly: for the look before. */
struct target_need outbound_need(const struct outbound *o);

/* Write the planned bundle to the target, read it back, sign it, seal it. *id is the manifest's, *size its bytes on
 * the medium. On failure the target is to be abandoned.
 */
OW_MUST_USE int outbound_write(struct outbound *o, struct target *t, const struct ow_events *events,
			       struct ow_export_result *out, struct ow_error *err);

#endif
