/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What stands for the licence of one file of an artifact (flow/items.h says which texts do).
 */
#ifndef OW_GOVERN_ITEM_CLAIM_H
#define OW_GOVERN_ITEM_CLAIM_H

#include "govern/items.h"

/* Of each file of the finding, what it speaks for by its name and its folder. */
struct voice;

/* `roles` are those of the components, ROLE_NONE where it is no item. The array belongs to the arena. */
OW_MUST_USE int voices_of(const struct subject *s, const unsigned *roles, struct arena *a,
			  const struct voice **out, struct ow_error *err);

/* Have two licences one and the same text, as "GPL-3.0-only" and "GPL-3.0-or-later"? */
bool item_one_text(const char *a, const char *b);

/* What stands for the licence of a component; `voices` as voices_of gave them. */
OW_MUST_USE int item_claim(const struct subject *s, const struct component *c, unsigned role,
			   const struct voice *voices, const struct items_rules *rules,
			   struct arena *a, struct claim *out, struct ow_error *err);

#endif
