/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Documents named by their SHA-256 with the signature files that came with them: the records of a
 * class (zone_records), the manifests of the store and what approvers said about parties and licences. Immutable: nothing is ever
 * changed in place.
 *
 *	struct ow_id id;
 *
 *	if (docs_put(zone_records(z), document, sigs, n_sigs, &id, err) < 0 ||
 *	    zone_sync(z, err) < 0)
 *		return err->code;
 */
#ifndef OW_STORE_DOCS_H
#define OW_STORE_DOCS_H

#include <stddef.h>

#include <owstore/api.h>
#include <owstore/error.h>
#include <owstore/id.h>

#include "base/auto.h"
#include "base/buf.h"
#include "base/limits.h"
#include "store/zone.h"

/* The manifests of the store. Valid as long as the store; made durable by docs_sync. */
struct docs *store_manifests(struct store *s);

/* The statements about parties, licences and the site's policy; as above. Empty in a store whose folder for them was
 * never made.
 */
struct docs *store_governance(struct store *s);

/* Keep a document and its signature files (each 1..SIGNATURE_FILE_MAX bytes), signatures first, so
 * that a document that shows has its signatures. Already there: missing signatures are added behind
 * the others. *id gets the name. Durable after zone_sync or docs_sync.
 *
 * Returns  1 something was written, 0 all of it was there.
 * Errors   OW_E_FORMAT (more than SIGNATURES_MAX signatures in all, or a size out of range),
 * OW_E_IO. What was there before is unchanged.
 */
OW_MUST_USE int docs_put(struct docs *d, struct ow_view document, const struct ow_view *sigs,
			 size_t n_sigs, struct ow_id *id, struct ow_error *err);

/* Read a document whole and check that its SHA-256 is its name. Returns 1 read, 0 not there, < 0
 * failed (OW_E_INTEGRITY: other bytes).
 */
OW_MUST_USE int docs_read(struct docs *d, const struct ow_id *id, struct buf *out,
			  struct ow_error *err);

OW_MUST_USE int docs_has(struct docs *d, const struct ow_id *id, struct ow_error *err);

/* The signature files of a document, in the order of their numbers. */
struct docs_sigs {
	struct buf at[SIGNATURES_MAX];
	size_t n;
};

/* Read them; a document without any gives n = 0. */
OW_MUST_USE int docs_sigs(struct docs *d, const struct ow_id *id, struct docs_sigs *out,
			  struct ow_error *err);
void docs_sigs_done(struct docs_sigs *s);
OW_DEFINE_AUTO_DONE(struct docs_sigs, docs_sigs_done)

typedef int (*docs_visit)(void *ctx, const struct ow_id *id, struct ow_error *err);

/* Why docs_walk calls the signature of an interrupted docs_put a stray: it is written before the document. */
#define DOCS_ORPHAN "signature of no document"

/* Visit all ids in byte order. The visitor may remove the document it is called for. */
OW_MUST_USE int docs_walk(struct docs *d, docs_visit visit, store_stray stray, void *ctx,
			  struct ow_error *err);

/* Remove the signatures that an interrupted docs_put left. Durable after zone_sync or docs_sync. */
OW_MUST_USE int docs_tidy(struct docs *d, struct ow_error *err);

/* Remove a document, then its signatures. 1 removed, 0 was not there. Durable after zone_sync or
 * docs_sync. */
OW_MUST_USE int docs_remove(struct docs *d, const struct ow_id *id, struct ow_error *err);

/* As zone_sync, for documents of the store (records are synced with their zone). */
OW_MUST_USE int docs_sync(struct docs *d, struct ow_error *err);

#endif
