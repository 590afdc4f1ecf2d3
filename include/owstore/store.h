/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A store: made, opened, checked, swept.
 *
 *	struct ow_store *store = NULL;
 *	struct ow_error err = {0};
 *
 *	if (ow_store_open("/srv/models", OW_STORE_READ, "list", NULL, &store, &err) < 0)
 *		return ow_code_exit(err.code);
 *	ow_store_close(store);
 *
 * A handle belongs to one thread.
 */
#ifndef OW_STORE_H
#define OW_STORE_H

#include <stdbool.h>

#include <owstore/api.h>
#include <owstore/class.h>
#include <owstore/error.h>
#include <owstore/event.h>
#include <owstore/id.h>

struct ow_store;

enum ow_access {
	OW_STORE_READ, /* any number at once, also beside a writer; sees the classes this user may read */
	OW_STORE_WRITE, /* one at a time; OW_E_BUSY names the holder */
};

/* Make an empty store at `path`: a folder that does not exist or is empty. `dry_run`: only see whether it could be made.
 * Errors   OW_E_USAGE (there is something already, or the file system cannot hold a store), OW_E_IO. What
 *          was made is removed again.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_store_init(const char *path, bool dry_run, struct ow_error *err);

/* Say whose words count in the store at `path`: only approvers of this origin then decide what may leave it, and only
 * its release keys send. Needed where several origins are trusted; where a single one is, the first statement or
 * promotion says it. An origin is named once. `trust` NULL: the usual folder.
 * `dry_run`: only see whether it could be said, also of a store that is not there yet.
 * Errors   OW_E_TRUST (the origin is not trusted here, or another one is named already), OW_E_USAGE (no store there),
 *          OW_E_BUSY, OW_E_IO.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_store_govern(const char *path, const char *origin, const char *trust,
				       bool dry_run, struct ow_error *err);

/* Open the store at `path`. `what` is the verb at hand, shown to whoever finds the store busy. When the last
 * writer died at work, opening for writing first tidies up: the catalog is made anew from the records.
 * Errors   OW_E_USAGE (no store there), OW_E_FORMAT (a version that this program does not know), OW_E_BUSY,
 *          OW_E_IO.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_store_open(const char *path, enum ow_access access, const char *what,
				     const struct ow_events *events, struct ow_store **out,
				     struct ow_error *err);

/* NULL is fine. */
OW_API void ow_store_close(struct ow_store *s);

struct ow_fsck_opts {
	bool data;  /* read every blob and compare all chunk digests, on all cores */
	bool whole; /* with data: also the SHA-256 of each whole blob, which names it */
	unsigned
	    sample; /* with data: only this percentage of the blobs (1..100; 0: all), chosen by digest and day */
	bool
	    rebuild; /* make catalogs, missing chunk lists and the roll anew (needs OW_STORE_WRITE) */
};

/* One thing that is wrong. Strings are owned by the report and printable as they are after escaping. */
struct ow_problem {
	enum ow_code code;
	int zone; /* an enum ow_class, or -1: of the store as a whole, or of a class that cannot be told */
	char kind
	    [24]; /* "damaged-blob", "missing-blob", "damaged-record", "missing-record", "missing-class", "stale-catalog", "ledger", … */
	struct ow_id id; /* of the blob or record */
	uint64_t off;    /* of damaged bytes in the blob */
	uint64_t len;    /* 0: the whole */
	char text[400];  /* what is wrong, and with whom it is connected */
};

struct ow_fsck_report {
	enum ow_code code;                         /* OW_OK: nothing wrong */
	uint64_t artifacts, records, blobs, bytes; /* looked at; bytes: read and hashed */
	uint64_t stray; /* blobs that no artifact uses: for gc, no problem */
	uint64_t ledger_entries;
	bool unseen
	    [OW_CLASSES];   /* this user may not look into the class: nothing of it was checked */
	bool ledger_unseen; /* the same of the ledger, and so of what is missing */
	bool manifests_unseen; /* the same of the manifests that are kept */
	bool unread;           /* a class was not looked at whole, for a problem of OW_E_IO */
	bool rebuilt;
	uint64_t findings; /* made again where another version had looked for licences */
	struct ow_problem *problems;
	size_t n_problems, cap_problems;
};

/* Check the store. Problems are in the report; a negative result means that the check itself could not be
 * done. Nothing but catalogs, chunk lists and the roll is ever changed, and those only with `rebuild`, which also
 * looks for licences again where another version of the program did.
 * Since 0.1
 */
OW_API OW_MUST_USE int ow_fsck(struct ow_store *s, const struct ow_fsck_opts *opts,
			       const struct ow_events *events, struct ow_fsck_report *out,
			       struct ow_error *err);
OW_API void ow_fsck_report_done(struct ow_fsck_report *r);

/* A plan names what a sweep would remove; applying removes exactly what was planned, and of that only what is
 * still unused. */
struct ow_gc_item {
	enum ow_class zone;
	char kind[16];  /* "blob", "chunks" or "staging" */
	char name[130]; /* digest in hex, or the name of the staging session */
	char where[65]; /* licence folder of a blob, else "" */
	uint64_t size;
};

struct ow_gc_plan {
	struct ow_id id; /* of the plan: the same store state gives the same */
	struct ow_gc_item *items;
	size_t n, cap;
	uint64_t bytes;
};

/* Work out what no artifact uses. Changes nothing.  Since 0.1 */
OW_API OW_MUST_USE int ow_gc_plan(struct ow_store *s, struct ow_gc_plan *out, struct ow_error *err);

/* Remove what the plan of this id names (needs OW_STORE_WRITE). The plan is worked out anew under the lock;
 * if it is not the one of `id` any more, nothing is removed and the result is OW_E_STALE.
 * Since 0.1
 */
OW_API OW_MUST_USE int ow_gc_apply(struct ow_store *s, const struct ow_id *id,
				   struct ow_gc_plan *out, struct ow_error *err);
OW_API void ow_gc_plan_done(struct ow_gc_plan *p);

#endif
