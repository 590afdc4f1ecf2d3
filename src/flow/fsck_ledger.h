/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The part of fsck that is about the ledger, and whether what it says was put on record is there.
 */
#ifndef OW_FLOW_FSCK_LEDGER_H
#define OW_FLOW_FSCK_LEDGER_H

#include <owstore/store.h>

/* Is the chain whole, and every record that it names there? With `rebuild` the roll of statements is made anew. After the
 * classes: where one of them could not be opened, what is missing is not asked and the roll stays as it is.
 */
OW_MUST_USE int fsck_ledger(struct ow_store *s, bool rebuild, struct ow_fsck_report *report,
			    struct ow_error *err);

#endif
