/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What stands for the licence of one file of an artifact (flow/items.h says which texts do).
 */
#ifndef OW_FLOW_ITEM_CLAIM_H
#define OW_FLOW_ITEM_CLAIM_H

#include "flow/items.h"

OW_MUST_USE int item_claim(const struct subject *s, const struct component *c, unsigned role,
			   const struct items_rules *rules, struct arena *a, struct claim *out,
			   struct ow_error *err);

#endif
