/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What an open store is inside: the store, and its classes, catalogs and ledger as they come into use.
 */
#ifndef OW_HANDLE_HANDLE_H
#define OW_HANDLE_HANDLE_H

#include <owstore/store.h>

#include "base/buf.h"
#include "catalog/catalog.h"
#include "os/user.h"
#include "record/artifact.h"
#include "store/docs.h"
#include "store/ledger.h"
#include "store/store.h"
#include "store/zone.h"

struct ow_store {
	struct store *store;
	enum ow_access access;
	const struct ow_events *events;
	struct zone *zones[OW_CLASSES]; /* opened on first use */
	bool looked[OW_CLASSES];        /* asked for already: NULL then means "not for this user" */
	struct catalog *catalogs[OW_CLASSES]; /* opened on first use */
	struct ledger *ledger;                /* of a writer, opened on first use */
	char actor[USER_TEXT];                /* for its entries; "" until asked for */
};

/* Who is at work, for the ledger. A confined process cannot find out: ask before. */
const char *handle_actor(struct ow_store *s);

/* The tree of a class: 1 with *out borrowed, 0 not to be seen by this user, < 0. */
OW_MUST_USE int handle_zone(struct ow_store *s, enum ow_class c, struct zone **out,
			    struct ow_error *err);

/* Its catalog, in working order: a writer's is made anew where it was damaged, a reader gets one filled in memory.
 * 1 with *out borrowed, 0 not to be seen by this user, < 0.
 */
OW_MUST_USE int handle_catalog(struct ow_store *s, enum ow_class c, struct catalog **out,
			       struct ow_error *err);

/* Throw the open catalog away and make it anew from the records, on disk (writers). */
OW_MUST_USE int handle_rebuild(struct ow_store *s, enum ow_class c, struct ow_error *err);

/* Append one entry to the ledger and make it durable. The outcome "begun" marks the store as torn until another outcome
 * follows through the same handle: whatever ends in between, the next writer tidies up.
 */
OW_MUST_USE int handle_log(struct ow_store *s, const char *command, const char *outcome,
			   const struct ow_id *digests, size_t n_digests, const char *text,
			   struct ow_error *err);

/* An artifact that was found: where it is, and its record. */
struct found {
	enum ow_class class;
	struct ow_id id;
	struct artifact artifact;
	struct buf record;         /* the artifact's bytes */
	char licence[LICENCE_CAP]; /* concluded, "" in quarantine */
	uint64_t added;
};

void found_done(struct found *f);
OW_DEFINE_AUTO_DONE(struct found, found_done)

/* Resolve a reference over all visible classes and read the record, checked against its digest.
 * OW_E_USAGE: malformed, unknown (names what is near) or ambiguous (names the candidates).
 */
OW_MUST_USE int handle_find(struct ow_store *s, const char *ref, struct found *out,
			    struct ow_error *err);

/* The same of one whose class and digest are known. 1 found, 0 not there (any more). */
OW_MUST_USE int handle_load(struct ow_store *s, enum ow_class c, const struct ow_id *id,
			    struct found *out, struct ow_error *err);

#endif
