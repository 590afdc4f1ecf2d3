/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Cases for the policy suites: read from a file of tests/policy, or made up from a seed; and decisions as text, so that
 * two of them can be compared byte by byte.
 */
#ifndef OW_TEST_POLICY_H
#define OW_TEST_POLICY_H

#include "base/buf.h"
#include "policy/decide.h"
#include "policy/scenario.h"

/* The built-in profiles, read once a process. */
const struct license_set *profiles(void);

/* A case with what it belongs to, and its decision. */
struct trial {
	struct arena arena;
	struct policy_case c;
	struct ow_decision d;
};

/* Read tests/policy/<name>.yaml, respectively a text; does not decide. */
void trial_read(struct trial *t, const char *name);
void trial_text(struct trial *t, const char *text);

/* Make a case up, into whatever *t is. The same seed gives the same case. trial_made decides it too. */
void trial_make(struct trial *t, uint64_t seed);
void trial_made(struct trial *t, uint64_t seed);

/* Zeroed room for a list of the case. */
void *trial_room(struct trial *t, size_t n, size_t size);

/* Settle and decide, into t->d; may be done again after the case was changed. */
void trial_decide(struct trial *t);
void trial_done(struct trial *t);
OW_DEFINE_AUTO_DONE(struct trial, trial_done)

/* Everything that a decision says. */
void trial_dump(const struct trial *t, struct buf *out);

/* The rules of one severity, each once, sorted, with a space between them. */
void trial_rules(const struct trial *t, enum ow_severity severity, struct buf *out);

/* Is there an obligation with this id, licence and clause ("" for any), met or not? */
bool trial_has_duty(const struct trial *t, const char *id, const char *license, const char *clause,
		    bool met);

/* The first reason of a rule, or NULL; is there one? */
const struct ow_reason *trial_reason(const struct trial *t, const char *rule);
bool trial_has_rule(const struct trial *t, const char *rule);

#endif
