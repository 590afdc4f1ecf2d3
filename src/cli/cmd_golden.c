/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <owstore/smoke.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "cli/cmds.h"
#include "cli/infer_opts.h"
#include "cli/verb.h"
#include "os/file.h"

struct golden_opts {
	struct opt_list prompts, prompt_files, keys;
	const char *out, *origin, *file;
	uint64_t steps;
	bool dry_run;
	struct infer_opts infer;
};

static const struct opt options[] = {
    {.name = "prompt",
     .letter = 'p',
     OPT_INTO(LIST, struct golden_opts, prompts),
     .arg = "TEXT",
     .prose = true,
     .help = "a prompt in the place of the built-in ones; again for more"},
    {.name = "prompt-file",
     OPT_INTO(LIST, struct golden_opts, prompt_files),
     .arg = "FILE",
     .help = "the same from a file, taken whole"},
    {.name = "steps",
     .letter = 'n',
     OPT_INTO(U64, struct golden_opts, steps),
     .arg = "N",
     .help = "greedy steps after each prompt (16)"},
    {.name = "key",
     .letter = 'k',
     OPT_INTO(LIST, struct golden_opts, keys),
     .arg = "NAME",
     .help = "of an artifact: a release key; again for a second one"},
    {.name = "origin",
     OPT_INTO(TEXT, struct golden_opts, origin),
     .arg = "ID",
     .help = "default: the one whose root has the key"},
    {.name = "out",
     OPT_INTO(TEXT, struct golden_opts, out),
     .arg = "FILE",
     .help = "of a model by its path: where the golden goes, unsigned"},
    {.name = "dry-run",
     OPT_INTO(FLAG, struct golden_opts, dry_run),
     .help = "let the model run and say, keep nothing"},
    MODEL_OPTION(struct golden_opts),
    INFER_OPTIONS(struct golden_opts),
    {0},
};

/* The prompts that were given, as views of argv and of the files read. */
struct prompts {
	struct buf *files;
	struct ow_view *at;
	size_t n, n_files;
};

static void prompts_done(struct prompts *p)
{
	for (size_t i = 0; i < p->n_files; i++)
		buf_done(&p->files[i]);
	mem_free(p->files);
	mem_free(p->at);
}
OW_DEFINE_AUTO_DONE(struct prompts, prompts_done)

static int read_prompts(const struct golden_opts *o, struct prompts *out, struct ow_error *err)
{
	out->at = mem_array(o->prompts.n + o->prompt_files.n, sizeof *out->at, err);
	out->files = out->at == NULL ? NULL : mem_array(o->prompt_files.n, sizeof *out->files, err);
	if (out->files == NULL)
		return err->code;
	for (size_t i = 0; i < o->prompts.n; i++)
		out->at[out->n++] =
		    (struct ow_view){(const uint8_t *)o->prompts.at[i], strlen(o->prompts.at[i])};
	for (; out->n_files < o->prompt_files.n; out->n_files++) {
		struct buf *b = &out->files[out->n_files];

		if (file_read_user(o->prompt_files.at[out->n_files], DOCUMENT_MAX, b, err) < 0)
			return err->code;
		out->at[out->n++] = (struct ow_view){b->p, b->n};
	}
	return 0;
}

/* Sign and keep it: the passphrase is asked for only now, with the model out of memory. */
static int keep(struct ctx *c, const struct golden_opts *o, struct ow_golden *g,
		struct ow_id *record, struct ow_error *err)
{
	OW_AUTO(signers_done) struct signers signers = {0};
	OW_AUTO(model_arg_done) struct model_arg writer = {0};
	struct ow_golden_sign sign = {.origin = o->origin, .trust = verb_trust(c)};
	const char *store = config_need(&c->config, SETTING_STORE, err);

	if (store == NULL ||
	    verb_take_signers(c, o->keys.at, o->keys.n, false, &signers, err) < 0 ||
	    ow_store_open(store, OW_STORE_WRITE, "golden", &c->events, &writer.store, err) < 0)
		return err_kept(err, "nothing was kept");
	sign.signers = (const struct ow_signer *const *)signers.at;
	sign.n_signers = signers.n;
	return ow_golden_keep(writer.store, g, &sign, record, err);
}

/* Are there such keys? The model may run for an hour before one of them is opened. */
static int check_keys(struct ctx *c, const struct golden_opts *o, struct ow_error *err)
{
	const char *keys = o->keys.n == 0 ? NULL : config_need(&c->config, SETTING_KEYS, err);
	OW_AUTO(signers_done) struct signers seen = {0};
	struct ow_golden_sign sign = {.origin = o->origin, .trust = verb_trust(c)};

	for (size_t i = 0; i < o->keys.n; i++) {
		struct ow_key key;

		if (keys == NULL || ow_key_find(keys, o->keys.at[i], &key, err) < 0)
			return err->code;
		if (!key.has_secret)
			return err_set(err, OW_E_USAGE, "key %s: its secret is not here", key.name);
		if (key.role != OW_ROLE_RELEASE)
			return err_set(err, OW_E_TRUST, "key %s is for the role %s, not release",
				       key.name, ow_role_name(key.role));
	}
	if (o->keys.n == 0)
		return 0;
	if (verb_take_signers(c, o->keys.at, o->keys.n, true, &seen, err) < 0)
		return err->code;
	sign.signers = (const struct ow_signer *const *)seen.at;
	sign.n_signers = seen.n;
	return ow_golden_check(&sign, err);
}

static int check_request(const struct golden_opts *o, bool artifact, const char *name,
			 struct ow_error *err)
{
	if (artifact && ((o->keys.n == 0 && !o->dry_run) || o->out != NULL)) {
		(void)err_set(err, OW_E_USAGE, "%s is an artifact: its golden is signed and kept",
			      name);
		return err_hint(err, "owstore golden %s --key NAME", name);
	}
	if (!artifact && ((o->out == NULL && !o->dry_run) || o->keys.n > 0)) {
		(void)err_set(err, OW_E_USAGE, "%s is a path: its golden goes to a file", name);
		return err_hint(err, "owstore golden %s --out FILE", name);
	}
	if (o->out != NULL && ow_golden_check_file(o->out, err) < 0)
		return err_ctx(err, "--out");
	return 0;
}

static void show_facts(struct ctx *c, const char *name, bool dry_run,
		       const struct ow_golden_facts *f)
{
	struct json j = c->out.result;

	json_put_u64(j, "prompts", f->prompts);
	json_put_u64(j, "steps", f->steps);
	json_put_text(j, "cpu", f->cpu);
	out_styled(&c->out, OUT_GOOD, "%s %s: %zu prompt%s, %zu steps",
		   dry_run ? "Would record" : "Recorded", name, f->prompts, PLURAL(f->prompts),
		   f->steps);
	if (f->nll > 0) {
		json_put_u64(j, "nll_micronats", f->nll);
		out_line(&c->out, "  likelihood  %.3f nats a token of a plain English text",
			 (double)f->nll / 1e6);
	}
	out_line(&c->out, "  cpu         %s", f->cpu);
}

static void show_kept(struct ctx *c, const struct golden_opts *o, const struct ow_id *record)
{
	struct json list;
	char id[OW_ID_TEXT];

	json_put_id(c->out.result, "record", record);
	list = json_put_list(c->out.result, "signed_by");
	out_line(&c->out, "  record      %s", ow_id_text(record, id));
	for (size_t i = 0; i < o->keys.n; i++) {
		json_put_text(list, NULL, o->keys.at[i]);
		out_line(&c->out, "  %-11s %s", i == 0 ? "signed by" : "", o->keys.at[i]);
	}
	out_line(&c->out, "It goes along whenever the artifact is exported.");
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct golden_opts *o = options_given;
	OW_AUTO(model_arg_done) struct model_arg model = {0};
	OW_AUTO(prompts_done) struct prompts prompts = {0};
	struct ow_golden_opts opts = {.steps = o->steps};
	struct ow_golden_facts facts;
	struct ow_golden *g = NULL;
	struct ow_infer_how how;
	struct ow_id record;
	bool artifact;
	int result;

	if (infer_how(c, &o->infer, &how, err) < 0 || read_prompts(o, &prompts, err) < 0 ||
	    model_arg_open(c, c->args[0], o->file, &model, err) < 0)
		return err->code;
	artifact = model.store != NULL;
	opts.prompts = prompts.at;
	opts.n_prompts = prompts.n;
	if (check_request(o, artifact, c->args[0], err) < 0 || check_keys(c, o, err) < 0 ||
	    ow_golden_record(&model.source, &opts, &how, &g, &facts, err) < 0)
		return err_kept(err, "nothing was kept");
	model_arg_done(&model); /* the store is opened anew, for writing */
	if (o->dry_run)
		result = 0;
	else
		result = artifact ? keep(c, o, g, &record, err) : ow_golden_write(g, o->out, err);
	ow_golden_free(g);
	if (result < 0)
		return result;
	show_facts(c, c->args[0], o->dry_run, &facts);
	infer_show(c, &facts.run);
	if (artifact && !o->dry_run)
		show_kept(c, o, &record);
	return 0;
}

const struct cmd cmd_golden = {
    .name = "golden",
    .section = SECTION_MODEL,
    .summary = "record what a model computes, for others to compare with",
    .synopsis = "MODEL --key NAME | --out FILE",
    .min_args = 1,
    .max_args = 1,
    .about =
	"Has the model continue a few prompts greedily and records, for every step, the SHA-256 of "
	"all logits and the five likeliest tokens with their exact values; also how likely it "
	"finds "
	"a plain English text. The engine gives the same bits on every CPU, so that owstore smoke "
	"on another machine finds every difference.\n\n"
	"The golden of an artifact is signed with release keys and kept beside its records; export "
	"takes it along and import keeps it. That of a path goes to a file, unsigned. Prompts are "
	"kept as token ids; special tokens in prompts that are given count, so that one may be "
	"what "
	"a chat template makes. The model runs in a jail, and a passphrase is asked for only when "
	"it is done.\n\n" MODEL_ABOUT,
    .options = options,
    .options_size = sizeof(struct golden_opts),
    .needs = NEEDS_STORE_DIR | NEEDS_TRUST | NEEDS_KEYS | NEEDS_PASSPHRASE,
    .examples = {{"owstore golden org/model@1 --key rel", "signed, and kept with the artifact"},
		 {"owstore golden model.gguf --out model.golden", "of a file, into a file"},
		 {"owstore golden org/model@1 --key rel --prompt-file chat.txt --steps 64",
		  "a prompt of your own"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_E_FORMAT, OW_E_UNSAFE, OW_E_BUSY,
				    OW_E_SMOKE, OW_E_INCOMPLETE, OW_E_UNCHECKED, OW_OK},
    .also = (const char *const[]){"smoke", "export", "run", NULL},
    .run = run,
};
