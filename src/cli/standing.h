/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What stands for the licences of an artifact, in words and as JSON.
 */
#ifndef OW_CLI_STANDING_H
#define OW_CLI_STANDING_H

#include <owstore/lineage.h>

#include "cli/cmd.h"

/* One line "Apache-2.0, confirmed by LICENSE", or one for each set of parts that stands for itself, and the list
 * "licences" of the JSON result. `next`: where something is missing, a line says what to do.
 */
OW_MUST_USE int standing_show(struct ctx *c, const char *ref, const struct ow_known *known,
			      bool next, struct ow_error *err);

/* Where the same model came before with another licence: how they differ, and the JSON object "drift". */
OW_MUST_USE int drift_show(struct ctx *c, const char *ref, const struct ow_known *known,
			   struct ow_error *err);

/* What an artifact was made from and is not in the store: one warning each, with the command that supplies it. The list
 * "missing_parents" goes on.
 */
OW_MUST_USE int absent_show(struct ctx *c, struct json list, const char *ref, struct ow_error *err);

#endif
