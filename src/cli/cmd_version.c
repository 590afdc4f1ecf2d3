/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/version.h"

static int run(struct ctx *c, const void *options, struct ow_error *err)
{
	(void)options;
	(void)err;
	json_put_text(c->out.result, "release", version_release);
	json_put_text(c->out.result, "build", version_build);
	out_line(&c->out, "owstore %s (%s)", version_release, version_build);
	return 0;
}

const struct cmd cmd_version = {
    .name = "version",
    .section = SECTION_TOOL,
    .bare = true,
    .summary = "print which build this is",
    .synopsis = "",
    .about = "Prints the release and the build it was made from, the state of the source "
	     "repository where there "
	     "was one. The same as owstore --version.",
    .examples = {{"owstore version", "for people"}, {"owstore version --json", "for programs"}},
    .also = (const char *const[]){"help", NULL},
    .run = run,
};
