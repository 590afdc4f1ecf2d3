/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is known about the parties of a decision and about the site's policy: read from scenario files, and fact by fact
 * from what is on record, by the same tables.
 */
#ifndef OW_POLICY_PARTY_H
#define OW_POLICY_PARTY_H

#include "policy/case.h"

/* Parts of a scenario; a key that is left out leaves the value as it is. */
OW_MUST_USE int party_read_organisation(const struct reader *r, const struct yaml_node *map,
					struct policy_case *c, struct ow_error *err);
OW_MUST_USE int party_read(const struct reader *r, const struct yaml_node *map, struct party *out,
			   struct ow_error *err);
OW_MUST_USE int party_read_policy(const struct reader *r, const struct yaml_node *map,
				  struct policy_case *c, struct ow_error *err);

/* A party of which nothing is known but its id, which is borrowed. */
void party_unknown(struct party *p, const char *id);

/* What a fact may be about, and what it is then read into. */
enum fact_about {
	FACT_ORGANISATION, /* struct policy_case */
	FACT_POLICY,       /* struct policy_case */
	FACT_RECIPIENT,    /* struct party */
	FACT_ITEM,         /* struct item */
};

/* Read one fact; key and value as they would stand in a scenario file ("mau", "{2024-07-23: 9000, default: 10}").
 * Texts go into the arena.
 * Errors   OW_E_FORMAT: an unknown key, or a value that is none for it.
 */
OW_MUST_USE int fact_read(enum fact_about about, const char *key, const char *value, void *into,
			  struct arena *a, struct ow_error *err);

#endif
