/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Tidying up after a writer that died.
 */
#ifndef OW_HANDLE_RECOVER_H
#define OW_HANDLE_RECOVER_H

#include "handle/handle.h"

/* Everything that the dead writer published is whole, but what belongs together may be there by half. The ledger
 * tells what it had begun: an adoption of which not every record came is undone (its blobs stay, so that the same
 * command, run again, is quick), a promotion is finished or has not begun. Then the catalogs are made anew. Can
 * itself be killed and run again.
 */
OW_MUST_USE int recover(struct ow_store *s, struct ow_error *err);

#endif
