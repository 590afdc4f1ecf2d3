/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a decision means for moving an artifact and for sending it.
 */
#ifndef OW_GOVERN_RULING_H
#define OW_GOVERN_RULING_H

#include "govern/judge.h"
#include "govern/licenses.h"
#include "handle/handle.h"
#include "record/note.h"
#include "trust/root.h"
#include "trust/state.h"

/* Licences that were given, or the site's, which are then *own; by which something may happen in this store
 * (licenses_count_for).
 */
OW_MUST_USE int ruling_licenses(struct ow_store *s, const struct trust_state *trust,
				const struct ow_licenses *given, struct ow_licenses **own,
				const struct ow_licenses **out, struct ow_error *err);
void ruling_licenses_close(struct ow_licenses *own);
OW_DEFINE_AUTO(struct ow_licenses *, ruling_licenses_close)

/* The verdict as an error that names the worst reason: OW_E_POLICY for block, OW_E_UNCHECKED for review, else 0. */
OW_MUST_USE int ruling_error(const struct ow_decision *d, const char *name, struct ow_error *err);

/* The licence of the whole that a decision rests on: that of each component, joined. OW_E_USAGE where that is longer
 * than a record takes.
 */
OW_MUST_USE int ruling_licence(const struct ow_decision *d, char out[LICENCE_CAP],
			       struct ow_error *err);

/* What an artifact's way to a destination rests on. */
struct ruling {
	struct promotion
	    promotion; /* to its class, that an approver vouches for; its licence is what
				     * counts now: of a decision that of `decision` */
	struct judged
	    judged; /* for what the destination is: a site of ours, one customer, anyone */
	struct ow_decision decision; /* its texts belong to `judged` */
};

/* May an approver's word carry it to the class? It says which licence that is under of which no known text tells, and
 * stands for the approval of one; what a known text, the lineage or our own facts forbid it does not lift. OW_E_POLICY
 * says what is against it.
 */
OW_MUST_USE int ruling_word(struct ow_store *s, const struct found *f, enum ow_class to,
			    const char *licence, const struct judge_with *with,
			    struct ow_error *err);

/* May it go to the destination now? Promoted by a decision: only where the engine still allows it. By an operator's
 * word: only as far as ruling_word lets it, and where nothing blocks but a missing fact, approval or evidence, which is warned
 * of. OW_E_POLICY, OW_E_UNCHECKED.
 * *out is zeroed before, must stay where it is, and is to be freed also after a failure.
 */
OW_MUST_USE int ruling_export(struct ow_store *s, const struct found *f,
			      const struct root_destination *to, const struct judge_with *with,
			      struct ruling *out, struct ow_error *err);
void ruling_done(struct ruling *r);

#endif
