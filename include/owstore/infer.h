/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Running a language model in a GGUF file, on any CPU with the same bits.
 *
 *	struct ow_model_source model = {.name = "model.gguf"};
 *	struct ow_infer_how how = {.threads = 2};
 *	struct ow_infer_facts facts;
 *
 *	if (ow_generate(&model, "Once upon a time", &(struct ow_generate_opts){.tokens = 64}, &how, show, NULL,
 *			&facts, &err) < 0)
 *		return ow_code_exit(err.code);
 *
 * All of it happens in a jailed child process: no network, no file beyond the model, bounded memory. A model that
 * crashes it or asks for more memory than there is gives OW_E_UNCHECKED ("could not run"). Further errors of every
 * function: OW_E_FORMAT (malformed, or a file of a split model is missing), OW_E_INTEGRITY (the bytes of a model in a
 * store are not those of its name), OW_E_USAGE (no such artifact, or no model in it), OW_E_UNCHECKED (an architecture,
 * tensor type, tokenizer or kernel set that cannot be computed here), OW_E_IO, OW_E_INCOMPLETE (events said stop).
 */
#ifndef OW_INFER_H
#define OW_INFER_H

#include <stdbool.h>

#include <owstore/api.h>
#include <owstore/error.h>
#include <owstore/event.h>
#include <owstore/id.h>

struct ow_store;

/* Which model: a file, or one of an artifact in a store. Of a split model it is one of its files,
 * NAME-00001-of-00003.gguf, whose others lie beside it. An artifact may be of any class, quarantine included: the jail
 * does not care, and running it is a way to find out what it is.
 */
struct ow_model_source {
	struct ow_store *store; /* NULL: `name` is a path */
	const char *name;       /* path, or reference */
	const char *file; /* path of the component where the artifact has several models; or NULL */
};

/* How to compute; zeros are good. Nothing here changes a result, except half_cache. */
struct ow_infer_how {
	const char *
	    isa; /* "scalar" "avx2" "avx512" "amx" "neon" "neon-plain"; NULL: the best of this CPU */
	unsigned threads; /* 0: all cores this process may use, at most 64 */
	unsigned batch;   /* tokens computed together, 1..512; 0: 64 or 128, by the model's size */
	uint64_t
	    memory; /* weights larger than this are read layer by layer; 0: held whole where they fit */
	bool half_cache;                /* keys and values as half floats, not floats */
	unsigned wall_s;                /* give up after so many seconds; 0: never */
	const struct ow_events *events; /* or NULL: of loading, then of the prompt or the golden */
};

/* What was run and how it went. */
struct ow_infer_facts {
	struct ow_id model; /* SHA-256 of the file; of a split model, of its first file */
	char architecture[32];
	char isa[16];
	unsigned threads, arithmetic; /* arithmetic: version of the canonical arithmetic */
	bool streamed;                /* read layer by layer */
	uint64_t file_bytes, memory_peak, cache_bytes;
	uint64_t load_ns, prompt_ns, generate_ns;
	uint64_t prompt_tokens, generated_tokens;
	char jail[160]; /* layers in force */
};

/* ---- tokens ---- */

struct ow_tokenize_opts {
	bool special; /* special tokens in the text count as such; else only user-defined ones do */
	bool bos;     /* begin and end as the model wants it, which may add nothing */
	const struct ow_events *events; /* or NULL */
};

/* Called once for each text, in order; < 0 ends, with err filled. */
typedef int (*ow_ids_fn)(void *ctx, const uint32_t *ids, size_t n, struct ow_error *err);

/* The ids of n texts by the model's own tokenizer.  Since 0.1 */
OW_API OW_MUST_USE int ow_tokenize(const struct ow_model_source *m, const struct ow_view *texts,
				   size_t n, const struct ow_tokenize_opts *opts, ow_ids_fn ids,
				   void *ctx, struct ow_error *err);

/* ---- logits ---- */

struct ow_logits_opts {
	const uint32_t *ids; /* the prompt, at least one */
	size_t n_ids;
	size_t generate; /* greedy steps after it */
};

struct ow_logits {
	struct ow_id rows; /* SHA-256 of all rows as they stand in the file */
	uint64_t n_rows, vocab;
};

/* Write the logits after each token of the prompt, then after each greedy step, to the file `out`: rows of `vocab`
 * little-endian floats. It must not be a file of the model (OW_E_USAGE). What it held goes when the first row comes; on
 * failure it holds the rows so far, and a new file without rows goes.
 * Since 0.1
 */
OW_API OW_MUST_USE int ow_logits(const struct ow_model_source *m, const struct ow_logits_opts *opts,
				 const struct ow_infer_how *how, const char *out,
				 struct ow_logits *result, struct ow_infer_facts *facts,
				 struct ow_error *err);

/* ---- text ---- */

struct ow_generate_opts {
	size_t tokens; /* at most; 0: 256 */
	bool random;   /* draw from the 40 likeliest by `seed` and `temperature`; else greedily */
	uint64_t seed;
	double temperature; /* 0: 0.8 */
	bool plain;         /* special tokens in the prompt are text */
};

/* The next piece of text: whole UTF-8 characters as the model wrote them, control characters and all. < 0 ends. */
typedef int (*ow_text_fn)(void *ctx, const char *p, size_t n, struct ow_error *err);

/* Continue a prompt until the model ends, or `tokens` were written. OW_E_SMOKE: numbers came out that are none.
 * Since 0.1
 */
OW_API OW_MUST_USE int ow_generate(const struct ow_model_source *m, const char *prompt,
				   const struct ow_generate_opts *opts,
				   const struct ow_infer_how *how, ow_text_fn text, void *ctx,
				   struct ow_infer_facts *facts, struct ow_error *err);

/* ---- self-test ---- */

/* One kernel set of the program: may this CPU run it, and did it give the scalar bits? */
struct ow_selftest_set {
	char name[16];
	bool usable, same;
	double tokens_per_second;
};

struct ow_selftest {
	struct ow_selftest_set sets[8];
	size_t n_sets;
	struct ow_id logits; /* SHA-256 of the scalar set's logits */
	bool expected;       /* it is the one that this arithmetic gives everywhere */
	char text[200];      /* what the built-in model says */
};

/* Run the built-in model with every kernel set of this CPU. OW_E_SMOKE: a set differs; the result tells which.
 * Since 0.1
 */
OW_API OW_MUST_USE int ow_selftest(struct ow_selftest *out, struct ow_error *err);

#endif
