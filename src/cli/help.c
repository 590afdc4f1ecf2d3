/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/help.h"

#include <string.h>

#include "cli/fill.h"
#include "cli/status.h"

enum {
	INDENT = 2,
	VERB_COLUMN = 20,
	OPTION_COLUMN = 26
};

static const char *const sections[] = {
    [SECTION_STORE] = "Fill the store", [SECTION_LOOK] = "Look around",
    [SECTION_KEYS] = "Keys and trust",  [SECTION_POLICY] = "Licences and classes",
    [SECTION_MODEL] = "Run models",     [SECTION_CROSS] = "Cross the gap",
    [SECTION_CARE] = "Keep in order",   [SECTION_TOOL] = "The tool itself",
};

const char *help_section(enum section s)
{
	return sections[s];
}

/* "  left    text", the text filled from `column` on; below it where left is too long. */
static void entry(struct buf *out, const char *left, const char *text, size_t column)
{
	size_t n = strlen(left);

	buf_printf(out, "%*s%s", INDENT, "", left);
	if (INDENT + n + 2 > column) {
		buf_text(out, "\n");
		fill(out, text, 0, column);
	} else {
		fill(out, text, INDENT + n, column);
	}
}

static void examples(const struct cmd *cmd, struct buf *out)
{
	buf_text(out, "\nExamples\n");
	for (const struct example *e = cmd->examples; e->line != NULL; e++) {
		fill_command(out, e->line, INDENT, FILL_WIDTH);
		fill(out, e->what, 0, INDENT + 4);
	}
}

static void verbs_of(enum section s, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; cmds[i] != NULL; i++) {
		if (cmds[i]->section != s || cmds[i]->hidden)
			continue;
		if (!any)
			buf_printf(out, "\n%s\n", sections[s]);
		any = true;
		entry(out, cmds[i]->name, cmds[i]->summary, VERB_COLUMN);
	}
}

void help_overview(struct buf *out)
{
	buf_text(out, "Usage: owstore VERB [options] [arguments]\n\n");
	fill(out,
	     "Moves open-weight models across an air gap and keeps them in order on both sides: a "
	     "content-addressed store, signed bundles on removable media, and their check on "
	     "arrival.",
	     0, 0);
	for (enum section s = SECTION_STORE; s <= SECTION_TOOL; s++)
		verbs_of(s, out);
	buf_text(out, "\nExamples\n");
	entry(out, "owstore help verify", "the manual page of one verb", OPTION_COLUMN);
	entry(out, "owstore verify --help", "the same in short", OPTION_COLUMN);
	entry(out, "owstore --version", "which build this is", OPTION_COLUMN);
}

void help_group(const char *group, struct buf *out)
{
	size_t n = strlen(group);
	const struct cmd *first = NULL;

	buf_printf(out, "Usage: owstore %s VERB [options] [arguments]\n\n", group);
	for (size_t i = 0; cmds[i] != NULL; i++) {
		if (cmds[i]->hidden || strncmp(cmds[i]->name, group, n) != 0 ||
		    cmds[i]->name[n] != ' ')
			continue;
		entry(out, cmds[i]->name, cmds[i]->summary, VERB_COLUMN);
		first = first == NULL ? cmds[i] : first;
	}
	if (first != NULL)
		examples(first, out);
}

void help_option(const struct opt *o, struct buf *out)
{
	if (o->letter != '\0')
		buf_printf(out, "-%c, --%s", o->letter, o->name);
	else
		buf_printf(out, "    --%s", o->name);
	if (o->type == OPT_MODE)
		buf_printf(out, "[=%s]", o->arg);
	else if (o->type != OPT_FLAG)
		buf_printf(out, " %s", o->arg);
	if (o->type == OPT_LIST)
		buf_text(out, " ...");
}

static void options(const struct cmd *cmd, struct buf *out)
{
	struct opt_set sets[OPT_SETS_MAX];
	size_t n = cmd_opt_sets(cmd, NULL, NULL, sets);

	buf_text(out, "\nOptions\n");
	for (size_t s = 0; s < n; s++) {
		for (const struct opt *o = sets[s].table; o != NULL && o->name != NULL; o++) {
			OW_AUTO(buf_done) struct buf left = {0};

			help_option(o, &left);
			entry(out, buf_str(&left), o->help, OPTION_COLUMN);
		}
	}
}

static void exits(const struct cmd *cmd, struct buf *out)
{
	enum ow_code codes[STATUS_MAX];
	size_t n = status_of(cmd, codes);

	buf_text(out, "\nExit status\n");
	for (size_t i = 0; i < n; i++) {
		buf_printf(out, "%*d  ", INDENT + 2, ow_code_exit(codes[i]));
		fill(out, status_text(codes[i]), INDENT + 4, INDENT + 4);
	}
}

void help_verb(const struct cmd *cmd, struct buf *out)
{
	OW_AUTO(buf_done) struct buf usage = {0};

	cmd_usage(cmd, &usage);
	buf_text(out, "Usage: ");
	fill(out, buf_str(&usage), 7, 7);
	buf_text(out, "\n");
	fill(out, cmd->about, 0, 0);
	options(cmd, out);
	examples(cmd, out);
	exits(cmd, out);
	if (cmd->also != NULL) {
		buf_text(out, "\nSee also:");
		for (const char *const *a = cmd->also; *a != NULL; a++)
			buf_printf(out, "%s %s", a == cmd->also ? "" : ",", *a);
		buf_text(out, "\n");
	}
	out->failed |= usage.failed;
}
