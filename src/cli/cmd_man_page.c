/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/man.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"

struct man_opts {
	const char *to;
};

static const struct opt options[] = {
    {.name = "to",
     OPT_INTO(TEXT, struct man_opts, to),
     .arg = "DIR",
     .help = "write all pages there"},
    {0},
};

static int write_page(int dir, const struct cmd *cmd, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf page = {0};
	char name[MAN_NAME], file[MAN_NAME + 2];

	man_page(cmd, &page);
	(void)snprintf(file, sizeof file, "%s.1", man_name(cmd, name));
	if (buf_finish(&page, err) < 0)
		return err->code;
	return file_publish(dir, file, page.p, page.n, 0644, FILE_REPLACE, err);
}

static int write_all(const char *to, struct ow_error *err)
{
	OW_AUTO(fd_close) int dir = dir_make_user(to, 0755, err);

	if (dir < 0 || write_page(dir, NULL, err) < 0)
		return err->code;
	for (size_t i = 0; cmds[i] != NULL; i++) {
		if (!cmds[i]->hidden && write_page(dir, cmds[i], err) < 0)
			return err->code;
	}
	return 0;
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct man_opts *o = options_given;
	OW_AUTO(buf_done) struct buf page = {0};
	const struct cmd *cmd = NULL;

	if (o->to != NULL)
		return write_all(o->to, err);
	for (size_t i = 0; c->n_args > 0 && cmds[i] != NULL; i++) {
		if (strcmp(cmds[i]->name, c->args[0]) == 0)
			cmd = cmds[i];
	}
	if (cmd == NULL && c->n_args > 0)
		return err_set(err, OW_E_USAGE, "unknown verb '%.200s'", c->args[0]);
	man_page(cmd, &page);
	out_raw(&c->out, &page);
	return 0;
}

const struct cmd cmd_man_page = {
    .name = "man-page",
    .section = SECTION_TOOL,
    .bare = true,
    .hidden = true,
    .summary = "print a manual page as mdoc",
    .synopsis = "[VERB]",
    .max_args = 1,
    .about = "Prints the page of one verb, given as one argument, or of owstore as a whole. The "
	     "build calls it.",
    .options = options,
    .options_size = sizeof(struct man_opts),
    .examples = {{"owstore man-page 'config show'", "one page"},
		 {"owstore man-page --to man1", "all of them"}},
    .run = run,
};
