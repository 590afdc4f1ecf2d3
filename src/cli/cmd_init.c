/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <owstore/store.h>

#include "base/err.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/verb.h"

OW_DEFINE_AUTO(struct ow_store *, ow_store_close)

struct init_opts {
	const char *origin;
	bool dry_run;
};

static const struct opt options[] = {
    {.name = "origin",
     OPT_INTO(TEXT, struct init_opts, origin),
     .arg = "ID",
     .help = "whose words count in the store; may be said of one that is there"},
    {.name = "dry-run",
     .letter = 'n',
     OPT_INTO(FLAG, struct init_opts, dry_run),
     .help = "check and say, make nothing"},
    {0},
};

/* Is there a store already, of which only the origin is to be told? */
static bool is_there(const char *path)
{
	OW_AUTO(ow_store_close) struct ow_store *s = NULL;
	struct ow_error ignored = {0};

	return ow_store_open(path, OW_STORE_READ, "init", NULL, &s, &ignored) == 0;
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct init_opts *o = options_given;
	const char *path = c->n_args > 0 ? c->args[0] : config_need(&c->config, SETTING_STORE, err);
	bool old;

	if (path == NULL)
		return err->code;
	old = o->origin != NULL && is_there(path);
	if (!old && ow_store_init(path, o->dry_run, err) < 0)
		return err->code;
	if (o->origin != NULL &&
	    ow_store_govern(path, o->origin, verb_trust(c), o->dry_run, err) < 0)
		return old || o->dry_run
			   ? (int)err->code
			   : err_kept(err, "the store is there, but names no origin yet; "
					   "run it again");
	json_put_text(c->out.result, "store", path);
	json_put_text(c->out.result, "origin", o->origin);
	if (!old)
		out_line(&c->out,
			 o->dry_run ? "%s would be an empty store" : "%s is an empty store", path);
	if (o->origin != NULL)
		out_line(&c->out,
			 o->dry_run ? "The words of %s would count in it."
				    : "The words of %s count in it.",
			 o->origin);
	if (!old && !o->dry_run)
		out_line(&c->out, "Next: owstore add PATH --store %s", path);
	return 0;
}

const struct cmd cmd_init = {
    .name = "init",
    .section = SECTION_STORE,
    .summary = "make an empty store",
    .synopsis = "[DIR] [--origin ID]",
    .max_args = 1,
    .about =
	"Makes a store in DIR, a folder that does not exist or is empty; without DIR where "
	"--store or the "
	"configuration says. Each distribution class gets a folder tree of its own below "
	"zones, whose owner, "
	"group and mode may be narrowed afterwards to keep a class from readers, and which may "
	"be a file system of its own, its contents copied over and mounted in the tree's place.\n\n"
	"A store lives on a local file system that locks, renames and keeps modes. FAT, exFAT "
	"and network file "
	"systems are refused.\n\n"
	"What may leave a store is said by the approvers of one origin, and sent by its "
	"release keys; roots that are trusted to receive bundles say nothing here. Where one "
	"origin is trusted it is that one, and the first statement or promotion writes it "
	"down. Where several are, --origin says which: once, now or of a store that is there.",
    .options = options,
    .options_size = sizeof(struct init_opts),
    .needs = NEEDS_STORE_DIR | NEEDS_TRUST,
    .examples = {{"owstore init /srv/models", "a store at a place of your own"},
		 {"owstore init", "a store at the usual place"},
		 {"owstore init /srv/models --origin lab",
		  "several origins are trusted here: the words of lab count in this one"}},
    .exits = (const enum ow_code[]){OW_E_TRUST, OW_E_BUSY, OW_OK},
    .also = (const char *const[]){"add", "fsck", NULL},
    .run = run,
};
