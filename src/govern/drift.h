/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Licence drift: the same model with another licence text, sooner or later.
 */
#ifndef OW_GOVERN_DRIFT_H
#define OW_GOVERN_DRIFT_H

#include "govern/items.h"

/* The artifact of the same model (called so, or from the same place upstream, letter case aside) that came last before
 * `s`, or that came last of all after it. 1 found, 0 there is none.
 */
OW_MUST_USE int drift_neighbour(struct ow_store *store, const struct subject *s, bool later,
				struct ow_id *out, struct ow_error *err);

/* The texts of the model that an artifact has, as an expression in the arena; NULL where its text is none or not sure. */
OW_MUST_USE int drift_text(const struct subject *s, const struct items_rules *rules,
			   struct arena *a, const char **out, struct ow_error *err);

/* For each item of the artifact's model: the text that upstream carries now, where it is another (claim.later). */
OW_MUST_USE int drift_mark(struct ow_store *store, const struct subject *s,
			   const struct items_rules *rules, const struct ow_events *events,
			   struct item *items, size_t n, struct arena *a, struct ow_error *err);

#endif
