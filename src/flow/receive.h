/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The receiving side, shared by verify and import: from a path to bundles whose signatures hold and whose folder
 * holds exactly what the manifest lists. What is wrong becomes a finding of the bundle's report; the signature gate
 * comes before any document of the bundle is parsed.
 */
#ifndef OW_FLOW_RECEIVE_H
#define OW_FLOW_RECEIVE_H

#include <owstore/bundle.h>

#include "bundle/manifest.h"
#include "media/item.h"
#include "media/reader.h"
#include "media/scan.h"
#include "trust/gate.h"
#include "trust/state.h"

/* One bundle folder on the way in. */
struct received {
	const struct scan_bundle *folder; /* borrowed from the scan */
	struct chain chain;               /* of its origin, as far as it verifies here */
	size_t n_known;                   /* links of it that this host had already */
	struct sealed *sealed;            /* NULL unless the threshold was met */
	struct signed_doc signatures;     /* the signature files, for keeping */
	struct manifest manifest;         /* of the sealed bytes */
	struct media_item
	    *items; /* every file: first the parts of blobs, in order, then the others */
	size_t n_parts, n_items;
	size_t *first_part;              /* of each blob, index into items; n_blobs + 1 of them */
	struct ow_bundle_report *report; /* borrowed */
};

void received_done(struct received *r);
OW_DEFINE_AUTO_DONE(struct received, received_done)

/* All bundles at the given paths, each with a report at the same index. */
struct arrivals {
	struct scan *scans; /* one a path */
	size_t n_scans;
	struct received *at;
	size_t n;
};

void arrivals_done(struct arrivals *a);
OW_DEFINE_AUTO_DONE(struct arrivals, arrivals_done)

struct receive_rules {
	const struct trust_state *trust;
	bool tolerate_damaged;
	bool
	    persist_roots; /* keep newer roots that verified, at once (import); verify writes nothing */
};

/* Find the bundles. OW_E_FORMAT if there are none. Nothing of them is read yet. */
OW_MUST_USE int receive_scan(const char *const *paths, size_t n, struct arrivals *out,
			     struct ow_verify_report *report, struct ow_error *err);

/* Open the gate for each bundle, in any order, and mark those that a newer authentic one of their stream
 * supersedes. Then for the others: decode, compare with what was signed, list what is extra. < 0 only if the work
 * itself could not be done.
 */
OW_MUST_USE int receive_open(struct arrivals *a, const struct receive_rules *rules,
			     struct ow_error *err);

/* Is the bundle good so far and to be gone on with? */
static inline bool received_ok(const struct received *r)
{
	return r->sealed != NULL && r->report->code == OW_OK && !r->report->superseded;
}

/* Hash the items [from, n) of a bundle on all cores; faults become findings. */
OW_MUST_USE int receive_check(struct received *r, size_t from, size_t n,
			      const struct ow_events *events, struct ow_error *err);

/* Open the parts of a blob as sources to copy from; *out is the caller's to free, the descriptors are the set's. */
OW_MUST_USE int received_sources(const struct received *r, size_t blob, struct reader_set *set,
				 struct copy_source **out, size_t *n, struct ow_error *err);

/* Add a finding; the report's code becomes the graver of the two. Out of memory is a failure. */
OW_MUST_USE int report_add(struct ow_bundle_report *r, const struct ow_finding *f,
			   struct ow_error *err);

/* A finding from an error about a file (NULL: about the bundle). */
OW_MUST_USE int report_error(struct ow_bundle_report *r, const char *kind, const char *path,
			     const struct ow_error *why, struct ow_error *err);

/* Tell in the report of a good bundle what the files listed in the manifest bring along about licences. */
OW_MUST_USE int receive_notices(const struct manifest *m, struct ow_bundle_report *b,
				struct ow_error *err);

#endif
