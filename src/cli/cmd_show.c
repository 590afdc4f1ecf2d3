/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <owstore/artifact.h>

#include "base/auto.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/licenses.h"
#include "cli/standing.h"
#include "cli/table.h"
#include "cli/verb.h"

OW_DEFINE_AUTO(struct ow_artifact *, ow_artifact_free)

static void show_head(struct ctx *c, const struct ow_artifact *a)
{
	struct json j = c->out.result, list;
	char size[TEXT_SIZE], when[TIME_TEXT], id[OW_ID_TEXT];

	json_put_text(j, "name", a->name);
	json_put_text(j, "version", a->version);
	json_put_id(j, "id", &a->id);
	json_put_text(j, "class", ow_class_name(a->zone));
	json_put_text(j, "license", a->licence[0] != '\0' ? a->licence : NULL);
	json_put_text(j, "declared_license", a->declared);
	json_put_u64(j, "size", a->size);
	json_put_text(j, "added", time_text(a->added, when));
	out_styled(&c->out, OUT_HEAD, "%s@%s", a->name, a->version);
	out_line(&c->out, "  digest    %s", ow_id_text(&a->id, id));
	out_line(&c->out, "  class     %s", ow_class_name(a->zone));
	out_line(&c->out, "  licence   %s", a->licence[0] != '\0' ? a->licence : "not concluded");
	if (a->declared != NULL)
		out_line(&c->out, "  claimed   %s (by whoever brought it)", a->declared);
	out_line(&c->out, "  size      %s in %zu component%s", text_size(a->size, size),
		 a->n_components, PLURAL(a->n_components));
	out_line(&c->out, "  added     %s", when);
	json_put_u64(j, "goldens", a->n_goldens);
	out_line(&c->out, "  golden    %s",
		 a->n_goldens > 0 ? "yes: owstore smoke compares with it" : "none");
	list = json_put_list(j, "upstream");
	for (size_t i = 0; i < a->n_upstream; i++) {
		json_put_text(list, NULL, a->upstream[i]);
		out_line(&c->out, "  upstream  %s", a->upstream[i]);
	}
	list = json_put_list(j, "parents");
	for (size_t i = 0; i < a->n_parents; i++) {
		json_put_text(list, NULL, a->parents[i]);
		out_line(&c->out, "  parent    %s (claimed)", a->parents[i]);
	}
}

static void show_components(struct ctx *c, const struct ow_artifact *a)
{
	OW_AUTO(table_free)
	struct table *t = table_new("~COMPONENT", "ROLE", ">SIZE", "SHA256", NULL);
	struct json list = json_put_list(c->out.result, "components");
	char size[TEXT_SIZE], hex[OW_ID_HEX];

	for (size_t i = 0; i < a->n_components; i++) {
		struct json one = json_put_object(list, NULL);
		const struct ow_component *k = &a->components[i];

		table_text(t, one, "path", k->path);
		table_text(t, one, "role", k->role);
		json_put_u64(one, "size", k->size);
		json_put_id(one, "blob", &k->blob);
		table_cell(t, "%s", text_size(k->size, size));
		table_cell(t, "%.12s", ow_id_hex(&k->blob, hex));
	}
	out_section(&c->out, t);
}

static void show_facts(struct ctx *c, const struct ow_artifact *a)
{
	OW_AUTO(table_free) struct table *t = table_new("~FOUND IN", "~WHAT", "~VALUE", NULL);
	struct json list = json_put_list(c->out.result, "facts");

	for (size_t i = 0; i < a->n_facts; i++) {
		struct json one = json_put_object(list, NULL);

		table_text(t, one, "path", a->facts[i].path);
		table_text(t, one, "key", a->facts[i].key);
		json_put_text(one, "value", a->facts[i].value);
		table_cell(t, "%.60s", a->facts[i].value);
	}
	out_section(&c->out, t);
}

static void show_notes(struct ctx *c, const struct ow_artifact *a)
{
	struct json list = json_put_list(c->out.result, "history");
	char when[TIME_TEXT];

	out_line(&c->out, "%s", "");
	for (size_t i = 0; i < a->n_notes; i++) {
		struct json one = json_put_object(list, NULL);
		const struct ow_note *n = &a->notes[i];

		json_put_text(one, "time", time_text(n->time, when));
		json_put_text(one, "kind", n->kind);
		json_put_text(one, "text", n->text);
		json_put_text(one, "signer", n->signer);
		json_put_id(one, "record", &n->id);
		out_line(&c->out, "%s  %-9s  %s%s%s", when, n->kind, n->text,
			 n->signer != NULL ? "; signed by key " : "",
			 n->signer != NULL ? n->signer : "");
	}
}

/* What was found of its licences; a host that cannot look says so. */
static int show_standing(struct ctx *c, const struct ow_artifact *a, struct ow_error *err)
{
	OW_AUTO(ow_licenses_close) struct ow_licenses *licenses = NULL;
	struct ow_known known = {.trust = verb_trust(c)};
	struct ow_error why = {0};
	char ref[OW_ID_TEXT];

	if (ow_licenses_site(verb_trust(c), &licenses, err) < 0)
		return err->code;
	known.licenses = licenses;
	if (standing_show(c, ow_id_text(&a->id, ref), &known, false, &why) == 0)
		return 0;
	if (why.code == OW_E_UNCHECKED) {
		out_warn(&c->out, why.text);
		return 0;
	}
	*err = why;
	return err->code;
}

static int run(struct ctx *c, const void *options, struct ow_error *err)
{
	OW_AUTO(ow_artifact_free) struct ow_artifact *a = NULL;

	(void)options;
	if (ow_artifact_find(c->store, c->args[0], &a, err) < 0)
		return err->code;
	show_head(c, a);
	if (show_standing(c, a, err) < 0)
		return err->code;
	show_components(c, a);
	show_facts(c, a);
	show_notes(c, a);
	return 0;
}

const struct cmd cmd_show = {
    .name = "show",
    .section = SECTION_LOOK,
    .summary = "show one artifact with its components and history",
    .synopsis = "REF",
    .min_args = 1,
    .max_args = 1,
    .about = "REF is NAME@VERSION, a NAME that has one version, or sha256: with eight or more "
	     "digits of the "
	     "artifact's digest. Every record is read and checked against its digest before it is "
	     "shown.\n\n"
	     "The lines \"found\" tell what this store's own look saw: whether the licence that is "
	     "declared is that of a text in the artifact.\n\n"
	     "What inspection found in a file is what the file says of itself; licences marked as "
	     "claimed are the word "
	     "of whoever brought the artifact.",
    .needs = NEEDS_STORE_READ | NEEDS_TRUST,
    .examples = {{"owstore show org/model@1", "by name and version"},
		 {"owstore show sha256:1f3a5b7c --json", "by digest, for programs"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_FORMAT, OW_E_UNCHECKED, OW_OK},
    .also = (const char *const[]){"ls", "log", "lineage", "smoke", NULL},
    .run = run,
};
