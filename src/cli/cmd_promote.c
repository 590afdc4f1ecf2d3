/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <owstore/artifact.h>

#include "base/err.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/licenses.h"
#include "cli/verb.h"

struct promote_opts {
	unsigned to, form; /* OPT_CHOICE */
	const char *licence, *reason, *key, *recipient;
	bool dry_run;
};

static const struct opt options[] = {
    {.name = "to",
     OPT_INTO(CHOICE, struct promote_opts, to),
     .arg = "research|internal|customer|redistributable",
     .help = "the class it moves to"},
    {.name = "recipient",
     OPT_INTO(TEXT, struct promote_opts, recipient),
     .arg = "ID",
     .help = "for whom it is decided; needed for class customer"},
    {.name = "form",
     OPT_INTO(CHOICE, struct promote_opts, form),
     .arg = "raw|integrated-product|hosted",
     .help = "in which form (default: raw)"},
    {.name = "license",
     OPT_INTO(TEXT, struct promote_opts, licence),
     .arg = "ID",
     .help = "by your word instead: the licence it is concluded to be under"},
    {.name = "reason",
     OPT_INTO(TEXT, struct promote_opts, reason),
     .arg = "TEXT",
     .help = "by your word instead: why, for the record"},
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

static void promoted_done(struct ow_promote_result *r)
{
	ow_promote_result_done(r);
}
OW_DEFINE_AUTO_DONE(struct ow_promote_result, promoted_done)

static int check_options(const struct promote_opts *o, struct ow_error *err)
{
	bool by_word = o->licence != NULL || o->reason != NULL;

	if (o->to == 0 || (o->key == NULL && !o->dry_run)) {
		(void)err_set(err, OW_E_USAGE, "promote needs --to and --key");
		return err_hint(err, "owstore promote REF --to CLASS --key NAME");
	}
	if (by_word && (o->licence == NULL || o->reason == NULL)) {
		(void)err_set(err, OW_E_USAGE,
			      "by one's word, promote needs both --license and --reason");
		return err_hint(
		    err, "owstore promote REF --to CLASS --license ID --reason TEXT --key NAME");
	}
	if (by_word && (o->recipient != NULL || o->form != 0))
		return err_set(err, OW_E_USAGE,
			       "--recipient and --form are of a decision; with --license and "
			       "--reason there is none");
	return 0;
}

static void tell(struct ctx *c, const struct promote_opts *o, const struct ow_promote_result *r)
{
	const char *basis = r->decision != NULL ? "decision" : "operator";
	char size[TEXT_SIZE];

	json_put_id(c->out.result, "id", &r->id);
	json_put_text(c->out.result, "from", ow_class_name(r->from));
	json_put_text(c->out.result, "to", ow_class_name(r->to));
	json_put_text(c->out.result, "basis", basis);
	json_put_text(c->out.result, "license", r->licence);
	json_put_u64(c->out.result, "size", r->bytes);
	if (!o->dry_run) {
		json_put_id(c->out.result, "record", &r->record);
		if (r->decision != NULL)
			json_put_id(c->out.result, "decision", &r->decision_record);
	}
	out_styled(&c->out, OUT_GOOD, "%s %s from %s to %s (%s), by %s",
		   o->dry_run ? "Would move" : "Moved", c->args[0], ow_class_name(r->from),
		   ow_class_name(r->to), text_size(r->bytes, size),
		   r->decision != NULL ? "decision" : "an operator's word");
	if (r->decision != NULL)
		out_line(&c->out, "%s for %s, under %s", ow_verdict_name(r->decision->verdict),
			 r->decision->recipient, r->licence);
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	static const char *const forms[] = {NULL, "raw", "integrated-product", "hosted"};
	const struct promote_opts *o = options_given;
	OW_AUTO(signers_done) struct signers approver = {0};
	OW_AUTO(ow_licenses_close) struct ow_licenses *known = NULL;
	OW_AUTO(promoted_done) struct ow_promote_result r = {0};
	struct ow_promote_opts opts = {
	    .ref = c->args[0],
	    .to = (enum ow_class)o->to, /* the choices begin with research, which is 1 as well */
	    .licence = o->licence,
	    .reason = o->reason,
	    .recipient = o->recipient,
	    .form = forms[o->form],
	    .trust = verb_trust(c),
	    .dry_run = o->dry_run,
	};

	/* the site's, not the caller's */
	if (check_options(o, err) < 0 || ow_licenses_site(verb_trust(c), &known, err) < 0)
		return err->code;
	opts.licenses = known;
	if (o->key != NULL) {
		if (verb_take_signers(c, &o->key, 1, o->dry_run, &approver, err) < 0)
			return err->code;
		opts.approver = approver.at[0];
	}
	if (ow_promote(c->store, &opts, &c->events, &r, err) == 0) {
		tell(c, o, &r);
		return 0;
	}
	if (r.decision != NULL && (err->code == OW_E_POLICY || err->code == OW_E_UNCHECKED)) {
		c->out.keep_result = true;
		decision_show(c, r.decision);
		if (decision_next(c, c->args[0], r.decision))
			return err_hint(err, "supply what is missing with the commands that are "
					     "printed, then promote again");
		return err_hint(err, "%s", r.decision->reasons[0].remedies[0]);
	}
	return err->code;
}

const struct cmd cmd_promote = {
    .name = "promote",
    .section = SECTION_POLICY,
    .summary = "move an artifact to a wider class",
    .synopsis = "REF --to CLASS [--recipient ID] --key NAME",
    .min_args = 1,
    .max_args = 1,
    .about = "Copies the artifact's files into the tree of the class, checking every byte on the "
	     "way, and then lets it count there and no longer in the old class. The old files stay "
	     "until owstore gc.\n\nThe class is decided as owstore decide does, approvals "
	     "included. Where policy allows it, the decision is signed with the approver's key and "
	     "the promotion cites it; else nothing is moved, and the reasons are shown with the "
	     "commands that supply what is missing (exit status 6 where policy blocks, 13 where a "
	     "person must say something first).\n\nWith --license and --reason the promotion "
	     "rests on the approver's word instead, and says so. The word says which licence that "
	     "is under of which no known text tells; a class that known texts and lineage do not "
	     "let it reach stays shut, and redistributable takes two approvals all the same. What "
	     "lacks a fact or evidence is warned of at export. The site's policy may refuse words "
	     "at all: owstore fact policy promotion_by_word=refuse.",
    .options = options,
    .options_size = sizeof(struct promote_opts),
    .needs = NEEDS_STORE_WRITE | NEEDS_TRUST | NEEDS_KEYS | NEEDS_PASSPHRASE,
    .examples =
	{{"owstore promote org/model@1 --to customer --recipient site-b --key ann",
	  "where policy allows it"},
	 {"owstore promote org/model@1 --to internal --dry-run", "would it?"},
	 {"owstore promote org/model@1 --to customer --license MIT --reason 'read the text' "
	  "--key ann",
	  "by ann's word"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_E_POLICY, OW_E_FORMAT, OW_E_BUSY,
				    OW_E_UNCHECKED, OW_OK},
    .also = (const char *const[]){"decide", "approve", "show", "export", NULL},
    .run = run,
};
