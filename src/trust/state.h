/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What this host believes, outside any store (D37):
 *
 *	<dir>/<origin>/ANCHOR         the fingerprint a person typed, "sha256:<64 hex>" and a
 *newline <dir>/<origin>/ROOT0001.CBR   roots and their signatures, checked anew at every start
 *	<dir>/<origin>/evidence/      what contradicted them, kept for people
 *	<dir>/<origin>/draft/         the next root while it collects signatures
 *
 * The user's directory ($XDG_STATE_HOME/owstore/trust) is written; the host's (/etc/owstore/trust)
 *is read beside it. --trust DIR stands for both.
 */
#ifndef OW_TRUST_STATE_H
#define OW_TRUST_STATE_H

#include "trust/chain.h"

struct trust_state {
	char *dir[2]; /* dir[0] is the one that is written; dir[1] may be NULL */
};

/* `override` is the argument of --trust or NULL; the user's own directory may also be given by its name.
 * Nothing is opened or made.
 */
OW_MUST_USE int trust_state_init(struct trust_state *t, const char *override, struct ow_error *err);
void trust_state_done(struct trust_state *t);
OW_DEFINE_AUTO_DONE(struct trust_state, trust_state_done)

/* The chain of an origin, walked from its anchor over what lies in the directories. No anchor:
 * OW_E_TRUST with a hint to `trust init`.
 */
OW_MUST_USE int trust_load(const struct trust_state *t, const char *origin, struct chain *out,
			   struct ow_error *err);

/* Is there an anchor for the origin? 1 or 0, < 0 where that cannot be told. */
OW_MUST_USE int trust_knows(const struct trust_state *t, const char *origin, struct ow_error *err);

/* Write the links from index `from` on into the user's directory, durably, oldest first. */
OW_MUST_USE int trust_persist(const struct trust_state *t, const struct chain *c, size_t from,
			      struct ow_error *err);

/* Believe the first link of a chain from now on: write it and its successors, then the anchor. An origin that
 * has an anchor is OW_E_TRUST.
 */
OW_MUST_USE int trust_anchor(const struct trust_state *t, const struct chain *c,
			     struct ow_error *err);

/* The folder of an origin in the user's directory, or `sub` below it, made where missing. A descriptor or
 * < 0.
 */
OW_MUST_USE int trust_origin_dir(const struct trust_state *t, const char *origin, const char *sub,
				 struct ow_error *err);

/* Keep a contradicting document. */
OW_MUST_USE int trust_keep_evidence(const struct trust_state *t, const char *origin,
				    const struct signed_doc *d, struct ow_error *err);

/* Fill err for a medium whose origin is not known here (case A01): OW_E_TRUST, with the fingerprint
 * of what it carries (or NULL) so that a person can compare. Returns OW_E_TRUST.
 */
int trust_unknown(const char *origin, const struct ow_id *carried, struct ow_error *err);

/* Every origin with an anchor, sorted. */
struct origin_list {
	char (*at)[ID_TEXT];
	size_t n, cap;
};
OW_MUST_USE int trust_origins(const struct trust_state *t, struct origin_list *out,
			      struct ow_error *err);
void origin_list_done(struct origin_list *l);
OW_DEFINE_AUTO_DONE(struct origin_list, origin_list_done)

/* A fingerprint for reading aloud: 8 groups of 8 digits. And reading one: 64 hex digits in either
 * case, with spaces, dashes or colons between digits and "sha256:" in front or not. Another number
 * of digits is OW_E_USAGE asking for all of them (case A03).
 */
enum {
	FINGERPRINT_TEXT = 72
};
const char *fingerprint_text(const struct ow_id *id, char out[FINGERPRINT_TEXT]);
OW_MUST_USE int fingerprint_parse(const char *text, struct ow_id *out, struct ow_error *err);

#endif
