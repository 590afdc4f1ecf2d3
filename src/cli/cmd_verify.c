/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <owstore/bundle.h>

#include "base/auto.h"
#include "base/err.h"
#include "base/mem.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/page.h"
#include "cli/report.h"
#include "cli/verb.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"

struct verify_opts {
	bool whole, tolerate;
	const char *report;
};

static const struct opt options[] = {
    {.name = "whole",
     OPT_INTO(FLAG, struct verify_opts, whole),
     .help = "also the SHA-256 of whole blobs, beside the chunks that cover every byte"},
    {.name = "tolerate-damaged-signatures",
     OPT_INTO(FLAG, struct verify_opts, tolerate),
     .help = "a damaged signature beside enough good ones is only told"},
    {.name = "report",
     OPT_INTO(TEXT, struct verify_opts, report),
     .arg = "FILE",
     .help = "also write a new HTML file: one page to print and file, without scripts"},
    {0},
};

OW_DEFINE_AUTO_DONE(struct ow_verify_report, ow_verify_report_done)

/* ---- the page -------------------------------------------------------------------------------------------- */

/* How much of the real path of what is verified is that of its medium: it may also name the folder OWSTORE of the
 * medium, or a bundle in there. Without the last slash, so 0 where everything is below it.
 */
static size_t medium_length(const char *real)
{
	static const char top[] = "OWSTORE";
	size_t n = strlen(real), from = n;

	for (int level = 0; level < 2 && from > 0; level++) {
		size_t to = from;

		while (real[from - 1] != '/')
			from--;
		if (to - from == strlen(top) && strncasecmp(real + from, top, strlen(top)) == 0)
			return from - 1;
		from--;
	}
	return n == 1 ? 0 : n;
}

/* Would a file of that path lie on what is to be verified? */
static int on_medium(struct ctx *c, const char *path, struct ow_error *err)
{
	OW_AUTO(mem_free) char *folder = mem_text(path, (size_t)(path_base(path) - path), err);
	OW_AUTO(mem_free) char *real = NULL;

	if (folder == NULL)
		return err->code;
	real = path_real(folder[0] == '\0' ? "." : folder, err);
	if (real == NULL)
		return err->code;
	for (size_t i = 0; i < c->n_args; i++) {
		struct ow_error missing = {0}; /* which verify will say */
		OW_AUTO(mem_free) char *medium = path_real(c->args[i], &missing);
		size_t n = medium == NULL ? 0 : medium_length(medium);

		if (medium != NULL && strncmp(real, medium, n) == 0 &&
		    (real[n] == '\0' || real[n] == '/'))
			return 1;
	}
	return 0;
}

/* Open the file before the program locks itself in: afterwards nothing can be made. */
static int open_page(struct ctx *c, const char *path, struct ow_error *err)
{
	int r = on_medium(c, path, err), fd;

	if (r > 0)
		r = err_set(err, OW_E_USAGE, "%s: media are only read", path);
	if (r < 0)
		return err->code == OW_E_USAGE ? err_hint(err, "write the report elsewhere") : r;
	fd = file_make_user(path, 0644, err);
	if (fd < 0 && err->sys == EEXIST)
		return err_hint(err,
				"a report never takes the place of a file; give it another name");
	return fd;
}

static int write_page(int fd, const char *path, const struct ow_verify_report *r,
		      const struct ow_error *why, const char *medium, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf page = {0};
	char next[300];

	(void)snprintf(next, sizeof next, "owstore import %.200s", medium);
	page_write(&page, r, why, why->code == OW_OK && r->code == OW_OK ? next : NULL);
	if (buf_finish(&page, err) < 0 || fd_write(fd, page.p, page.n, path, err) < 0)
		return err->code;
	return fd_sync(fd, path, err);
}

/* ---- the verb -------------------------------------------------------------------------------------------- */

static int refused(const struct ow_verify_report *r, const char *kept, struct ow_error *err)
{
	(void)err_set(err, r->code, "%s", report_verdict(r->code));
	(void)err_kept(err, "%s", kept);
	for (size_t i = 0; i < r->n; i++) {
		if (r->bundles[i].hint[0] != '\0')
			return err_hint(err, "%s", r->bundles[i].hint);
	}
	return err_hint(err, "do not use what is on it; the table above names what is wrong");
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct verify_opts *o = options_given;
	struct ow_verify_opts opts = {
	    .trust = verb_trust(c),
	    .whole = o->whole,
	    .tolerate_damaged_signatures = o->tolerate,
	    .confine = true,
	};
	OW_AUTO(ow_verify_report_done) struct ow_verify_report r = {0};
	OW_AUTO(fd_close) int page = -1;
	struct ow_error unwritten = {0};
	const char *kept = o->report == NULL ? "nothing was written; the medium is untouched"
					     : "the medium is untouched";

	if (o->report != NULL) {
		page = open_page(c, o->report, err);
		if (page < 0)
			return err_kept(err, "nothing was checked");
	}
	(void)(ow_verify(c->args, c->n_args, &opts, &c->events, &r, err) < 0); /* err says it */
	if (page >= 0)
		(void)(write_page(page, o->report, &r, err, c->args[0], &unwritten) < 0);
	if (unwritten.code != OW_OK)
		out_warn(&c->out, unwritten.text);
	else if (page >= 0)
		json_put_text(c->out.result, "report", o->report);
	if (err->code != OW_OK)
		return err_kept(err, "%s", kept);
	c->out.keep_result = true;
	json_put_text(c->out.result, "verdict", report_verdict(r.code));
	report_show(c, &r);
	if (r.code != OW_OK)
		return refused(&r, kept, err);
	out_line(&c->out, "%s", "");
	out_line(&c->out, "Next: owstore import %s", c->args[0]);
	*err = unwritten;
	return unwritten.code != OW_OK ? err_ctx(err, "the report is not whole") : 0;
}

const struct cmd cmd_verify = {
    .name = "verify",
    .section = SECTION_CROSS,
    .summary = "check a bundle before anything else",
    .synopsis = "PATH...",
    .min_args = 1,
    .max_args = ARGS_ANY,
    .about =
	"PATH is a medium, its OWSTORE folder, or a bundle folder. Needs no store, only a "
	"trusted root (owstore trust "
	"init). Signatures are checked before anything else of the bundle is read; then every "
	"byte of every file is "
	"compared with the signed digests, on all cores, and files that are extra or missing "
	"are named. Of several "
	"bundles of one stream the newest is checked.\n\n"
	"The program locks itself in first: it can read the paths and the trust folder, write "
	"nothing but the report it "
	"was asked for, and opening a socket would kill it. Where that cannot be had, nothing is "
	"checked."
	"\n\nThe page of --report opens from the file itself, loads nothing, and prints on one "
	"sheet of "
	"A4. It must be a new file, and not on the medium.",
    .options = options,
    .options_size = sizeof(struct verify_opts),
    .needs = NEEDS_TRUST,
    .examples = {{"owstore verify /media/stick", "what just arrived"},
		 {"owstore verify --report /tmp/stick.html /media/stick", "with a page to file"},
		 {"owstore verify --json /media/stick/OWSTORE/HQ_MAIN_000042",
		  "one bundle, for programs"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_E_STALE, OW_E_POLICY,
				    OW_E_FORMAT, OW_E_INCOMPLETE, OW_E_UNCHECKED, OW_OK},
    .also = (const char *const[]){"import", "trust init", "export", NULL},
    .run = run,
};
