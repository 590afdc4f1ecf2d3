/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The chain of roots of one origin, from the anchor to the newest: each signed by the threshold of
 * the one before and by its own, versions without a gap, each naming the digest of the one before
 * (D8, D37).
 */
#ifndef OW_TRUST_CHAIN_H
#define OW_TRUST_CHAIN_H

#include "trust/root.h"
#include "trust/signed.h"

struct chain_link {
	struct root *root;
	struct ow_id digest;
	struct signed_doc doc; /* as it was found */
};

struct chain {
	struct chain_link *link; /* link[0] is the anchor, link[n - 1] the newest */
	size_t n, cap;
};

void chain_done(struct chain *c);
OW_DEFINE_AUTO_DONE(struct chain, chain_done)

/* Begin at the document whose SHA-256 is `anchor`; it must also be signed by its own root keys. The
 * document moves into the chain. OW_E_TRUST if the digest differs.
 */
OW_MUST_USE int chain_begin(struct chain *c, struct signed_doc *anchor_doc,
			    const struct ow_id *anchor, struct ow_error *err);

/* A candidate: a document and the version that its file name claims. */
struct chain_candidate {
	uint64_t version;
	struct signed_doc doc;
	bool taken; /* moved into the chain */
};

/* Walk on through candidates sorted by version. Steps that verify stay, even where a later one does
 * not (case A04). Those below the anchor are left alone; those the chain has are compared with what
 * it has: properly signed other bytes are equivocation, OW_E_STALE, and *odd (if not NULL) points
 * to the candidate, to be kept as evidence. A version missing below a later candidate, a missing
 * signature, a wrong version or predecessor, more than ROOT_CHAIN_MAX versions: OW_E_TRUST. Expiry
 * is the caller's question, and only of the newest. Returns how many versions were added.
 */
OW_MUST_USE int chain_extend(struct chain *c, struct chain_candidate *candidates, size_t n,
			     const struct chain_candidate **odd, struct ow_error *err);

/* Is `doc` the root after `from`, claimed to be of version `claimed`: signed by the threshold of both, its
 * version and predecessor right? The decoded root and its digest on success.
 */
OW_MUST_USE int chain_check_next(const struct chain_link *from, uint64_t claimed,
				 const struct signed_doc *doc, struct root **out,
				 struct ow_id *digest, struct ow_error *err);

static inline const struct root *chain_newest(const struct chain *c)
{
	return c->link[c->n - 1].root;
}

/* "ROOT0001" and so on; the number in a name of that form (any suffix, any case), or 0. */
enum {
	ROOT_STEM = 16
};
const char *root_stem(uint64_t version, char out[ROOT_STEM]);
uint64_t root_stem_parse(const char *name);

/* Read every ROOTnnnn.CBR of a directory with its signatures, sorted by version. */
struct candidate_list {
	struct chain_candidate *at;
	size_t n, cap;
};
OW_MUST_USE int candidates_read(int dir, struct candidate_list *out, struct ow_error *err);
void candidates_done(struct candidate_list *l);
OW_DEFINE_AUTO_DONE(struct candidate_list, candidates_done)

#endif
