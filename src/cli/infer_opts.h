/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the verbs that run a model have in common.
 */
#ifndef OW_CLI_INFER_OPTS_H
#define OW_CLI_INFER_OPTS_H

#include <owstore/infer.h>

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
	     .arg = "scalar|avx2|avx512|neon|neon-plain",                                          \
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
		.help = "give up after"                                                            \
	}

/* OW_E_USAGE: a number out of range. */
OW_MUST_USE int infer_how(struct ctx *c, const struct infer_opts *o, struct ow_infer_how *out,
			  struct ow_error *err);

/* The facts of a run, as JSON and as lines. */
void infer_show(struct ctx *c, const struct ow_infer_facts *f);

#endif
