/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The policy engine: a case and the licence profiles give a decision. A pure function: no file, no clock, no state.
 *
 *	OW_AUTO(arena_done) struct arena a = {0};
 *	struct ow_decision d;
 *
 *	if (decide(&c, set, &a, &d, err) < 0)
 *		return err->code;
 */
#ifndef OW_POLICY_DECIDE_H
#define OW_POLICY_DECIDE_H

#include <owstore/policy.h>

#include "policy/case.h"
#include "policy/license.h"

/* Decide a settled case. The decision's lists and texts are in the arena, or belong to the case and the profiles,
 * which must outlive it.
 * Errors   OW_E_FORMAT (a claim holds what is no licence expression), OW_E_IO (out of memory).
 */
OW_MUST_USE int decide(const struct policy_case *c, const struct license_set *set, struct arena *a,
		       struct ow_decision *out, struct ow_error *err);

#endif
