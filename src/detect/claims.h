/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a work says of its own licence: in the front matter of a model card, in SPDX tags of text files, in the metadata
 * of model files. A claim is no text: it says what is meant, not what is there.
 */
#ifndef OW_DETECT_CLAIMS_H
#define OW_DETECT_CLAIMS_H

#include <stdbool.h>

#include "base/auto.h"
#include "detect/detect.h"

enum {
	CLAIM_KEY_MAX = 64,
	CLAIM_VALUE_MAX = 256,
	CLAIMS_MAX =
	    256, /* of one file; where there are more, one is CLAIM_UNREAD or the tag NOASSERTION */
	CLAIM_DATASETS_MAX = 64 /* the rest of a longer list is one claim, CLAIM_MORE_DATASETS */
};

enum claim_kind {
	CLAIM_LICENSE, /* of what lies beside: a card, the metadata of a model */
	CLAIM_FILE,    /* of the file itself: an SPDX tag */
	CLAIM_LINK,    /* where the text is said to be */
	CLAIM_BASE, /* what it was made from: "base_model" and "datasets" of a card, "general.base_model.*" */
	CLAIM_RELATION, /* and how: "base_model_relation", "quantization" */
	CLAIM_TASK,     /* what it does: "pipeline_tag" */
	CLAIM_GATE,     /* a key that shows that upstream asks before it hands out */
	CLAIM_UNREAD, /* a front matter or header that cannot be taken: what it claims is not known */
	CLAIM_KINDS
};

#define CLAIM_MORE_DATASETS "(more datasets)"

/* Is it about a licence, or else about the model? */
static inline bool claim_of_licence(enum claim_kind k)
{
	return k <= CLAIM_LINK;
}

struct claim {
	enum claim_kind kind;
	char key[CLAIM_KEY_MAX];     /* "license", "general.license", "SPDX-License-Identifier" */
	char value[CLAIM_VALUE_MAX]; /* as it stands there; what is longer is cut */
	char id[DETECT_ID_MAX];      /* the licence that it means, or "" */
};

struct claims {
	struct claim *at;
	size_t n, cap;
};

void claims_done(struct claims *c);
OW_DEFINE_AUTO_DONE(struct claims, claims_done)

/* Where the front matter of a card lies: YAML between two lines "---" at the start of a text. False: there is none. */
bool card_front_matter(const void *p, size_t n, size_t *from, size_t *to);

/* The claims of a card's front matter p[0..n), and the text that is shown to whoever asks for the model (the key
 * extra_gated_prompt), where vendors put whole agreements: its text, and the bytes of p that it comes from. A front
 * matter that is not strict YAML (codec/yaml.h) is OW_E_FORMAT.
 */
struct card_prompt {
	char *text; /* owned; NULL: there is none */
	size_t from, to;
};
OW_MUST_USE int claims_of_card(const void *p, size_t n, struct claims *out,
			       struct card_prompt *prompt, struct ow_error *err);
void card_prompt_done(struct card_prompt *p);
OW_DEFINE_AUTO_DONE(struct card_prompt, card_prompt_done)

/* The SPDX tags of a text file. */
OW_MUST_USE int claims_of_text(const void *p, size_t n, struct claims *out, struct ow_error *err);

/* "What this file claims cannot be taken, and this is why." Once for each `what`: "front matter" or "header". */
OW_MUST_USE int claims_unread(struct claims *c, const char *what, const char *why,
			      struct ow_error *err);

/* The claim in one fact of a model file ("general.license" of GGUF, "metadata.license" of safetensors,
 * "base_model_name_or_path" of an adapter's settings), if it is one.
 */
OW_MUST_USE int claims_of_fact(const char *key, const char *value, struct claims *out,
			       struct ow_error *err);

/* Fill in the ids that claims mean. */
OW_MUST_USE int claims_resolve(struct claims *c, struct ow_error *err);

/* Tell a file: as a text, or as a card whose front matter claims and whose prompt may hold an agreement. Of a front
 * matter that cannot be read, or that begins and is none, there is one claim, CLAIM_UNREAD, and all of it is text.
 */
OW_MUST_USE int claims_and_text(const void *p, size_t n, struct claims *claims, struct detect *out,
				struct ow_error *err);

/* ---- claims against texts ---- */

enum claim_verdict {
	CLAIM_ABSENT,    /* neither a claim nor a text */
	CLAIM_TAG_ONLY,  /* a claim, no text */
	CLAIM_TEXT_ONLY, /* a text, no claim that says which */
	CLAIM_UNKNOWN,   /* a licence file whose text is not known */
	CLAIM_MODIFIED,  /* the text is changed, or has slips that a person must look at */
	CLAIM_MISMATCH,  /* claim and text, or two claims, disagree */
	CLAIM_CONFIRMED  /* every claim has its text, and every text its claim */
};

/* "absent" "tag-only" "text-only" "unknown-text" "modified" "mismatch" "confirmed" */
const char *claim_verdict_name(enum claim_verdict v);

/* What n_texts licence files say against the claims made beside them. Texts that serve several ids fit the claim of any.
 * `texts` are those of files that hold a licence by their name, cards without an agreement not among them.
 */
enum claim_verdict claims_judge(const struct claims *claims, const struct detect *texts,
				size_t n_texts);

#endif
