/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Secret keys: as files at rest, opened by a passphrase, and as what signs.
 *
 *	OW_AUTO(secret_key_free) struct secret_key *key = NULL;
 *
 *	if (key_open(keys, "rel", passphrase, &key, err) < 0 ||
 *	    sign_document(key, &comment, doc, n, &text, err) < 0)
 *		return err->code;
 *
 * In the keys directory NAME.key is the sealed secret (docs/format/keyfile.md), mode 0600, and
 *NAME.pub the public key in minisign's format.
 */
#ifndef OW_TRUST_KEY_H
#define OW_TRUST_KEY_H

#include "base/buf.h"
#include "trust/comment.h"

/* What a key file says without its passphrase. Bound to the secret, but only opening it proves so.
 */
struct key_info {
	char name[ID_TEXT];
	enum ow_role role;
	uint8_t pk[SIGN_PUBLIC];
	uint8_t id[SIGN_KEY_ID];
	uint64_t created; /* seconds, UTC */
	struct box_lock lock;
};

enum {
	KEY_BOX = SIGN_SEED + BOX_TAG,
	KEY_FILE_MAX = 4096,
};

/* A key file in memory: info, the header bytes that are sealed with it, and the box. */
struct key_file {
	struct key_info info;
	struct ow_view header; /* borrowed from what was parsed */
	uint8_t box[KEY_BOX];
};

/* Read a key file; OW_E_FORMAT for anything but its one form, bounded costs included (case J02). */
OW_MUST_USE int key_file_parse(const uint8_t *p, size_t n, struct key_file *out,
			       struct ow_error *err);

/* An open secret key, in memory for secrets. */
struct secret_key;
void secret_key_free(struct secret_key *k);
OW_DEFINE_AUTO(struct secret_key *, secret_key_free)

const struct key_info *secret_key_info(const struct secret_key *k);

/* Open a parsed file. A wrong passphrase and an altered header give the same OW_E_TRUST (case J03).
 */
OW_MUST_USE int key_file_open(const struct key_file *f, struct ow_view passphrase,
			      struct secret_key **out, struct ow_error *err);

/* Make a key with a role and write its file, sealed under the passphrase, into `out`. `name` is an
 * id (D37). */
OW_MUST_USE int key_file_new(const char *name, enum ow_role role, uint64_t created,
			     struct ow_view passphrase, struct box_cost cost, struct buf *out,
			     struct key_info *info, struct ow_error *err);

/* The keys directory `dir` (a descriptor). Reading refuses a secret file that others could have
 * read or planted: mode, owner, link, second name, a file system without modes (case J01),
 * OW_E_USAGE.
 */
/* Could key_create make a key of this name? All that it refuses before anything is written but an empty
 * passphrase: a bad name, one that is taken, a folder that cannot keep secrets, OW_E_USAGE. `dir` < 0 stands for a
 * folder that is yet to be made.
 */
OW_MUST_USE int key_check_new(int dir, const char *name, struct ow_error *err);
OW_MUST_USE int key_create(int dir, const char *name, enum ow_role role, uint64_t created,
			   struct ow_view passphrase, struct box_cost cost, struct key_info *out,
			   struct ow_error *err);
OW_MUST_USE int key_open(int dir, const char *name, struct ow_view passphrase,
			 struct secret_key **out, struct ow_error *err);

/* The same without opening: what the file says. */
OW_MUST_USE int key_read_info(int dir, const char *name, struct key_info *out,
			      struct ow_error *err);

/* Append the minisign signature file of doc[0..n) to `out`. `what` says type, origin, stream and
 * seq; role and digest are filled in from the key and the document.
 */
OW_MUST_USE int sign_document(const struct secret_key *key, const struct comment *what,
			      const void *doc, size_t n, struct buf *out, struct ow_error *err);

#endif
