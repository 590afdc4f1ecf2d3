/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/err.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/complete.h"

static int run(struct ctx *c, const void *options, struct ow_error *err)
{
	static const struct {
		const char *shell;
		void (*print)(struct buf *out);
	} shells[] = {{"bash", complete_bash}, {"zsh", complete_zsh}, {"fish", complete_fish}};
	OW_AUTO(buf_done) struct buf text = {0};

	(void)options;
	for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
		if (strcmp(c->args[0], shells[i].shell) != 0)
			continue;
		shells[i].print(&text);
		out_raw(&c->out, &text);
		return 0;
	}
	return err_set(err, OW_E_USAGE, "no completion for '%.200s': there are bash, zsh and fish",
		       c->args[0]);
}

const struct cmd cmd_completion = {
    .name = "completion",
    .section = SECTION_TOOL,
    .bare = true,
    .summary = "print the completion script of a shell",
    .synopsis = "bash|zsh|fish",
    .min_args = 1,
    .max_args = 1,
    .about = "Prints a script that completes verbs, options and their values. Packages install the "
	     "three scripts; "
	     "this is for everybody else.",
    .examples = {{"source <(owstore completion bash)", "for this bash session"},
		 {"owstore completion fish > ~/.config/fish/completions/owstore.fish",
		  "for every fish to come"}},
    .also = (const char *const[]){"help", NULL},
    .run = run,
};
