/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <owstore/policy.h>

#include "base/err.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/verb.h"

struct sign_opts {
	const char *key;
	bool dry_run;
};

static const struct opt options[] = {
    {.name = "key",
     .letter = 'k',
     OPT_INTO(TEXT, struct sign_opts, key),
     .arg = "NAME",
     .help = "an approver's key"},
    {.name = "dry-run",
     .letter = 'n',
     OPT_INTO(FLAG, struct sign_opts, dry_run),
     .help = "check and say, change nothing"},
    {0},
};

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct sign_opts *o = options_given;
	OW_AUTO(signers_done) struct signers approver = {0};
	struct json list = json_put_list(c->out.result, "signed");

	if (o->key == NULL) {
		(void)err_set(err, OW_E_USAGE, "license sign needs --key");
		return err_hint(err, "owstore license sign FILE --key NAME");
	}
	if (verb_take_signers(c, &o->key, 1, o->dry_run, &approver, err) < 0)
		return err->code;
	for (size_t i = 0; i < c->n_args; i++) {
		if (ow_license_sign(c->args[i], approver.at[0], verb_trust(c), o->dry_run, err) < 0)
			return err->code;
		json_put_text(json_put_object(list, NULL), "path", c->args[i]);
		out_styled(&c->out, OUT_GOOD, "%s: %s", o->dry_run ? "Would be signed" : "Signed",
			   c->args[i]);
	}
	return 0;
}

const struct cmd cmd_license_sign = {
    .name = "license sign",
    .section = SECTION_POLICY,
    .summary = "sign a site's own licence profiles",
    .synopsis = "FILE... --key NAME",
    .min_args = 1,
    .max_args = ARGS_ANY,
    .about = "Profiles change what is allowed, so those in /etc/owstore/licenses.d count only as "
	     "an approver has signed them; one that is not signed as it is stops every verb that "
	     "would read it. Checks that FILE can be read as profiles and writes the signature to "
	     "FILE.minisig, in the place of an older one. What promote and export go by must be "
	     "signed by the origin whose words count in the store.\n\n"
	     "To look at what profiles would change, sign nothing: owstore decide --licenses DIR.",
    .options = options,
    .options_size = sizeof(struct sign_opts),
    .needs = NEEDS_TRUST | NEEDS_KEYS | NEEDS_PASSPHRASE,
    .examples = {{"owstore license sign /etc/owstore/licenses.d/ours.yaml --key ann",
		  "after it was read and found right"},
		 {"owstore license sign ours.yaml --key ann --dry-run",
		  "can it be read, and would the key be taken?"}},
    .exits = (const enum ow_code[]){OW_E_TRUST, OW_E_FORMAT, OW_OK},
    .also = (const char *const[]){"license ls", "decide", "key new", NULL},
    .run = run,
};
