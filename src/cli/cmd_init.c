/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <owstore/store.h>

#include "cli/cmd.h"
#include "cli/cmds.h"

static int run(struct ctx *c, const void *options, struct ow_error *err)
{
	const char *path = c->n_args > 0 ? c->args[0] : config_need(&c->config, SETTING_STORE, err);

	(void)options;
	if (path == NULL || ow_store_init(path, err) < 0)
		return err->code;
	json_put_text(c->out.result, "store", path);
	out_line(&c->out, "%s is an empty store", path);
	out_line(&c->out, "Next: owstore add PATH --store %s", path);
	return 0;
}

const struct cmd cmd_init = {
    .name = "init",
    .section = SECTION_STORE,
    .summary = "make an empty store",
    .synopsis = "[DIR]",
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
	"systems are refused.",
    .needs = NEEDS_STORE_DIR,
    .examples = {{"owstore init /srv/models", "a store at a place of your own"},
		 {"owstore init", "a store at the usual place"}},
    .also = (const char *const[]){"add", "fsck", NULL},
    .run = run,
};
