/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What stands for the licence of one file of an artifact (flow/items.h says which texts do).
 */
#ifndef OW_GOVERN_ITEM_CLAIM_H
#define OW_GOVERN_ITEM_CLAIM_H

#include "govern/items.h"
#include "govern/voice.h"

/* Have two licences one and the same text, as "GPL-3.0-only" and "gpl-3.0-or-later"? */
bool item_one_text(const char *a, const char *b);

/* What stands for the licence of a component; `voices` as voices_of gave them. */
OW_MUST_USE int item_claim(const struct subject *s, const struct component *c, unsigned role,
			   const struct voice *voices, const struct items_rules *rules,
			   struct arena *a, struct claim *out, struct ow_error *err);

#endif
