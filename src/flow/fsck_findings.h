/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The part of fsck that looks again where another detector looked (govern/find_licences.h).
 */
#ifndef OW_FLOW_FSCK_FINDINGS_H
#define OW_FLOW_FSCK_FINDINGS_H

#include <owstore/store.h>

#include "handle/handle.h"

/* Put a new finding on record for each artifact of a class that has none of this detector; its catalog is in order. An
 * artifact that cannot be looked at keeps the one it has: a file that is damaged or cannot be read is a problem of the
 * report, what else stands in the way is told through `events`. Only a stop and want of memory end it.
 */
OW_MUST_USE int fsck_findings(struct ow_store *s, enum ow_class c, const struct ow_events *events,
			      struct ow_fsck_report *report, struct ow_error *err);

#endif
