/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is on record: obligations met, approvals, acceptances, elections, interpretations, waivers, agreements, terms.
 */
#include <string.h>

#include "base/err.h"
#include "policy/rules.h"
#include "policy/scenario.h"

static bool nothing(const struct yaml_node *v)
{
	return v == NULL || v->kind == YAML_NULL;
}

static bool is_word(const struct yaml_node *v, const char *word)
{
	return v->kind == YAML_TEXT && strcmp(v->text, word) == 0;
}

/* "all", "none" (where it makes sense) or a list; `all` where nothing stands. */
static int read_scope(const struct scenario *s, const struct yaml_node *v, bool none_too,
		      unsigned *out, struct ow_error *err)
{
	*out = SCOPE_ALL;
	if (nothing(v) || is_word(v, "all"))
		return 0;
	*out = SCOPE_NONE;
	if (none_too && is_word(v, "none"))
		return 0;
	*out = SCOPE_LIST;
	if (v->kind == YAML_LIST)
		return 0;
	return yaml_fail(s->r.yaml, v, err, "%s: all%s or a list is expected", v->key,
			 none_too ? ", none" : "");
}

/* ---- obligations -------------------------------------------------------------------------------------- */

static int read_duty(const struct scenario *s, const struct yaml_node *v, unsigned *out,
		     struct ow_error *err)
{
	enum duty d;

	if (v == NULL || v->kind != YAML_TEXT || !duty_find(v->text, &d))
		return yaml_fail(s->r.yaml, v, err,
				 "an obligation such as O-COPY is expected%s%s%s",
				 v != NULL && v->kind == YAML_TEXT ? ", not '" : "",
				 v != NULL && v->kind == YAML_TEXT ? v->text : "",
				 v != NULL && v->kind == YAML_TEXT ? "'" : "");
	*out = d;
	return 0;
}

struct mark_row {
	struct duty_mark m;
	const struct yaml_node *id;
};

static int read_mark(struct scenario *s, const struct yaml_node *v, struct duty_mark *out,
		     struct ow_error *err)
{
	static const struct field fields[] = {
	    {"id", offsetof(struct mark_row, id), NULL, FIELD_NODE, true},
	    {"component", offsetof(struct mark_row, m.component), NULL, FIELD_TEXT, false},
	    {"license", offsetof(struct mark_row, m.license), NULL, FIELD_TEXT, false},
	    {0}};
	struct mark_row row = {0};

	if (v->kind != YAML_MAP)
		return read_duty(s, v, &out->duty, err);
	if (fields_read(&s->r, v, fields, &row, err) < 0 ||
	    read_duty(s, row.id, &row.m.duty, err) < 0 ||
	    scenario_refers(s, yaml_get(v, "component"), err) < 0)
		return err->code;
	*out = row.m;
	return 0;
}

static int read_marks(struct scenario *s, const struct yaml_node *list, struct duty_mark **out,
		      size_t *n, struct ow_error *err)
{
	size_t i = 0;

	*out = fields_list(&s->r, list, sizeof **out, n, err);
	if (*out == NULL)
		return err->code;
	for (const struct yaml_node *v = *n == 0 ? NULL : list->first; v != NULL; v = v->next) {
		if (read_mark(s, v, &(*out)[i++], err) < 0)
			return err->code;
	}
	return 0;
}

static int read_obligations(struct scenario *s, const struct yaml_node *map, struct ow_error *err)
{
	static const char *const keys[] = {"met", "unmet", NULL};
	struct policy_case *c = s->c;
	const struct yaml_node *met = yaml_get(map, "met");

	if (yaml_only(s->r.yaml, map, keys, err) < 0 || read_scope(s, met, false, &c->met, err) < 0)
		return err->code;
	if (c->met == SCOPE_LIST && read_marks(s, met, &c->met_marks, &c->n_met_marks, err) < 0)
		return err->code;
	return read_marks(s, yaml_get(map, "unmet"), &c->unmet_marks, &c->n_unmet_marks, err);
}

/* ---- approvals ---------------------------------------------------------------------------------------- */

struct approval_row {
	struct approval a;
	const struct yaml_node *klass, *covers;
};

static int read_covers(struct scenario *s, const struct yaml_node *list, struct approval *out,
		       struct ow_error *err)
{
	static const struct field texts = {.key = "covers", .kind = FIELD_TEXTS};

	out->covers_all = nothing(list);
	if (out->covers_all)
		return 0;
	if (field_read(&s->r, list, &texts, &out->covers, err) < 0)
		return err->code;
	for (const struct yaml_node *v = list->first; v != NULL; v = v->next) {
		struct ow_id id;

		if (strncmp(v->text, "sha256:", 7) == 0) {
			if (!ow_id_parse(v->text, &id))
				return yaml_fail(
				    s->r.yaml, v, err,
				    "covers: 64 hex digits are expected after sha256:");
		} else if (scenario_refers(s, v, err) < 0) {
			return err->code;
		}
	}
	return 0;
}

static int read_approval(struct scenario *s, const struct yaml_node *map, void *into,
			 struct ow_error *err)
{
	struct approval *out = into;
	static const struct field fields[] = {
	    {"id", offsetof(struct approval_row, a.id), NULL, FIELD_TEXT, true},
	    {"class", offsetof(struct approval_row, klass), NULL, FIELD_NODE, false},
	    {"recipient", offsetof(struct approval_row, a.recipient), NULL, FIELD_TEXT, false},
	    {"form", offsetof(struct approval_row, a.form), form_words, FIELD_WORD, false},
	    {"covers", offsetof(struct approval_row, covers), NULL, FIELD_NODE, false},
	    {"valid_until", offsetof(struct approval_row, a.valid_until), NULL, FIELD_LAST, false},
	    {"said", offsetof(struct approval_row, a.said), NULL, FIELD_TIME, false},
	    {0}};
	struct approval_row row = {
	    .a = {.klass = OW_CLASSES, .form = FORM_HOSTED + 1, .valid_until = UINT64_MAX}};
	enum ow_class klass;

	if (fields_read(&s->r, map, fields, &row, err) < 0 ||
	    read_covers(s, row.covers, &row.a, err) < 0)
		return err->code;
	if (!nothing(row.klass)) {
		if (row.klass->kind != YAML_TEXT || !ow_class_parse(row.klass->text, &klass))
			return yaml_fail(s->r.yaml, row.klass, err, "class: a class is expected");
		row.a.klass = klass;
	}
	if (row.a.recipient != NULL && case_party(s->c, row.a.recipient) == NULL)
		return yaml_fail(s->r.yaml, yaml_get(map, "recipient"), err,
				 "no recipient has the id '%.100s'", row.a.recipient);
	*out = row.a;
	return 0;
}

static int read_acceptance(struct scenario *s, const struct yaml_node *map, void *into,
			   struct ow_error *err)
{
	struct acceptance *out = into;
	static const struct field fields[] = {
	    {"component", offsetof(struct acceptance, component), NULL, FIELD_TEXT, true},
	    {"entity", offsetof(struct acceptance, entity), NULL, FIELD_TEXT, true},
	    {"date", offsetof(struct acceptance, date), NULL, FIELD_TIME, false},
	    {"valid_until", offsetof(struct acceptance, valid_until), NULL, FIELD_LAST, false},
	    {0}};

	out->valid_until = UINT64_MAX;
	if (fields_read(&s->r, map, fields, out, err) < 0)
		return err->code;
	return scenario_refers(s, yaml_get(map, "component"), err);
}

/* ---- what people decided ------------------------------------------------------------------------------ */

static int read_election(struct scenario *s, const struct yaml_node *map, void *into,
			 struct ow_error *err)
{
	struct election *out = into;
	static const struct field fields[] = {
	    {"expression", offsetof(struct election, expression), NULL, FIELD_TEXT, true},
	    {"chosen", offsetof(struct election, chosen), NULL, FIELD_TEXT, true},
	    {"component", offsetof(struct election, component), NULL, FIELD_TEXT, false},
	    {0}};

	if (fields_read(&s->r, map, fields, out, err) < 0 ||
	    scenario_expression(s, yaml_get(map, "expression"), err) < 0 ||
	    scenario_expression(s, yaml_get(map, "chosen"), err) < 0)
		return err->code;
	return scenario_refers(s, yaml_get(map, "component"), err);
}

struct interpretation_row {
	struct interpretation i;
	unsigned answer;
};

static int read_interpretation(struct scenario *s, const struct yaml_node *map, void *into,
			       struct ow_error *err)
{
	struct interpretation *out = into;
	static const char *const answers[] = {"reject", "accept", NULL};
	static const struct field fields[] = {
	    {"license", offsetof(struct interpretation_row, i.license), NULL, FIELD_TEXT, false},
	    {"component", offsetof(struct interpretation_row, i.component), NULL, FIELD_TEXT,
	     false},
	    {"question", offsetof(struct interpretation_row, i.question), question_words,
	     FIELD_WORD, true},
	    {"answer", offsetof(struct interpretation_row, answer), answers, FIELD_WORD, true},
	    {0}};
	struct interpretation_row row = {0};

	if (fields_read(&s->r, map, fields, &row, err) < 0)
		return err->code;
	*out = row.i;
	out->accept = row.answer == 1;
	return scenario_refers(s, yaml_get(map, "component"), err);
}

static int check_lifts(const struct scenario *s, const struct yaml_node *list, struct ow_error *err)
{
	for (const struct yaml_node *v = list == NULL ? NULL : list->first; v != NULL;
	     v = v->next) {
		enum rule rule;
		enum duty duty;

		if (duty_find(v->text, &duty))
			continue;
		if (!rule_find(v->text, &rule))
			return yaml_fail(s->r.yaml, v, err, "lifts: no rule is called '%.60s'",
					 v->text);
		if (!rule_waivable(rule))
			return yaml_fail(s->r.yaml, v, err,
					 "lifts: %.60s is no term of a licence, so no contract "
					 "lifts it",
					 v->text);
	}
	return 0;
}

static int read_waiver(struct scenario *s, const struct yaml_node *map, void *into,
		       struct ow_error *err)
{
	struct waiver *out = into;
	static const struct field fields[] = {
	    {"license", offsetof(struct waiver, license), NULL, FIELD_TEXT, true},
	    {"component", offsetof(struct waiver, component), NULL, FIELD_TEXT, false},
	    {"contract", offsetof(struct waiver, contract), NULL, FIELD_TEXT, true},
	    {"lifts", offsetof(struct waiver, lifts), NULL, FIELD_TEXTS, true},
	    {"valid_until", offsetof(struct waiver, valid_until), NULL, FIELD_LAST, false},
	    {0}};

	out->valid_until = UINT64_MAX;
	if (fields_read(&s->r, map, fields, out, err) < 0 ||
	    check_lifts(s, yaml_get(map, "lifts"), err) < 0)
		return err->code;
	return scenario_refers(s, yaml_get(map, "component"), err);
}

static int read_agreement(struct scenario *s, const struct yaml_node *map, void *into,
			  struct ow_error *err)
{
	struct agreement *out = into;
	static const struct field fields[] = {
	    {"license", offsetof(struct agreement, license), NULL, FIELD_TEXT, true},
	    {"id", offsetof(struct agreement, id), NULL, FIELD_TEXT, true},
	    {"valid_until", offsetof(struct agreement, valid_until), NULL, FIELD_LAST, false},
	    {0}};

	out->valid_until = UINT64_MAX;
	return fields_read(&s->r, map, fields, out, err);
}

static int read_carried(struct scenario *s, const struct yaml_node *map, void *into,
			struct ow_error *err)
{
	struct carried *out = into;
	static const struct field fields[] = {
	    {"component", offsetof(struct carried, component), NULL, FIELD_TEXT, true},
	    {"carries", offsetof(struct carried, carries), NULL, FIELD_TEXTS, true},
	    {0}};

	if (fields_read(&s->r, map, fields, out, err) < 0)
		return err->code;
	return scenario_refers(s, yaml_get(map, "component"), err);
}

/* ---- all of them -------------------------------------------------------------------------------------- */

/* A list of records: its key, where it goes, and how one of them is read. */
struct list {
	const char *key;
	size_t at, n, size; /* of the pointer and the count in the case, and of a record */
	int (*read)(struct scenario *s, const struct yaml_node *map, void *into,
		    struct ow_error *err);
};

#define LIST(name, member, type, one)                                                              \
	{                                                                                          \
		name, offsetof(struct policy_case, member),                                        \
		    offsetof(struct policy_case, n_##member), sizeof(struct type), one             \
	}

static const struct list approvals = LIST("approvals", approvals, approval, read_approval);
static const struct list gates = LIST("gate_evidence", gates, acceptance, read_acceptance);
static const struct list lists[] = {
    LIST("elections", elections, election, read_election),
    LIST("interpretations", interpretations, interpretation, read_interpretation),
    LIST("waivers", waivers, waiver, read_waiver),
    LIST("agreements", agreements, agreement, read_agreement),
    LIST("terms", terms, carried, read_carried),
};

static int read_list(struct scenario *s, const struct yaml_node *root, const struct list *l,
		     struct ow_error *err)
{
	const struct yaml_node *list = yaml_get(root, l->key);
	size_t *n = (size_t *)(void *)((char *)s->c + l->n), i = 0;
	char *at = fields_list(&s->r, list, l->size, n, err);

	if (at == NULL)
		return err->code;
	memcpy((char *)s->c + l->at, &at, sizeof(void *));
	for (const struct yaml_node *v = *n == 0 ? NULL : list->first; v != NULL; v = v->next) {
		if (l->read(s, v, at + l->size * i++, err) < 0)
			return err->code;
	}
	return 0;
}

static int read_evidence(struct scenario *s, const struct yaml_node *root, struct ow_error *err)
{
	static const struct field texts = {.key = "display_evidence", .kind = FIELD_TEXTS};
	const struct yaml_node *shown = yaml_get(root, "display_evidence");
	struct policy_case *c = s->c;

	c->shows_given = !nothing(shown);
	if (c->shows_given && field_read(&s->r, shown, &texts, &c->shows, err) < 0)
		return err->code;
	if (read_scope(s, yaml_get(root, "approvals"), true, &c->approvals_scope, err) < 0 ||
	    read_scope(s, yaml_get(root, "gate_evidence"), true, &c->gates_scope, err) < 0)
		return err->code;
	if (c->approvals_scope == SCOPE_LIST && read_list(s, root, &approvals, err) < 0)
		return err->code;
	return c->gates_scope == SCOPE_LIST ? read_list(s, root, &gates, err) : 0;
}

int scenario_records(struct scenario *s, const struct yaml_node *root, struct ow_error *err)
{
	s->c->terms_given = !nothing(yaml_get(root, "terms"));
	if (read_obligations(s, yaml_get(root, "obligations"), err) < 0 ||
	    read_evidence(s, root, err) < 0)
		return err->code;
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		if (read_list(s, root, &lists[i], err) < 0)
			return err->code;
	}
	return 0;
}
