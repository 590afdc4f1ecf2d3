/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "policy/license_read.h"

#include <string.h>

#include "policy/case.h"
#include "policy/country.h"

static const char *const openness_words[] = {"open-source",
					     "open-weight-permissive",
					     "open-weight-restricted",
					     "non-commercial",
					     "research-only",
					     "proprietary",
					     NULL};
static const char *const confidence_words[] = {"high", "medium", "low", NULL};
static const char *const permit_words[] = {"yes", "conditional", "no", "unknown", "n/a", NULL};
static const char *const copyleft_words[] = {"none",   "behavioral", "weak",    "share-alike",
					     "strong", "network",    "unknown", NULL};
static const char *const passthrough_words[] = {
    "none", "copy-of-agreement", "enforceable-contract-term", "same-or-similar-terms", "same-terms",
    NULL};
static const char *const duty_words[] = {
    "O-COPY",      "O-AUP",       "O-NOTICE-LINE", "O-NOTICE-FILE", "O-COPYRIGHT",
    "O-CHANGES",   "O-CHANGEDOC", "O-PASSTHRU",    "O-NAME",        "O-DISPLAY",
    "O-SOURCE",    "O-RELINK",    "O-ATTR-CC",     "O-SHAREALIKE",  "O-NOENDORSE",
    "O-DATA-ATTR", "O-REGISTER",  "O-AGREEMENT",   "O-UPDATE",      NULL};
static const char *const permission_words[] = {
    "redistribution",           "commercial_use",  "derivatives", "fine_tune_redistribution",
    "quantized_redistribution", "output_training", NULL};
static const char *const output_words[] = {"full",    "forbidden", "name", "display",
					   "purpose", "none",      NULL};
static const char *const training_words[] = {"silent", "free", "review", NULL};
static const char *const reach_words[] = {"none", "models", "hosted", NULL};
static const char *const scale_words[] = {"mau", "revenue", NULL};
static const char *const effect_words[] = {"terminate", "no-commercial", "agreement-first", NULL};
static const char *const per_words[] = {"year", "month", NULL};
static const char *const only_words[] = {"anyone", "maas-operator", NULL};
static const char *const exempt_words[] = {"integrated-product", "internal-use", NULL};
static const char *const by_words[] = {"licensee", "place", NULL};
static const char *const modality_words[] = {"any", "multimodal", NULL};
static const char *const when_words[] = {"always", "derived", NULL};

const char *duty_name(enum duty d)
{
	return duty_words[d];
}

bool duty_find(const char *name, enum duty *out)
{
	unsigned v;

	if (!word_find(duty_words, name, &v))
		return false;
	*out = (enum duty)v;
	return true;
}

const char *openness_name(unsigned v)
{
	return openness_words[v];
}

const char *confidence_name(unsigned v)
{
	return confidence_words[v];
}

const char *copyleft_name(unsigned v)
{
	return copyleft_words[v];
}

const char *permit_name(unsigned v)
{
	return permit_words[v];
}

const char *permission_name(enum permission p)
{
	return permission_words[p];
}

/* A list of words as bits. */
static int read_bits(const struct reader *r, const struct yaml_node *list, const char *const *words,
		     unsigned *out, struct ow_error *err)
{
	size_t n;

	*out = 0;
	if (fields_list(r, list, 1, &n, err) == NULL)
		return err->code;
	for (const struct yaml_node *v = n == 0 ? NULL : list->first; v != NULL; v = v->next) {
		unsigned word;

		if (v->kind != YAML_TEXT || !word_find(words, v->text, &word))
			return word_fail(r, v, words, err);
		*out |= 1U << word;
	}
	return 0;
}

static int read_permits(const struct reader *r, const struct yaml_node *map, unsigned *permits,
			struct ow_error *err)
{
	struct field fields[PERMISSIONS + 1] = {0};

	for (size_t i = 0; i < PERMISSIONS; i++)
		fields[i] = (struct field){.key = permission_words[i],
					   .kind = FIELD_WORD,
					   .at = i * sizeof permits[0],
					   .words = permit_words,
					   .required = true};
	return fields_read(r, map, fields, permits, err);
}

static int read_duties(const struct reader *r, const struct yaml_node *map, const char **duties,
		       struct ow_error *err)
{
	struct field fields[DUTIES + 1] = {0};

	for (size_t i = 0; i < DUTIES; i++)
		fields[i] = (struct field){
		    .key = duty_words[i], .kind = FIELD_TEXT, .at = i * sizeof duties[0]};
	return fields_read(r, map, fields, duties, err);
}

/* ---- display ------------------------------------------------------------------------------------------ */

struct display_row {
	struct display d;
	unsigned when;
};

static int read_display(const struct reader *r, const struct yaml_node *map, struct display *out,
			struct ow_error *err)
{
	static const struct field fields[] = {
	    {"texts", offsetof(struct display_row, d.texts), NULL, FIELD_TEXTS, false},
	    {"when", offsetof(struct display_row, when), when_words, FIELD_WORD, false},
	    {"mau", offsetof(struct display_row, d.mau), NULL, FIELD_U64, false},
	    {"revenue_per_month", offsetof(struct display_row, d.per_month), NULL, FIELD_U64,
	     false},
	    {"revenue_per_year", offsetof(struct display_row, d.per_year), NULL, FIELD_U64, false},
	    {0}};
	struct display_row row = {0};

	if (fields_read(r, map, fields, &row, err) < 0)
		return err->code;
	*out = row.d;
	out->derived_only = row.when == 1;
	return 0;
}

/* ---- scale and territory ---------------------------------------------------------------------------- */

struct scale_row {
	struct scale s;
	unsigned per, only;
	const struct yaml_node *exempts;
};

static int read_scale(const struct reader *r, const struct yaml_node *map, struct scale *out,
		      struct ow_error *err)
{
	static const struct field fields[] = {
	    {"of", offsetof(struct scale_row, s.of), scale_words, FIELD_WORD, true},
	    {"max", offsetof(struct scale_row, s.max), NULL, FIELD_U64, true},
	    {"per", offsetof(struct scale_row, per), per_words, FIELD_WORD, false},
	    {"only", offsetof(struct scale_row, only), only_words, FIELD_WORD, false},
	    {"measured", offsetof(struct scale_row, s.measured), NULL, FIELD_TIME, false},
	    {"effect", offsetof(struct scale_row, s.effect), effect_words, FIELD_WORD, true},
	    {"exempts", offsetof(struct scale_row, exempts), NULL, FIELD_NODE, false},
	    {"clause", offsetof(struct scale_row, s.clause), NULL, FIELD_TEXT, true},
	    {0}};
	struct scale_row row = {0};

	if (fields_read(r, map, fields, &row, err) < 0 ||
	    read_bits(r, row.exempts, exempt_words, &row.s.exempts, err) < 0)
		return err->code;
	*out = row.s;
	out->monthly = row.per == 1;
	out->maas_only = row.only == 1;
	return 0;
}

struct territory_row {
	struct territory t;
	unsigned by, modality;
	const struct yaml_node *exempts;
};

static int read_territory(const struct reader *r, const struct yaml_node *map,
			  struct territory *out, struct ow_error *err)
{
	static const struct field fields[] = {
	    {"excludes", offsetof(struct territory_row, t.excludes), NULL, FIELD_TEXTS, true},
	    {"by", offsetof(struct territory_row, by), by_words, FIELD_WORD, true},
	    {"modality", offsetof(struct territory_row, modality), modality_words, FIELD_WORD,
	     false},
	    {"exempts", offsetof(struct territory_row, exempts), NULL, FIELD_NODE, false},
	    {"clause", offsetof(struct territory_row, t.clause), NULL, FIELD_TEXT, true},
	    {0}};
	struct territory_row row = {0};

	if (fields_read(r, map, fields, &row, err) < 0 ||
	    read_bits(r, row.exempts, exempt_words, &row.t.exempts, err) < 0)
		return err->code;
	for (size_t i = 0; i < row.t.excludes.n; i++) {
		if (strcmp(row.t.excludes.at[i], "EU") != 0 && !country_is(row.t.excludes.at[i]))
			return yaml_fail(r->yaml, yaml_get(map, "excludes"), err,
					 "excludes: '%.60s' is no country and not EU",
					 row.t.excludes.at[i]);
	}
	*out = row.t;
	out->by_place = row.by == 1;
	out->multimodal_only = row.modality == 1;
	return 0;
}

struct fields_row {
	const struct yaml_node *forbids, *frees;
	const char *clause;
};

static int read_fields(const struct reader *r, const struct yaml_node *map,
		       struct license_fields *out, struct ow_error *err)
{
	static const struct field fields[] = {
	    {"forbids", offsetof(struct fields_row, forbids), NULL, FIELD_NODE, false},
	    {"frees", offsetof(struct fields_row, frees), NULL, FIELD_NODE, false},
	    {"clause", offsetof(struct fields_row, clause), NULL, FIELD_TEXT, true},
	    {0}};
	struct fields_row row = {0};

	if (map == NULL || map->kind == YAML_NULL)
		return 0;
	if (fields_read(r, map, fields, &row, err) < 0 ||
	    read_bits(r, row.forbids, purpose_words, &out->forbids, err) < 0 ||
	    read_bits(r, row.frees, purpose_words, &out->frees, err) < 0)
		return err->code;
	out->restricted = true;
	out->clause = row.clause;
	return 0;
}

/* ---- one profile -------------------------------------------------------------------------------------- */

struct row {
	struct license l;
	const struct yaml_node *permissions, *duties, *display, *outputs, *fields, *scale,
	    *territory, *says;
};

#define AT(member) offsetof(struct row, member)

static const struct field row_fields[] = {
    {"id", AT(l.id), NULL, FIELD_TEXT, true},
    {"name", AT(l.name), NULL, FIELD_TEXT, true},
    {"family", AT(l.family), NULL, FIELD_TEXT, true},
    {"tags", AT(l.tags), NULL, FIELD_TEXTS, false},
    {"openness", AT(l.openness), openness_words, FIELD_WORD, true},
    {"confidence", AT(l.confidence), confidence_words, FIELD_WORD, true},
    {"source", AT(l.source), NULL, FIELD_TEXT, true},
    {"clauses", AT(l.clauses), NULL, FIELD_TEXT, true},
    {"permissions", AT(permissions), NULL, FIELD_NODE, true},
    {"copyleft", AT(l.copyleft), copyleft_words, FIELD_WORD, true},
    {"duties", AT(duties), NULL, FIELD_NODE, false},
    {"name_prefix", AT(l.name_prefix), NULL, FIELD_TEXT, false},
    {"display", AT(display), NULL, FIELD_NODE, false},
    {"passthrough", AT(l.passthrough), passthrough_words, FIELD_WORD, false},
    {"outputs", AT(outputs), NULL, FIELD_NODE, true},
    {"outputs_clause", AT(l.outputs_clause), NULL, FIELD_TEXT, true},
    {"training", AT(l.training), training_words, FIELD_WORD, false},
    {"training_clause", AT(l.training_clause), NULL, FIELD_TEXT, false},
    {"fields", AT(fields), NULL, FIELD_NODE, false},
    {"scale", AT(scale), NULL, FIELD_NODE, false},
    {"territory", AT(territory), NULL, FIELD_NODE, false},
    {"nc_clause", AT(l.nc_clause), NULL, FIELD_TEXT, false},
    {"excludes_companies", AT(l.companies_clause), NULL, FIELD_TEXT, false},
    {"update_clause", AT(l.update_clause), NULL, FIELD_TEXT, false},
    {"reach", AT(l.reach), reach_words, FIELD_WORD, false},
    {"reach_clause", AT(l.reach_clause), NULL, FIELD_TEXT, false},
    {"drm_clause", AT(l.drm_clause), NULL, FIELD_TEXT, false},
    {"says", AT(says), NULL, FIELD_NODE, false},
    {0}};

static int read_conditions(const struct reader *r, struct row *row, struct ow_error *err)
{
	struct license *l = &row->l;
	size_t i = 0;

	l->scales = fields_list(r, row->scale, sizeof l->scales[0], &l->n_scales, err);
	if (l->scales == NULL)
		return err->code;
	for (const struct yaml_node *v = l->n_scales == 0 ? NULL : row->scale->first; v != NULL;
	     v = v->next) {
		if (read_scale(r, v, &l->scales[i++], err) < 0)
			return err->code;
	}
	i = 0;
	l->territories =
	    fields_list(r, row->territory, sizeof l->territories[0], &l->n_territories, err);
	if (l->territories == NULL)
		return err->code;
	for (const struct yaml_node *v = l->n_territories == 0 ? NULL : row->territory->first;
	     v != NULL; v = v->next) {
		if (read_territory(r, v, &l->territories[i++], err) < 0)
			return err->code;
	}
	return 0;
}

static int read_says(const struct reader *r, const struct yaml_node *map, struct license *l,
		     struct ow_error *err)
{
	size_t i = 0;

	if (map == NULL || map->kind == YAML_NULL)
		return 0;
	if (map->kind != YAML_MAP)
		return yaml_fail(r->yaml, map, err, "says: a map is expected");
	l->says = arena_array(r->arena, map->n, sizeof l->says[0], err);
	if (l->says == NULL)
		return err->code;
	l->n_says = map->n;
	for (const struct yaml_node *v = map->first; v != NULL; v = v->next, i++) {
		const char *text = "";

		if (yaml_text(r->yaml, v, &text, err) < 0)
			return err->code;
		l->says[i].key = arena_text(r->arena, v->key, strlen(v->key));
		l->says[i].value = arena_text(r->arena, text, strlen(text));
	}
	return 0;
}

/* What one field promises and another must keep. */
static int check(const struct reader *r, const struct yaml_node *map, const struct license *l,
		 struct ow_error *err)
{
	struct ow_error inside = {0};
	struct expr e;

	if (expr_parse(l->id, &e, &inside) < 0 || e.n_leaves != 1)
		return yaml_fail(r->yaml, yaml_get(map, "id"), err,
				 "id: '%.100s' is not one licence", l->id);
	if ((l->name_prefix != NULL) != (l->duties[DUTY_NAME] != NULL))
		return yaml_fail(r->yaml, map, err, "name_prefix and duty O-NAME go together");
	if ((l->reach != REACH_NONE) != (l->reach_clause != NULL))
		return yaml_fail(r->yaml, map, err, "reach and reach_clause go together");
	if ((l->training != TRAINING_SILENT) != (l->training_clause != NULL))
		return yaml_fail(r->yaml, map, err, "training and training_clause go together");
	return 0;
}

int license_read(const struct reader *r, const struct yaml_node *map, struct license *out,
		 struct ow_error *err)
{
	struct row row = {0};
	unsigned outputs = 0;

	if (fields_read(r, map, row_fields, &row, err) < 0 ||
	    read_permits(r, row.permissions, row.l.permits, err) < 0 ||
	    read_duties(r, row.duties, row.l.duties, err) < 0 ||
	    read_display(r, row.display, &row.l.display, err) < 0 ||
	    read_bits(r, row.outputs, output_words, &outputs, err) < 0 ||
	    read_fields(r, row.fields, &row.l.fields, err) < 0 ||
	    read_conditions(r, &row, err) < 0 || read_says(r, row.says, &row.l, err) < 0 ||
	    check(r, map, &row.l, err) < 0)
		return err->code;
	/* the word "none" is the bit after the last that means something */
	row.l.outputs = outputs & (2 * OUTPUTS_PURPOSE - 1);
	*out = row.l;
	return 0;
}
