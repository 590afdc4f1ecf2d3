/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <owstore/artifact.h>

#include "base/err.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/verb.h"

struct promote_opts {
	unsigned to; /* OPT_CHOICE */
	const char *licence, *reason, *key;
	bool dry_run;
};

static const struct opt options[] = {
    {.name = "to",
     OPT_INTO(CHOICE, struct promote_opts, to),
     .arg = "research|internal|customer|redistributable",
     .help = "the class it moves to"},
    {.name = "license",
     OPT_INTO(TEXT, struct promote_opts, licence),
     .arg = "ID",
     .help = "the licence it is concluded to be under"},
    {.name = "reason",
     OPT_INTO(TEXT, struct promote_opts, reason),
     .arg = "TEXT",
     .help = "why, for the record"},
    {.name = "key",
     .letter = 'k',
     OPT_INTO(TEXT, struct promote_opts, key),
     .arg = "NAME",
     .help = "the approver's key"},
    {.name = "dry-run",
     .letter = 'n',
     OPT_INTO(FLAG, struct promote_opts, dry_run),
     .help = "check and say, change nothing"},
    {0},
};

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct promote_opts *o = options_given;
	OW_AUTO(signers_done) struct signers approver = {0};
	struct ow_promote_opts opts = {
	    .ref = c->args[0],
	    .to = (enum ow_class)o->to, /* the choices begin with research, which is 1 as well */
	    .licence = o->licence,
	    .reason = o->reason,
	    .trust = verb_trust(c),
	    .dry_run = o->dry_run,
	};
	struct ow_promote_result r = {0};
	char size[TEXT_SIZE];

	if (o->to == 0 || o->licence == NULL || o->reason == NULL ||
	    (o->key == NULL && !o->dry_run)) {
		(void)err_set(err, OW_E_USAGE, "promote needs --to, --license, --reason and --key");
		return err_hint(
		    err, "owstore promote REF --to CLASS --license ID --reason TEXT --key NAME");
	}
	if (!o->dry_run) {
		if (verb_open_signers(c, &o->key, 1, &approver, err) < 0)
			return err->code;
		opts.approver = approver.at[0];
	}
	if (ow_promote(c->store, &opts, &c->events, &r, err) < 0)
		return err->code;
	json_put_id(c->out.result, "id", &r.id);
	json_put_text(c->out.result, "from", ow_class_name(r.from));
	json_put_text(c->out.result, "to", ow_class_name(r.to));
	json_put_text(c->out.result, "basis", "operator");
	json_put_u64(c->out.result, "size", r.bytes);
	if (!o->dry_run)
		json_put_id(c->out.result, "record", &r.record);
	out_styled(&c->out, OUT_GOOD, "%s %s from %s to %s (%s), by an operator's word",
		   o->dry_run ? "Would move" : "Moved", c->args[0], ow_class_name(r.from),
		   ow_class_name(r.to), text_size(r.bytes, size));
	return 0;
}

const struct cmd cmd_promote = {
    .name = "promote",
    .section = SECTION_POLICY,
    .summary = "move an artifact to a wider class by an approver's word",
    .synopsis = "REF --to CLASS --license ID --reason TEXT --key NAME",
    .min_args = 1,
    .max_args = 1,
    .about = "Copies the artifact's files into the tree of the class, checking every byte on the "
	     "way, and then lets it "
	     "count there and no longer in the old class. The promotion is a record signed with "
	     "the approver's key, and "
	     "it says that it rests on that person's word. The old files stay until owstore gc.",
    .options = options,
    .options_size = sizeof(struct promote_opts),
    .needs = NEEDS_STORE_WRITE | NEEDS_TRUST | NEEDS_KEYS | NEEDS_PASSPHRASE,
    .examples =
	{{"owstore promote org/model@1 --to customer --license MIT --reason 'read the text' --key "
	  "ann",
	  "out of quarantine"},
	 {"owstore promote org/model@1 --to internal --license MIT --reason trial --dry-run",
	  "would it work?"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_E_POLICY, OW_E_BUSY, OW_OK},
    .also = (const char *const[]){"show", "export", "key new", NULL},
    .run = run,
};
