/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From the records, which are the truth, to the rows of the catalog, which is a cache of them.
 */
#ifndef OW_HANDLE_INDEX_H
#define OW_HANDLE_INDEX_H

#include "handle/handle.h"

/* Fill an empty catalog from all records of the zone, in one transaction. A record that cannot be read is left out
 * with a warning (fsck names it). The same records give the same rows, whatever order they came in.
 */
OW_MUST_USE int index_fill(struct zone *z, struct catalog *c, const struct ow_events *events,
			   struct ow_error *err);

/* Which note it is, about what, and its place among others about the same. */
struct note_head {
	struct ow_id record, artifact;
	uint64_t time;
	enum ow_class to; /* of a promotion, else quarantine */
};

/* What the catalog keeps of a note. */
struct note_seen {
	struct note_head head;
	char kind[24];
	char licence[LICENCE_CAP]; /* that a promotion concluded, else "" */
};

/* By artifact; of one artifact the promotion that decides its licence comes last. A class only ever widens, so
 * that is the one to the widest class, whatever the clocks of that day said; time and digest settle what no store
 * of ours brings about.
 */
int note_order(const struct note_head *a, const struct note_head *b);

/* Read what the catalog keeps of a note; 0 if the bytes are no note, 1 if they are. */
OW_MUST_USE int index_note(const uint8_t *p, size_t n, const struct ow_id *id,
			   struct note_seen *out, struct ow_error *err);

/* Put one artifact and the notes about it into an open transaction of the catalog. */
OW_MUST_USE int index_put(struct catalog *c, enum ow_class class, const struct ow_id *id,
			  const struct artifact *a, const struct note_seen *notes, size_t n,
			  struct ow_error *err);

/* Artifacts whose adoption was cut short. */
struct undo {
	struct ow_id *ids;
	size_t n;
};

/* After a crash: `undo` goes from quarantine; an artifact whose record stands in two classes was being promoted and
 * belongs to the higher one, whose copy was complete before the record came; notes about nothing go.
 */
OW_MUST_USE int index_settle(struct ow_store *s, const struct undo *undo, struct ow_error *err);

/* Remove an artifact's record and then the notes about it from a zone; durable after zone_sync. */
OW_MUST_USE int index_forget(struct zone *z, const struct ow_id *artifact,
			     const struct note_seen *notes, size_t n, struct ow_error *err);

#endif
