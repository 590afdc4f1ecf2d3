/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The gate: raw bytes and signature files on one side, struct sealed on the other. Only the gate
 *makes one, and a function that needs verified input takes that type. No CBOR of the document is
 *read here.
 *
 *	OW_AUTO(sealed_free) struct sealed *s = NULL;
 *
 *	if (signed_read(dir, "MANIFEST", MANIFEST_MAX, &doc, err) < 0 ||
 *	    gate_open(&doc, root, OW_ROLE_RELEASE, "manifest", &rules, &s, err) < 0)
 *		return err->code;
 *	bytes = sealed_bytes(s);
 *	… decode, then:
 *	if (sealed_matches(s, m->origin, m->stream, m->seq, err) < 0)
 *		return err->code;
 */
#ifndef OW_TRUST_GATE_H
#define OW_TRUST_GATE_H

#include "trust/comment.h"
#include "trust/root.h"
#include "trust/signed.h"

enum signer_status {
	SIGNER_GOOD,       /* counts */
	SIGNER_REPEATED,   /* good, by a key that was counted already */
	SIGNER_OTHER_ROLE, /* good, by a key of another role */
	SIGNER_UNKNOWN,    /* by a key that the root does not list; ignored */
	SIGNER_DAMAGED, /* names a key of the root but does not hold, or holds under another one's
			   name */
	SIGNER_UNREADABLE, /* not a canonical signature file */
	SIGNER_MISMATCH,   /* holds, but its trusted comment speaks of something else */
};

struct signer {
	char file[32];
	enum signer_status status;
	uint8_t key_id[SIGN_KEY_ID]; /* as claimed; zeros where unreadable */
	char name[ID_TEXT];          /* of the key in the root, or "" */
	enum ow_role role;           /* of that key, where it has a name */
	char detail[200]; /* of a mismatch: what the comment says and what it should, or "" */
};

struct gate_rules {
	bool tolerate_damaged; /* D35, A21: what is damaged, unreadable or mismatched does not
				* count, but does not refuse either */
};

/* Outcome of counting, also filled where the answer is no. */
struct gate_report {
	struct signer signer[SIGNATURES_MAX];
	size_t n;
	unsigned good; /* distinct keys of the role */
	unsigned threshold;
	struct comment claim; /* what the counted signatures say; meaningful where good > 0 */
	struct ow_id digest;  /* of the document */
};

/* Count the signatures over d->doc for a role: 0 when its threshold is met and nothing is refused,
 * OW_E_TRUST otherwise, saying who signed and what is missing. *report is filled in both cases.
 */
OW_MUST_USE int gate_check(const struct signed_doc *d, const struct root *root, enum ow_role role,
			   const char *type, const struct gate_rules *rules,
			   struct gate_report *report, struct ow_error *err);

struct sealed;

/* The same, and give the bytes of d->doc their proof: they move into *out, d->doc is empty
 * afterwards. On failure d is unchanged. `report` may be NULL.
 */
OW_MUST_USE int gate_open(struct signed_doc *d, const struct root *root, enum ow_role role,
			  const char *type, const struct gate_rules *rules,
			  struct gate_report *report, struct sealed **out, struct ow_error *err);
void sealed_free(struct sealed *s);
OW_DEFINE_AUTO(struct sealed *, sealed_free)

struct ow_view sealed_bytes(const struct sealed *s);
const struct ow_id *sealed_digest(const struct sealed *s);
const struct comment *sealed_claim(const struct sealed *s);
const struct gate_report *sealed_report(const struct sealed *s);
uint64_t sealed_root_version(const struct sealed *s);

/* After decoding: do the document's own fields equal what its signers say they signed? OW_E_TRUST
 * naming both values. `stream` NULL or "-" where the document has none.
 */
OW_MUST_USE int sealed_matches(const struct sealed *s, const char *origin, const char *stream,
			       uint64_t seq, struct ow_error *err);

/* A word for people: "good", "unknown key", … */
const char *signer_status_text(enum signer_status status);

#endif
