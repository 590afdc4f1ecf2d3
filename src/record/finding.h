/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What this store's own look at an artifact found about its licences: which texts its files hold and what they claim.
 * A note about the artifact, unsigned: whoever doubts it looks again. Schema: schemas/finding.cddl.
 */
#ifndef OW_RECORD_FINDING_H
#define OW_RECORD_FINDING_H

#include <stdbool.h>

#include <owstore/error.h>
#include <owstore/id.h>

#include "base/arena.h"
#include "base/buf.h"

enum {
	FINDING_FILES_MAX = 4096,
	FINDING_IDS_MAX = 256, /* of one file */
	FINDING_CLAIMS_MAX = 8192,
	FINDING_TEXT_CAP = 1025 /* of a text in it */
};

/* A file that speaks of a licence. */
struct finding_file {
	const char *path; /* of the component */
	const char *as;   /* what it was read as: "text" "policy" "card" "aside" "model" */
	const char
	    *state; /* "confirmed-exact" … "unknown-text"; "none" where no text was looked for */
	const char **ids; /* licences of the texts in it, ascending */
	size_t n_ids;
	struct ow_id words;  /* SHA-256 of its words; zero where none were read */
	const char *excerpt; /* the first words that belong to no known text, or "" */
};

/* What a file says: "license" "apache-2.0", "base_model" "org/base", … */
struct finding_claim {
	const char *path, *key, *value;
	const char *id; /* the licence that it means, or "" */
};

struct finding {
	struct ow_id artifact;
	uint64_t time;
	struct ow_id prints;        /* SHA-256 of the fingerprints that were used */
	uint64_t detector;          /* the number of who looked; 0: it was not told yet */
	struct finding_file *files; /* ascending by path */
	size_t n_files, cap_files;
	struct finding_claim *claims; /* by path, key, value */
	size_t n_claims, cap_claims;
	bool gated; /* the card says that upstream asks before it hands out */
	const char
	    *modality; /* "text" "multimodal" "image" "audio" "video", or "" where nothing tells */
	struct arena texts; /* what all texts belong to */
};

/* Add to a finding that is being put together; texts are copied, longer ones cut. A file's ids may come in any order,
 * repeated ones count once. What is beyond the limits above is left out.
 */
OW_MUST_USE int finding_add_file(struct finding *f, const struct finding_file *file,
				 struct ow_error *err);
OW_MUST_USE int finding_add_claim(struct finding *f, const struct finding_claim *claim,
				  struct ow_error *err);

/* Put files and claims in order, and drop claims that are there twice. */
void finding_sort(struct finding *f);

/* Deterministic CBOR. Sorts. */
void finding_encode(struct finding *f, struct buf *out);

/* Strict: whatever it accepts, finding_encode gives the same bytes again. OW_E_FORMAT. */
OW_MUST_USE int finding_decode(const uint8_t *p, size_t n, struct finding *out,
			       struct ow_error *err);

/* The file of a path, or NULL. Of a sorted finding. */
const struct finding_file *finding_file(const struct finding *f, const char *path);

/* Was it told to be a known text, unchanged? */
bool finding_confirmed(const struct finding_file *file);

void finding_done(struct finding *f);
OW_DEFINE_AUTO_DONE(struct finding, finding_done)

#endif
