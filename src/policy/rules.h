/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The rules that a decision applies: what they are called, in which order they count, what lifts them, and what a
 * person can do about each.
 */
#ifndef OW_POLICY_RULES_H
#define OW_POLICY_RULES_H

#include <stdbool.h>

#include "policy/license.h"

/* In the order of a decision: state of the texts, lineage, approvals, gates, permissions, conditions, conflicts,
 * obligations.
 */
enum rule {
	RULE_CLOCK,
	RULE_NOTEXT,
	RULE_MISMATCH,
	RULE_OR,
	RULE_PROVIDER_TERM,
	RULE_DRIFT,
	RULE_LINEAGE,
	RULE_APPROVAL,
	RULE_EXPIRED,
	RULE_SANCTION,
	RULE_GATE,
	RULE_NC,
	RULE_PERM,
	RULE_NODERIV,
	RULE_FIELD,
	RULE_OUTTRAIN,
	RULE_SCALE,
	RULE_TERR,
	RULE_PROVENANCE,
	RULE_REACH,
	RULE_GPLMIX,
	RULE_SAMETERMS,
	RULE_2COPYLEFT,
	RULE_PASSTHRU,
	RULE_DRM,
	RULE_NAME,
	RULE_DISPLAY,
	RULE_SOURCE,
	RULE_DUTY, /* an obligation without a rule of its own: shown under the obligation's id */
	RULES
};

/* "X-NC", "provenance-risk"; for RULE_DUTY "". */
const char *rule_name(enum rule r);
bool rule_find(const char *name, enum rule *out);

/* May a contract with the licensor lift it? Only what a licence text causes. */
bool rule_waivable(enum rule r);

/* What a person can do, one to three sentences; NULL ends. */
const char *const *rule_remedies(enum rule r);

/* Does the bundle itself carry what meets it, so that nothing but that material does? And what to do where it is unmet. */
bool duty_carried(enum duty d);
const char *const *duty_remedies(enum duty d);

#endif
