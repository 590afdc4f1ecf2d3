/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Records about an artifact: how it came in (intake, arrival) and who moved it (promotion). They
 * name the artifact by its digest and never change it. Schemas: schemas/note.cddl.
 */
#ifndef OW_RECORD_NOTE_H
#define OW_RECORD_NOTE_H

#include <owstore/error.h>
#include <owstore/id.h>

#include "base/auto.h"
#include "base/buf.h"
#include "record/name.h"

enum {
	NOTE_TEXT_CAP = 1025, /* of a source, reason or fact */
	NOTE_FACTS_MAX = 4096
};

/* Something inspection noticed about a component: "format" is "gguf", "general.license" is
 * "apache-2.0". */
struct fact {
	char *path; /* of the component; the three are owned */
	char *key;
	char *value;
};

/* How an artifact was added here. */
struct intake {
	struct ow_id artifact;
	uint64_t time;
	char source[NOTE_TEXT_CAP]; /* what `add` was pointed at, or "" */
	char declared[LICENCE_CAP]; /* the licence that the person named, a claim; or "" */
	struct fact *facts;         /* sorted by path, then key */
	size_t n_facts, cap_facts;
};

/* How an artifact arrived in a bundle. */
struct arrival {
	struct ow_id artifact, manifest;
	char origin[65], stream[65];
	uint64_t seq, time;
	uint64_t claimed_class; /* the sender's word, not ours */
	char claimed_licence[LICENCE_CAP];
};

/* Who moved an artifact from one class to another, and on what basis. Signed by an approver. */
struct promotion {
	struct ow_id artifact;
	uint64_t from, to; /* enum ow_class */
	char licence[LICENCE_CAP];
	char reason[NOTE_TEXT_CAP];
	char basis
	    [ROLE_CAP]; /* "operator": by that person's word (D46); "decision": of the policy engine */
	uint64_t time;
	char origin[65]; /* whose root knows the signer */
	bool has_decision;
	struct ow_id decision; /* the record that it rests on */
};

/* Strings are copied; values longer than NOTE_TEXT_CAP are cut at a character. */
OW_MUST_USE int intake_add_fact(struct intake *in, const char *path, const char *key,
				const char *value, struct ow_error *err);

void intake_encode(struct intake *in, struct buf *out);
void arrival_encode(const struct arrival *a, struct buf *out);
void promotion_encode(const struct promotion *p, struct buf *out);

OW_MUST_USE int intake_decode(const uint8_t *p, size_t n, struct intake *out, struct ow_error *err);
OW_MUST_USE int arrival_decode(const uint8_t *p, size_t n, struct arrival *out,
			       struct ow_error *err);
OW_MUST_USE int promotion_decode(const uint8_t *p, size_t n, struct promotion *out,
				 struct ow_error *err);

void intake_done(struct intake *in);
OW_DEFINE_AUTO_DONE(struct intake, intake_done)

#endif
