/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <owstore/artifact.h>

#include "base/text.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/verb.h"

struct checkout_opts {
	unsigned layout; /* OPT_CHOICE */
	bool dry_run;
};

static const struct opt options[] = {
    {.name = "layout",
     OPT_INTO(CHOICE, struct checkout_opts, layout),
     .arg = "plain",
     .help = "plain: files under their own names (the default)"},
    {.name = "dry-run",
     .letter = 'n',
     OPT_INTO(FLAG, struct checkout_opts, dry_run),
     .help = "check and say, write nothing"},
    {0},
};

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	/* one layout so far: whatever was chosen is plain */
	const struct checkout_opts *o = options_given;
	struct ow_checkout_result r = {0};
	char size[TEXT_SIZE];

	if (ow_checkout(c->store, c->args[0], c->args[1], o->dry_run, &c->events, &r, err) < 0)
		return err->code;
	json_put_id(c->out.result, "id", &r.id);
	json_put_text(c->out.result, "dir", c->args[1]);
	json_put_text(c->out.result, "layout", "plain");
	json_put_u64(c->out.result, "files", r.files);
	json_put_u64(c->out.result, "size", r.bytes);
	json_put_bool(c->out.result, "reflinked", r.reflinked);
	if (o->dry_run) {
		out_line(&c->out, "Would write %llu file%s, %s, into %s",
			 (unsigned long long)r.files, PLURAL(r.files), text_size(r.bytes, size),
			 c->args[1]);
		return 0;
	}
	out_styled(&c->out, OUT_GOOD, "%s: %llu file%s, %s, every byte checked", c->args[1],
		   (unsigned long long)r.files, PLURAL(r.files), text_size(r.bytes, size));
	return 0;
}

const struct cmd cmd_checkout = {
    .name = "checkout",
    .section = SECTION_STORE,
    .summary = "write an artifact's files into a folder",
    .synopsis = "REF DIR",
    .min_args = 2,
    .max_args = 2,
    .about = "DIR must not exist or be empty. Every byte is compared with its digest on the way "
	     "out, and DIR gets its "
	     "name only when all files are there and durable. Where the file system can, bytes are "
	     "shared with the store "
	     "until somebody writes to them. An artifact in quarantine is refused.",
    .options = options,
    .options_size = sizeof(struct checkout_opts),
    .needs = NEEDS_STORE_READ,
    .examples = {{"owstore checkout org/model@1 ./model", "files under their own names"},
		 {"owstore checkout --layout plain sha256:1f3a5b7c ./model",
		  "the same, by digest"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_POLICY, OW_OK},
    .also = (const char *const[]){"show", "promote", NULL},
    .run = run,
};
