/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The moment at which artifacts begin to exist: all of them or none. Their blobs are in quarantine already.
 */
#ifndef OW_FLOW_ADOPT_H
#define OW_FLOW_ADOPT_H

#include "handle/handle.h"

struct adoption {
	struct adoption_item {
		struct buf record, note; /* an artifact, and how it came */
		struct buf finding;      /* what was seen of its licences, or empty */
	} * items;
	size_t n, cap;
};

/* All three are copied; `finding` may be empty. */
OW_MUST_USE int adoption_add(struct adoption *a, struct ow_view record, struct ow_view note,
			     struct ow_view finding, struct ow_error *err);
void adoption_done(struct adoption *a);
OW_DEFINE_AUTO_DONE(struct adoption, adoption_done)

/* Is this artifact here, in any class that this user may read? 1 it is, 0 neither it nor another of its name and
 * version; OW_E_USAGE: the name and version are taken by other bytes (D30).
 */
OW_MUST_USE int adopt_known(struct ow_store *s, const char *name, const char *version,
			    const struct ow_id *id, struct ow_error *err);

/* Write the ledger's intent, the records, the catalog and the ledger's outcome. `cause` (may be NULL) joins the
 * digests in the ledger: the manifest they came by. Killed on the way, the next writer finds either none of them in
 * the catalog, or finishes what the records say.
 */
OW_MUST_USE int adopt(struct ow_store *s, const char *verb, const struct ow_id *cause,
		      struct adoption *a, struct ow_error *err);

#endif
