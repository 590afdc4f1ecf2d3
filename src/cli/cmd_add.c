/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include <owstore/artifact.h>

#include "base/auto.h"
#include "base/err.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/licenses.h"
#include "cli/standing.h"
#include "cli/verb.h"

struct add_opts {
	const char *name, *version, *licence, *licence_file, *source, *revision;
	bool dry_run;
};

static const struct opt options[] = {
    {.name = "name",
     OPT_INTO(TEXT, struct add_opts, name),
     .arg = "NAME",
     .help = "such as org/model; default: what the source suggests"},
    {.name = "version",
     OPT_INTO(TEXT, struct add_opts, version),
     .arg = "V",
     .help = "default: the upstream commit, else 1"},
    {.name = "license",
     OPT_INTO(TEXT, struct add_opts, licence),
     .arg = "ID",
     .help = "declared licence, kept as a claim"},
    {.name = "license-file",
     OPT_INTO(TEXT, struct add_opts, licence_file),
     .arg = "FILE",
     .help = "add FILE as the text of the licence"},
    {.name = "source",
     OPT_INTO(TEXT, struct add_opts, source),
     .arg = "ID",
     .help = "upstream id, such as hf:org/name@commit"},
    {.name = "revision",
     OPT_INTO(TEXT, struct add_opts, revision),
     .arg = "REV",
     .help = "of a Hugging Face cache: branch, tag or commit"},
    {.name = "dry-run",
     .letter = 'n',
     OPT_INTO(FLAG, struct add_opts, dry_run),
     .help = "look and say, change nothing"},
    {0},
};

OW_DEFINE_AUTO_DONE(struct ow_add_result, ow_add_result_done)

/* Warnings that come in a row: the first is told, the others are counted. */
struct row {
	char first[600];
	size_t n;
};

static void hold_warning(void *ctx, const char *text)
{
	struct row *r = ctx;

	if (r->n++ == 0)
		text_copy(r->first, sizeof r->first, text);
}

/* Whoever adds an artifact did not ask about statements: where many do not count here, one line says so. */
static int tell_standing(struct ctx *c, const char *ref, const struct ow_known *known,
			 struct ow_error *err)
{
	const struct ow_events usual = c->events;
	struct row held = {0};
	char line[700];
	int r;

	c->events = (struct ow_events){.ctx = &held, .warn = hold_warning};
	r = standing_show(c, ref, known, true, err);
	c->events = usual;
	if (held.n > 1) {
		(void)snprintf(line, sizeof line, "%s; and %zu more, see owstore show", held.first,
			       held.n - 1);
		usual.warn(usual.ctx, line);
	} else if (held.n == 1) {
		usual.warn(usual.ctx, held.first);
	}
	return r;
}

/* What was found of its licences, and whether they are those of the version before. It is in the store by now. */
static int tell_licences(struct ctx *c, const struct ow_id *id, struct ow_error *err)
{
	OW_AUTO(ow_licenses_close) struct ow_licenses *licenses = NULL;
	struct ow_known known = {.trust = verb_trust(c)};
	char ref[OW_ID_TEXT];

	if (ow_licenses_site(verb_trust(c), &licenses, err) < 0)
		return err_kept(err, "the artifact was added");
	known.licenses = licenses;
	if (tell_standing(c, ow_id_text(id, ref), &known, err) < 0 ||
	    drift_show(c, ref, &known, err) < 0 ||
	    absent_show(c, json_put_list(c->out.result, "missing_parents"), ref, err) < 0)
		return err_kept(err, "the artifact was added");
	return 0;
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct add_opts *o = options_given;
	struct ow_add_opts opts = {
	    .path = c->args[0],
	    .name = o->name,
	    .version = o->version,
	    .licence = o->licence,
	    .licence_file = o->licence_file,
	    .source = o->source,
	    .revision = o->revision,
	    .dry_run = o->dry_run,
	};
	OW_AUTO(ow_add_result_done) struct ow_add_result r = {0};
	struct json j = c->out.result, left;
	char size[TEXT_SIZE], id[OW_ID_TEXT];

	if (ow_add(c->store, &opts, &c->events, &r, err) < 0)
		return err->code;
	json_put_text(j, "name", r.name);
	json_put_text(j, "version", r.version);
	json_put_id(j, "id", &r.id);
	json_put_bool(j, "existed", r.existed);
	json_put_u64(j, "components", r.n_components);
	json_put_u64(j, "size", r.bytes);
	json_put_u64(j, "new_bytes", r.new_bytes);
	left = json_put_list(j, "left_out");
	for (size_t i = 0; i < r.n_left_out; i++)
		json_put_text(left, NULL, r.left_out[i]);
	if (r.existed)
		out_line(&c->out, "%s@%s is here already; nothing changed", r.name, r.version);
	else
		out_styled(&c->out, OUT_GOOD, "%s %s@%s: %llu component%s, %s",
			   o->dry_run ? "Would add" : "Added", r.name, r.version,
			   (unsigned long long)r.n_components, PLURAL(r.n_components),
			   text_size(r.bytes, size));
	if (!o->dry_run)
		out_line(&c->out, "  %s", ow_id_text(&r.id, id));
	if (r.n_left_out > 0)
		out_styled(&c->out, OUT_DIM, "  left out: %s%s", r.left_out[0],
			   r.n_left_out > 1 ? " and others (see --json)" : "");
	if (!r.existed && !o->dry_run && tell_licences(c, &r.id, err) < 0)
		return err->code;
	if (!r.existed && !o->dry_run)
		out_line(&c->out, "It is in quarantine. Next: owstore show %s@%s", r.name,
			 r.version);
	return 0;
}

const struct cmd cmd_add = {
    .name = "add",
    .section = SECTION_STORE,
    .summary = "take an artifact into quarantine",
    .synopsis = "PATH",
    .min_args = 1,
    .max_args = 1,
    .about =
	"PATH is a file, a folder, a repository of the Hugging Face cache "
	"(models--ORG--NAME), a folder that "
	"\"hf download --local-dir\" made, or an archive (.tar .tar.gz .tar.xz .tar.zst .zip "
	".7z). Each file is read "
	"once, and the bytes hashed are the bytes stored. Digests that the source knows are "
	"compared.\n\n"
	"Names that lead out of the folder, links out of it, devices and the like refuse the "
	"whole. Adding the very "
	"same bytes under the same name again changes nothing; other bytes under a name and "
	"version that is taken "
	"are refused.\n\n"
	"Its licence texts, model cards and GGUF and safetensors headers are read in a jailed "
	"child "
	"process: the licence line tells what is declared and whether the text bears it out, "
	"and what a card or a GGUF file names as its base model becomes a parent in the record "
	"(owstore lineage). Where an earlier version of the model came under another licence, "
	"the differences are told, and a model that it was made from and that is not in the "
	"store is warned of, with the command that supplies it.",
    .options = options,
    .options_size = sizeof(struct add_opts),
    .needs = NEEDS_STORE_WRITE,
    .examples =
	{{"owstore add ./SmolLM2 --name HuggingFaceTB/SmolLM2-135M --version 1", "a folder"},
	 {"owstore add model.gguf --name org/model --license Apache-2.0 --license-file LICENSE",
	  "a file with its licence"},
	 {"owstore add ~/.cache/huggingface/hub/models--org--model",
	  "from the Hugging Face cache, name and commit known"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_FORMAT, OW_E_UNSAFE, OW_E_BUSY,
				    OW_E_INCOMPLETE, OW_E_UNCHECKED, OW_OK},
    .also = (const char *const[]){"show", "lineage", "decide", "promote", NULL},
    .run = run,
};
