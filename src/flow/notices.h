/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What goes along with a bundle on its way out: notices, licence texts, SBOMs (room notice), from what the store knows of
 * the artifacts and what is decided about them.
 */
#ifndef OW_FLOW_NOTICES_H
#define OW_FLOW_NOTICES_H

#include "flow/outbound.h"
#include "notice/build.h"

/* What the notices of one artifact are made from. */
struct notices_of {
	const struct found *found;
	const struct ruling *ruling;
	const struct license_set *set;
	enum ow_class lowest; /* that the destination may receive */
};

/* Texts of ancestors that should go along and whose class the destination may not receive: nothing of them was read. */
struct notices_withheld {
	struct notices_withheld_text {
		const struct found *from; /* belongs to what was judged */
		const char *path;         /* the same */
	} * at;
	size_t n;
};

/* Read the texts and put the facts together; texts and bytes are in the arena. Of an ancestor below `lowest` they have the
 * name that the artifact claims, and neither its name here nor a byte of it. Errors: those of reading blobs.
 */
OW_MUST_USE int notices_artifact(struct ow_store *s, const struct notices_of *of, struct arena *a,
				 struct notice_artifact *out, struct notices_withheld *withheld,
				 struct ow_error *err);

/* Build the files of a planned bundle as o->notices, and hold them to what must go along. What is missing is
 * OW_E_POLICY with the file to supply.
 */
OW_MUST_USE int notices_prepare(struct outbound *o, struct ow_error *err);
void notices_free(struct notices *n);

const struct notice_set *notices_files(const struct notices *n);

/* Hold the files that lie in `folder` on the medium to the same facts. OW_E_INTEGRITY: they do not say what they must. */
OW_MUST_USE int notices_check(const struct notices *n, const char *folder, struct ow_error *err);

#endif
