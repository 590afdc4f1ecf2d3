/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Keys, roots and first trust: who may sign what, and how a host comes to believe it.
 *
 *	struct ow_trust_opts opts = {.path = "/media/stick", .fingerprint = "1f3a 5b7c …"};
 *	struct ow_trusted now;
 *
 *	if (ow_trust_init(&opts, &now, &err) < 0)
 *		return ow_code_exit(err.code);
 *	printf("%s is trusted from root version %llu on\n", now.origin, (unsigned long long)now.anchor_version);
 *
 * Folders: `trust` NULL stands for $XDG_STATE_HOME/owstore/trust (written) and /etc/owstore/trust (read beside
 * it); another folder stands alone. `keys` is never NULL.
 */
#ifndef OW_TRUST_H
#define OW_TRUST_H

#include <stdbool.h>

#include <owstore/api.h>
#include <owstore/error.h>
#include <owstore/id.h>

/* What a key may sign. A key has one role for life. The values stand in files. */
enum ow_role {
	OW_ROLE_ROOT = 0,     /* roots: who may sign what */
	OW_ROLE_RELEASE = 1,  /* manifests of bundles */
	OW_ROLE_APPROVER = 2, /* approvals, facts, elections, waivers */
	OW_ROLE_SITE = 3,     /* receipts, checkpoints of the ledger, smoke results */
	OW_ROLE_REVOKE = 4,   /* revocation lists, and nothing else */
};
enum {
	OW_ROLES = 5
};

/* "root", "release", "approver", "site" or "revoke".  Since 0.1 */
OW_API const char *ow_role_name(enum ow_role role);

/* Read exactly such a name; false for anything else, *out is then untouched.  Since 0.1 */
OW_API bool ow_role_parse(const char *name, enum ow_role *out);

enum {
	OW_NAME = 65,        /* an id: [a-z0-9][a-z0-9._-]{0,63} and the terminator */
	OW_KEY_ID = 17,      /* 16 hex digits as minisign prints them, and the terminator */
	OW_KEY_LINE = 57,    /* a public key as minisign -P takes it, and the terminator */
	OW_FINGERPRINT = 72, /* 8 groups of 8 hex digits and the terminator */
};

/* A fingerprint for reading aloud: "1f3a5b7c 9d0e…"; returns out.  Since 0.1 */
OW_API const char *ow_fingerprint_text(const struct ow_id *id, char out[OW_FINGERPRINT]);

/* ---- keys ------------------------------------------------------------------------------------------------ */

struct ow_key {
	char name[OW_NAME];
	char id[OW_KEY_ID];
	char line[OW_KEY_LINE];
	bool has_secret;   /* NAME.key is there; else only NAME.pub, somebody else's */
	enum ow_role role; /* meaningful where has_secret */
	uint64_t created;  /* the same */
	char problem[400]; /* why the files cannot be used, or ""; then only `name` is meaningful */
};

/* Make a key pair with a role: NAME.key, sealed under the passphrase (n bytes, wiped by the caller), and
 * NAME.pub in minisign's format. The folder is made where missing, mode 0700. Both files are durable.
 * Errors   OW_E_USAGE (bad name, empty passphrase, a key of that name exists, a folder that cannot keep
 *          secrets), OW_E_IO. Nothing is left of the secret then.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_key_new(const char *keys, const char *name, enum ow_role role,
				  const void *passphrase, size_t n, struct ow_key *out,
				  struct ow_error *err);

/* Would ow_key_new make a key of this name there? Nothing is written, no folder is made either.
 * Errors   those of ow_key_new, but for the passphrase and for a folder that cannot be made.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_key_new_check(const char *keys, const char *name, struct ow_error *err);

/* One key by name; the passphrase is not needed.
 * Errors   OW_E_USAGE (no such key, or a secret file that others could read), OW_E_FORMAT, OW_E_IO.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_key_find(const char *keys, const char *name, struct ow_key *out,
				   struct ow_error *err);

/* Every key of the folder by name. A folder that does not exist has none; a key whose files are unusable is
 * shown with its problem. visit < 0 ends the walk with that value.
 * Since    0.1
 */
typedef int (*ow_key_visit)(void *ctx, const struct ow_key *key, struct ow_error *err);
OW_API OW_MUST_USE int ow_key_list(const char *keys, ow_key_visit visit, void *ctx,
				   struct ow_error *err);

/* ---- roots ----------------------------------------------------------------------------------------------- */

struct ow_root_key {
	char name[OW_NAME];
	char id[OW_KEY_ID];
	char line[OW_KEY_LINE];
	enum ow_role role;
};

struct ow_root_destination {
	char id[OW_NAME];
	char class[16]; /* the circle it stands for: it may receive this class and wider ones */
	unsigned recipients; /* keys that bundles may be encrypted for */
};

struct ow_root_signature {
	char file[32];
	char key[OW_KEY_ID]; /* as claimed, "" where unreadable */
	char name[OW_NAME];  /* of the key in this root or the one before, or "" */
	char status[64];     /* "good", "unknown key, ignored", "damaged", … */
};

/* A root as a person looks at it. */
struct ow_root {
	char *path; /* where it was read from */
	char origin[OW_NAME];
	uint64_t version, epoch, issued, not_after; /* not_after 0: no end */
	struct ow_id fingerprint;                   /* SHA-256 of the document */
	bool has_prev;
	struct ow_id prev; /* fingerprint of the version before */
	struct {
		unsigned threshold, keys;
	} role[OW_ROLES];
	struct ow_root_key *keys;
	size_t n_keys;
	struct ow_root_destination *destinations;
	size_t n_destinations;
	struct ow_root_signature *signatures;
	size_t n_signatures;
	unsigned good, needed; /* of its own root keys */
	bool prev_known;       /* the version before is at hand; then also: */
	unsigned prev_good, prev_needed;
	bool complete;     /* every threshold is met: it can be sealed, or is */
	char problem[400]; /* why it is not complete, or "" */
};

OW_API void ow_root_free(struct ow_root *r);

struct ow_root_member {
	const char *key; /* a name in the keys folder, or the path of a .pub file */
	enum ow_role role;
};

struct ow_root_site {
	const char *id;
	const char *class; /* NULL: customer */
};

/* What a new root shall be, or how the next one shall differ. */
struct ow_root_plan {
	const char *trust, *keys;
	const char
	    *draft; /* folder for the draft; NULL: draft/ in the trust folder of the origin */
	const char *origin;
	const struct ow_root_member *add;
	size_t n_add;
	const char *const *remove; /* names or ids of keys */
	size_t n_remove;
	unsigned
	    threshold[OW_ROLES]; /* 0: as before; in a new root 1, for the role root the majority */
	const struct ow_root_site *sites; /* destinations, new ones or with another class */
	size_t n_sites;
	const char *const *remove_sites;
	size_t n_remove_sites;
	bool set_not_after;
	uint64_t not_after; /* 0: no end */
	bool raise_epoch;   /* sequence numbers may begin again */
	bool dry_run;       /* check and show, write nothing, make no folder */
};

/* Write the draft of a first root (ow_root_new), or of the version after the newest trusted one
 * (ow_root_propose), which lies beside it in the draft folder for those who sign elsewhere. *out (if not NULL)
 * shows it; free it. After a dry run it is the root as it would be drafted at that moment: its time of issue, and
 * with it its fingerprint, will be others when it is written.
 * Errors   OW_E_USAGE (a key with two roles, a threshold out of range, an origin that has a root or has none, a
 *          draft that lies there and has signatures), OW_E_TRUST (the known chain does not hold), OW_E_FORMAT
 *          (a key file), OW_E_IO. An existing draft is untouched then.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_root_new(const struct ow_root_plan *plan, struct ow_root **out,
				   struct ow_error *err);
OW_API OW_MUST_USE int ow_root_propose(const struct ow_root_plan *plan, struct ow_root **out,
				       struct ow_error *err);

/* Which draft: of this folder, else of this origin, else the only one there is. */
struct ow_draft {
	const char *trust;
	const char *draft;
	const char *origin;
	bool dry_run; /* check and show, write and remove nothing */
};

struct ow_signer;

/* Add a signature to a draft. The key must have the role root in it or in the version before. For a dry run it
 * may be one that was only looked at, and *out is the draft without that signature.
 * Errors   OW_E_USAGE (no draft, several, signed by this key already), OW_E_TRUST (not a root key of it),
 *          OW_E_FORMAT, OW_E_IO. The draft is then as it was.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_root_sign(const struct ow_draft *draft, const struct ow_signer *signer,
				    struct ow_root **out, struct ow_error *err);

/* Put a draft into force here: every threshold is checked, the root joins the trust folder, the draft in the
 * trust folder is removed. A first root becomes the anchor of its origin. Running it again after a crash ends
 * the same. A dry run says of a draft what sealing would, and leaves it.
 * Errors   OW_E_TRUST (a threshold is not met, another root is in force), OW_E_USAGE, OW_E_FORMAT, OW_E_IO.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_root_seal(const struct ow_draft *draft, struct ow_root **out,
				    struct ow_error *err);

/* Look at a root: `what` is a file, a folder (of a draft, a bundle or a medium: its newest), the id of a
 * trusted origin (its newest), or NULL for the only trusted origin. What it says is a claim unless it is the
 * trusted one.
 * Errors   OW_E_USAGE (nothing there, or several origins), OW_E_TRUST, OW_E_FORMAT, OW_E_IO.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_root_show(const char *trust, const char *what, struct ow_root **out,
				    struct ow_error *err);

/* ---- first trust ----------------------------------------------------------------------------------------- */

struct ow_trusted {
	char origin[OW_NAME];
	struct ow_id anchor; /* what a person typed */
	uint64_t anchor_version;
	struct ow_id newest;
	uint64_t newest_version;
	uint64_t not_after; /* of the newest; 0: no end */
	uint64_t epoch;
	bool already;      /* ow_trust_init: it was trusted before */
	enum ow_code code; /* ow_trust_list: OW_OK, or what is wrong with its chain */
	char
	    problem[400]; /* the same in words, or ""; then nothing else but origin is meaningful */
};

struct ow_trust_opts {
	const char *trust;
	const char *
	    path; /* a root's file, or a folder: a bundle, a medium, up to two levels above the roots */
	const char
	    *fingerprint; /* 64 hex digits; spaces, dashes and colons between them are fine */
	bool dry_run;     /* check and tell, change nothing */
};

/* Trust the root with this fingerprint from now on, and what follows it on the medium. The fingerprint comes
 * from a person who got it on another way; nothing read from a medium replaces that. Durable on return.
 * Errors   OW_E_USAGE (fewer than 64 digits; nothing there), OW_E_TRUST (no root with this fingerprint, one
 *          that its own keys did not sign, an origin with another anchor), OW_E_FORMAT, OW_E_IO. Nothing
 *          changed then.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_trust_init(const struct ow_trust_opts *opts, struct ow_trusted *out,
				     struct ow_error *err);

/* Every trusted origin by id, each chain walked anew.  Since 0.1 */
typedef int (*ow_trust_visit)(void *ctx, const struct ow_trusted *t, struct ow_error *err);
OW_API OW_MUST_USE int ow_trust_list(const char *trust, ow_trust_visit visit, void *ctx,
				     struct ow_error *err);

#endif
