/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <owstore/bundle.h>

#include "base/auto.h"
#include "base/err.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/report.h"
#include "cli/verb.h"

struct verify_opts {
	bool whole, tolerate;
};

static const struct opt options[] = {
    {.name = "whole",
     OPT_INTO(FLAG, struct verify_opts, whole),
     .help = "also the SHA-256 of whole blobs, beside the chunks that cover every byte"},
    {.name = "tolerate-damaged-signatures",
     OPT_INTO(FLAG, struct verify_opts, tolerate),
     .help = "a damaged signature beside enough good ones is only told"},
    {0},
};

OW_DEFINE_AUTO_DONE(struct ow_verify_report, ow_verify_report_done)

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

	if (ow_verify(c->args, c->n_args, &opts, &c->events, &r, err) < 0)
		return err_kept(err, "nothing was written; the medium is untouched");
	c->out.keep_result = true;
	json_put_text(c->out.result, "verdict", report_verdict(r.code));
	report_show(c, &r);
	if (r.code == OW_OK) {
		out_line(&c->out, "%s", "");
		out_line(&c->out, "Next: owstore import %s", c->args[0]);
		return 0;
	}
	(void)err_set(err, r.code, "%s", report_verdict(r.code));
	(void)err_kept(err, "nothing was written; the medium is untouched");
	for (size_t i = 0; i < r.n; i++) {
		if (r.bundles[i].hint[0] != '\0')
			return err_hint(err, "%s", r.bundles[i].hint);
	}
	return err_hint(err, "do not use what is on it; the table above names what is wrong");
}

const struct cmd cmd_verify = {
    .name = "verify",
    .section = SECTION_CROSS,
    .summary = "check a bundle before anything else",
    .synopsis = "PATH...",
    .min_args = 1,
    .max_args = ARGS_ANY,
    .about = "PATH is a medium, its OWSTORE folder, or a bundle folder. Needs no store, only a "
	     "trusted root (owstore trust "
	     "init). Signatures are checked before anything else of the bundle is read; then every "
	     "byte of every file is "
	     "compared with the signed digests, on all cores, and files that are extra or missing "
	     "are named. Of several "
	     "bundles of one stream the newest is checked.\n\n"
	     "The program locks itself in first: it can read the paths and the trust folder, write "
	     "nothing, and opening a "
	     "socket would kill it. Where that cannot be had, nothing is checked.",
    .options = options,
    .options_size = sizeof(struct verify_opts),
    .needs = NEEDS_TRUST,
    .examples = {{"owstore verify /media/stick", "what just arrived"},
		 {"owstore verify --json /media/stick/OWSTORE/HQ_MAIN_000042",
		  "one bundle, for programs"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_E_STALE, OW_E_POLICY,
				    OW_E_FORMAT, OW_E_INCOMPLETE, OW_E_UNCHECKED, OW_OK},
    .also = (const char *const[]){"import", "trust init", "export", NULL},
    .run = run,
};
