/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <owstore/infer.h>

#include "base/auto.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/infer_opts.h"
#include "os/file.h"

struct tokenize_opts {
	bool special, bos;
	const char *file;
};

static const struct opt options[] = {
    {.name = "special",
     OPT_INTO(FLAG, struct tokenize_opts, special),
     .help = "special tokens in the text count as such; else only user-defined ones do"},
    {.name = "bos",
     OPT_INTO(FLAG, struct tokenize_opts, bos),
     .help = "begin and end as the model wants it, which may add nothing"},
    MODEL_OPTION(struct tokenize_opts),
    {0},
};

/* The texts of the input, each a JSON string on a line of its own. */
struct lines {
	struct json_t **parsed;
	struct ow_view *texts;
	size_t n, cap_parsed, cap_texts;
};

static void lines_done(struct lines *l)
{
	for (size_t i = 0; i < l->n; i++)
		json_done(l->parsed[i]);
	mem_free(l->parsed);
	mem_free(l->texts);
}
OW_DEFINE_AUTO_DONE(struct lines, lines_done)

static int add_line(struct lines *l, const uint8_t *p, size_t n, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf list = {0};
	const char *text;

	buf_text(&list, "[");
	buf_add(&list, p, n);
	buf_text(&list, "]");
	if (buf_finish(&list, err) < 0 ||
	    mem_grow(&l->parsed, l->n, &l->cap_parsed, sizeof(struct json_t *), err) < 0 ||
	    mem_grow(&l->texts, l->n, &l->cap_texts, sizeof *l->texts, err) < 0)
		return err->code;
	if (json_parse(list.p, list.n, 1, &l->parsed[l->n], err) < 0)
		return err_ctx(err, "line %zu of the input", l->n + 1);
	text = json_count(l->parsed[l->n]) == 1 ? json_text(json_item(l->parsed[l->n], 0)) : NULL;
	if (text == NULL) {
		json_done(l->parsed[l->n]);
		return err_set(err, OW_E_USAGE, "line %zu of the input is not one JSON string",
			       l->n + 1);
	}
	l->texts[l->n++] = (struct ow_view){.p = (const uint8_t *)text, .n = strlen(text)};
	return 0;
}

static int split_lines(const struct buf *in, struct lines *l, struct ow_error *err)
{
	for (size_t at = 0; at < in->n;) {
		const uint8_t *end = memchr(in->p + at, '\n', in->n - at);
		size_t n = end == NULL ? in->n - at : (size_t)(end - in->p) - at;

		if (n > 0 && add_line(l, in->p + at, n, err) < 0)
			return err->code;
		at += n + 1;
	}
	return 0;
}

struct printing {
	struct buf *out;
	bool json;
};

static int print_ids(void *ctx, const uint32_t *ids, size_t n, struct ow_error *err)
{
	const struct printing *p = ctx;

	buf_text(p->out, p->json ? "{\"ids\":[" : "");
	for (size_t i = 0; i < n; i++)
		buf_printf(p->out, "%s%u", i == 0 ? "" : p->json ? "," : " ", ids[i]);
	buf_text(p->out, p->json ? "]}\n" : "\n");
	return buf_finish(p->out, err);
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct tokenize_opts *o = options_given;
	struct ow_tokenize_opts opts = {.special = o->special, .bos = o->bos, .events = &c->events};
	OW_AUTO(buf_done) struct buf in = {0}, out = {0};
	OW_AUTO(lines_done) struct lines l = {0};
	OW_AUTO(model_arg_done) struct model_arg model = {0};
	struct printing p = {.out = &out, .json = c->out.mode != OUT_TEXT};
	struct ow_view whole;

	if (model_arg_open(c, c->args[0], o->file, &model, err) < 0 ||
	    file_read_user("-", TEXT_INPUT_MAX, &in, err) < 0)
		return err->code;
	whole = (struct ow_view){.p = in.p, .n = in.n};
	if (p.json && split_lines(&in, &l, err) < 0)
		return err->code;
	if (ow_tokenize(&model.source, p.json ? l.texts : &whole, p.json ? l.n : 1, &opts,
			print_ids, &p, err) < 0)
		return err->code;
	out_raw(&c->out, &out);
	return 0;
}

const struct cmd cmd_tokenize = {
    .name = "tokenize",
    .section = SECTION_MODEL,
    .summary = "turn text into the token ids of a model",
    .synopsis = "MODEL",
    .min_args = 1,
    .max_args = 1,
    .about = "Reads text from standard input and prints its ids on one line. With --json every "
	     "line of the input is a "
	     "JSON string, and every line of the output an object {\"ids\":[...]}. The tokenizer "
	     "is the one that the "
	     "model carries; it runs in a jail.\n\n" MODEL_ABOUT,
    .options = options,
    .options_size = sizeof(struct tokenize_opts),
    .needs = NEEDS_STORE_DIR,
    .examples = {{"printf 'Hello' | owstore tokenize model.gguf", "one text"},
		 {"owstore tokenize --bos --json=lines model.gguf < texts.jsonl", "many texts"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_FORMAT, OW_E_UNSAFE, OW_E_INCOMPLETE,
				    OW_E_UNCHECKED, OW_OK},
    .also = (const char *const[]){"logits", "run", NULL},
    .run = run,
};
