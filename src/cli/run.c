/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From argv to an exit status: find the verb, read its options, prepare what it needs, run it, tell
 * how it ended.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "cli/cmd.h"
#include "cli/help.h"
#include "cli/status.h"
#include "cli/verb.h"
#include "cli/version.h"
#include "os/fd.h"
#include "os/signal.h"
#include "os/tty.h"

/* Which form errors take has to be known before the options are read, since reading them may fail.
 * An option's value never begins with "-" unless joined to it, so looking is exact.
 */
static enum out_mode asked_mode(int argc, char *const *argv)
{
	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--json=lines") == 0)
			return OUT_JSON_LINES;
		if (strcmp(argv[i], "--json") == 0)
			return OUT_JSON;
	}
	return OUT_TEXT;
}

/* ---- no verb to run
 * ------------------------------------------------------------------------------ */

static int no_verb(int argc, char *const *argv, struct ow_error *err)
{
	char two[128];
	const char *meant;

	if (cmd_is_group(argv[0])) {
		if (argc > 1)
			(void)err_set(err, OW_E_USAGE, "unknown verb '%s %s'", argv[0], argv[1]);
		else
			(void)err_set(err, OW_E_USAGE, "'%s' needs a second word", argv[0]);
		(void)snprintf(two, sizeof two, "%.60s %.60s", argv[0], argc > 1 ? argv[1] : "");
		meant = cmd_nearest(two);
		if (meant != NULL)
			return err_hint(err, "did you mean 'owstore %s'?", meant);
		return err_hint(err, "'owstore %s --help' lists them", argv[0]);
	}
	if (argv[0][0] == '-') {
		(void)err_set(err, OW_E_USAGE, "option '%.200s' before the verb", argv[0]);
		return err_hint(err,
				"write owstore VERB [options]; 'owstore --help' lists the verbs");
	}
	(void)err_set(err, OW_E_USAGE, "unknown verb '%.200s'", argv[0]);
	meant = cmd_nearest(argv[0]);
	if (meant != NULL)
		return err_hint(err, "did you mean 'owstore %s'?", meant);
	return err_hint(err, "'owstore --help' lists the verbs");
}

static bool is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* The help that stands above the verbs, if that is what was asked for. */
static bool upper_help(int argc, char *const *argv, struct out *o)
{
	OW_AUTO(buf_done) struct buf text = {0};

	if (is_help(argv[0]))
		help_overview(&text);
	else if (argc > 1 && is_help(argv[1]) && cmd_is_group(argv[0]))
		help_group(argv[0], &text);
	else
		return false;
	out_raw(o, &text);
	return true;
}

static int without_verb(int argc, char *const *argv)
{
	OW_AUTO(out_done) struct out o = {0};
	struct ow_error err = {0};

	if (argc == 0) {
		OW_AUTO(buf_done) struct buf text = {0};

		help_overview(&text);
		(void)fputs(buf_str(&text), stderr);
		return ow_code_exit(OW_E_USAGE);
	}
	if (out_begin(&o, asked_mode(argc, argv), "", &err) == 0 && !upper_help(argc, argv, &o))
		(void)no_verb(argc, argv, &err);
	return out_finish(&o, &err);
}

/* ---- a verb
 * -------------------------------------------------------------------------------------- */

static void on_warn(void *ctx, const char *text)
{
	struct ctx *c = ctx;

	progress_erase(&c->progress);
	out_warn(&c->out, text);
}

static void on_progress(void *ctx, const struct ow_progress *p)
{
	struct ctx *c = ctx;
	struct ow_error ignored = {0};
	struct json_doc *doc;
	struct json event;

	if (c->out.mode != OUT_JSON_LINES) {
		progress_show(&c->progress, p);
		return;
	}
	if (!progress_due(&c->progress, p))
		return;
	doc = json_new(&ignored);
	event = json_root(doc);
	json_put_text(event, "event", "progress");
	json_put_text(event, "phase", p->phase);
	json_put_text(event, "item", p->item);
	json_put_u64(event, "done", p->done);
	json_put_u64(event, "total", p->total);
	json_put_text(event, "unit", p->unit == NULL ? "bytes" : p->unit);
	out_event(&c->out, doc);
}

static bool on_should_stop(void *ctx)
{
	(void)ctx;
	return signal_stop() != 0;
}

/* Progress goes to a terminal, or as events to a program that asked for them; else to nobody. */
static int begin_events(struct ctx *c, struct ow_error *err)
{
	unsigned columns = tty_error_columns();
	bool seen = c->out.mode == OUT_JSON_LINES || (columns > 0 && !c->common.quiet);

	c->events = (struct ow_events){.ctx = c, .warn = on_warn, .should_stop = on_should_stop};
	c->events.progress = seen && !c->common.no_progress ? on_progress : NULL;
	return progress_begin(&c->progress, columns > 0 ? columns : 80, err);
}

static int check_args(const struct ctx *c, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf usage = {0};

	if (c->n_args >= c->cmd->min_args && c->n_args <= c->cmd->max_args)
		return 0;
	if (c->n_args > c->cmd->max_args)
		(void)err_set(err, OW_E_USAGE, "unexpected argument '%.200s'",
			      c->args[c->cmd->max_args]);
	else if (c->n_args == 0)
		(void)err_set(err, OW_E_USAGE, "nothing was named");
	else
		(void)err_set(err, OW_E_USAGE, "%zu argument%s, at least %zu", c->n_args,
			      PLURAL(c->n_args), c->cmd->min_args);
	cmd_usage(c->cmd, &usage);
	return err_hint(err, "usage: %s", buf_str(&usage));
}

/* Settings that other rooms or the output take from one place. */
static int apply_config(struct ctx *c, struct ow_error *err)
{
	const char *flags[SETTINGS] = {
	    [SETTING_STORE] = c->common.store,
	    [SETTING_TRUST] = c->common.trust,
	    [SETTING_KEYS] = c->common.keys,
	};
	static const char *const colors[] = {NULL, "auto", "always", "never"};
	const char *color, *jobs;

	flags[SETTING_COLOR] = colors[c->common.color];
	if (config_load(&c->config, flags, err) < 0)
		return err->code;
	color = c->config.at[SETTING_COLOR].value;
	c->out.color = strcmp(color, "always") == 0 ||
		       (strcmp(color, "auto") == 0 && c->out.terminal && tty_takes_color());
	jobs = c->config.at[SETTING_JOBS].value;
	/* the pool asks the environment, before any thread exists */
	if (jobs != NULL && setenv("OWSTORE_JOBS", jobs, 1) < 0) /* NOLINT(concurrency-mt-unsafe) */
		return err_sys(err, ENOMEM, "jobs");
	return 0;
}

static int print_help(struct ctx *c)
{
	OW_AUTO(buf_done) struct buf text = {0};

	help_verb(c->cmd, &text);
	out_raw(&c->out, &text);
	return 0;
}

static int open_store(struct ctx *c, struct ow_error *err)
{
	enum ow_access access =
	    (c->cmd->needs & NEEDS_STORE_WRITE) != 0 ? OW_STORE_WRITE : OW_STORE_READ;
	const char *path;

	if ((c->cmd->needs & (NEEDS_STORE_READ | NEEDS_STORE_WRITE)) == 0)
		return 0;
	path = config_need(&c->config, SETTING_STORE, err);
	if (path == NULL)
		return err->code;
	return ow_store_open(path, access, c->cmd->name, &c->events, &c->store, err);
}

/* Everything between the options and the end of the verb. */
static int perform(struct ctx *c, const void *own, struct ow_error *err)
{
	if (c->common.help)
		return print_help(c);
	c->out.quiet = c->common.quiet;
	c->out.verbose = c->common.verbose;
	if (check_args(c, err) < 0 || (!c->cmd->bare && apply_config(c, err) < 0))
		return err->code;
	if (begin_events(c, err) < 0 || open_store(c, err) < 0)
		return err->code;
	return c->cmd->run(c, own, err);
}

/* Of each verb that can be tried, its object says whether it was. */
static void tell_dry_run(struct ctx *c, const void *own)
{
	for (const struct opt *o = c->cmd->options; o != NULL && o->name != NULL; o++) {
		if (strcmp(o->name, "dry-run") == 0)
			json_put_bool(c->out.result, "dry_run",
				      *(const bool *)((const char *)own + o->at));
	}
}

/* Read the options into `own` and `args`, and perform. */
static int parse_and_perform(struct ctx *c, int argc, char *const *argv, void *own,
			     struct ow_error *err)
{
	struct opt_set sets[OPT_SETS_MAX];
	size_t n_sets = cmd_opt_sets(c->cmd, own, &c->common, sets);
	int result;

	if (c->cmd->defaults != NULL)
		memcpy(own, c->cmd->defaults, c->cmd->options_size);
	result = opt_parse(sets, n_sets, argc, argv, c->args, &c->n_args, err);
	if (result == 0) {
		tell_dry_run(c, own);
		result = perform(c, own, err);
	}
	opt_done(sets, n_sets);
	return result;
}

static int with_verb(const struct cmd *cmd, int argc, char *const *argv)
{
	OW_AUTO(mem_free) void *own = NULL;
	OW_AUTO(mem_free) const char **args = NULL;
	struct ctx c = {.cmd = cmd, .common.passphrase_fd = UINT64_MAX};
	struct ow_error err = {0};
	int status;

	c.out.columns = tty_columns(&c.out.terminal);
	own = mem_array(1, cmd->options_size, &err);
	if (own != NULL)
		c.args = args = mem_array((size_t)argc, sizeof *args, &err);
	if (args != NULL && out_begin(&c.out, asked_mode(argc, argv), cmd->name, &err) == 0)
		(void)parse_and_perform(&c, argc, argv, own, &err);
	ow_store_close(c.store);
	progress_end(&c.progress);
	status_advise(cmd, &err);
	status = out_finish(&c.out, &err);
	config_done(&c.config);
	out_done(&c.out);
	return status;
}

int cli_run(int argc, char *const *argv)
{
	static char version_word[] = "version";
	static char *const version[] = {version_word};
	struct ow_error err = {0};
	const struct cmd *cmd;
	int n_words;

	/* nothing that is made is writable for others; a stricter mask of the user's stays */
	(void)umask(umask(077) | 022);
	if (fd_standard(&err) < 0 || signal_setup(&err) < 0) {
		out_error("", &err, false);
		return ow_code_exit(err.code);
	}
	argv += argc > 0;
	argc -= argc > 0;
	if (argc == 1 && strcmp(argv[0], "--version") == 0)
		argv = version;
	cmd = cmd_find(argc, argv, &n_words);
	if (cmd == NULL)
		return without_verb(argc, argv);
	return with_verb(cmd, argc - n_words, argv + n_words);
}
