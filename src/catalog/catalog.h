/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The catalog of one class: plain rows in SQLite about what the records say, for listing and
 * finding. It is a cache (D4): the records are the truth, and whoever acts on a row checks the
 * record it names.
 *
 * Any call may fail with OW_E_INTEGRITY: the catalog is missing, damaged, of another schema, or
 * needs a repair that this user may not make. A writer then rebuilds it (CATALOG_REBUILD), a reader
 * fills one in memory from the records (CATALOG_MEMORY); both work through this same interface.
 *
 *	OW_AUTO(catalog_close) struct catalog *c = NULL;
 *	OW_AUTO(catalog_rollback) struct catalog *guard = NULL;
 *
 *	if (catalog_open(zone_path(z), CATALOG_WRITE, &c, err) < 0 ||
 *	    catalog_begin(c, &guard, err) < 0 ||
 *	    catalog_put_artifact(c, &a, components, n, err) < 0 ||
 *	    catalog_commit(&guard, err) < 0)
 *		return err->code;
 *
 * Readers need read permission only, also while somebody writes: the journal is a rollback journal,
 * a writer locks readers out for the moment of its commit alone, and a rebuild happens in a file of
 * its own. Pages carry checksums (catalog/pages.h), so damage is found and not listed.
 */
#ifndef OW_CATALOG_CATALOG_H
#define OW_CATALOG_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>
#include <owstore/id.h>

#include "base/auto.h"

struct catalog;

enum catalog_mode {
	CATALOG_READ,    /* what is there, never changed in any way */
	CATALOG_WRITE,   /* by the holder of the store's lock */
	CATALOG_REBUILD, /* a new empty one beside the old, which it replaces in catalog_publish */
	CATALOG_MEMORY,  /* empty, in memory, gone at close */
};

/* Open the catalog.db of the folder `dir` (ignored for CATALOG_MEMORY).
 * Errors   OW_E_INTEGRITY as above, OW_E_BUSY (locked for longer than ten seconds), OW_E_IO.
 */
OW_MUST_USE int catalog_open(const char *dir, enum catalog_mode mode, struct catalog **out,
			     struct ow_error *err);

/* Close; an open transaction is rolled back, a rebuild that was not published vanishes. */
void catalog_close(struct catalog *c);
OW_DEFINE_AUTO(struct catalog *, catalog_close)

/* CATALOG_REBUILD: put the finished catalog in the place of the old one, durably. Readers see the
 * old one, for a moment none, then the new one. The handle stays open for reading.
 */
OW_MUST_USE int catalog_publish(struct catalog *c, struct ow_error *err);

/* Begin a transaction; *guard, in an OW_AUTO(catalog_rollback) variable, undoes it unless
 * catalog_commit made it durable. Changes outside a transaction are refused (OW_E_INTERNAL). The
 * handle closes after the guard.
 */
OW_MUST_USE int catalog_begin(struct catalog *c, struct catalog **guard, struct ow_error *err);
OW_MUST_USE int catalog_commit(struct catalog **guard, struct ow_error *err);
void catalog_rollback(struct catalog *guard);
OW_DEFINE_AUTO(struct catalog *, catalog_rollback)

/* An artifact's row. Texts are UTF-8; given ones are borrowed, those handed to a visitor valid
 * during the call. */
struct catalog_artifact {
	struct ow_id id; /* of its record */
	const char *name, *version;
	const char *licence;  /* concluded for the whole, or "" */
	const char *upstream; /* where it is from, or "" */
	const char *model;    /* what it is called there, or ""; to be put, not handed out */
	uint64_t added;       /* seconds since 1970 */
	uint64_t size;        /* bytes of all components */
	uint64_t n_components;
	uint64_t n_goldens; /* notes of this kind; not to be put */
};

struct catalog_component {
	const char *path, *role;
	struct ow_id blob;
	uint64_t size;
	const char *licence; /* concluded, or "" */
};

/* Put an artifact with its components, in the place of one of the same id. n_components and size
 * are taken from the components. Changed rows show to others after catalog_commit.
 */
OW_MUST_USE int catalog_put_artifact(struct catalog *c, const struct catalog_artifact *a,
				     const struct catalog_component *components, size_t n,
				     struct ow_error *err);

/* Remove an artifact, its components and the notes about it. 1 removed, 0 was not there. */
OW_MUST_USE int catalog_remove_artifact(struct catalog *c, const struct ow_id *id,
					struct ow_error *err);

typedef int (*catalog_visit)(void *ctx, const struct catalog_artifact *a, struct ow_error *err);
typedef int (*catalog_component_visit)(void *ctx, const struct catalog_component *c,
				       struct ow_error *err);

/* The row of an artifact: 1 visited, 0 not there. */
OW_MUST_USE int catalog_get(struct catalog *c, const struct ow_id *id, catalog_visit visit,
			    void *ctx, struct ow_error *err);

/* Its components, by path in byte order. */
OW_MUST_USE int catalog_components(struct catalog *c, const struct ow_id *artifact,
				   catalog_component_visit visit, void *ctx, struct ow_error *err);

/* What a person typed to name an artifact (D31). */
enum catalog_ref_kind {
	REF_VERSION, /* name@version */
	REF_ID,      /* sha256: and 8 to 64 hex digits */
	REF_NAME,    /* a name alone, good where it is unique */
};

struct catalog_ref {
	enum catalog_ref_kind kind;
	char name[256], version[256]; /* REF_VERSION, REF_NAME */
	struct ow_id low, high;       /* REF_ID: the first and last id that begin so */
};

/* Read one of the three forms; the last '@' divides. OW_E_USAGE saying what is wrong with it. */
OW_MUST_USE int catalog_ref_parse(const char *text, struct catalog_ref *out, struct ow_error *err);

/* Visit every artifact that `ref` names, in listing order, at most `limit` of them. More than one
 * means that the reference is not unique: the caller merges classes and decides. Returns how many
 * were visited.
 */
OW_MUST_USE int64_t catalog_find(struct catalog *c, const struct catalog_ref *ref, uint64_t limit,
				 catalog_visit visit, void *ctx, struct ow_error *err);

/* Visit every artifact that is called so or is of this model upstream, ASCII case ignored, in listing order. */
OW_MUST_USE int catalog_called(struct catalog *c, const char *model, catalog_visit visit, void *ctx,
			       struct ow_error *err);

/* Which rows a listing shows. A zeroed value shows all. */
struct catalog_filter {
	const char *match; /* part of the name, ASCII case ignored; with * ? [ in it a glob over the
			    * whole name, case observed; NULL: any */
	const char *licence; /* letter case aside; NULL: any */
	uint64_t limit;      /* 0: no limit */
	uint64_t offset;     /* rows to skip; for far pages `after` is faster */

	/* Only what sorts behind this row (the last one of the page before), NULL: from the start.
	 */
	const struct catalog_artifact *after;
};

/* Visit the artifacts that pass, by name, version and id in byte order. A page out of 100,000
 * artifacts takes less than 0.2 s. The visitor must not change the catalog.
 */
OW_MUST_USE int catalog_list(struct catalog *c, const struct catalog_filter *filter,
			     catalog_visit visit, void *ctx, struct ow_error *err);

/* How many artifacts pass, ignoring limit, offset and after; the sum of their sizes in *size (may
 * be NULL). */
OW_MUST_USE int catalog_count(struct catalog *c, const struct catalog_filter *filter, uint64_t *n,
			      uint64_t *size, struct ow_error *err);

/* How many components (of all artifacts here) are this blob. */
OW_MUST_USE int catalog_blob_used(struct catalog *c, const struct ow_id *blob, uint64_t *n,
				  struct ow_error *err);

/* A signed record about an artifact: approval, promotion, golden, … */
struct catalog_note {
	struct ow_id record;
	const char *kind;
	struct ow_id artifact;
	uint64_t time;
};

typedef int (*catalog_note_visit)(void *ctx, const struct catalog_note *n, struct ow_error *err);

/* Put a note, in the place of one of the same record. */
OW_MUST_USE int catalog_put_note(struct catalog *c, const struct catalog_note *n,
				 struct ow_error *err);

/* 1 removed, 0 was not there. */
OW_MUST_USE int catalog_remove_note(struct catalog *c, const struct ow_id *record,
				    struct ow_error *err);

/* Notes about an artifact (NULL: all), by time, then record. */
OW_MUST_USE int catalog_notes(struct catalog *c, const struct ow_id *artifact,
			      catalog_note_visit visit, void *ctx, struct ow_error *err);

/* Remove every row. */
OW_MUST_USE int catalog_clear(struct catalog *c, struct ow_error *err);

/* Read and check every page and every row; OW_E_INTEGRITY with the first fault. For fsck. */
OW_MUST_USE int catalog_check(struct catalog *c, struct ow_error *err);

#endif
