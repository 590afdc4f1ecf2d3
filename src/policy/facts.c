/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The digest of a case: its facts one a line, sorted, so that the order in which they were told counts for nothing.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hex.h"
#include "base/mem.h"
#include "codec/digest.h"
#include "policy/case.h"

struct facts {
	struct arena arena;
	struct buf line; /* the fact that is being told */
	const char **at;
	size_t n, cap;
	struct ow_error *err;
};

static void facts_done(struct facts *f)
{
	arena_done(&f->arena);
	buf_done(&f->line);
	free(f->at);
}

OW_DEFINE_AUTO_DONE(struct facts, facts_done)

/* One value; its length goes before it, so that no two lists of values look the same. */
static void text(struct facts *f, const char *s)
{
	if (s == NULL)
		buf_text(&f->line, "- ");
	else
		buf_printf(&f->line, "%zu:%s ", strlen(s), s);
}

static void number(struct facts *f, uint64_t v)
{
	buf_printf(&f->line, "%" PRIu64 " ", v);
}

static void quantity(struct facts *f, struct quantity q)
{
	if (q.known)
		number(f, q.value);
	else
		text(f, NULL);
}

static void end(struct facts *f)
{
	if (f->err->code == OW_OK && mem_grow(&f->at, f->n, &f->cap, sizeof f->at[0], f->err) == 0)
		f->at[f->n++] = arena_text(&f->arena, buf_str(&f->line), f->line.n);
	buf_clear(&f->line);
}

/* A list is a fact for each of its values. */
static void each(struct facts *f, const char *kind, const char *of, const struct texts *values)
{
	for (size_t i = 0; i < values->n; i++) {
		text(f, kind);
		text(f, of);
		text(f, values->at[i]);
		end(f);
	}
}

static void tell_party(struct facts *f, const char *kind, const struct party *p)
{
	text(f, kind);
	text(f, p->id);
	number(f, p->commercial);
	number(f, p->intent);
	text(f, p->domicile);
	quantity(f, p->revenue);
	quantity(f, p->mau);
	number(f, p->maas);
	quantity(f, p->screened);
	end(f);
	for (size_t i = 0; i < p->n_dated; i++) {
		text(f, "mau");
		text(f, p->id);
		number(f, p->dated[i].date);
		number(f, p->dated[i].value);
		end(f);
	}
}

static void tell_item(struct facts *f, const struct item *i)
{
	char hex[OW_ID_HEX];
	const bool flags[] = {i->shipped,          i->in_store,        i->modified,
			      i->published,        i->upstream_notice, i->gated,
			      i->source_available, i->terminated,      i->unnamed_base};

	hex_encode(i->digest.b, sizeof i->digest.b, hex);
	text(f, "item");
	text(f, i->id);
	text(f, i->name);
	number(f, i->role);
	number(f, i->modality);
	text(f, i->has_digest ? hex : NULL);
	for (size_t k = 0; k < sizeof flags / sizeof flags[0]; k++)
		number(f, flags[k] ? 1 : 0);
	text(f, i->claim.found);
	text(f, i->claim.found_in);
	text(f, i->claim.concluded);
	text(f, i->claim.later);
	number(f, i->claim.state);
	end(f);
	each(f, "declared", i->id, &i->claim.declared);
	for (size_t k = 0; k < i->n_edges; k++) {
		text(f, "edge");
		text(f, i->id);
		text(f, i->edges[k].parent_id);
		number(f, i->edges[k].kind);
		end(f);
	}
}

static void tell_marks(struct facts *f, const char *kind, const struct duty_mark *marks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		text(f, kind);
		number(f, marks[i].duty);
		text(f, marks[i].component);
		text(f, marks[i].license);
		end(f);
	}
}

static void tell_approvals(struct facts *f, const struct policy_case *c)
{
	for (size_t i = 0; i < c->n_approvals; i++) {
		const struct approval *a = &c->approvals[i];

		text(f, "approval");
		text(f, a->id);
		text(f, a->recipient);
		number(f, a->klass);
		number(f, a->form);
		number(f, a->covers_all ? 1 : 0);
		number(f, a->valid_until);
		number(f, a->said);
		if (a->have < a->need) {
			number(f, a->have);
			number(f, a->need);
			text(f, a->by);
		}
		end(f);
		each(f, "covers", a->id, &a->covers);
	}
	for (size_t i = 0; i < c->n_gates; i++) {
		text(f, "acceptance");
		text(f, c->gates[i].component);
		text(f, c->gates[i].entity);
		number(f, c->gates[i].date);
		if (c->gates[i].valid_until != UINT64_MAX)
			number(f, c->gates[i].valid_until);
		end(f);
	}
}

static void tell_opinions(struct facts *f, const struct policy_case *c)
{
	for (size_t i = 0; i < c->n_elections; i++) {
		text(f, "election");
		text(f, c->elections[i].expression);
		text(f, c->elections[i].chosen);
		text(f, c->elections[i].component);
		end(f);
	}
	for (size_t i = 0; i < c->n_interpretations; i++) {
		text(f, "interpretation");
		text(f, c->interpretations[i].license);
		text(f, c->interpretations[i].component);
		number(f, c->interpretations[i].question);
		number(f, c->interpretations[i].accept ? 1 : 0);
		end(f);
	}
}

static void tell_contracts(struct facts *f, const struct policy_case *c)
{
	for (size_t i = 0; i < c->n_waivers; i++) {
		for (size_t k = 0; k < c->waivers[i].lifts.n; k++) {
			text(f, "waiver");
			text(f, c->waivers[i].license);
			text(f, c->waivers[i].component);
			text(f, c->waivers[i].contract);
			text(f, c->waivers[i].lifts.at[k]);
			number(f, c->waivers[i].valid_until);
			end(f);
		}
	}
	for (size_t i = 0; i < c->n_agreements; i++) {
		text(f, "agreement");
		text(f, c->agreements[i].license);
		text(f, c->agreements[i].id);
		number(f, c->agreements[i].valid_until);
		end(f);
	}
	for (size_t i = 0; i < c->n_terms; i++)
		each(f, "carries", c->terms[i].component, &c->terms[i].carries);
}

static void tell_request(struct facts *f, const struct policy_case *c)
{
	text(f, "request");
	number(f, c->request.klass);
	text(f, c->request.recipient->id);
	number(f, c->request.form);
	number(f, c->request.purpose);
	number(f, c->request.locked ? 1 : 0);
	text(f, c->artifact_name);
	text(f, c->artifact_version);
	number(f, c->met);
	number(f, c->approvals_scope);
	number(f, c->gates_scope);
	number(f, c->shows_given ? 1 : 0);
	number(f, c->terms_given ? 1 : 0);
	end(f);
	each(f, "shows", NULL, &c->shows);
	each(f, "affiliate", NULL, &c->affiliates);
}

static void tell_all(struct facts *f, const struct policy_case *c)
{
	tell_request(f, c);
	tell_party(f, "organisation", &c->organisation);
	for (size_t i = 0; i < c->n_recipients; i++)
		tell_party(f, "recipient", &c->recipients[i]);
	for (size_t i = 0; i < c->n_items; i++)
		tell_item(f, &c->items[i]);
	for (size_t i = 0; i < c->n_relations; i++) {
		text(f, "relation");
		text(f, c->relations[i].from_id);
		text(f, c->relations[i].to_id);
		number(f, c->relations[i].kind);
		end(f);
	}
	tell_marks(f, "met", c->met_marks, c->n_met_marks);
	tell_marks(f, "unmet", c->unmet_marks, c->n_unmet_marks);
	tell_approvals(f, c);
	tell_opinions(f, c);
	tell_contracts(f, c);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int digest_lines(struct facts *f, struct ow_id *out)
{
	struct digest d;

	if (f->err->code != OW_OK || arena_finish(&f->arena, f->err) < 0 ||
	    buf_finish(&f->line, f->err) < 0)
		return f->err->code;
	if (f->n > 1)
		qsort(f->at, f->n, sizeof f->at[0], by_text);
	digest_init(&d);
	for (size_t i = 0; i < f->n; i++)
		digest_update(&d, f->at[i], strlen(f->at[i]) + 1);
	return digest_final(&d, out, f->err);
}

int case_digests(const struct policy_case *c, struct ow_id *facts, struct ow_id *policy,
		 struct ow_error *err)
{
	OW_AUTO(facts_done) struct facts f = {.err = err}, site = {.err = err};

	tell_all(&f, c);
	text(&site, "site-policy");
	number(&site, c->risk);
	number(&site, c->screening_max_age_days);
	number(&site, c->review_grace_days);
	end(&site);
	if (digest_lines(&f, facts) < 0)
		return err->code;
	return digest_lines(&site, policy);
}
