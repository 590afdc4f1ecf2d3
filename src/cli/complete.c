/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/complete.h"

#include <string.h>

#include "cli/cmd.h"

/* A verb that is shown, split: "key new" is first "key" and second "new", "add" has no second. */
struct verb {
	const struct cmd *cmd;
	size_t n_first; /* bytes of the first word */
	const char *second;
};

/* The next verb from *i on that is shown; false at the end. */
static bool next_verb(size_t *i, struct verb *v)
{
	while (cmds[*i] != NULL && cmds[*i]->hidden)
		++*i;
	if (cmds[*i] == NULL)
		return false;
	v->cmd = cmds[(*i)++];
	v->n_first = strcspn(v->cmd->name, " ");
	v->second = v->cmd->name[v->n_first] == '\0' ? NULL : v->cmd->name + v->n_first + 1;
	return true;
}

static bool same_first(const struct verb *a, const struct verb *b)
{
	return a->n_first == b->n_first && memcmp(a->cmd->name, b->cmd->name, a->n_first) == 0;
}

/* Is this the first verb that begins with its word? */
static bool opens(const struct verb *v)
{
	struct verb w;

	for (size_t i = 0; next_verb(&i, &w) && w.cmd != v->cmd;) {
		if (same_first(&w, v))
			return false;
	}
	return true;
}

/* The options of a verb one by one; false at the end. */
struct opt_walk {
	struct opt_set sets[OPT_SETS_MAX];
	size_t n, set, line;
};

static struct opt_walk walk(const struct cmd *cmd)
{
	struct opt_walk w = {0};

	w.n = cmd_opt_sets(cmd, NULL, NULL, w.sets);
	return w;
}

static const struct opt *next_option(struct opt_walk *w)
{
	for (; w->set < w->n; w->set++, w->line = 0) {
		const struct opt *table = w->sets[w->set].table;

		if (table != NULL && table[w->line].name != NULL)
			return &table[w->line++];
	}
	return NULL;
}

/* Copy s, with what stands in `special` after a backslash; a quote leaves and re-enters the quotes
 * of a shell. */
static void quote(struct buf *out, const char *s, const char *special)
{
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			buf_text(out, "'\\''");
		else
			buf_printf(out, "%s%c", strchr(special, *s) != NULL ? "\\" : "", *s);
	}
}

/* What the value of an option is, by what help calls it. */
static bool takes_folder(const struct opt *o)
{
	return strcmp(o->arg, "DIR") == 0;
}

static bool takes_file(const struct opt *o)
{
	return strcmp(o->arg, "FILE") == 0 || strcmp(o->arg, "PATH") == 0;
}

/* "a|b|c" as "a b c". */
static void words(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++)
		buf_printf(out, "%c", *s == '|' ? ' ' : *s);
}

/* ---- bash
 * ---------------------------------------------------------------------------------------- */

/* "key) words=…" for each first word that opens a group. */
static void bash_groups(struct buf *out)
{
	struct verb v, w;

	for (size_t i = 0; next_verb(&i, &v);) {
		if (v.second == NULL || !opens(&v))
			continue;
		buf_printf(out, "\t%.*s) words='", (int)v.n_first, v.cmd->name);
		for (size_t k = 0; next_verb(&k, &w);) {
			if (w.second != NULL && same_first(&v, &w))
				buf_printf(out, "%s ", w.second);
		}
		buf_text(out, "' ;;\n");
	}
}

static void bash_options(const struct cmd *cmd, struct buf *out)
{
	struct opt_walk w = walk(cmd);

	buf_printf(out, "\t'%s') options='", cmd->name);
	for (const struct opt *o; (o = next_option(&w)) != NULL;)
		buf_printf(out, "--%s ", o->name);
	buf_text(out, "'\n\t\tcase $previous in\n");
	w = walk(cmd);
	for (const struct opt *o; (o = next_option(&w)) != NULL;) {
		if (o->type == OPT_FLAG || o->type == OPT_MODE)
			continue;
		buf_printf(out, "\t\t--%s", o->name);
		if (o->letter != '\0')
			buf_printf(out, "|-%c", o->letter);
		if (o->type == OPT_CHOICE) {
			buf_text(out, ") choices='");
			words(out, o->arg);
			buf_text(out, "' ;;\n");
		} else {
			buf_printf(out, ") value=%s ;;\n", takes_folder(o) ? "dir" : "file");
		}
	}
	buf_text(out, "\t\tesac ;;\n");
}

void complete_bash(struct buf *out)
{
	struct verb v;

	buf_text(out,
		 "# bash completion for owstore, printed by 'owstore completion bash'\n"
		 "_owstore() {\n"
		 "\tlocal current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
		 "\tlocal verb=${COMP_WORDS[1]} words= options= choices= value=\n"
		 "\tCOMPREPLY=()\n"
		 "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
		 "\t\tCOMPREPLY=($(compgen -W '--help --version ");
	for (size_t i = 0; next_verb(&i, &v);) {
		if (opens(&v))
			buf_printf(out, "%.*s ", (int)v.n_first, v.cmd->name);
	}
	buf_text(out, "' -- \"$current\"))\n\t\treturn\n\tfi\n\tcase $verb in\n");
	bash_groups(out);
	buf_text(out, "\tesac\n"
		      "\tif [ -n \"$words\" ] && [ \"$COMP_CWORD\" -eq 2 ]; then\n"
		      "\t\tCOMPREPLY=($(compgen -W \"$words --help\" -- \"$current\"))\n"
		      "\t\treturn\n"
		      "\tfi\n"
		      "\t[ -n \"$words\" ] && verb=\"$verb ${COMP_WORDS[2]}\"\n"
		      "\tcase $verb in\n");
	for (size_t i = 0; next_verb(&i, &v);)
		bash_options(v.cmd, out);
	buf_text(out, "\tesac\n"
		      "\tif [ -n \"$choices\" ]; then\n"
		      "\t\tCOMPREPLY=($(compgen -W \"$choices\" -- \"$current\"))\n"
		      "\telif [ \"$value\" = dir ]; then\n"
		      "\t\tCOMPREPLY=($(compgen -d -- \"$current\"))\n"
		      "\telif [ -z \"$value\" ] && [ \"${current#-}\" != \"$current\" ]; then\n"
		      "\t\tCOMPREPLY=($(compgen -W \"$options\" -- \"$current\"))\n"
		      "\tfi\n"
		      "}\n"
		      "complete -o bashdefault -o default -F _owstore owstore\n");
}

/* ---- zsh
 * ----------------------------------------------------------------------------------------- */

static void zsh_item(struct buf *out, const char *name, size_t n, const char *what)
{
	buf_printf(out, " '%.*s:", (int)n, name);
	quote(out, what, "");
	buf_text(out, "'");
}

/* ":what:how" after the description of an option, as _arguments has it. */
static void zsh_value(const struct opt *o, struct buf *out)
{
	if (o->type == OPT_FLAG)
		return;
	if (o->type == OPT_CHOICE || o->type == OPT_MODE) {
		buf_text(out, o->type == OPT_MODE ? "::mode:(" : ":choice:(");
		words(out, o->arg);
		buf_text(out, ")");
		return;
	}
	buf_printf(out, ":%s:%s", o->arg,
		   takes_folder(o) ? "_files -/"
		   : takes_file(o) ? "_files"
				   : " ");
}

/* _arguments lines of one verb. */
static void zsh_options(const struct cmd *cmd, struct buf *out)
{
	struct opt_walk w = walk(cmd);

	buf_text(out, "_arguments");
	for (const struct opt *o; (o = next_option(&w)) != NULL;) {
		const char *equals = o->type == OPT_FLAG ? "" : o->type == OPT_MODE ? "=-" : "=";

		buf_printf(out, " \\\n\t\t\t'%s--%s%s[", o->type == OPT_LIST ? "*" : "", o->name,
			   equals);
		quote(out, o->help, "[]:\\");
		buf_text(out, "]");
		zsh_value(o, out);
		buf_text(out, "'");
	}
	buf_text(out, " \\\n\t\t\t'*:argument:_files' ;;\n");
}

void complete_zsh(struct buf *out)
{
	struct verb v, w;

	buf_text(out, "#compdef owstore\n"
		      "# zsh completion for owstore, printed by 'owstore completion zsh'\n"
		      "_owstore() {\n"
		      "\tlocal -a verbs\n"
		      "\tlocal verb=$words[2]\n"
		      "\tif (( CURRENT == 2 )); then\n"
		      "\t\tverbs=(");
	for (size_t i = 0; next_verb(&i, &v);) {
		if (opens(&v))
			zsh_item(out, v.cmd->name, v.n_first,
				 v.second == NULL ? v.cmd->summary : "several verbs");
	}
	buf_text(out, ")\n\t\t_describe verb verbs\n\t\treturn\n\tfi\n\tcase $words[2] in\n");
	for (size_t i = 0; next_verb(&i, &v);) {
		if (!opens(&v) || v.second == NULL)
			continue;
		buf_printf(out, "\t%.*s) verbs=(", (int)v.n_first, v.cmd->name);
		for (size_t k = 0; next_verb(&k, &w);) {
			if (w.second != NULL && same_first(&v, &w))
				zsh_item(out, w.second, strlen(w.second), w.cmd->summary);
		}
		buf_text(out,
			 ")\n\t\tif (( CURRENT == 3 )); then\n\t\t\t_describe verb "
			 "verbs\n\t\t\treturn\n\t\tfi\n"
			 "\t\tverb=\"$words[2] $words[3]\"\n\t\tshift words; (( CURRENT-- )) ;;\n");
	}
	buf_text(out, "\tesac\n\tshift words; (( CURRENT-- ))\n\tcase $verb in\n");
	for (size_t i = 0; next_verb(&i, &v);) {
		buf_printf(out, "\t'%s') ", v.cmd->name);
		zsh_options(v.cmd, out);
	}
	buf_text(out, "\tesac\n}\n_owstore \"$@\"\n");
}

/* ---- fish
 * ---------------------------------------------------------------------------------------- */

/* "-n '…'": the line so far holds the words of the verb. */
static void fish_when(const struct verb *v, struct buf *out)
{
	buf_printf(out, "complete -c owstore -n '__fish_seen_subcommand_from %.*s", (int)v->n_first,
		   v->cmd->name);
	if (v->second != NULL)
		buf_printf(out, "; and __fish_seen_subcommand_from %s", v->second);
	buf_text(out, "'");
}

static void fish_verb(const struct verb *v, struct buf *out)
{
	if (opens(v)) {
		buf_printf(out, "complete -c owstore -f -n __fish_use_subcommand -a %.*s -d '",
			   (int)v->n_first, v->cmd->name);
		quote(out, v->second == NULL ? v->cmd->summary : "several verbs", "\\");
		buf_text(out, "'\n");
	}
	if (v->second != NULL) {
		buf_printf(
		    out, "complete -c owstore -f -n '__fish_seen_subcommand_from %.*s' -a %s -d '",
		    (int)v->n_first, v->cmd->name, v->second);
		quote(out, v->cmd->summary, "\\");
		buf_text(out, "'\n");
	}
}

static void fish_options(const struct verb *v, struct buf *out)
{
	struct opt_walk w = walk(v->cmd);

	for (const struct opt *o; (o = next_option(&w)) != NULL;) {
		fish_when(v, out);
		buf_printf(out, " -l %s", o->name);
		if (o->letter != '\0')
			buf_printf(out, " -s %c", o->letter);
		if (o->type == OPT_CHOICE) {
			buf_text(out, " -x -a '");
			words(out, o->arg);
			buf_text(out, "'");
		} else if (o->type != OPT_FLAG && o->type != OPT_MODE) {
			buf_text(out, takes_folder(o) ? " -x -a '(__fish_complete_directories)'"
				      : takes_file(o) ? " -r"
						      : " -x");
		}
		buf_text(out, " -d '");
		quote(out, o->help, "\\");
		buf_text(out, "'\n");
	}
}

void complete_fish(struct buf *out)
{
	struct verb v;

	buf_text(out, "# fish completion for owstore, printed by 'owstore completion fish'\n");
	for (size_t i = 0; next_verb(&i, &v);) {
		fish_verb(&v, out);
		fish_options(&v, out);
	}
}
