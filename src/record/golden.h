/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The golden: what a model computed where it was recorded, step by step, so that another machine can compute it again
 * and compare. Schema: schemas/golden.cddl.
 */
#ifndef OW_RECORD_GOLDEN_H
#define OW_RECORD_GOLDEN_H

#include <owstore/error.h>
#include <owstore/id.h>

#include "base/auto.h"
#include "base/buf.h"

enum {
	GOLDEN_TOP = 5, /* likeliest ids kept of a step */
	GOLDEN_MODELS_MAX = 1000,
	GOLDEN_PROMPTS_MAX = 64,
	GOLDEN_IDS_MAX = 65536,  /* of one prompt */
	GOLDEN_STEPS_MAX = 4096, /* of one prompt */
	GOLDEN_TEXT_MAX = 65536, /* bytes of one text */
	GOLDEN_WORD_CAP = 64,    /* names of architectures, CPUs and kernel sets */
	GOLDEN_NUMBER_TEXT = 24, /* a float as "-0x1.fffffep+127" */
};

struct golden_top {
	uint32_t id;
	float value; /* finite */
};

/* The logits after one token. */
struct golden_step {
	struct ow_id logits;               /* SHA-256 of the row as little-endian floats */
	struct golden_top top[GOLDEN_TOP]; /* the likeliest first, the lower id on a tie */
	uint32_t n_top;                    /* fewer only where the vocabulary is smaller */
};

/* A prompt and the greedy steps after it. Step 0 is what follows the whole prompt; each later one follows the
 * likeliest id of the step before.
 */
struct golden_prompt {
	struct buf text; /* what the ids were made from, as bytes; empty: only ids were given */
	struct buf said; /* the steps as text, as bytes */
	uint32_t *ids;
	size_t n_ids;
	struct golden_step *steps;
	size_t n_steps;
};

/* A text that the model did not write: how likely did it find it? */
struct golden_text {
	uint32_t *ids;
	size_t n_ids;        /* 0: the model has no token for it */
	struct ow_id logits; /* SHA-256 of the rows after all ids but the last */
	uint64_t nll;        /* mean negative log-likelihood of an id, in millionths of a nat */
};

/* Where it was recorded; nothing here is compared. */
struct golden_machine {
	char cpu[GOLDEN_WORD_CAP], isa[GOLDEN_WORD_CAP];
	uint64_t threads, load_ns, prompt_tokens, prompt_ns, steps, steps_ns, memory_peak;
};

struct golden {
	bool signed_for; /* about an artifact, for an origin's signature; else of a bare file */
	struct ow_id artifact;
	char origin[65];
	uint64_t time;
	struct ow_id *models; /* SHA-256 of the model's files, in their order */
	size_t n_models;
	uint64_t arithmetic, vocab;
	char architecture[GOLDEN_WORD_CAP];
	bool half_cache;
	struct golden_prompt *prompts;
	size_t n_prompts;
	struct golden_text text;
	struct golden_machine machine;
};

void golden_done(struct golden *g);
OW_DEFINE_AUTO_DONE(struct golden, golden_done)

/* Append the record. OW_E_USAGE where it would be larger than GOLDEN_MAX. */
OW_MUST_USE int golden_encode(const struct golden *g, struct buf *out, struct ow_error *err);
OW_MUST_USE int golden_decode(const uint8_t *p, size_t n, struct golden *out, struct ow_error *err);

/* A float that reads back as the same bits: "0x1.8p+3". And the one spelling of it that is taken. */
const char *golden_number(float v, char out[GOLDEN_NUMBER_TEXT]);
bool golden_parse_number(const char *text, float *out);

/* How what was computed here (`got`) differs from what was recorded (`want`). */
struct golden_difference {
	uint64_t compared, differing; /* steps, and the text as one */
	bool in_text;                 /* the first difference is in the likelihood of the text */
	size_t prompt, step;          /* else where: counted from 0 */
	size_t position;              /* tokens before it, prompt included */
	const struct golden_step *want, *got; /* borrowed; NULL where one side has no such step */
};

/* Compare; both must be of the same prompts. Returns whether they are identical. */
bool golden_same(const struct golden *want, const struct golden *got,
		 struct golden_difference *out);

#endif
