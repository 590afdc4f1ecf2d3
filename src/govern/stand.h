/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What stands for the licence of an artifact's model, in one line.
 */
#ifndef OW_GOVERN_STAND_H
#define OW_GOVERN_STAND_H

#include "govern/items.h"
#include "policy/claim.h"

struct stand {
	const char *
	    license; /* the expression that counts, "; " between those of several parts; NULL: none */
	const char *state; /* a word of ow_standing; the worst of its parts */
};

/* The word for what the engine makes of a claim. */
const char *stand_state(const struct claim *claim, const struct holding *h);

/* Texts are in the arena or belong to the subject. */
OW_MUST_USE int stand_of(const struct subject *s, const struct items_rules *rules, struct arena *a,
			 struct stand *out, struct ow_error *err);

#endif
