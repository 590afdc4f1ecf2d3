/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The part of fsck that is about the ledger, and whether what it says was put on record is there.
 */
#ifndef OW_FLOW_FSCK_LEDGER_H
#define OW_FLOW_FSCK_LEDGER_H

#include <owstore/store.h>

/* Is the chain whole, and every record that it names there? With `rebuild` the roll of statements is made anew. Who may
 * not read the ledger, or not see every class, is told what was not checked.
 */
OW_MUST_USE int fsck_ledger(struct ow_store *s, bool rebuild, const struct ow_events *events,
			    struct ow_fsck_report *report, struct ow_error *err);

#endif
