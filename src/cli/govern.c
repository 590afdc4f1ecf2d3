/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/govern.h"

#include <string.h>

#include "base/err.h"
#include "base/time.h"
#include "cli/licenses.h"
#include "cli/verb.h"

OW_DEFINE_AUTO(struct ow_store *, ow_store_close)

int say_date(const char *option, const char *text, bool last, uint64_t *out, struct ow_error *err)
{
	if (text == NULL)
		return 0;
	if (!time_parse(text, out))
		return err_set(err, OW_E_USAGE,
			       "--%s: \"%s\" is not a date (2026-12-31 or 2026-12-31T12:00:00Z)",
			       option, text);
	/* a date lasts to the end of its day, UTC */
	if (last && strlen(text) == 10)
		*out += 86399;
	return 0;
}

int say_without(const char *form, const struct say_stray *strays, struct ow_error *err)
{
	for (; strays->option != NULL; strays++) {
		if (strays->given)
			return err_set(err, OW_E_USAGE, "--%s does not go with %s", strays->option,
				       form);
	}
	return 0;
}

static const char *became(const struct say_opts *o)
{
	if (o->withdraw)
		return o->dry_run ? "Would be taken back" : "Taken back";
	return o->dry_run ? "Would be on record" : "On record";
}

static void tell(struct ctx *c, struct json list, const struct say_opts *o,
		 const struct ow_statement *said, const struct ow_stated *now)
{
	struct json one = json_put_object(list, NULL);

	json_put_text(one, "kind", ow_statement_word(said->kind));
	json_put_text(one, "text", now->line);
	json_put_bool(one, "withdrawn", o->withdraw);
	if (!o->dry_run)
		json_put_id(one, "record", &now->record);
	out_styled(&c->out, OUT_GOOD, "%s: %s, %s", became(o), ow_statement_word(said->kind),
		   now->line);
	if (now->need == 0)
		return;
	json_put_u64(one, "approvals", now->have);
	json_put_u64(one, "needed", now->need);
	if (!o->dry_run && !o->withdraw && now->have < now->need)
		out_line(&c->out, "%u of %u approvals%s%s%s: another approver has to say the same",
			 now->have, now->need, now->have > 0 ? " (" : "", now->names,
			 now->have > 0 ? ")" : "");
}

int say(struct ctx *c, const struct say_opts *o, struct ow_statement *said, size_t n,
	struct ow_error *err)
{
	const char *path = config_need(&c->config, SETTING_STORE, err);
	OW_AUTO(ow_licenses_close) struct ow_licenses *known = NULL;
	OW_AUTO(ow_store_close) struct ow_store *s = NULL;
	OW_AUTO(signers_done) struct signers approvers = {0};
	struct ow_state_opts opts = {.trust = verb_trust(c), .dry_run = o->dry_run};
	struct ow_stated now[SAY_MAX];
	struct json list;

	if (path == NULL)
		return err->code;
	if (o->keys.n == 0 && !o->dry_run) {
		(void)err_set(err, OW_E_USAGE, "%s needs --key", c->cmd->name);
		return err_hint(err, "owstore %s %s", c->cmd->name, c->cmd->synopsis);
	}
	for (size_t i = 0; i < n; i++) {
		said[i].reason = o->reason;
		said[i].withdraw = o->withdraw;
		if (say_date("until", o->until, true, &said[i].valid_until, err) < 0)
			return err->code;
	}
	if (ow_licenses_site(verb_trust(c), &known, err) < 0 ||
	    verb_take_signers(c, o->keys.at, o->keys.n, o->dry_run, &approvers, err) < 0 ||
	    ow_store_open(path, o->dry_run ? OW_STORE_READ : OW_STORE_WRITE, c->cmd->name,
			  &c->events, &s, err) < 0)
		return err->code;
	opts.licenses = known;
	opts.approvers = (const struct ow_signer *const *)approvers.at;
	opts.n_approvers = approvers.n;
	if (ow_state(s, said, n, &opts, &c->events, now, err) < 0)
		return err->code;
	list = json_put_list(c->out.result, "statements");
	for (size_t i = 0; i < n; i++)
		tell(c, list, o, &said[i], &now[i]);
	return 0;
}
