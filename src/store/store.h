/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A store: the folder that holds everything, its lock and what its classes share.
 *
 *	<store>/
 *	  STORE                    what this folder is, in which version; written last
 *	  ORIGIN                   whose words count in it (store_origin); not in every store
 *	  roll                     which statements were put on record (store/roll.h)
 *	  lock                     held by the one writer (os/lock.h)
 *	  ledger/000001.LOG …      append-only log, mode 0640 (store/ledger.h)
 *	  staging/<session>/…      what has not been accepted yet, mode 0700 (store/stage.h)
 *	  manifests/               as received or sent (store/docs.h):
 *	    <64 hex>.cbr, .S01 …
 *	  governance/              what approvers signed about parties and licences (store/docs.h):
 *	    <64 hex>.cbr, .S01 …
 *	  zones/<class>/           a tree for each class (store/zone.h):
 *	    blobs/<licence>/<2 hex>/<64 hex>   whole plain files, 0444 (store/blob.h)
 *	    chunks/<2 hex>/<64 hex>            chunk lists (store/chunklist.h)
 *	    records/<2 hex>/<64 hex>.cbr, .S01 …   records and signatures (store/docs.h)
 *	    incoming/                          files on their way to one of these names
 *	    catalog.db                         a cache (room catalog)
 *
 *	OW_AUTO(store_close) struct store *s = NULL;
 *
 *	if (store_open(path, STORE_WRITE, "import", &s, err) < 0)
 *		return err->code;
 *	if (store_torn(s)) {
 *		… rebuild the catalogs from the records …
 *		store_mended(s);
 *	}
 */
#ifndef OW_STORE_STORE_H
#define OW_STORE_STORE_H

#include <stdbool.h>

#include <owstore/error.h>

#include "base/auto.h"

/* The layout above; a store of any other version is not touched. */
enum {
	STORE_VERSION = 1
};

enum store_mode {
	STORE_READ,  /* takes no lock, writes nothing, works beside a writer */
	STORE_WRITE, /* takes the lock; there is one writer at a time */
};

struct store;

/* Make an empty store in the folder `path`, which may exist if nothing but a store that was not
 * finished is in it; missing parents are made. Class folders get mode 0755 less the umask: narrow
 * them (chmod, chgrp, setgid) to keep a class from readers; folders made in them later take their
 * mode and group.
 *
 * Durable on return. Killed on the way it can simply be run again; what is there so far is no store
 * yet. Errors   OW_E_USAGE (there is a store already, or other files, or the file system is not a
 * local one that locks, renames and keeps modes: FAT, exFAT, NTFS, FUSE, network), OW_E_IO. Nothing
 * of the user's is changed.
 */
OW_MUST_USE int store_create(const char *path, struct ow_error *err);

/* Would store_create find a place there? Nothing is made. */
OW_MUST_USE int store_may_create(const char *path, struct ow_error *err);

/* Open the store at `path`. `what` names the verb for whoever finds the store busy.
 *
 * Errors   OW_E_USAGE (no store there, or a file system as above), OW_E_FORMAT (another version, or
 * STORE is damaged), OW_E_BUSY (STORE_WRITE: names the holder), OW_E_IO.
 */
OW_MUST_USE int store_open(const char *path, enum store_mode mode, const char *what,
			   struct store **out, struct ow_error *err);

/* Give the lock back and close. A store that is still torn stays marked so for the next writer. */
void store_close(struct store *s);
OW_DEFINE_AUTO(struct store *, store_close)

/* Did the last writer die before it was done? Its finished files are whole, but catalogs may lag
 * behind the records. Always false for STORE_READ.
 */
bool store_torn(const struct store *s);

/* Is a writer at work on it, or did the last one die? Then catalogs may lag behind the records: what a reader needs to
 * know, who cannot tell the two apart.
 */
bool store_unsettled(const struct store *s);

/* From here on records and catalogs may differ: closed before store_mended, for an error say, the store is left
 * marked for the next writer as if this one had died.
 */
void store_tear(struct store *s);

/* The catalogs agree with the records again. */
void store_mended(struct store *s);

/* Is it on a file system that is gone after a restart (tmpfs, ramfs)? Worth a warning. */
bool store_volatile(const struct store *s);

enum store_mode store_mode(const struct store *s);

/* The origin whose words count in this store: whose approvers may say what may leave it, and whose release keys may
 * send it. store_name_origin names it, durably, in a store that names none yet (else OW_E_IO with err->sys EEXIST);
 * by the writer. The file holds the id and a newline, so that a person can read it.
 *
 * store_origin returns 1, 0 where none is named, < 0 (OW_E_FORMAT: no id stands there).
 */
enum {
	STORE_ORIGIN = 65 /* an id (text_is_id) and its end */
};
OW_MUST_USE int store_origin(const struct store *s, char out[STORE_ORIGIN], struct ow_error *err);
OW_MUST_USE int store_name_origin(struct store *s, const char *origin, struct ow_error *err);

/* The path it was opened by, and its directory: for messages, jails and the rooms' own opens.
 * Borrowed. */
const char *store_path(const struct store *s);
int store_dirfd(const struct store *s);

#endif
