/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the verbs that run a model have in common.
 */
#ifndef OW_CLI_INFER_OPTS_H
#define OW_CLI_INFER_OPTS_H

#include <owstore/infer.h>

#include "base/auto.h"
#include "cli/cmd.h"

struct infer_opts {
	uint64_t threads, batch, memory, timeout;
	unsigned isa, kv;
};

/* Their lines of the option table of a verb whose struct T has a member `infer`. */
#define INFER_OPTIONS(T)                                                                           \
	{.name = "threads",                                                                        \
	 OPT_INTO(U64, T, infer.threads),                                                          \
	 .arg = "N",                                                                               \
	 .help = "threads to compute with"},                                                       \
	    {.name = "batch",                                                                      \
	     OPT_INTO(U64, T, infer.batch),                                                        \
	     .arg = "N",                                                                           \
	     .help = "tokens of the prompt computed together"},                                    \
	    {.name = "isa",                                                                        \
	     OPT_INTO(CHOICE, T, infer.isa),                                                       \
	     .arg = "scalar|avx2|avx512|amx|neon|neon-plain",                                      \
	     .help = "kernel set; the results do not depend on it"},                               \
	    {.name = "kv",                                                                         \
	     OPT_INTO(CHOICE, T, infer.kv),                                                        \
	     .arg = "f32|f16",                                                                     \
	     .help = "numbers of the key and value cache"},                                        \
	    {.name = "memory",                                                                     \
	     OPT_INTO(SIZE, T, infer.memory),                                                      \
	     .arg = "SIZE",                                                                        \
	     .help = "weights larger than this are read layer by layer"},                          \
	{                                                                                          \
		.name = "timeout", OPT_INTO(U64, T, infer.timeout), .arg = "SECONDS",              \
		.help = "give up after, a day at most"                                             \
	}

/* The model that a verb was pointed at. */
struct model_arg {
	struct ow_model_source source;
	struct ow_store *store; /* open where it is in one */
};

/* A path ends in ".gguf" or begins with "/" or "."; anything else is a reference to an artifact, whose store is opened
 * for reading. `file` is what --file said, or NULL.
 */
OW_MUST_USE int model_arg_open(struct ctx *c, const char *arg, const char *file,
			       struct model_arg *out, struct ow_error *err);
void model_arg_done(struct model_arg *m);
OW_DEFINE_AUTO_DONE(struct model_arg, model_arg_done)

/* The line of the option table that goes with it, for a struct T with a member `file`. */
#define MODEL_OPTION(T)                                                                            \
	{                                                                                          \
		.name = "file", OPT_INTO(TEXT, T, file), .arg = "PATH",                            \
		.help = "which one, where an artifact has several models"                          \
	}

/* And what a manual says of it. */
#define MODEL_ABOUT                                                                                \
	"A MODEL is a path that ends in .gguf or begins with / or ., of a split model one of its " \
	"files; or a reference to an artifact of the store, in whatever class, whose bytes are "   \
	"then checked against their names on the way in."

/* OW_E_USAGE: a number out of range. */
OW_MUST_USE int infer_how(struct ctx *c, const struct infer_opts *o, struct ow_infer_how *out,
			  struct ow_error *err);

/* The facts of a run, as JSON and as lines. */
void infer_show(struct ctx *c, const struct ow_infer_facts *f);

#endif
