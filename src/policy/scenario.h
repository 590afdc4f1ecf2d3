/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Scenario files: a case written by hand, so that a "what if" can be decided before a byte is there and policy can be
 * tested. YAML; every key is described in docs/format/scenario.md.
 */
#ifndef OW_POLICY_SCENARIO_H
#define OW_POLICY_SCENARIO_H

#include "policy/case.h"
#include "policy/license.h"

/* Read a scenario into a settled case whose texts are in the arena.
 *
 * name     what errors call the file
 * now      the clock where the file names none
 * Errors   OW_E_FORMAT "name:line:column: …".
 */
OW_MUST_USE int scenario_read(const void *p, size_t n, const char *name, uint64_t now,
			      struct arena *a, struct policy_case *out, struct ow_error *err);

/* ---- between the files that read it ---------------------------------------------------------------- */

struct scenario {
	struct reader r;
	struct policy_case *c;
};

OW_MUST_USE int scenario_items(struct scenario *s, const struct yaml_node *components,
			       const struct yaml_node *parents, const struct yaml_node *relations,
			       struct ow_error *err);
OW_MUST_USE int scenario_records(struct scenario *s, const struct yaml_node *root,
				 struct ow_error *err);

/* The value must be the id of a component or parent; nothing at all is fine too. */
OW_MUST_USE int scenario_refers(const struct scenario *s, const struct yaml_node *v,
				struct ow_error *err);

/* The value must be a licence expression; nothing at all is fine too. */
OW_MUST_USE int scenario_expression(const struct scenario *s, const struct yaml_node *v,
				    struct ow_error *err);

#endif
