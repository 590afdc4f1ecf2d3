/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "base/auto.h"
#include "base/err.h"
#include "base/text.h"
#include "cli/cmds.h"
#include "cli/infer_opts.h"

struct run_opts {
	const char *prompt, *seed, *temperature, *file;
	uint64_t tokens;
	bool plain;
	struct infer_opts infer;
};

static const struct opt options[] = {
    {.name = "prompt",
     .letter = 'p',
     OPT_INTO(TEXT, struct run_opts, prompt),
     .arg = "TEXT",
     .prose = true,
     .help = "what to continue"},
    {.name = "tokens",
     .letter = 'n',
     OPT_INTO(U64, struct run_opts, tokens),
     .arg = "N",
     .help = "write at most so many tokens (256)"},
    {.name = "seed",
     OPT_INTO(TEXT, struct run_opts, seed),
     .arg = "N",
     .help = "draw by chance from this seed; without it the likeliest token is taken"},
    {.name = "temperature",
     OPT_INTO(TEXT, struct run_opts, temperature),
     .arg = "T",
     .help = "how freely to draw, 0.01 to 10 (0.8)"},
    {.name = "plain",
     OPT_INTO(FLAG, struct run_opts, plain),
     .help = "special tokens in the prompt are text"},
    MODEL_OPTION(struct run_opts),
    INFER_OPTIONS(struct run_opts),
    {0},
};

/* The text as it comes, and whole for JSON. */
struct showing {
	struct ctx *c;
	struct buf all;
	bool shown; /* something was; a line feed is due, however it ends */
};

static int show_text(void *ctx, const char *p, size_t n, struct ow_error *err)
{
	struct showing *s = ctx;

	if (!s->shown)
		progress_erase(&s->c->progress);
	s->shown = true;
	if (s->c->out.mode == OUT_TEXT)
		return out_piece(&s->c->out, p, n, err);
	buf_add(&s->all, p, n);
	return buf_finish(&s->all, err);
}

static int read_drawing(const struct run_opts *o, struct ow_generate_opts *out,
			struct ow_error *err)
{
	char *end;

	if (o->temperature != NULL) {
		out->temperature = strtod(o->temperature, &end);
		out->random = true;
		if (*end != '\0' || !(out->temperature >= 0.01 && out->temperature <= 10))
			return err_set(err, OW_E_USAGE,
				       "--temperature %s: not a number from 0.01 to 10",
				       o->temperature);
	}
	if (o->seed != NULL) {
		out->random = true;
		if (!text_parse_u64(o->seed, &out->seed))
			return err_set(err, OW_E_USAGE,
				       "--seed %s: not a whole number below 2^64, in digits",
				       o->seed);
	}
	return 0;
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct run_opts *o = options_given;
	struct ow_generate_opts opts = {.tokens = o->tokens, .plain = o->plain};
	OW_AUTO(model_arg_done) struct model_arg model = {0};
	struct showing s = {.c = c};
	struct ow_infer_facts facts = {0};
	struct ow_infer_how how;
	int result;

	if (o->prompt == NULL)
		return err_set(err, OW_E_USAGE, "--prompt is needed");
	if (read_drawing(o, &opts, err) < 0 || infer_how(c, &o->infer, &how, err) < 0 ||
	    model_arg_open(c, c->args[0], o->file, &model, err) < 0)
		return err->code;
	result = ow_generate(&model.source, o->prompt, &opts, &how, show_text, &s, &facts, err);
	if (result == 0 || s.shown) {
		out_line(&c->out, "%s", "");
		json_put_view(c->out.result, "text", (struct ow_view){.p = s.all.p, .n = s.all.n});
		c->out.keep_result = true;
	}
	if (result == 0 && (c->common.verbose || c->out.mode != OUT_TEXT))
		infer_show(c, &facts);
	buf_done(&s.all);
	return result;
}

const struct cmd cmd_run = {
    .name = "run",
    .section = SECTION_MODEL,
    .summary = "let a model continue a text",
    .synopsis = "MODEL -p TEXT",
    .min_args = 1,
    .max_args = 1,
    .about = "Prints what the model writes after the prompt, as it is written, until it ends or "
	     "the number of tokens is "
	     "reached. A chat template that the model carries is not rendered: a prompt for a chat "
	     "has its markers in it, "
	     "such as <|im_start|>. The model runs in a jail, and its text is shown with control "
	     "characters escaped.\n\n" MODEL_ABOUT,
    .options = options,
    .options_size = sizeof(struct run_opts),
    .needs = NEEDS_STORE_DIR,
    .examples = {{"owstore run model.gguf -p 'The capital of France is'",
		  "the likeliest continuation"},
		 {"owstore run model.gguf -p \"$(cat chat.txt)\"", "a prompt of several lines"},
		 {"owstore run org/model@1 -p 'Once' --seed 7 -n 100",
		  "a model of the store, by chance, the same for the same seed"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_FORMAT, OW_E_UNSAFE, OW_E_SMOKE,
				    OW_E_INCOMPLETE, OW_E_UNCHECKED, OW_OK},
    .also = (const char *const[]){"smoke", "logits", "tokenize", "selftest", NULL},
    .run = run,
};
