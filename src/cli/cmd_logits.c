/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/err.h"
#include "base/mem.h"
#include "cli/cmds.h"
#include "cli/infer_opts.h"

struct logits_opts {
	const char *tokens, *out, *file;
	uint64_t generate;
	struct infer_opts infer;
};

static const struct opt options[] = {
    {.name = "tokens",
     OPT_INTO(TEXT, struct logits_opts, tokens),
     .arg = "ID,ID,...",
     .prose = true,
     .help = "the prompt"},
    {.name = "generate",
     OPT_INTO(U64, struct logits_opts, generate),
     .arg = "N",
     .help = "greedy steps after the prompt"},
    {.name = "out",
     OPT_INTO(TEXT, struct logits_opts, out),
     .arg = "FILE",
     .help = "where the rows go"},
    MODEL_OPTION(struct logits_opts),
    INFER_OPTIONS(struct logits_opts),
    {0},
};

/* "5,17,3" */
static int read_ids(const char *text, uint32_t **out, size_t *n, struct ow_error *err)
{
	OW_AUTO(mem_free) uint32_t *ids = NULL;
	size_t cap = 0;

	*n = 0;
	for (const char *at = text;; at++) {
		char *end;
		unsigned long v = strtoul(at, &end, 10);

		if (*at < '0' || *at > '9' || v > UINT32_MAX || (*end != ',' && *end != '\0'))
			return err_set(err, OW_E_USAGE,
				       "--tokens %s: not numbers with commas between", text);
		if (mem_grow(&ids, *n, &cap, sizeof *ids, err) < 0)
			return err->code;
		ids[(*n)++] = (uint32_t)v;
		at = end;
		if (*end == '\0')
			break;
	}
	*out = STEAL(ids);
	return 0;
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct logits_opts *o = options_given;
	OW_AUTO(mem_free) uint32_t *ids = NULL;
	OW_AUTO(model_arg_done) struct model_arg model = {0};
	struct ow_logits_opts opts = {.generate = o->generate};
	struct ow_infer_facts facts = {0};
	struct ow_infer_how how;
	struct ow_logits rows;
	char id[OW_ID_TEXT];

	if (o->tokens == NULL || o->out == NULL)
		return err_set(err, OW_E_USAGE, "--tokens and --out are needed");
	if (read_ids(o->tokens, &ids, &opts.n_ids, err) < 0 ||
	    infer_how(c, &o->infer, &how, err) < 0 ||
	    model_arg_open(c, c->args[0], o->file, &model, err) < 0)
		return err->code;
	opts.ids = ids;
	if (ow_logits(&model.source, &opts, &how, o->out, &rows, &facts, err) < 0)
		return err->code;
	json_put_id(c->out.result, "rows_sha256", &rows.rows);
	json_put_u64(c->out.result, "rows", rows.n_rows);
	json_put_u64(c->out.result, "vocab", rows.vocab);
	out_line(&c->out, "%s", ow_id_text(&rows.rows, id));
	if (c->common.verbose || c->out.mode != OUT_TEXT)
		infer_show(c, &facts);
	return 0;
}

const struct cmd cmd_logits = {
    .name = "logits",
    .section = SECTION_MODEL,
    .summary = "write what a model computes, number by number",
    .synopsis = "MODEL --tokens ID,ID,... --out FILE",
    .min_args = 1,
    .max_args = 1,
    .about = "Feeds the ids to the model and writes the logits after each of them, then after each "
	     "greedy step, as rows of "
	     "little-endian 32-bit floats. Prints the SHA-256 of the rows, which is the same on "
	     "every CPU, with any number "
	     "of threads and any batch. The model runs in a jail.\n\n" MODEL_ABOUT,
    .options = options,
    .options_size = sizeof(struct logits_opts),
    .needs = NEEDS_STORE_DIR,
    .examples = {{"owstore logits model.gguf --tokens 1,15043 --out rows.f32",
		  "a prompt of two tokens"},
		 {"owstore logits model.gguf --tokens 1 --generate 8 --isa scalar --out rows.f32",
		  "eight steps, without vector instructions"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_FORMAT, OW_E_UNSAFE, OW_E_INCOMPLETE,
				    OW_E_UNCHECKED, OW_OK},
    .also = (const char *const[]){"tokenize", "run", "selftest", NULL},
    .run = run,
};
