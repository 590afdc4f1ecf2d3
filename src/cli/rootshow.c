/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/rootshow.h"

#include "base/time.h"
#include "cli/table.h"

void rootshow_fingerprint(struct ctx *c, const char *heading, const struct ow_id *id)
{
	char groups[OW_FINGERPRINT], hex[OW_ID_HEX];

	(void)ow_fingerprint_text(id, groups);
	json_put_id(c->out.result, "fingerprint", id);
	json_put_text(c->out.result, "fingerprint_groups", groups);
	out_line(&c->out, "%s", heading);
	/* two lines of four groups can be read aloud without losing the place */
	out_styled(&c->out, OUT_HEAD, "  %.35s", groups);
	out_styled(&c->out, OUT_HEAD, "  %s", groups + 36);
	out_line(&c->out, "in one piece: %s", ow_id_hex(id, hex));
}

static void show_head(struct ctx *c, const struct ow_root *r)
{
	struct json j = c->out.result;
	char when[TIME_TEXT], id[OW_ID_TEXT];

	json_put_text(j, "origin", r->origin);
	json_put_u64(j, "version", r->version);
	json_put_u64(j, "epoch", r->epoch);
	json_put_text(j, "issued", time_text(r->issued, when));
	json_put_text(j, "not_after", r->not_after == 0 ? NULL : time_text(r->not_after, when));
	json_put_id(j, "fingerprint", &r->fingerprint);
	if (r->has_prev)
		json_put_id(j, "previous", &r->prev);
	else
		json_put_text(j, "previous", NULL);
	json_put_text(j, "path", r->path);
	json_put_bool(j, "complete", r->complete);
	json_put_text(j, "problem", r->problem[0] == '\0' ? NULL : r->problem);
	out_styled(&c->out, OUT_HEAD, "%s, root version %llu", r->origin,
		   (unsigned long long)r->version);
	out_line(&c->out, "  fingerprint  %s", ow_id_text(&r->fingerprint, id));
	if (r->has_prev)
		out_line(&c->out, "  follows      %s", ow_id_text(&r->prev, id));
	out_line(&c->out, "  issued       %s", time_text(r->issued, when));
	out_line(&c->out, "  not after    %s",
		 r->not_after == 0 ? "no end" : time_text(r->not_after, when));
	out_line(&c->out, "  epoch        %llu", (unsigned long long)r->epoch);
}

static void show_keys(struct ctx *c, const struct ow_root *r)
{
	OW_AUTO(table_free)
	struct table *t = table_new("ROLE", "NEEDED", "KEY", "ID", "_PUBLIC KEY", NULL);
	struct json roles = json_put_object(c->out.result, "roles"), list;

	for (unsigned role = 0; role < OW_ROLES; role++) {
		struct json one;

		if (r->role[role].keys == 0)
			continue;
		one = json_put_object(roles, ow_role_name((enum ow_role)role));
		json_put_u64(one, "threshold", r->role[role].threshold);
		list = json_put_list(one, "keys");
		for (size_t i = 0; i < r->n_keys; i++) {
			const struct ow_root_key *k = &r->keys[i];
			struct json key;

			if (k->role != (enum ow_role)role)
				continue;
			key = json_put_object(list, NULL);
			table_cell(t, "%s", ow_role_name(k->role));
			table_cell(t, "%u of %u", r->role[role].threshold, r->role[role].keys);
			table_text(t, key, "name", k->name);
			table_text(t, key, "id", k->id);
			table_text(t, key, "public_key", k->line);
		}
	}
	out_section(&c->out, t);
}

static void show_destinations(struct ctx *c, const struct ow_root *r)
{
	OW_AUTO(table_free) struct table *t = table_new("DESTINATION", "CLASS", NULL);
	struct json list = json_put_list(c->out.result, "destinations");

	for (size_t i = 0; i < r->n_destinations; i++) {
		struct json one = json_put_object(list, NULL);

		table_text(t, one, "id", r->destinations[i].id);
		table_text(t, one, "class", r->destinations[i].class);
		json_put_u64(one, "recipients", r->destinations[i].recipients);
	}
	out_section(&c->out, t);
}

static void show_signatures(struct ctx *c, const struct ow_root *r)
{
	OW_AUTO(table_free) struct table *t = table_new("SIGNATURE", "KEY", "ID", "STATE", NULL);
	struct json list = json_put_list(c->out.result, "signatures");

	for (size_t i = 0; i < r->n_signatures; i++) {
		const struct ow_root_signature *s = &r->signatures[i];
		struct json one = json_put_object(list, NULL);

		table_text(t, one, "file", s->file);
		table_text(t, one, "name", s->name);
		table_text(t, one, "key", s->key);
		table_text(t, one, "state", s->status);
	}
	out_section(&c->out, t);
	out_line(&c->out, "%s", "");
	json_put_u64(c->out.result, "signed", r->good);
	json_put_u64(c->out.result, "needed", r->needed);
	if (r->prev_known && !r->complete)
		out_line(&c->out,
			 "signed by %u of %u root keys of this version, %u of %u of the one before",
			 r->good, r->needed, r->prev_good, r->prev_needed);
	else if (!r->complete)
		out_line(&c->out, "signed by %u of %u root keys", r->good, r->needed);
	if (r->prev_known) {
		json_put_u64(c->out.result, "signed_by_previous", r->prev_good);
		json_put_u64(c->out.result, "needed_of_previous", r->prev_needed);
	}
}

void rootshow(struct ctx *c, const struct ow_root *r)
{
	show_head(c, r);
	show_keys(c, r);
	show_destinations(c, r);
	show_signatures(c, r);
	if (r->complete)
		out_styled(&c->out, OUT_GOOD, "every signature that it needs is there");
}
