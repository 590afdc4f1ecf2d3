/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The ledger: the hash-chained log of every change of a store.
 *
 *	static int show(void *ctx, const struct ow_ledger_row *row, struct ow_error *err) { … }
 *	r = ow_ledger_list(store, 0, show, NULL, &err);
 */
#ifndef OW_LEDGER_H
#define OW_LEDGER_H

#include <owstore/store.h>

/* Strings and digests are valid during the visit. */
struct ow_ledger_row {
	uint64_t n;     /* from 1 */
	uint64_t clock; /* seconds since 1970 */
	const char *actor, *command, *outcome, *text;
	const struct ow_id *digests;
	size_t n_digests;
};

typedef int (*ow_ledger_visit)(void *ctx, const struct ow_ledger_row *row, struct ow_error *err);

/* Visit entries from number `from` on (0: the first).  Since 0.1 */
OW_API OW_MUST_USE int ow_ledger_list(struct ow_store *s, uint64_t from, ow_ledger_visit visit,
				      void *ctx, struct ow_error *err);

struct ow_audit {
	uint64_t entries;
	struct ow_id head;  /* digest of the last entry */
	uint64_t bad_entry; /* number of the first entry that is wrong, 0: none */
	bool torn;          /* the last entry was cut short by a crash; the next writer mends it */
};

/* Check the chain from the first entry to the last. OW_E_INTEGRITY names the first bad entry.  Since 0.1 */
OW_API OW_MUST_USE int ow_audit_verify(struct ow_store *s, const struct ow_events *events,
				       struct ow_audit *out, struct ow_error *err);

#endif
