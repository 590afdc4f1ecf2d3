/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support/policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "support/support.h"

const struct license_set *profiles(void)
{
	static struct license_set *set;
	struct ow_error err = {0};

	if (set == NULL)
		ck_ok(license_set_new(&set, &err));
	return set;
}

/* ---- from files --------------------------------------------------------------------------------------- */

void trial_text(struct trial *t, const char *text)
{
	struct ow_error err;

	ck_ok(scenario_read(text, strlen(text), "scenario", 1795219200, &t->arena, &t->c, &err));
}

void trial_read(struct trial *t, const char *name)
{
	char path[512], text[65536];
	FILE *f;
	size_t n;

	(void)snprintf(path, sizeof path, "%s/tests/policy/%s.yaml", getenv("OWSTORE_SOURCE"),
		       name);
	f = fopen(path, "re");
	ck_assert_msg(f != NULL, "%s", path);
	n = fread(text, 1, sizeof text - 1, f);
	(void)fclose(f);
	text[n] = '\0';
	trial_text(t, text);
}

void trial_decide(struct trial *t)
{
	struct ow_error err;

	ck_ok(case_settle(&t->c, &t->arena, &err));
	ck_ok(decide(&t->c, profiles(), &t->arena, &t->d, &err));
}

void trial_done(struct trial *t)
{
	arena_done(&t->arena);
}

/* ---- as text ------------------------------------------------------------------------------------------ */

static void dump_reason(const struct ow_reason *r, struct buf *out)
{
	buf_printf(out, "%s %s %s|%s|%s|%s|%s|", ow_severity_name(r->severity), r->rule,
		   r->component, r->license, r->clause, r->fact == NULL ? "-" : r->fact, r->text);
	for (size_t i = 0; i < r->n_path; i++)
		buf_printf(out, " %s", r->path[i]);
	for (size_t i = 0; r->remedies[i] != NULL; i++)
		buf_printf(out, "|%s", r->remedies[i]);
	buf_text(out, "\n");
}

void trial_dump(const struct trial *t, struct buf *out)
{
	const struct ow_decision *d = &t->d;
	char id[OW_ID_TEXT];

	buf_printf(out, "%s %s %s %s %s\n", d->scenario, ow_verdict_name(d->verdict),
		   ow_class_name(d->ceiling), ow_class_name(d->usable), d->recipient);
	for (size_t i = 0; i < d->n_effective; i++)
		buf_printf(out, "%s: %s\n", d->effective[i].component, d->effective[i].expression);
	for (size_t i = 0; i < d->n_reasons; i++)
		dump_reason(&d->reasons[i], out);
	for (size_t i = 0; i < d->n_obligations; i++) {
		const struct ow_obligation *o = &d->obligations[i];

		buf_printf(out, "%s %s|%s|%s|%s %s\n", o->id, o->component, o->license, o->clause,
			   o->check, o->met ? "met" : "unmet");
	}
	for (size_t i = 0; i < d->n_blocked; i++)
		buf_printf(out, "without %s\n", d->blocked[i]);
	for (size_t i = 0; i < d->n_others; i++)
		buf_printf(out, "deliver %s\n", d->others[i]);
	buf_printf(out, "%s\n", ow_id_text(&d->facts, id));
	buf_printf(out, "%s\n", ow_id_text(&d->policy, id));
	buf_printf(out, "%s\n", ow_id_text(&d->profiles, id));
}

void trial_rules(const struct trial *t, enum ow_severity severity, struct buf *out)
{
	const char *last = "";

	for (;;) {
		const char *next = NULL;

		for (size_t i = 0; i < t->d.n_reasons; i++) {
			const struct ow_reason *r = &t->d.reasons[i];

			if (r->severity == severity && strcmp(r->rule, last) > 0 &&
			    (next == NULL || strcmp(r->rule, next) < 0))
				next = r->rule;
		}
		if (next == NULL)
			return;
		buf_printf(out, "%s%s", out->n > 0 ? " " : "", next);
		last = next;
	}
}

bool trial_has_duty(const struct trial *t, const char *id, const char *license, const char *clause,
		    bool met)
{
	for (size_t i = 0; i < t->d.n_obligations; i++) {
		const struct ow_obligation *o = &t->d.obligations[i];

		if (strcmp(o->id, id) == 0 &&
		    (*license == '\0' || strcmp(o->license, license) == 0) &&
		    (*clause == '\0' || strcmp(o->clause, clause) == 0) && o->met == met)
			return true;
	}
	return false;
}

const struct ow_reason *trial_reason(const struct trial *t, const char *rule)
{
	for (size_t i = 0; i < t->d.n_reasons; i++) {
		if (strcmp(t->d.reasons[i].rule, rule) == 0)
			return &t->d.reasons[i];
	}
	return NULL;
}

bool trial_has_rule(const struct trial *t, const char *rule)
{
	return trial_reason(t, rule) != NULL;
}

/* ---- made up ------------------------------------------------------------------------------------------ */

/* A few of each sort. First those that let a model go somewhere, then those restricted by purpose, size or place, hardly
 * read, unknown, none.
 */
static const char *const licenses[] = {
    "Apache-2.0",
    "MIT",
    "Apache-2.0",
    "MIT",
    "CC0-1.0",
    "BSD-3-Clause",
    "CC-BY-4.0",
    "LicenseRef-llama-3.1",
    "LicenseRef-llama-3.2",
    "LicenseRef-gemma-terms-2026-04-01",
    "LicenseRef-deepseek-1.0",
    "LicenseRef-creativeml-openrail-m",
    "LicenseRef-bigcode-openrail-m-1",
    "LicenseRef-qwen-2024",
    "LicenseRef-kimi-k2-modified-mit",
    "LicenseRef-kimi-k3",
    "LicenseRef-nvidia-open-model-2025",
    "Apache-2.0 OR GPL-3.0-only",
    "MIT AND CC-BY-4.0",
    "CC-BY-SA-4.0",
    "CC-BY-NC-4.0",
    "CC-BY-ND-4.0",
    "GPL-3.0-only",
    "GPL-2.0-or-later",
    "LGPL-2.1-only",
    "AGPL-3.0-only",
    "LicenseRef-llama-2",
    "LicenseRef-llama-3",
    "LicenseRef-mistral-mrl-0.1",
    "LicenseRef-hunyuan-community-2025",
    "LicenseRef-stability-community-2024-07-05",
    "LicenseRef-lfm-open-1.0",
    "LicenseRef-sam-license",
    "LicenseRef-fair-noncommercial-research-1",
    "LicenseRef-flux1-dev-nc",
    "LicenseRef-exaone-1.1-nc",
    "LicenseRef-soml-1.0",
    "LicenseRef-databricks-open-model",
    "LicenseRef-hai-def-terms",
    "SSPL-1.0",
    "BUSL-1.1",
    "ODbL-1.0",
    "LicenseRef-nobody-knows",
    "NOASSERTION",
};

enum {
	N_LICENSES = sizeof licenses / sizeof licenses[0],
	N_MILD = 19
};

static uint64_t below(uint64_t *seed, uint64_t n)
{
	return rnd(seed) % n;
}

static bool chance(uint64_t *seed, uint64_t percent)
{
	return below(seed, 100) < percent;
}

static void *room(struct trial *t, size_t n, size_t size)
{
	struct ow_error err = {0};
	void *p = arena_array(&t->arena, n, size, &err);

	ck_assert(p != NULL);
	return p;
}

static void make_party(uint64_t *seed, struct party *p)
{
	static const char *const seats[] = {"US", "US", "FR", "KR", "GB", "JP", NULL};

	p->commercial = (enum tri)below(seed, 3);
	p->intent = (unsigned)below(seed, 4);
	p->domicile = seats[below(seed, 7)];
	p->mau = (struct quantity){chance(seed, 85), chance(seed, 85) ? 2000000 : 900000000};
	p->revenue = (struct quantity){chance(seed, 85), chance(seed, 50) ? 500000 : 400000000};
	p->maas = (enum tri)below(seed, 3);
	p->screened = (struct quantity){chance(seed, 90), 1795219200 - 86400 * below(seed, 200)};
}

static void make_edges(struct trial *t, uint64_t *seed, size_t i, bool mild)
{
	struct item *item = &t->c.items[i];

	item->n_edges = mild && i + 1 == t->c.n_items ? 0 : below(seed, 3);
	item->edges = room(t, item->n_edges + 1, sizeof item->edges[0]);
	for (size_t k = 0; k < item->n_edges; k++) {
		struct edge *e = &item->edges[k];

		/* mostly to later ones, so that circles are rare but there */
		e->kind = (unsigned)below(seed, EDGE_VOCAB_FROM + 1);
		e->parent_id = "unknown";
		if (chance(seed, 97))
			e->parent_id = t->c.items[chance(seed, 97) && i + 1 < t->c.n_items
						      ? i + 1 + below(seed, t->c.n_items - i - 1)
						      : below(seed, t->c.n_items)]
					   .id;
		item->modified = item->modified || e->kind <= EDGE_MERGE_OF;
	}
	item->published = !item->modified;
}

static void make_item(struct trial *t, uint64_t *seed, size_t i, bool mild)
{
	static const unsigned roles[] = {ROLE_WEIGHTS,        ROLE_WEIGHTS,   ROLE_WEIGHTS,
					 ROLE_ADAPTER,        ROLE_TOKENIZER, ROLE_CODE,
					 ROLE_RUNTIME_BINARY, ROLE_DATASET};
	struct item *item = &t->c.items[i];
	const char **tags = room(t, 1, sizeof tags[0]);

	item->role = roles[below(seed, mild ? 3 : 8)];
	item->modality = (unsigned)below(seed, 5);
	item->shipped = i == 0 || chance(seed, 50);
	item->in_store = mild || chance(seed, 95);
	item->source_available = mild || chance(seed, 90);
	item->gated = !mild && chance(seed, 10);
	item->upstream_notice = chance(seed, 20);
	item->has_digest = chance(seed, 70);
	rnd_fill(seed, &item->digest, sizeof item->digest);
	item->claim.found = licenses[below(seed, mild ? N_MILD : N_LICENSES)];
	item->claim.state =
	    mild || chance(seed, 93) ? TEXT_CONFIRMED : (unsigned)below(seed, TEXT_COMPARE);
	tags[0] = item->claim.found;
	item->claim.declared = (struct texts){chance(seed, 60) ? 1 : 0, tags};
	if (chance(seed, 5))
		item->claim.concluded = item->claim.found;
	if (chance(seed, 5))
		item->claim.later = licenses[below(seed, N_MILD)];
}

static void make_relations(struct trial *t, uint64_t *seed)
{
	struct policy_case *c = &t->c;

	c->n_relations = below(seed, 3);
	c->relations = room(t, c->n_relations + 1, sizeof c->relations[0]);
	for (size_t i = 0; i < c->n_relations; i++) {
		c->relations[i].from_id = c->items[below(seed, c->n_items)].id;
		c->relations[i].to_id = c->items[below(seed, c->n_items)].id;
		c->relations[i].kind = (unsigned)below(seed, 4);
	}
}

static void make_request(struct trial *t, uint64_t *seed)
{
	struct policy_case *c = &t->c;
	unsigned whom = (unsigned)below(seed, 4);

	c->request.klass = OW_CLASS_RESEARCH + (unsigned)below(seed, 4);
	c->request.recipient = whom == 0   ? &c->organisation
			       : whom == 1 ? &c->anyone
					   : &c->recipients[whom - 2];
	c->request.form = (unsigned)below(seed, 3);
	c->request.purpose =
	    chance(seed, 80) ? PURPOSE_PRODUCTION : (unsigned)below(seed, PURPOSE_UNSET);
	c->artifact_name = chance(seed, 50) ? "Llama-made-up" : NULL;
	c->risk = (unsigned)below(seed, 4);
}

static void make_records(struct trial *t, uint64_t *seed)
{
	struct policy_case *c = &t->c;

	c->unmet_marks = room(t, 4, sizeof c->unmet_marks[0]);
	if (chance(seed, 15))
		c->unmet_marks[c->n_unmet_marks++].duty = (unsigned)below(seed, DUTIES);
	c->agreements = room(t, 1, sizeof c->agreements[0]);
	if (chance(seed, 10))
		c->agreements[c->n_agreements++] =
		    (struct agreement){"LicenseRef-llama-3.1", "AG1", UINT64_MAX};
	c->gates_scope = chance(seed, 10) ? SCOPE_NONE : SCOPE_ALL;
	c->elections = room(t, 1, sizeof c->elections[0]);
	if (chance(seed, 30))
		c->elections[c->n_elections++] =
		    (struct election){"Apache-2.0 OR GPL-3.0-only", "Apache-2.0", NULL};
	c->interpretations = room(t, 1, sizeof c->interpretations[0]);
	if (chance(seed, 20))
		c->interpretations[c->n_interpretations++] = (struct interpretation){
		    .question = (unsigned)below(seed, 2), .accept = chance(seed, 80)};
}

void trial_make(struct trial *t, uint64_t seed)
{
	struct policy_case *c = &t->c;
	bool mild = chance(&seed, 60);

	*t = (struct trial){0};
	case_init(c);
	c->label = "made up";
	c->clock = c->newest_signed = 1795219200;
	c->organisation.id = "ORG";
	if (!mild && chance(&seed, 50))
		make_party(&seed, &c->organisation);
	c->n_recipients = 2;
	c->recipients = room(t, 2, sizeof c->recipients[0]);
	for (size_t i = 0; i < 2; i++) {
		make_party(&seed, &c->recipients[i]);
		c->recipients[i].id = i == 0 ? "ACME" : "UNI";
	}
	make_request(t, &seed);
	c->n_items = 1 + below(&seed, 6);
	/* one more place, for what a test adds */
	c->items = room(t, c->n_items + 1, sizeof c->items[0]);
	for (size_t i = 0; i < c->n_items; i++)
		c->items[i].id = arena_printf(&t->arena, "item-%zu", i);
	for (size_t i = 0; i < c->n_items; i++) {
		make_item(t, &seed, i, mild);
		make_edges(t, &seed, i, mild);
	}
	if (!mild)
		make_relations(t, &seed);
	make_records(t, &seed);
}

void trial_made(struct trial *t, uint64_t seed)
{
	trial_make(t, seed);
	trial_decide(t);
}

void *trial_room(struct trial *t, size_t n, size_t size)
{
	struct ow_error err = {0};
	void *p = arena_array(&t->arena, n, size, &err);

	ck_assert(p != NULL);
	return p;
}
