/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "policy/scenario.h"

#include <string.h>

#include "base/err.h"
#include "base/time.h"
#include "policy/party.h"

/* ---- parties ------------------------------------------------------------------------------------------ */

static bool nothing(const struct yaml_node *v)
{
	return v == NULL || v->kind == YAML_NULL;
}

static int read_recipient(struct scenario *s, const struct yaml_node *map, struct party *out,
			  struct ow_error *err)
{
	struct party p;

	party_unknown(&p, NULL);
	if (party_read(&s->r, map, &p, err) < 0)
		return err->code;
	if (p.id == NULL)
		return yaml_fail(s->r.yaml, map, err, "the key 'id' is missing");
	if (case_party(s->c, p.id) != NULL)
		return yaml_fail(s->r.yaml, yaml_get(map, "id"), err, "recipient '%.100s' again",
				 p.id);
	*out = p;
	return 0;
}

static int read_recipients(struct scenario *s, const struct yaml_node *list, struct ow_error *err)
{
	size_t n;

	s->c->recipients = fields_list(&s->r, list, sizeof s->c->recipients[0], &n, err);
	if (s->c->recipients == NULL)
		return err->code;
	for (const struct yaml_node *v = n == 0 ? NULL : list->first; v != NULL; v = v->next) {
		if (read_recipient(s, v, &s->c->recipients[s->c->n_recipients], err) < 0)
			return err->code;
		s->c->n_recipients++;
	}
	return 0;
}

/* ---- request ------------------------------------------------------------------------------------------ */

struct request_row {
	struct request q;
	const struct yaml_node *klass, *recipient;
};

static int read_class(const struct reader *r, const struct yaml_node *v, unsigned *out,
		      struct ow_error *err)
{
	static const char *const words[] = {"research", "internal", "customer", "redistributable",
					    NULL};
	unsigned word;

	if (v->kind != YAML_TEXT || !word_find(words, v->text, &word))
		return word_fail(r, v, words, err);
	*out = word + OW_CLASS_RESEARCH;
	return 0;
}

static int read_recipient_id(struct scenario *s, const struct yaml_node *map,
			     const struct request_row *row, struct ow_error *err)
{
	const char *id = NULL;

	if (yaml_text(s->r.yaml, row->recipient, &id, err) < 0)
		return err->code;
	if (id == NULL && row->q.klass == OW_CLASS_CUSTOMER)
		return yaml_fail(s->r.yaml, map, err,
				 "the key 'recipient' is missing; class customer needs it");
	if (id == NULL)
		id = row->q.klass == OW_CLASS_REDISTRIBUTABLE ? s->c->anyone.id
							      : s->c->organisation.id;
	s->c->request.recipient = case_party(s->c, id);
	if (s->c->request.recipient == NULL)
		return yaml_fail(s->r.yaml, row->recipient, err, "no recipient has the id '%.100s'",
				 id);
	return 0;
}

static int read_request(struct scenario *s, const struct yaml_node *map, struct ow_error *err)
{
	static const struct field fields[] = {
	    {"class", offsetof(struct request_row, klass), NULL, FIELD_NODE, true},
	    {"recipient", offsetof(struct request_row, recipient), NULL, FIELD_NODE, false},
	    {"form", offsetof(struct request_row, q.form), form_words, FIELD_WORD, false},
	    {"purpose", offsetof(struct request_row, q.purpose), purpose_words, FIELD_WORD, false},
	    {0}};
	struct request_row row = {.q = {.purpose = PURPOSE_UNSET}};

	if (fields_read(&s->r, map, fields, &row, err) < 0 ||
	    read_class(&s->r, row.klass, &row.q.klass, err) < 0)
		return err->code;
	if (row.q.purpose == PURPOSE_UNSET)
		row.q.purpose =
		    row.q.klass == OW_CLASS_RESEARCH ? PURPOSE_RESEARCH : PURPOSE_PRODUCTION;
	s->c->request = row.q;
	return read_recipient_id(s, map, &row, err);
}

static int read_artifact(struct scenario *s, const struct yaml_node *map, struct ow_error *err)
{
	static const struct field fields[] = {
	    {"name", offsetof(struct policy_case, artifact_name), NULL, FIELD_TEXT, false},
	    {"version", offsetof(struct policy_case, artifact_version), NULL, FIELD_TEXT, false},
	    {0}};

	return fields_read(&s->r, map, fields, s->c, err);
}

/* ---- the whole ---------------------------------------------------------------------------------------- */

int scenario_expression(const struct scenario *s, const struct yaml_node *v, struct ow_error *err)
{
	struct ow_error inside = {0};
	struct expr e;

	if (nothing(v))
		return 0;
	if (v->kind != YAML_TEXT)
		return yaml_fail(s->r.yaml, v, err, "a licence expression is expected");
	if (expr_parse(v->text, &e, &inside) < 0)
		return yaml_fail(s->r.yaml, v, err, "%s", inside.text);
	return 0;
}

struct top {
	const char *label;
	struct quantity clock, newest;
	const struct yaml_node *policy, *organisation, *recipients, *request, *artifact,
	    *components, *parents, *relations, *rest;
};

#define AT(member) offsetof(struct top, member)

/* The keys whose values are read elsewhere have a place here so that the table names all of them. */
static const struct field top_fields[] = {
    {"scenario", AT(label), NULL, FIELD_TEXT, true},
    {"clock", AT(clock.value), NULL, FIELD_TIME, false},
    {"newest_signed", AT(newest.value), NULL, FIELD_TIME, false},
    {"policy", AT(policy), NULL, FIELD_NODE, false},
    {"organisation", AT(organisation), NULL, FIELD_NODE, false},
    {"recipients", AT(recipients), NULL, FIELD_NODE, false},
    {"request", AT(request), NULL, FIELD_NODE, true},
    {"artifact", AT(artifact), NULL, FIELD_NODE, false},
    {"components", AT(components), NULL, FIELD_NODE, true},
    {"parents", AT(parents), NULL, FIELD_NODE, false},
    {"relations", AT(relations), NULL, FIELD_NODE, false},
    {"obligations", AT(rest), NULL, FIELD_NODE, false},
    {"display_evidence", AT(rest), NULL, FIELD_NODE, false},
    {"approvals", AT(rest), NULL, FIELD_NODE, false},
    {"gate_evidence", AT(rest), NULL, FIELD_NODE, false},
    {"elections", AT(rest), NULL, FIELD_NODE, false},
    {"interpretations", AT(rest), NULL, FIELD_NODE, false},
    {"waivers", AT(rest), NULL, FIELD_NODE, false},
    {"agreements", AT(rest), NULL, FIELD_NODE, false},
    {"terms", AT(rest), NULL, FIELD_NODE, false},
    {0}};

#undef AT

static int read_top(struct scenario *s, const struct yaml_node *root, uint64_t now,
		    struct ow_error *err)
{
	struct top t = {.clock.value = now};

	if (fields_read(&s->r, root, top_fields, &t, err) < 0)
		return err->code;
	s->c->label = t.label;
	s->c->clock = t.clock.value;
	s->c->newest_signed =
	    nothing(yaml_get(root, "newest_signed")) ? t.clock.value : t.newest.value;
	if (party_read_policy(&s->r, t.policy, s->c, err) < 0 ||
	    party_read_organisation(&s->r, t.organisation, s->c, err) < 0 ||
	    read_recipients(s, t.recipients, err) < 0 || read_request(s, t.request, err) < 0 ||
	    read_artifact(s, t.artifact, err) < 0 ||
	    scenario_items(s, t.components, t.parents, t.relations, err) < 0)
		return err->code;
	return scenario_records(s, root, err);
}

int scenario_read(const void *p, size_t n, const char *name, uint64_t now, struct arena *a,
		  struct policy_case *out, struct ow_error *err)
{
	OW_AUTO(yaml_doc_free) struct yaml *y = NULL;
	struct scenario s = {.r = {.arena = a}, .c = out};

	case_init(out);
	if (yaml_parse(p, n, name, &y, err) < 0)
		return err->code;
	s.r.yaml = y;
	if (read_top(&s, yaml_root(y), now, err) < 0)
		return err->code;
	return case_settle(out, a, err);
}
