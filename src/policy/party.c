/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "policy/party.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"
#include "policy/country.h"

struct party_row {
	struct party p;
	const struct yaml_node *domicile, *mau, *affiliates, *screened;
};

#define AT(member) offsetof(struct party_row, member)

static const struct field organisation_fields[] = {
    {"id", AT(p.id), NULL, FIELD_TEXT, false},
    {"commercial", AT(p.commercial), NULL, FIELD_TRI, false},
    {"domicile", AT(domicile), NULL, FIELD_NODE, false},
    {"revenue_usd_per_year", AT(p.revenue), NULL, FIELD_QUANTITY, false},
    {"mau", AT(mau), NULL, FIELD_NODE, false},
    {"maas_operator", AT(p.maas), NULL, FIELD_TRI, false},
    {"affiliates", AT(affiliates), NULL, FIELD_NODE, false},
    {0}};

static const struct field recipient_fields[] = {
    {"id", AT(p.id), NULL, FIELD_TEXT, false},
    {"kind", AT(p.kind), party_words, FIELD_WORD, false},
    {"commercial", AT(p.commercial), NULL, FIELD_TRI, false},
    {"purpose", AT(p.intent), intent_words, FIELD_WORD, false},
    {"domicile", AT(domicile), NULL, FIELD_NODE, false},
    {"screened", AT(screened), NULL, FIELD_NODE, false},
    {"mau", AT(mau), NULL, FIELD_NODE, false},
    {"revenue_usd_per_year", AT(p.revenue), NULL, FIELD_QUANTITY, false},
    {"maas_operator", AT(p.maas), NULL, FIELD_TRI, false},
    {0}};

static bool nothing(const struct yaml_node *v)
{
	return v == NULL || v->kind == YAML_NULL;
}

static bool is_word(const struct yaml_node *v, const char *word)
{
	return v->kind == YAML_TEXT && strcmp(v->text, word) == 0;
}

static int read_domicile(const struct reader *r, const struct yaml_node *v, const char **out,
			 struct ow_error *err)
{
	if (nothing(v))
		return 0;
	if (is_word(v, "unknown")) {
		*out = NULL;
		return 0;
	}
	if (v->kind != YAML_TEXT || !country_is(v->text))
		return yaml_fail(r->yaml, v, err,
				 "domicile: a country code of two capitals (ISO 3166-1 alpha-2) or "
				 "unknown is expected");
	*out = arena_text(r->arena, v->text, 2);
	return arena_finish(r->arena, err);
}

static int read_dated(const struct reader *r, const struct yaml_node *map, struct party *p,
		      struct ow_error *err)
{
	static const struct field any = {.kind = FIELD_QUANTITY};

	p->mau = (struct quantity){0};
	p->n_dated = 0;
	p->dated = arena_array(r->arena, map->n, sizeof p->dated[0], err);
	if (p->dated == NULL)
		return err->code;
	for (const struct yaml_node *v = map->first; v != NULL; v = v->next) {
		struct quantity q = {0};
		uint64_t date = 0;

		if (field_read(r, v, &any, &q, err) < 0)
			return err->code;
		if (strcmp(v->key, "default") == 0) {
			p->mau = q;
			continue;
		}
		if (!time_parse(v->key, &date))
			return yaml_fail(r->yaml, v, err,
					 "mau: a date or 'default' is expected, not '%.60s'",
					 v->key);
		if (q.known)
			p->dated[p->n_dated++] = (struct dated){date, q.value};
	}
	return 0;
}

static int read_mau(const struct reader *r, const struct yaml_node *v, struct party *p,
		    struct ow_error *err)
{
	static const struct field number = {.kind = FIELD_QUANTITY};

	if (nothing(v))
		return 0;
	if (v->kind == YAML_MAP)
		return read_dated(r, v, p, err);
	return field_read(r, v, &number, &p->mau, err);
}

int party_read_organisation(const struct reader *r, const struct yaml_node *map,
			    struct policy_case *c, struct ow_error *err)
{
	static const struct field ids = {.key = "affiliates", .kind = FIELD_TEXTS};
	struct party_row row = {.p = c->organisation};

	if (fields_read(r, map, organisation_fields, &row, err) < 0 ||
	    read_domicile(r, row.domicile, &row.p.domicile, err) < 0 ||
	    read_mau(r, row.mau, &row.p, err) < 0)
		return err->code;
	if (row.affiliates != NULL && field_read(r, row.affiliates, &ids, &c->affiliates, err) < 0)
		return err->code;
	if (strcmp(row.p.id, c->anyone.id) == 0)
		return yaml_fail(r->yaml, yaml_get(map, "id"), err, "'PUB' stands for anyone");
	c->organisation = row.p;
	return 0;
}

int party_read(const struct reader *r, const struct yaml_node *map, struct party *out,
	       struct ow_error *err)
{
	static const struct field when = {.key = "screened", .kind = FIELD_TIME};
	struct party_row row = {.p = *out};

	if (fields_read(r, map, recipient_fields, &row, err) < 0 ||
	    read_domicile(r, row.domicile, &row.p.domicile, err) < 0 ||
	    read_mau(r, row.mau, &row.p, err) < 0)
		return err->code;
	if (!nothing(row.screened)) {
		if (field_read(r, row.screened, &when, &row.p.screened.value, err) < 0)
			return err->code;
		row.p.screened.known = true;
	}
	*out = row.p;
	return 0;
}

void party_unknown(struct party *p, const char *id)
{
	*p = (struct party){
	    .id = id, .commercial = TRI_UNKNOWN, .intent = INTENT_UNKNOWN, .maas = TRI_UNKNOWN};
}

int party_read_policy(const struct reader *r, const struct yaml_node *map, struct policy_case *c,
		      struct ow_error *err)
{
	static const struct field fields[] = {
	    {"provenance_risk", offsetof(struct policy_case, risk), risk_words, FIELD_WORD, false},
	    {"screening_max_age_days", offsetof(struct policy_case, screening_max_age_days), NULL,
	     FIELD_U64, false},
	    {"review_grace_days", offsetof(struct policy_case, review_grace_days), NULL, FIELD_U64,
	     false},
	    {0}};

	return fields_read(r, map, fields, c, err);
}

/* ---- one fact by itself ---------------------------------------------------------------------------------- */

static int read_item_facts(const struct reader *r, const struct yaml_node *map, struct item *out,
			   struct ow_error *err)
{
	static const struct field fields[] = {
	    {"modality", offsetof(struct item, modality), modality_words_of_items, FIELD_WORD,
	     false},
	    {"modified", offsetof(struct item, modified), NULL, FIELD_BOOL, false},
	    {"published", offsetof(struct item, published), NULL, FIELD_BOOL, false},
	    {"upstream_notice", offsetof(struct item, upstream_notice), NULL, FIELD_BOOL, false},
	    {"gated", offsetof(struct item, gated), NULL, FIELD_BOOL, false},
	    {"source_available", offsetof(struct item, source_available), NULL, FIELD_BOOL, false},
	    {"terminated", offsetof(struct item, terminated), NULL, FIELD_BOOL, false},
	    {0}};

	return fields_read(r, map, fields, out, err);
}

static int read_about(const struct reader *r, const struct yaml_node *map, enum fact_about about,
		      void *into, struct ow_error *err)
{
	switch (about) {
	case FACT_ORGANISATION:
		return party_read_organisation(r, map, into, err);
	case FACT_POLICY:
		return party_read_policy(r, map, into, err);
	case FACT_RECIPIENT:
		return party_read(r, map, into, err);
	case FACT_ITEM:
		break;
	}
	return read_item_facts(r, map, into, err);
}

/* Nothing that would end the line or begin another key. */
static bool one_line(const char *s)
{
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
	}
	return true;
}

int fact_read(enum fact_about about, const char *key, const char *value, void *into,
	      struct arena *a, struct ow_error *err)
{
	OW_AUTO(yaml_doc_free) struct yaml *y = NULL;
	OW_AUTO(buf_done) struct buf text = {0};
	struct reader r = {.arena = a};
	const struct yaml_node *root;

	if (!one_line(value) || !one_line(key))
		return err_set(err, OW_E_FORMAT, "%.60s: the value is not one line", key);
	buf_printf(&text, "%s: %s\n", key, value);
	if (buf_finish(&text, err) < 0 || yaml_parse(text.p, text.n, "fact", &y, err) < 0)
		return err->code;
	root = yaml_root(y);
	r.yaml = y;
	if (root->kind != YAML_MAP || root->n != 1 || strcmp(root->first->key, key) != 0)
		return err_set(err, OW_E_FORMAT, "%.60s: not one key and one value", key);
	if (about == FACT_RECIPIENT && strcmp(key, "id") == 0)
		return err_set(err, OW_E_FORMAT, "id: a recipient goes by the id it is named by");
	if (root->first->kind == YAML_NULL)
		return err_set(err, OW_E_FORMAT, "%.60s: the value is missing", key);
	return read_about(&r, root, about, into, err);
}
