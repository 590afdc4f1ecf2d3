/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include <owstore/signer.h>
#include <owstore/trust.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/rootshow.h"
#include "cli/verb.h"

OW_DEFINE_AUTO(struct ow_root *, ow_root_free)

/* ---- root new, root propose ------------------------------------------------------------------------------- */

struct plan_opts {
	const char *origin, *draft, *not_after;
	struct opt_list member[OW_ROLES]; /* keys, in the role of their index */
	uint64_t threshold[OW_ROLES];
	struct opt_list remove, destinations, remove_destinations;
	bool new_epoch, dry_run;
};

#define MEMBER(role)    OPT_LIST, .at = offsetof(struct plan_opts, member[role])
#define THRESHOLD(role) OPT_U64, .at = offsetof(struct plan_opts, threshold[role])

static const struct opt new_options[] = {
    {.name = "origin",
     .letter = 'o',
     OPT_INTO(TEXT, struct plan_opts, origin),
     .arg = "ID",
     .help = "who this is: a short name for good, such as acme"},
    {.name = "root-key",
     .type = MEMBER(OW_ROLE_ROOT),
     .arg = "KEY",
     .help = "a key that signs roots (repeat: three are usual)"},
    {.name = "root-threshold",
     .type = THRESHOLD(OW_ROLE_ROOT),
     .arg = "N",
     .help = "how many of them it takes (most of them)"},
    {.name = "release",
     .type = MEMBER(OW_ROLE_RELEASE),
     .arg = "KEY",
     .help = "a key that signs bundles"},
    {.name = "release-threshold",
     .type = THRESHOLD(OW_ROLE_RELEASE),
     .arg = "N",
     .help = "how many of them it takes (1)"},
    {.name = "approver",
     .type = MEMBER(OW_ROLE_APPROVER),
     .arg = "KEY",
     .help = "a key that signs promotions"},
    {.name = "approver-threshold",
     .type = THRESHOLD(OW_ROLE_APPROVER),
     .arg = "N",
     .help = "how many of them it takes (1)"},
    {.name = "site",
     .type = MEMBER(OW_ROLE_SITE),
     .arg = "KEY",
     .help = "a key of a site that imports"},
    {.name = "revoke",
     .type = MEMBER(OW_ROLE_REVOKE),
     .arg = "KEY",
     .help = "a key that can only revoke"},
    {.name = "destination",
     .letter = 'd',
     OPT_INTO(LIST, struct plan_opts, destinations),
     .arg = "ID[:CLASS]",
     .help = "where bundles may go; what is of this class (customer) or a wider one may go there"},
    {.name = "not-after",
     OPT_INTO(TEXT, struct plan_opts, not_after),
     .arg = "DATE",
     .help = "when the root ends: 2028-01-01 (no end)"},
    {.name = "draft",
     OPT_INTO(TEXT, struct plan_opts, draft),
     .arg = "DIR",
     .help = "write the draft here, to be carried to those who sign"},
    OPT_DRY_RUN(struct plan_opts),
    {0},
};

static const struct opt propose_options[] = {
    {.name = "origin",
     .letter = 'o',
     OPT_INTO(TEXT, struct plan_opts, origin),
     .arg = "ID",
     .help = "whose root; may be left out where one origin is trusted"},
    {.name = "add-root-key",
     .type = MEMBER(OW_ROLE_ROOT),
     .arg = "KEY",
     .help = "one more key that signs roots"},
    {.name = "root-threshold",
     .type = THRESHOLD(OW_ROLE_ROOT),
     .arg = "N",
     .help = "how many root keys it takes"},
    {.name = "add-release",
     .type = MEMBER(OW_ROLE_RELEASE),
     .arg = "KEY",
     .help = "one more key that signs bundles"},
    {.name = "release-threshold",
     .type = THRESHOLD(OW_ROLE_RELEASE),
     .arg = "N",
     .help = "how many release keys it takes"},
    {.name = "add-approver",
     .type = MEMBER(OW_ROLE_APPROVER),
     .arg = "KEY",
     .help = "one more key that signs promotions"},
    {.name = "approver-threshold",
     .type = THRESHOLD(OW_ROLE_APPROVER),
     .arg = "N",
     .help = "how many approver keys it takes"},
    {.name = "add-site",
     .type = MEMBER(OW_ROLE_SITE),
     .arg = "KEY",
     .help = "one more key of a site"},
    {.name = "add-revoke",
     .type = MEMBER(OW_ROLE_REVOKE),
     .arg = "KEY",
     .help = "one more key that can only revoke"},
    {.name = "remove-key",
     OPT_INTO(LIST, struct plan_opts, remove),
     .arg = "KEY",
     .help = "a key that goes, by name or id (before others are added)"},
    {.name = "destination",
     .letter = 'd',
     OPT_INTO(LIST, struct plan_opts, destinations),
     .arg = "ID[:CLASS]",
     .help = "a destination, new or with another class (customer)"},
    {.name = "remove-destination",
     OPT_INTO(LIST, struct plan_opts, remove_destinations),
     .arg = "ID",
     .help = "a destination that goes"},
    {.name = "not-after",
     OPT_INTO(TEXT, struct plan_opts, not_after),
     .arg = "DATE",
     .help = "when the root ends: 2028-01-01 or never (as before)"},
    {.name = "new-epoch",
     OPT_INTO(FLAG, struct plan_opts, new_epoch),
     .help = "let the sequence numbers of bundles begin again"},
    {.name = "draft",
     OPT_INTO(TEXT, struct plan_opts, draft),
     .arg = "DIR",
     .help = "write the draft here, to be carried to those who sign"},
    OPT_DRY_RUN(struct plan_opts),
    {0},
};

/* The lists of a plan, which point into the options, and the texts made for them. */
struct plan {
	struct ow_root_plan plan;
	struct ow_root_member *members;
	struct ow_root_site *sites;
	char **texts;
	size_t n_texts;
};

static void plan_done(struct plan *p)
{
	for (size_t i = 0; i < p->n_texts; i++)
		mem_free(p->texts[i]);
	mem_free(p->texts);
	mem_free(p->members);
	mem_free(p->sites);
}
OW_DEFINE_AUTO_DONE(struct plan, plan_done)

static int plan_members(struct plan *p, const struct plan_opts *o, struct ow_error *err)
{
	size_t n = 0;

	for (unsigned role = 0; role < OW_ROLES; role++)
		n += o->member[role].n;
	p->members = mem_array(n, sizeof p->members[0], err);
	if (p->members == NULL)
		return err->code;
	for (unsigned role = 0; role < OW_ROLES; role++) {
		if (o->threshold[role] > 64)
			return err_set(err, OW_E_USAGE,
				       "a threshold of %llu, from 1 to the number of keys",
				       (unsigned long long)o->threshold[role]);
		p->plan.threshold[role] = (unsigned)o->threshold[role];
		for (size_t i = 0; i < o->member[role].n; i++)
			p->members[p->plan.n_add++] = (struct ow_root_member){
			    .key = o->member[role].at[i], .role = (enum ow_role)role};
	}
	p->plan.add = p->members;
	return 0;
}

/* "site-b" or "site-b:internal" */
static int plan_sites(struct plan *p, const struct plan_opts *o, struct ow_error *err)
{
	p->sites = mem_array(o->destinations.n, sizeof p->sites[0], err);
	p->texts = p->sites == NULL ? NULL : mem_array(o->destinations.n, sizeof p->texts[0], err);
	if (p->texts == NULL)
		return err->code;
	for (size_t i = 0; i < o->destinations.n; i++) {
		const char *text = o->destinations.at[i], *colon = strchr(text, ':');
		char *id =
		    mem_text(text, colon == NULL ? strlen(text) : (size_t)(colon - text), err);

		if (id == NULL)
			return err->code;
		p->texts[p->n_texts++] = id;
		p->sites[i] =
		    (struct ow_root_site){.id = id, .class = colon == NULL ? NULL : colon + 1};
	}
	p->plan.sites = p->sites;
	p->plan.n_sites = o->destinations.n;
	return 0;
}

static int make_plan(struct ctx *c, const struct plan_opts *o, struct plan *p, struct ow_error *err)
{
	p->plan.trust = verb_trust(c);
	p->plan.keys = config_need(&c->config, SETTING_KEYS, err);
	p->plan.draft = o->draft;
	p->plan.origin = o->origin;
	p->plan.remove = o->remove.at;
	p->plan.n_remove = o->remove.n;
	p->plan.remove_sites = o->remove_destinations.at;
	p->plan.n_remove_sites = o->remove_destinations.n;
	p->plan.raise_epoch = o->new_epoch;
	p->plan.dry_run = o->dry_run;
	p->plan.set_not_after = o->not_after != NULL;
	if (p->plan.keys == NULL)
		return err->code;
	if (o->not_after != NULL && strcmp(o->not_after, "never") != 0 &&
	    (!time_parse(o->not_after, &p->plan.not_after) || p->plan.not_after == 0))
		return err_set(err, OW_E_USAGE,
			       "--not-after '%s' is neither a date (2028-01-01) nor a time",
			       o->not_after);
	return plan_members(p, o, err) < 0 || plan_sites(p, o, err) < 0 ? (int)err->code : 0;
}

static void show_draft(struct ctx *c, const struct plan_opts *o, const struct ow_root *r)
{
	bool elsewhere = o->draft != NULL;

	rootshow(c, r);
	out_line(&c->out, "%s", "");
	out_line(&c->out, "%s %s", o->dry_run ? "Would write the draft to" : "The draft is in",
		 r->path);
	if (r->role[OW_ROLE_ROOT].threshold == 1)
		out_warn(&c->out, "one root key alone can change everything; three with a "
				  "threshold of two survive a loss "
				  "and a theft");
	if (o->dry_run)
		out_line(&c->out, "Its time of issue, and with it its fingerprint, will be of the "
				  "moment when it is written.");
	verb_dry_run(c, o->dry_run);
	if (o->dry_run)
		return;
	out_line(&c->out,
		 "Next: owstore root sign --key NAME%s%s, for each of those who sign; then owstore "
		 "root seal%s%s",
		 elsewhere ? " --draft " : "", elsewhere ? o->draft : "",
		 elsewhere ? " --draft " : "", elsewhere ? o->draft : "");
}

static int run_new(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct plan_opts *o = options_given;
	OW_AUTO(plan_done) struct plan p = {0};
	OW_AUTO(ow_root_free) struct ow_root *r = NULL;

	if (o->origin == NULL || o->member[OW_ROLE_ROOT].n == 0) {
		(void)err_set(err, OW_E_USAGE,
			      "root new needs --origin and at least one --root-key");
		return err_hint(
		    err,
		    "owstore root new --origin ID --root-key NAME --release NAME --destination ID");
	}
	if (make_plan(c, o, &p, err) < 0 || ow_root_new(&p.plan, &r, err) < 0)
		return err->code;
	show_draft(c, o, r);
	return 0;
}

static int run_propose(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct plan_opts *o = options_given;
	OW_AUTO(plan_done) struct plan p = {0};
	OW_AUTO(ow_root_free) struct ow_root *now = NULL;
	OW_AUTO(ow_root_free) struct ow_root *r = NULL;

	if (make_plan(c, o, &p, err) < 0 || ow_root_show(p.plan.trust, o->origin, &now, err) < 0)
		return err->code;
	p.plan.origin = now->origin;
	if (ow_root_propose(&p.plan, &r, err) < 0)
		return err->code;
	show_draft(c, o, r);
	return 0;
}

const struct cmd cmd_root_new = {
    .name = "root new",
    .section = SECTION_KEYS,
    .summary = "draft the first root: who may sign what",
    .synopsis = "--origin ID --root-key KEY...",
    .about = "Writes the draft of root version 1 of an origin. KEY is the name of a key in the "
	     "keys folder, or the path of "
	     "a .pub file that somebody sent; only public keys are read. The draft means nothing "
	     "until enough root keys "
	     "have signed it (owstore root sign) and it is sealed (owstore root seal).",
    .options = new_options,
    .options_size = sizeof(struct plan_opts),
    .needs = NEEDS_TRUST | NEEDS_KEYS,
    .examples = {{"owstore root new --origin acme --root-key r1 --root-key r2 --root-key r3 "
		  "--release rel --approver ann "
		  "--destination site-b",
		  "two of three root keys, as by default"},
		 {"owstore root new --origin lab --root-key r1 --release rel --draft ./carry",
		  "a draft to be signed elsewhere"},
		 {"owstore root new --origin lab --root-key r1 --release rel --dry-run",
		  "what would it look like?"}},
    .exits = (const enum ow_code[]){OW_E_TRUST, OW_E_FORMAT, OW_OK},
    .also = (const char *const[]){"key new", "root sign", "root seal", NULL},
    .run = run_new,
};

const struct cmd cmd_root_propose = {
    .name = "root propose",
    .section = SECTION_KEYS,
    .summary = "draft the next version of a root",
    .synopsis = "[--origin ID] CHANGES",
    .about = "Writes the draft of the version after the newest one that is trusted here, with the "
	     "changes asked for. Root "
	     "keys of both versions must sign it, each up to the threshold of their version. Hosts "
	     "that trust an "
	     "earlier version follow by themselves when the next bundle brings it.",
    .options = propose_options,
    .options_size = sizeof(struct plan_opts),
    .needs = NEEDS_TRUST | NEEDS_KEYS,
    .examples = {{"owstore root propose --remove-key rel --add-release rel-2027",
		  "replace a release key"},
		 {"owstore root propose --destination site-c:internal --draft ./carry",
		  "one more destination, to be signed elsewhere"},
		 {"owstore root propose --remove-key rel --dry-run", "what would it look like?"}},
    .exits = (const enum ow_code[]){OW_E_TRUST, OW_E_FORMAT, OW_OK},
    .also = (const char *const[]){"root show", "root sign", "root seal", NULL},
    .run = run_propose,
};

/* ---- root sign, root seal ---------------------------------------------------------------------------------- */

struct draft_opts {
	const char *draft, *origin;
	struct opt_list key;
	bool dry_run;
};

#define DRAFT_OPTIONS                                                                              \
	{.name = "draft",                                                                          \
	 OPT_INTO(TEXT, struct draft_opts, draft),                                                 \
	 .arg = "DIR",                                                                             \
	 .help = "the folder of the draft, where it was carried"},                                 \
	    {.name = "origin",                                                                     \
	     .letter = 'o',                                                                        \
	     OPT_INTO(TEXT, struct draft_opts, origin),                                            \
	     .arg = "ID",                                                                          \
	     .help = "whose draft, where there are several"},                                      \
	    OPT_DRY_RUN(struct draft_opts)

static const struct opt sign_options[] = {
    {.name = "key",
     .letter = 'k',
     OPT_INTO(LIST, struct draft_opts, key),
     .arg = "NAME",
     .help = "the root key that signs (repeat)"},
    DRAFT_OPTIONS,
    {0},
};

static const struct opt seal_options[] = {DRAFT_OPTIONS, {0}};

/* A key signs once. */
static int check_named_once(const struct opt_list *keys, struct ow_error *err)
{
	for (size_t i = 0; i < keys->n; i++) {
		for (size_t k = 0; k < i; k++) {
			if (strcmp(keys->at[i], keys->at[k]) == 0)
				return err_set(err, OW_E_USAGE, "key %s is named twice",
					       keys->at[i]);
		}
	}
	return 0;
}

static void tell_would_sign(struct ctx *c, const struct opt_list *keys, const struct ow_root *r)
{
	out_line(&c->out, "%s", "");
	for (size_t i = 0; i < keys->n; i++)
		out_styled(&c->out, OUT_GOOD, "Would sign root version %llu of %s with the key %s",
			   (unsigned long long)r->version, r->origin, keys->at[i]);
}

/* Let each sign; the draft as it is after the last one comes back. */
static int sign_all(const struct ow_draft *draft, const struct signers *signers,
		    struct ow_root **out, struct ow_error *err)
{
	for (size_t i = 0; i < signers->n; i++) {
		bool last = i + 1 == signers->n;

		if (ow_root_sign(draft, signers->at[i], last ? out : NULL, err) >= 0)
			continue;
		return i == 0 ? (int)err->code
			      : err_kept(err, "%zu key%s signed before this one", i, PLURAL(i));
	}
	return 0;
}

static int run_sign(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct draft_opts *o = options_given;
	struct ow_draft draft = {
	    .trust = verb_trust(c), .draft = o->draft, .origin = o->origin, .dry_run = o->dry_run};
	OW_AUTO(signers_done) struct signers signers = {0};
	OW_AUTO(ow_root_free) struct ow_root *r = NULL;

	if (o->key.n == 0) {
		(void)err_set(err, OW_E_USAGE, "who signs");
		return err_hint(err, "owstore root sign --key NAME");
	}
	if (check_named_once(&o->key, err) < 0 ||
	    verb_take_signers(c, o->key.at, o->key.n, o->dry_run, &signers, err) < 0 ||
	    sign_all(&draft, &signers, &r, err) < 0)
		return err->code;
	assert(r != NULL);
	rootshow(c, r);
	if (o->dry_run)
		tell_would_sign(c, &o->key, r);
	verb_dry_run(c, o->dry_run);
	if (r->complete && !o->dry_run)
		out_line(&c->out, "Next: owstore root seal%s%s",
			 o->draft == NULL ? "" : " --draft ", o->draft == NULL ? "" : o->draft);
	return 0;
}

static int run_seal(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct draft_opts *o = options_given;
	struct ow_draft draft = {
	    .trust = verb_trust(c), .draft = o->draft, .origin = o->origin, .dry_run = o->dry_run};
	OW_AUTO(ow_root_free) struct ow_root *r = NULL;

	if (ow_root_seal(&draft, &r, err) < 0)
		return err->code;
	json_put_text(c->out.result, "origin", r->origin);
	json_put_u64(c->out.result, "version", r->version);
	json_put_text(c->out.result, "folder", r->path);
	out_styled(&c->out, OUT_GOOD,
		   o->dry_run ? "Would put root version %llu of %s into force here."
			      : "Root version %llu of %s is in force here.",
		   (unsigned long long)r->version, r->origin);
	out_line(&c->out, "%s", "");
	rootshow_fingerprint(
	    c,
	    "Its fingerprint, to be handed over on paper or by voice, never on the medium itself:",
	    &r->fingerprint);
	out_line(&c->out, "%s", "");
	verb_dry_run(c, o->dry_run);
	if (o->dry_run)
		return 0;
	if (r->version == 1)
		out_line(&c->out, "Every host that shall trust it: owstore trust init --root PATH "
				  "--fingerprint HEX");
	else
		out_line(&c->out, "Hosts that trust an earlier version follow when the next bundle "
				  "brings this one.");
	return 0;
}

const struct cmd cmd_root_sign = {
    .name = "root sign",
    .section = SECTION_KEYS,
    .summary = "sign the draft of a root",
    .synopsis = "--key NAME [--draft DIR]",
    .about = "Adds a signature to a draft. Look at it first: owstore root show DIR. A folder that "
	     "was carried to another "
	     "host is named with --draft; its signature files go back the same way.",
    .options = sign_options,
    .options_size = sizeof(struct draft_opts),
    .needs = NEEDS_TRUST | NEEDS_KEYS | NEEDS_PASSPHRASE,
    .examples = {{"owstore root sign --key r1", "the draft of this host"},
		 {"owstore root sign --key r2 --draft /media/stick/draft",
		  "one that was carried here"},
		 {"owstore root sign --key r1 --dry-run",
		  "would its signature count? No passphrase is asked for"}},
    .exits = (const enum ow_code[]){OW_E_TRUST, OW_E_FORMAT, OW_OK},
    .also = (const char *const[]){"root show", "root seal", NULL},
    .run = run_sign,
};

const struct cmd cmd_root_seal = {
    .name = "root seal",
    .section = SECTION_KEYS,
    .summary = "put a signed draft into force and print its fingerprint",
    .synopsis = "[--draft DIR]",
    .about = "Checks every threshold, of the version before as well, and makes the draft the root "
	     "that this host trusts. "
	     "The fingerprint of a first root is what other hosts begin with: hand it over on "
	     "another way than the bundles.",
    .options = seal_options,
    .options_size = sizeof(struct draft_opts),
    .needs = NEEDS_TRUST,
    .examples = {{"owstore root seal", "the one draft there is"},
		 {"owstore root seal --dry-run", "is every signature there?"},
		 {"owstore root seal --draft ./carry --json", "one that came back, for programs"}},
    .exits = (const enum ow_code[]){OW_E_TRUST, OW_E_STALE, OW_E_FORMAT, OW_OK},
    .also = (const char *const[]){"root sign", "trust init", NULL},
    .run = run_seal,
};

/* ---- root show ---------------------------------------------------------------------------------------------- */

static int run_show(struct ctx *c, const void *options, struct ow_error *err)
{
	OW_AUTO(ow_root_free) struct ow_root *r = NULL;

	(void)options;
	if (ow_root_show(verb_trust(c), c->n_args == 0 ? NULL : c->args[0], &r, err) < 0)
		return err->code;
	rootshow(c, r);
	if (!r->complete)
		out_styled(&c->out, OUT_BAD, "not in force: %s", r->problem);
	return 0;
}

const struct cmd cmd_root_show = {
    .name = "root show",
    .section = SECTION_KEYS,
    .summary = "show a root: keys, roles, destinations, signatures",
    .synopsis = "[FILE|DIR|ORIGIN]",
    .max_args = 1,
    .about = "Shows the newest trusted root of an origin, or the root in a file or folder: a "
	     "draft, a bundle, a medium. What a "
	     "root from a medium says is a claim; only its fingerprint, compared with the one you "
	     "were given, makes it more.",
    .needs = NEEDS_TRUST,
    .examples = {{"owstore root show", "the one trusted origin"},
		 {"owstore root show /media/stick", "what a medium carries"}},
    .exits = (const enum ow_code[]){OW_E_TRUST, OW_E_FORMAT, OW_OK},
    .also = (const char *const[]){"trust ls", "root propose", NULL},
    .run = run_show,
};
