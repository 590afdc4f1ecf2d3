/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <owstore/identify.h>

#include "base/buf.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/table.h"

struct showing {
	struct ctx *c;
	struct json files, folders;
	struct table *table;
	struct buf verdicts; /* lines about folders, told after the table */
};

static void showing_done(struct showing *s)
{
	buf_done(&s->verdicts);
}
OW_DEFINE_AUTO_DONE(struct showing, showing_done)

static void put_match(struct json list, const struct ow_license_match *m)
{
	struct json item = json_put_object(list, NULL);
	struct json range;

	json_put_text(item, "id", m->id);
	json_put_text(item, "method", m->method);
	json_put_real(item, "coverage", m->coverage);
	json_put_u64(item, "residual", m->residual);
	range = json_put_list(item, "range");
	json_put_u64(range, NULL, m->from);
	json_put_u64(range, NULL, m->to);
}

/* "Apache-2.0", "GPL-2.0-only or GPL-2.0-or-later", "like Apache-2.0", "-" */
static void put_ids(struct table *t, const struct ow_license_file *f)
{
	OW_AUTO(buf_done) struct buf ids = {0};
	bool sure = strncmp(f->state, "confirmed", 9) == 0;

	if (f->id == NULL && f->n_matches > 0 && !sure)
		buf_text(&ids, "like ");
	for (size_t i = 0; f->id == NULL && i < f->n_matches; i++) {
		if (i == 0 || strcmp(f->matches[i].id, f->matches[i - 1].id) != 0)
			buf_printf(&ids, "%s%s", i == 0 ? "" : ", ", f->matches[i].id);
	}
	table_cell(t, "%s", f->id != NULL ? f->id : f->n_matches > 0 ? buf_str(&ids) : "-");
}

static void put_claims(struct json in, struct table *t, const struct ow_license_file *f)
{
	struct json list = json_put_list(in, "declared");
	OW_AUTO(buf_done) struct buf text = {0};

	for (size_t i = 0; i < f->n_claims; i++) {
		const struct ow_license_claim *c = &f->claims[i];
		struct json item = json_put_object(list, NULL);

		json_put_text(item, "key", c->key);
		json_put_text(item, "value", c->value);
		json_put_text(item, "id", c->id);
		buf_printf(&text, "%s%s", i == 0 ? "" : ", ", c->id != NULL ? c->id : c->value);
	}
	table_cell(t, "%s", f->n_claims == 0 ? "-" : buf_str(&text));
}

static int show_file(void *ctx, const struct ow_license_file *f, struct ow_error *err)
{
	struct showing *s = ctx;
	struct json item = json_put_object(s->files, NULL), matches;
	uint64_t residual = 0;

	(void)err;
	json_put_text(item, "path", f->path);
	json_put_text(item, "id", f->id);
	json_put_text(item, "state", f->state);
	matches = json_put_list(item, "matches");
	for (size_t i = 0; i < f->n_matches; i++) {
		put_match(matches, &f->matches[i]);
		residual = f->matches[i].residual > residual ? f->matches[i].residual : residual;
	}
	if (ow_id_equal(&f->words, &(struct ow_id){0}))
		json_put_text(item, "words_sha256", NULL);
	else
		json_put_id(item, "words_sha256", &f->words);
	json_put_text(item, "excerpt", f->excerpt);
	table_cell(s->table, "%s", f->path);
	table_cell(s->table, "%s", f->state);
	put_ids(s->table, f);
	put_claims(item, s->table, f);
	table_cell(s->table, residual == 0 ? "-" : "%llu", (unsigned long long)residual);
	table_cell(s->table, "%s", f->excerpt == NULL ? "" : f->excerpt);
	return 0;
}

static void put_names(struct json in, struct buf *text, const char *key, const char *const *names,
		      size_t n)
{
	struct json list = json_put_list(in, key);

	buf_printf(text, "%s ", key);
	for (size_t i = 0; i < n; i++) {
		json_put_text(list, NULL, names[i]);
		buf_printf(text, "%s%s", i == 0 ? "" : ", ", names[i]);
	}
	buf_text(text, n == 0 ? "nothing" : "");
}

static int show_folder(void *ctx, const struct ow_license_folder *f, struct ow_error *err)
{
	struct showing *s = ctx;
	struct json item = json_put_object(s->folders, NULL);
	OW_AUTO(buf_done) struct buf line = {0};

	json_put_text(item, "path", f->path);
	json_put_text(item, "state", f->state);
	buf_printf(&line, "%s: %s: ", f->path, f->state);
	put_names(item, &line, "declared", f->declared, f->n_declared);
	buf_text(&line, "; ");
	put_names(item, &line, "found", f->found, f->n_found);
	buf_add(&s->verdicts, buf_str(&line), line.n + 1);
	return buf_finish(&s->verdicts, err);
}

static int run(struct ctx *c, const void *options, struct ow_error *err)
{
	OW_AUTO(table_free)
	struct table *t = table_new("~FILE", "STATE", "~LICENCE", "~DECLARED", ">OTHER WORDS",
				    "~THEY BEGIN", NULL);
	OW_AUTO(showing_done) struct showing s = {.c = c, .table = t};
	struct ow_license_calls calls = {.file = show_file, .folder = show_folder, .ctx = &s};

	(void)options;
	json_put_text(c->out.result, "schema", "owstore.license/1");
	s.files = json_put_list(c->out.result, "files");
	s.folders = json_put_list(c->out.result, "folders");
	if (ow_license_identify(c->args, c->n_args, &calls, &c->events, err) < 0)
		return err->code;
	out_table(&c->out, t);
	for (size_t at = 0; at < s.verdicts.n; at += strlen((const char *)s.verdicts.p + at) + 1)
		out_line(&c->out, "%s", (const char *)s.verdicts.p + at);
	return 0;
}

const struct cmd cmd_license_identify = {
    .name = "license identify",
    .section = SECTION_POLICY,
    .summary = "tell which licence a text is, and whether it is unchanged",
    .synopsis = "PATH...",
    .min_args = 1,
    .max_args = ARGS_ANY,
    .about = "Compares each file with the fingerprints of known licence texts, whatever its "
	     "encoding, wrapping, quoting and "
	     "markup, and prints one line a file: confirmed-exact (word for word), confirmed (what "
	     "may differ in it "
	     "differs: names in their places, numbers of list items, optional parts), "
	     "confirmed-noisy (slips of a word or "
	     "two; for a person to look at), modified (words were added or taken away; how many, "
	     "and which come first), "
	     "partial (less than 80 % of it), family-clue (phrases of an agreement whose text is "
	     "not known) or "
	     "unknown-text. Copyright lines and titles never count.\n\n"
	     "A text that serves several ids, as that of the GPL does with and without later "
	     "versions, names them all; what "
	     "the work declares decides between them.\n\n"
	     "Of a folder those files are read that hold licences or speak of them: licence and "
	     "notice files, model cards, "
	     "GGUF and safetensors, REUSE side files. Then one line sets what is declared against "
	     "what was found: "
	     "confirmed, mismatch, modified, text-only, tag-only, unknown-text or absent.\n\n"
	     "This tells texts apart; it is no legal advice. The files are read in a jail.",
    .examples = {{"owstore license identify LICENSE", "one file"},
		 {"owstore license identify --json LICENSE* NOTICE", "for programs"},
		 {"owstore license identify ./SmolLM2", "a model: declared against found"}},
    .exits = (const enum ow_code[]){OW_E_FORMAT, OW_E_UNCHECKED, OW_OK},
    .also = (const char *const[]){"show", "promote", NULL},
    .run = run,
};
