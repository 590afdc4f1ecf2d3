/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/help.h"
#include "cli/man.h"
#include "os/child.h"

/* Show the page with man where that is installed and somebody is looking. Returns 1 when it was
 * shown. */
static int show_page(const struct ctx *c, const struct cmd *cmd)
{
	char page[MAN_NAME];
	char man[] = "man", where[] = "-w";
	char *find[] = {man, where, page, NULL}, *show[] = {man, page, NULL};

	if (!c->out.terminal || c->out.mode != OUT_TEXT)
		return 0;
	man_name(cmd, page);
	return child_run(find, CHILD_SILENT) == 0 && child_run(show, CHILD_LOUD) == 0;
}

static int run(struct ctx *c, const void *options, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf text = {0};
	const struct cmd *cmd = NULL;
	char typed[128] = "";

	(void)options;
	if (c->n_args > 0)
		(void)snprintf(typed, sizeof typed, "%.60s%s%.60s", c->args[0],
			       c->n_args > 1 ? " " : "", c->n_args > 1 ? c->args[1] : "");
	for (size_t i = 0; cmds[i] != NULL; i++) {
		if (strcmp(cmds[i]->name, typed) == 0)
			cmd = cmds[i];
	}
	if (cmd == NULL && c->n_args == 1 && cmd_is_group(typed)) {
		help_group(typed, &text);
	} else if (cmd == NULL && c->n_args > 0) {
		(void)err_set(err, OW_E_USAGE, "unknown verb '%s'", typed);
		if (cmd_nearest(typed) != NULL)
			return err_hint(err, "did you mean 'owstore help %s'?", cmd_nearest(typed));
		return err_hint(err, "'owstore help' lists the verbs");
	} else if (show_page(c, cmd)) {
		return 0;
	} else if (cmd != NULL) {
		help_verb(cmd, &text);
	} else {
		help_overview(&text);
	}
	out_raw(&c->out, &text);
	return 0;
}

const struct cmd cmd_help = {
    .name = "help",
    .section = SECTION_TOOL,
    .bare = true,
    .summary = "show the manual page of a verb",
    .synopsis = "[VERB]",
    .max_args = 2,
    .about = "Opens the manual page on a terminal where man and the page are installed, and prints "
	     "the short help "
	     "otherwise. Without a verb it is about owstore as a whole.",
    .examples = {{"owstore help", "the overview"}, {"owstore help config show", "one verb"}},
    .also = (const char *const[]){"completion", "version", NULL},
    .run = run,
};
