/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Who vouches for a record: its signature files held against the roots of one origin.
 */
#ifndef OW_GOVERN_VOUCH_H
#define OW_GOVERN_VOUCH_H

#include "store/docs.h"
#include "trust/chain.h"
#include "trust/gate.h"

/* Add the signature files that lie beside a record. */
OW_MUST_USE int vouch_signatures(struct docs *docs, const struct ow_id *id, struct signed_doc *d,
				 struct ow_error *err);

enum vouched {
	VOUCHED_NOT,    /* nobody of that origin has signed it */
	VOUCHED_BEFORE, /* an approver of an earlier root, who is none in the newest */
	VOUCHED_NOW
};

/* Has an approver signed it as a record of this type? `report` is of the newest root; *why says what is wrong where
 * that one's approvers do not vouch. How many of them it takes is for the caller to say.
 */
enum vouched vouch_approver(const struct chain *c, const struct signed_doc *d, const char *type,
			    struct gate_report *report, struct ow_error *why);

/* Was it said before the newest root ended? A signature that was made in time stays good, one of later never was. *why
 * names both dates where not.
 */
bool vouch_in_time(const struct chain *c, uint64_t said, struct ow_error *why);

#endif
