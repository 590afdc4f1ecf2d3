/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Models at work in a jailed child: the parent opens the files, the child computes and sends frames back.
 */
#ifndef OW_FLOW_ENGINE_H
#define OW_FLOW_ENGINE_H

#include <owstore/infer.h>

#include "flow/model_files.h"
#include "infer/session.h"
#include "infer/tok.h"
#include "os/jail.h"

/* ---- in the child ---- */

struct engine {
	struct model *model;
	struct session *session;
	struct ow_infer_facts facts; /* engine_feed adds up the times of prompts and steps */
};

enum engine_use {
	ENGINE_RUN = 1, /* computes: keys and tensors must be known here */
	ENGINE_TOK = 2, /* reads or writes text: so must the tokenizer, which goes to *tok */
};

/* Open a model for these uses. What is malformed in it is told (OW_E_FORMAT) whatever the use, and before what is not
 * known here (OW_E_UNCHECKED). The tokenizer must go before the engine.
 */
OW_MUST_USE int engine_open(const struct model_files *files, unsigned uses, struct engine *out,
			    struct tok **tok, struct ow_error *err);

/* Load the model that was opened for it, check its files against the digests they should have, and begin a session of at
 * most `context` tokens. The parent is told how far it has been read.
 */
OW_MUST_USE int engine_start(const struct model_files *files, const struct ow_infer_how *how,
			     size_t context, struct jail_pipe *to, struct engine *out,
			     struct ow_error *err);
void engine_done(struct engine *e);
OW_DEFINE_AUTO_DONE(struct engine, engine_done)

enum engine_part {
	ENGINE_PROMPT,
	ENGINE_STEPS
};

/* session_feed, its tokens and time added up as the prompt's or the steps'. */
OW_MUST_USE int engine_feed(struct engine *e, enum engine_part part, const uint32_t *ids, size_t n,
			    float *rows, float *last, struct ow_error *err);

struct engine_prompt {
	const uint32_t *ids;
	size_t n;
	float *rows;          /* gets the logits (n, vocab), or NULL */
	uint64_t whole;       /* tokens of the prompt in all, of which these are a part */
	size_t batch;         /* tokens that are fed together; 0: some */
	struct jail_pipe *to; /* the parent is told how far the prompt has been read */
};

/* Read a prompt or the next part of it; `last`, if not NULL, gets the logits (vocab) after the last id. */
OW_MUST_USE int engine_read(struct engine *e, const struct engine_prompt *p, float *last,
			    struct ow_error *err);

/* Tell the parent how it went; the last frame of a work that was given `facts`. */
OW_MUST_USE int engine_send_facts(struct engine *e, struct jail_pipe *out, struct ow_error *err);

/* ---- in the parent ---- */

struct engine_job {
	const char *what; /* "engine", for error texts */
	const struct model_files *files;
	const struct ow_infer_how *how;
	jail_work work;
	void *ctx;
	jail_frame frame; /* for every kind of frame but the facts and how far it is */
	void *out;
	struct ow_infer_facts *facts; /* or NULL: it loads and computes nothing */
	/* Of the frames of these kinds (bits 1 << kind) at most so many will come, the progress of `phase`; or NULL. */
	const char *phase;
	uint32_t counted;
	uint64_t total;
};

/* Run the work in its jail; how->events hears of loading and of the prompt, or of the job's phase. Memory is bounded by
 * the machine's, time by how->wall_s. A child that crashed, ran out of memory or time: OW_E_UNCHECKED. An error that
 * tells a byte of a file of a split model names that file.
 */
OW_MUST_USE int engine_run(const struct engine_job *job, struct ow_error *err);

#endif
