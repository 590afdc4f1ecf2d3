/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/man.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/fill.h"
#include "cli/help.h"
#include "cli/status.h"
#include "cli/version.h"

const char *man_name(const struct cmd *cmd, char out[MAN_NAME])
{
	(void)snprintf(out, MAN_NAME, "owstore%s%s", cmd == NULL ? "" : "-",
		       cmd == NULL ? "" : cmd->name);
	for (char *c = out; *c != '\0'; c++) {
		if (*c == ' ')
			*c = '-';
	}
	return out;
}

/* Running text as mdoc: a new line for each sentence, a .Pp for each empty line, nothing that roff
 * would take for a request or an escape, and minus signs where an option begins.
 */
static void prose(struct buf *out, const char *text)
{
	bool line_begins = true;

	for (const char *c = text; *c != '\0'; c++) {
		bool minus = *c == '-' && (c == text || strchr(" -=\n(", c[-1]) != NULL);

		if (c[0] == '\n' && c[1] == '\n') {
			buf_text(out, "\n.Pp\n");
			line_begins = true;
			c++;
			continue;
		}
		if (line_begins && (*c == '.' || *c == '\''))
			buf_text(out, "\\&");
		line_begins = *c == '\n' || (*c == ' ' && c > text && c[-1] == '.');
		if (*c == '\\')
			buf_text(out, "\\e");
		else if (minus)
			buf_text(out, "\\-");
		else
			buf_printf(out, "%c", line_begins ? '\n' : *c);
	}
	buf_text(out, "\n");
}

/* A command line as it is to be typed, in lines that fit a page of 80 columns. */
static void literal(struct buf *out, const char *command)
{
	OW_AUTO(buf_done) struct buf folded = {0};
	const char *line;

	fill_command(&folded, command, 0, FILL_WIDTH - 12);
	line = buf_str(&folded);
	out->failed |= folded.failed;
	for (const char *c = line; *c != '\0'; c++) {
		if (*c == '-')
			buf_text(out, "\\-");
		else if (*c == '\\')
			buf_text(out, "\\e");
		else
			buf_printf(out, "%c", *c);
	}
}

static void head(const char *name, const char *what, struct buf *out)
{
	buf_text(out, ".\\\" Printed by owstore from its own tables.\n");
	buf_printf(out, ".Dd %s\n.Dt ", version_date);
	for (const char *c = name; *c != '\0'; c++)
		buf_printf(out, "%c", toupper((unsigned char)*c));
	buf_printf(out, " 1\n.Os owstore %s\n.Sh NAME\n.Nm %s\n.Nd %s\n", version_release, name,
		   what);
}

/* "REF --to DIR [VERB]": what is typed as it stands is a flag, what stands for something is an
 * argument. */
static void synopsis(const struct cmd *cmd, struct buf *out)
{
	buf_printf(out, ".Sh SYNOPSIS\n.Nm owstore %s\n.Op Ar options\n", cmd->name);
	for (const char *w = cmd->synopsis; *w != '\0';) {
		size_t n = strcspn(w, " ");

		if (w[0] == '[' && w[n - 1] == ']')
			buf_printf(out, ".Op Ar %.*s\n", (int)n - 2, w + 1);
		else if (w[0] == '-')
			buf_printf(out, ".Fl %.*s\n", (int)n - 1, w + 1);
		else
			buf_printf(out, ".Ar %.*s\n", (int)n, w);
		w += n + (w[n] != '\0');
	}
}

static void option(const struct opt *o, struct buf *out)
{
	buf_text(out, ".It ");
	if (o->letter != '\0')
		buf_printf(out, "Fl %c , ", o->letter);
	buf_printf(out, "Fl -%s", o->name);
	if (o->type == OPT_MODE)
		buf_printf(out, " Ns Op = Ns Cm %s", o->arg);
	else if (o->type == OPT_CHOICE)
		buf_printf(out, " Cm %s", o->arg);
	else if (o->type != OPT_FLAG)
		buf_printf(out, " Ar %s%s", o->arg, o->type == OPT_LIST ? " ..." : "");
	buf_text(out, "\n");
	prose(out, o->help);
}

static void options(const struct cmd *cmd, struct buf *out)
{
	struct opt_set sets[OPT_SETS_MAX];
	size_t n = cmd_opt_sets(cmd, NULL, NULL, sets);

	buf_text(out, ".Sh OPTIONS\n.Bl -tag -width Ds\n");
	for (size_t s = 0; s < n; s++) {
		for (const struct opt *o = sets[s].table; o != NULL && o->name != NULL; o++)
			option(o, out);
	}
	buf_text(out, ".El\n");
}

static void files(unsigned needs, struct buf *out)
{
	static const struct {
		unsigned needs;
		const char *path, *what;
	} all[] = {
	    {NEEDS_STORE, "$XDG_DATA_HOME/owstore/store", "the store"},
	    {NEEDS_TRUST, "$XDG_STATE_HOME/owstore/trust",
	     "the trusted roots, besides those in /etc/owstore/trust"},
	    {NEEDS_KEYS, "$XDG_CONFIG_HOME/owstore/keys", "secret keys"},
	    {UINT32_MAX, "$XDG_CONFIG_HOME/owstore/config.yaml",
	     "settings, then those of /etc/owstore/config.yaml"},
	};

	buf_text(out, ".Sh FILES\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		if ((needs & all[i].needs) != 0 || all[i].needs == UINT32_MAX)
			buf_printf(out, ".It Pa %s\n%s\n", all[i].path, all[i].what);
	}
	buf_text(out, ".El\n");
}

static void exits(const struct cmd *cmd, struct buf *out)
{
	enum ow_code codes[STATUS_MAX];
	size_t n = status_of(cmd, codes);

	buf_text(out, ".Sh EXIT STATUS\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < n; i++)
		buf_printf(out, ".It %d\n%s\n", ow_code_exit(codes[i]), status_text(codes[i]));
	buf_text(out, ".El\n");
}

static void example(const struct example *e, struct buf *out)
{
	prose(out, e->what);
	buf_text(out, ".Bd -literal -offset indent\n");
	literal(out, e->line);
	buf_text(out, ".Ed\n.Pp\n");
}

static void examples(const struct cmd *cmd, struct buf *out)
{
	buf_text(out, ".Sh EXAMPLES\n");
	for (const struct example *e = cmd->examples; e->line != NULL; e++)
		example(e, out);
	out->n -= out->failed ? 0 : strlen(".Pp\n"); /* none before the next section */
}

/* Related pages in the order of their names, as manuals have it. */
static void also(const char *const *names, struct buf *out)
{
	char pages[32][MAN_NAME];
	size_t n = 0;

	for (; names != NULL && *names != NULL && n < sizeof pages / sizeof pages[0]; names++) {
		const struct cmd named = {.name = *names};

		man_name(&named, pages[n++]);
	}
	qsort(pages, n, sizeof pages[0], text_order_rows);
	buf_text(out, ".Sh SEE ALSO\n.Xr owstore 1 ,\n");
	for (size_t i = 0; i < n; i++)
		buf_printf(out, ".Xr %s 1 ,\n", pages[i]);
	buf_text(out, ".Xr owstore-errors 7\n");
}

static void verb_page(const struct cmd *cmd, struct buf *out)
{
	char name[MAN_NAME];

	head(man_name(cmd, name), cmd->summary, out);
	synopsis(cmd, out);
	buf_text(out, ".Sh DESCRIPTION\n");
	prose(out, cmd->about);
	options(cmd, out);
	files(cmd->needs, out);
	exits(cmd, out);
	examples(cmd, out);
	also(cmd->also, out);
}

static void verbs_of(enum section s, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; cmds[i] != NULL; i++) {
		char page[MAN_NAME];

		if (cmds[i]->section != s || cmds[i]->hidden)
			continue;
		if (!any)
			buf_printf(out, ".Ss %s\n.Bl -tag -width Ds\n", help_section(s));
		any = true;
		buf_printf(out, ".It Xr %s 1\n%s\n", man_name(cmds[i], page), cmds[i]->summary);
	}
	if (any)
		buf_text(out, ".El\n");
}

static void environment(struct buf *out)
{
	static const char *const all[][2] = {
	    {"OWSTORE_STORE", "directory of the store"},
	    {"OWSTORE_TRUST", "directory of the trusted roots"},
	    {"OWSTORE_KEYS", "directory of secret keys"},
	    {"OWSTORE_JOBS",
	     "how many threads work, 1 to 256; as many as there are cores where it is not set"},
	    {"OWSTORE_CONFIG", "the one file to read settings from"},
	    {"NO_COLOR", "where set to anything, there are no colours"},
	};

	buf_text(out, ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		buf_printf(out, ".It Ev %s\n%s\n", all[i][0], all[i][1]);
	buf_text(out, ".El\n");
}

static void overview_page(struct buf *out)
{
	static const struct example shown[] = {
	    {"owstore --help", "All verbs at a glance:"},
	    {"owstore help config show", "The page of one verb:"},
	    {NULL, NULL},
	};
	const struct cmd all = {
	    .examples = {shown[0], shown[1]},
	};

	head("owstore", "move open-weight models across an air gap", out);
	buf_text(
	    out,
	    ".Sh SYNOPSIS\n.Nm\n.Ar verb\n.Op Ar options\n.Op Ar arguments\n.Sh DESCRIPTION\n");
	prose(out, "Keeps models in a content-addressed store, apart by licence and by the widest "
		   "circle that may receive "
		   "them, writes them as signed bundles to removable media, and checks them on "
		   "arrival before anything else "
		   "touches them.\n\n"
		   "The result of a verb goes to standard output, everything else to standard "
		   "error. With --json the result "
		   "is one JSON object, whose member schema names its kind; an error is one too, "
		   "with the exit status and a "
		   "stable name. No verb asks a question without a terminal, and every verb can be "
		   "killed at any moment "
		   "and run again.\n\n"
		   "An option is given once and never abbreviated. Two minus signs alone end the "
		   "options; one alone is "
		   "standard input or output where a file is expected.");
	for (enum section s = SECTION_STORE; s <= SECTION_TOOL; s++)
		verbs_of(s, out);
	environment(out);
	files(UINT32_MAX, out);
	exits(NULL, out);
	examples(&all, out);
	buf_text(out, ".Sh SEE ALSO\n.Xr owstore-errors 7\n");
}

void man_page(const struct cmd *cmd, struct buf *out)
{
	if (cmd == NULL)
		overview_page(out);
	else
		verb_page(cmd, out);
}
