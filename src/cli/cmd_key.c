/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <owstore/trust.h>

#include "base/err.h"
#include "base/time.h"
#include "cli/ask.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "codec/sign.h"

/* What there is to know of a key, as members of an object. */
static void put_key(struct json j, const struct ow_key *k)
{
	char when[TIME_TEXT];

	json_put_text(j, "name", k->name);
	if (k->problem[0] != '\0') {
		json_put_text(j, "problem", k->problem);
		return;
	}
	json_put_text(j, "role", k->has_secret ? ow_role_name(k->role) : NULL);
	json_put_text(j, "id", k->id);
	json_put_text(j, "public_key", k->line);
	json_put_bool(j, "secret", k->has_secret);
	json_put_text(j, "created", k->has_secret ? time_text(k->created, when) : NULL);
}

static void show_key(struct ctx *c, const struct ow_key *k)
{
	char when[TIME_TEXT];

	put_key(c->out.result, k);
	out_styled(&c->out, OUT_HEAD, "%s", k->name);
	if (k->has_secret) {
		out_line(&c->out, "  role        %s", ow_role_name(k->role));
		out_line(&c->out, "  created     %s", time_text(k->created, when));
	} else {
		out_line(&c->out,
			 "  role        whatever a root gives it (only the public key is here)");
	}
	out_line(&c->out, "  key id      %s", k->id);
	out_line(&c->out, "  public key  %s", k->line);
}

/* ---- key new -------------------------------------------------------------------------------------------- */

struct new_opts {
	unsigned role; /* OPT_CHOICE */
	bool dry_run;
};

static const struct opt new_options[] = {
    {.name = "role",
     .letter = 'r',
     OPT_INTO(CHOICE, struct new_opts, role),
     .arg = "root|release|approver|site|revoke",
     .help = "what the key may sign; it never changes"},
    OPT_DRY_RUN(struct new_opts),
    {0},
};

/* The key itself is not made, so its id and its public key are not known. */
static int try_new(struct ctx *c, const char *keys, enum ow_role role, struct ow_error *err)
{
	struct json j = c->out.result;

	if (ow_key_new_check(keys, c->args[0], err) < 0)
		return err->code;
	json_put_text(j, "name", c->args[0]);
	json_put_text(j, "role", ow_role_name(role));
	json_put_text(j, "folder", keys);
	out_styled(&c->out, OUT_GOOD, "Would make the key %s with the role %s in %s", c->args[0],
		   ow_role_name(role), keys);
	verb_dry_run(c, true);
	return 0;
}

static int run_new(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct new_opts *o = options_given;
	const char *keys = config_need(&c->config, SETTING_KEYS, err);
	OW_AUTO(secret_free) char *passphrase = NULL;
	enum ow_role role;
	struct ow_key k;

	if (keys == NULL)
		return err->code;
	if (o->role == 0) {
		(void)err_set(err, OW_E_USAGE, "what is the key for");
		return err_hint(err, "owstore key new %s --role root|release|approver|site|revoke",
				c->args[0]);
	}
	role = (enum ow_role)(o->role - 1); /* the choices are in the order of the roles */
	if (o->dry_run)
		return try_new(c, keys, role, err);
	passphrase = ask_passphrase(c, c->args[0], true, err);
	if (passphrase == NULL ||
	    ow_key_new(keys, c->args[0], role, passphrase, strlen(passphrase), &k, err) < 0)
		return err->code;
	show_key(c, &k);
	json_put_text(c->out.result, "folder", keys);
	verb_dry_run(c, false);
	out_line(&c->out, "%s", "");
	out_line(
	    &c->out,
	    "The secret is in %s/%s.key under its passphrase; neither can be had again if lost.",
	    keys, k.name);
	out_line(
	    &c->out,
	    "Next: give %s.pub to whoever makes the root (owstore root new, owstore root propose).",
	    k.name);
	return 0;
}

const struct cmd cmd_key_new = {
    .name = "key new",
    .section = SECTION_KEYS,
    .summary = "make a key pair with a role",
    .synopsis = "NAME --role ROLE",
    .min_args = 1,
    .max_args = 1,
    .about =
	"Makes an Ed25519 key pair in the keys folder: NAME.key, the secret under a passphrase "
	"(Argon2id), and "
	"NAME.pub, the public key in minisign's format. A key has one role for life: root signs "
	"roots, release "
	"signs bundles, approver promotions and other decisions, site receipts, revoke "
	"revocations.\n\n"
	"Secret keys stay on the host where they were made; keep those of the role root offline.",
    .options = new_options,
    .options_size = sizeof(struct new_opts),
    .needs = NEEDS_KEYS | NEEDS_PASSPHRASE,
    .examples = {{"owstore key new rel --role release", "the key that signs bundles"},
		 {"owstore key new ann --role approver --passphrase-fd 3 3<ann.txt",
		  "without a terminal"},
		 {"owstore key new rel --role release --dry-run",
		  "is the name free? No passphrase is asked for"}},
    .also = (const char *const[]){"key ls", "root new", NULL},
    .run = run_new,
};

/* ---- key ls --------------------------------------------------------------------------------------------- */

struct listing {
	struct ctx *c;
	struct json list;
	struct table *table;
	unsigned n;
};

static int list_one(void *ctx, const struct ow_key *k, struct ow_error *err)
{
	struct listing *l = ctx;
	char when[TIME_TEXT];

	(void)err;
	put_key(json_put_object(l->list, NULL), k);
	table_cell(l->table, "%s", k->name);
	table_cell(l->table, "%s",
		   k->problem[0] != '\0' ? "?"
		   : k->has_secret       ? ow_role_name(k->role)
					 : "public");
	table_cell(l->table, "%s", k->id);
	table_cell(l->table, "%.10s", k->has_secret ? time_text(k->created, when) : "-");
	table_cell(l->table, "%s", k->problem[0] != '\0' ? k->problem : k->line);
	l->n++;
	return 0;
}

static int run_ls(struct ctx *c, const void *options, struct ow_error *err)
{
	const char *keys = config_need(&c->config, SETTING_KEYS, err);
	OW_AUTO(table_free)
	struct table *t = table_new("KEY", "ROLE", "ID", "CREATED", "_PUBLIC KEY", NULL);
	struct listing l = {.c = c, .list = json_put_list(c->out.result, "keys"), .table = t};

	(void)options;
	if (keys == NULL || ow_key_list(keys, list_one, &l, err) < 0)
		return err->code;
	json_put_text(c->out.result, "folder", keys);
	out_table(&c->out, t);
	if (l.n == 0)
		out_styled(&c->out, OUT_DIM, "no key in %s", keys);
	return 0;
}

const struct cmd cmd_key_ls = {
    .name = "key ls",
    .section = SECTION_KEYS,
    .summary = "list the keys of the keys folder",
    .synopsis = "",
    .about = "Lists the keys by name: those whose secret is here with their role, and public keys "
	     "of others. No "
	     "passphrase is needed. A key whose files cannot be used is shown with the reason.",
    .needs = NEEDS_KEYS,
    .examples = {{"owstore key ls", "what is here"},
		 {"owstore key ls --keys /srv/keys --json", "another folder, for programs"}},
    .also = (const char *const[]){"key new", "key show", NULL},
    .run = run_ls,
};

/* ---- key show ------------------------------------------------------------------------------------------- */

static int run_show(struct ctx *c, const void *options, struct ow_error *err)
{
	const char *keys = config_need(&c->config, SETTING_KEYS, err);
	struct ow_key k;

	(void)options;
	if (keys == NULL || ow_key_find(keys, c->args[0], &k, err) < 0)
		return err->code;
	show_key(c, &k);
	return 0;
}

const struct cmd cmd_key_show = {
    .name = "key show",
    .section = SECTION_KEYS,
    .summary = "show the public side of a key",
    .synopsis = "NAME",
    .min_args = 1,
    .max_args = 1,
    .about = "Shows role, id and public key. The public key is what minisign -P takes, so that "
	     "anybody can check a "
	     "signature without owstore.",
    .needs = NEEDS_KEYS,
    .examples = {{"owstore key show rel", "role, id, public key"},
		 {"minisign -Vm MANIFEST.CBR -x MANIFEST.S01 -P $(owstore key show rel --json | jq "
		  "-r .public_key)",
		  "check with minisign"}},
    .also = (const char *const[]){"key ls", "root show", NULL},
    .run = run_show,
};
