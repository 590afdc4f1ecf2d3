/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A list of digests that grows.
 */
#ifndef OW_BASE_IDS_H
#define OW_BASE_IDS_H

#include <owstore/error.h>
#include <owstore/id.h>

#include "base/auto.h"

struct ids {
	struct ow_id *at;
	size_t n, cap;
};

/* Append one. Fails only without memory, and then leaves the list as it was. */
OW_MUST_USE int ids_add(struct ids *l, const struct ow_id *id, struct ow_error *err);

/* Is it among them? Looks at one after the other. */
bool ids_have(const struct ids *l, const struct ow_id *id);

void ids_done(struct ids *l);
OW_DEFINE_AUTO_DONE(struct ids, ids_done)

#endif
