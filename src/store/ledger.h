/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The ledger: the hash-chained log of every state change, in append-only files (D39).
 *
 * A segment ledger/<6 digits>.LOG is a CBOR sequence (RFC 8742) of frames, each two byte strings:
 *
 *	bytes  the entry: deterministic CBOR, schemas/ledger.cddl, at most LEDGER_ENTRY_MAX bytes
 *	bytes  36 of them: length of the entry (32 bits, big-endian) and its SHA-256
 *
 * so that the last frame is found from the end of the file. Entry n carries the SHA-256 of entry
 * n - 1. A new segment begins once the last one holds LEDGER_SEGMENT bytes; numbers and chain run on.
 *
 *	OW_AUTO(ledger_close) struct ledger *l = NULL;
 *	struct ledger_note note = {.command = "promote", .outcome = "done"};
 *
 *	if (ledger_open(store_dirfd(s), LEDGER_WRITE, &l, err) < 0 ||
 *	    ledger_append(l, &note, 1, err) < 0)
 *		return err->code;
 */
#ifndef OW_STORE_LEDGER_H
#define OW_STORE_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include <owstore/api.h>
#include <owstore/error.h>
#include <owstore/id.h>

#include "base/auto.h"
#include "base/limits.h"

#define LEDGER_SEGMENT     (64 * MIB) /* small enough to copy away and to search after damage */
#define LEDGER_ENTRY_MAX   (1 * MIB)  /* holds LEDGER_DIGESTS_MAX digests and the texts */
#define LEDGER_DIGESTS_MAX 16384
#define LEDGER_TEXT_MAX    4096 /* longer texts are cut, at a whole character */

enum ledger_mode {
	LEDGER_READ,
	LEDGER_WRITE /* by the holder of the store's lock */
};

struct ledger;

/* Open the ledger of the store whose directory is given.
 *
 * For writing, what a killed writer or a power cut left behind the last whole entry is moved out of
 * the way into ledger/<segment>-<12 hex of its SHA-256>.TORN, and that fact is the next entry
 * (command "ledger"). Damage further in is not touched; ledger_verify names it.
 *
 * Errors   OW_E_IO (err->sys EACCES: this user may not read the ledger), OW_E_INTEGRITY
 * (LEDGER_WRITE: no whole entry is left to go on from). Nothing is lost.
 */
OW_MUST_USE int ledger_open(int store_dir, enum ledger_mode mode, struct ledger **out,
			    struct ow_error *err);
void ledger_close(struct ledger *l);
OW_DEFINE_AUTO(struct ledger *, ledger_close)

/* What opening for writing had to set aside, in words worth a warning; NULL: nothing. Borrowed. */
const char *ledger_set_aside(const struct ledger *l);

/* What the caller wants remembered; all borrowed. Number, chain and time are the ledger's. */
struct ledger_note {
	const char *actor;   /* NULL: the user of this process */
	const char *command; /* the verb */
	const char *outcome; /* "begun", "done", "refused", … */
	const struct ow_id *digests;
	size_t n_digests; /* what it was about; at most LEDGER_DIGESTS_MAX */
	const char *text; /* for people, or NULL */
};

/* Append n entries in one write and one fsync: all are durable on return, or none is there. After a
 * failed write or sync every further append of this handle fails. Broken UTF-8 is escaped.
 */
OW_MUST_USE int ledger_append(struct ledger *l, const struct ledger_note *notes, size_t n,
			      struct ow_error *err);

/* Where the chain stands: number (0: empty) and SHA-256 of the last entry. For receipts. */
struct ledger_head {
	uint64_t n;
	struct ow_id id;
};
OW_MUST_USE int ledger_head(struct ledger *l, struct ledger_head *out, struct ow_error *err);

/* An entry as it was read; texts are UTF-8, not terminated, valid during the call. */
struct ledger_entry {
	uint64_t n; /* from 1 */
	struct ow_id id, prev;
	uint64_t clock; /* seconds since 1970 */
	struct ow_view actor, command, outcome, text;
	struct ow_view digests; /* as encoded: see ledger_digest */
};

/* How many digests an entry has, and the i-th of them. */
size_t ledger_n_digests(const struct ledger_entry *e);
struct ow_id ledger_digest(const struct ledger_entry *e, size_t i);

typedef int (*ledger_visit)(void *ctx, const struct ledger_entry *e, struct ow_error *err);

/* Visit all entries in order, checking each and the chain on the way; `visit` may be NULL. An entry
 * is handed out only if everything up to it is sound. The last segment may grow meanwhile: the walk
 * ends where it ended when it began.
 *
 * out      (may be NULL) the last sound entry, and how many bytes of an unfinished one lie behind
 * it: what a killed writer leaves, not damage; the next writer tidies it up Errors   OW_E_INTEGRITY
 * naming the first bad entry by number, segment and byte: edited, missing, out of order, segment
 * missing or cut; OW_E_FORMAT, OW_E_IO, or the visitor's.
 */
struct ledger_state {
	struct ledger_head head;
	uint64_t torn; /* bytes */
	uint32_t n_segments;
};
OW_MUST_USE int ledger_walk(struct ledger *l, ledger_visit visit, void *ctx,
			    struct ledger_state *out, struct ow_error *err);

/* ledger_walk without a visitor. At least 200,000 entries a second. */
OW_MUST_USE int ledger_verify(struct ledger *l, struct ledger_state *out, struct ow_error *err);

/* Decode one entry's bytes; e->id is not set. OW_E_FORMAT. For tests and tools. */
OW_MUST_USE int ledger_entry_decode(const uint8_t *p, size_t n, struct ledger_entry *e,
				    struct ow_error *err);

#endif
