/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * CHANGES.JSON: what was changed. DECISION.JSON: what was decided, on what, and what it asks for.
 */
#include <string.h>

#include "base/time.h"
#include "codec/json.h"
#include "notice/write.h"

static void put_bundle(struct json in, const struct notice_facts *f)
{
	json_put_text(in, "bundle", f->bundle);
	json_put_text(in, "origin", f->origin);
	json_put_text(in, "stream", f->stream);
	json_put_u64(in, "number", f->seq);
	json_put_text(in, "destination", f->destination);
}

static void put_parents(struct json in, const struct notice_artifact *a)
{
	struct json list = json_put_list(in, "parents");

	for (size_t i = 0; i < a->n_parents; i++) {
		struct json one = json_put_object(list, NULL);

		json_put_text(one, "kind", a->parents[i].kind);
		json_put_text(one, "name", a->parents[i].name);
		if (a->parents[i].id != NULL)
			json_put_id(one, "artifact", a->parents[i].id);
		else
			json_put_text(one, "artifact", NULL);
	}
}

static void put_change(struct plan *p, const struct plan_part *part, struct json in)
{
	const struct notice_component *c = part->component;
	struct json files;

	json_put_u64(in, "entry", part->change);
	json_put_text(in, "artifact", plan_name(p, part->artifact));
	json_put_text(in, "component", c->id);
	files = json_put_list(in, "files");
	for (size_t i = 0; i < c->n_files; i++) {
		struct json one = json_put_object(files, NULL);

		json_put_text(one, "path", part->files[i]->path);
		json_put_id(one, "digest", &part->files[i]->id);
	}
	put_parents(in, part->artifact);
	json_put_text(in, "tool", c->change.tool);
	json_put_text(in, "parameters", c->change.parameters);
	json_put_text(in, "date", c->change.date);
	json_put_text(in, "author", c->change.author);
}

int write_changes(struct plan *p, struct buf *out, struct ow_error *err)
{
	OW_AUTO(json_free) struct json_doc *doc = json_new(err);
	struct json list;

	if (doc == NULL)
		return err->code;
	put_bundle(json_root(doc), p->facts);
	list = json_put_list(json_root(doc), "changes");
	for (size_t i = 0; i < p->n_parts; i++) {
		if (p->parts[i].change > 0)
			put_change(p, &p->parts[i], json_put_object(list, NULL));
	}
	return json_write(doc, out, err);
}

/* Its id, or NULL for what does not go along: an ancestor is called as our store calls it. */
static const char *own_component(const struct notice_artifact *a, const char *id)
{
	for (size_t i = 0; id != NULL && i < a->n_components; i++) {
		if (strcmp(a->components[i].id, id) == 0)
			return id;
	}
	return NULL;
}

/* Which rule spoke, of what, by which clause. What it was held against (who we are, how many users and which contracts
 * we have) and the way it took through the lineage are ours alone, and a reason's text and remedies quote them.
 */
static void put_reasons(struct json in, const struct notice_artifact *a)
{
	const struct ow_decision *d = a->decision;
	struct json list = json_put_list(in, "reasons");

	for (size_t i = 0; i < d->n_reasons; i++) {
		const struct ow_reason *r = &d->reasons[i];
		struct json one = json_put_object(list, NULL);

		json_put_text(one, "rule", r->rule);
		json_put_text(one, "severity", ow_severity_name(r->severity));
		json_put_text(one, "component", own_component(a, r->component));
		json_put_text(one, "license", r->license);
		json_put_text(one, "clause", r->clause);
	}
}

static void put_decision(struct json in, const struct notice_artifact *a, uint64_t issued)
{
	const struct ow_decision *d = a->decision;
	struct json inputs;
	char when[TIME_TEXT];

	json_put_text(in, "verdict", ow_verdict_name(d->verdict));
	json_put_text(in, "requested", ow_class_name(d->requested));
	json_put_text(in, "recipient", d->recipient);
	json_put_text(in, "form", d->form);
	json_put_text(in, "ceiling", ow_class_name(d->ceiling));
	inputs = json_put_object(in, "inputs");
	json_put_id(inputs, "profiles", &d->profiles);
	json_put_id(inputs, "policy", &d->policy);
	json_put_id(inputs, "facts", &d->facts);
	json_put_text(inputs, "evaluated_at", time_text(issued, when));
	put_reasons(in, a);
}

static void put_component(struct json in, const struct plan_part *part)
{
	const struct notice_component *c = part->component;
	struct json duties;

	json_put_text(in, "component", c->id);
	json_put_text(in, "role", c->role);
	json_put_text(in, "declared", c->declared);
	json_put_text(in, "concluded", c->concluded);
	json_put_text(in, "concluded_by", c->concluded_by);
	json_put_text(in, "effective", c->effective);
	duties = json_put_list(in, "obligations");
	for (size_t i = 0; i < part->n_duties; i++) {
		const struct ow_obligation *o = part->duties[i];
		struct json one = json_put_object(duties, NULL);

		json_put_text(one, "id", o->id);
		json_put_text(one, "license", o->license);
		json_put_text(one, "clause", o->clause);
		json_put_text(one, "check", o->check);
		json_put_text(one, "status", o->met ? "met" : "unmet");
	}
}

static void put_artifact(struct plan *p, const struct notice_artifact *a, struct json in)
{
	struct json list;

	json_put_text(in, "name", a->name);
	json_put_text(in, "version", a->version);
	json_put_id(in, "artifact", &a->id);
	json_put_text(in, "class", ow_class_name(a->class));
	json_put_text(in, "licence", a->licence);
	json_put_text(in, "basis", a->basis);
	put_parents(in, a);
	if (a->decision != NULL)
		put_decision(json_put_object(in, "decision"), a, p->facts->issued);
	else
		json_put_text(in, "decision", NULL);
	list = json_put_list(in, "components");
	for (size_t i = 0; i < p->n_parts; i++) {
		if (p->parts[i].artifact == a)
			put_component(json_put_object(list, NULL), &p->parts[i]);
	}
}

int write_decision(struct plan *p, struct buf *out, struct ow_error *err)
{
	OW_AUTO(json_free) struct json_doc *doc = json_new(err);
	struct json list;

	if (doc == NULL)
		return err->code;
	put_bundle(json_root(doc), p->facts);
	list = json_put_list(json_root(doc), "artifacts");
	for (size_t i = 0; i < p->facts->n_artifacts; i++)
		put_artifact(p, p->artifacts[i], json_put_object(list, NULL));
	return json_write(doc, out, err);
}
