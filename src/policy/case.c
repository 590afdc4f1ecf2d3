/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "policy/case.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

const char *const role_words[] = {"weights",
				  "adapter",
				  "tokenizer",
				  "config",
				  "chat-template",
				  "runtime-binary",
				  "kernel",
				  "code",
				  "converter-tool",
				  "dataset",
				  "eval-data",
				  "safety-filter",
				  "embedding-model",
				  "retrieval-index",
				  "prompt-pack",
				  "document",
				  NULL};
const char *const edge_words[] = {
    "finetune", "continued-pretrain", "quantized",  "converted",  "pruned",     "adapter-of",
    "merge-of", "distilled-from",     "outputs-of", "trained-on", "vocab-from", NULL};
const char *const relation_words[] = {"linked", "embeds", "aggregates", "requires-at-runtime",
				      NULL};
const char *const modality_words_of_items[] = {"text",  "multimodal", "image",
					       "audio", "video",      NULL};
const char *const form_words[] = {"raw", "integrated-product", "hosted", NULL};
const char *const purpose_words[] = {
    "military",   "surveillance",          "biometric",         "medical", "justice", "research",
    "production", "train-model:competing", "train-model:other", NULL};
const char *const intent_words[] = {"commercial", "non-commercial-research", "personal", "unknown",
				    NULL};
const char *const state_words[] = {"confirmed", "text-only",    "tag-only", "mismatch",
				   "modified",  "unknown-text", "absent",   NULL};
const char *const risk_words[] = {"off", "advise", "require-approval", "block", NULL};
const char *const party_words[] = {"company", "university", "public", "individual", NULL};
const char *const question_words[] = {"provenance-risk", "research-use", NULL};

void case_init(struct policy_case *c)
{
	*c = (struct policy_case){
	    .risk = RISK_APPROVE,
	    .screening_max_age_days = 180,
	    .review_grace_days = 30,
	    .organisation = {.id = "ORG",
			     .commercial = TRI_YES,
			     .intent = INTENT_COMMERCIAL,
			     .domicile = "US",
			     .revenue = {true, 40000000},
			     .mau = {true, 2000000},
			     .maas = TRI_NO},
	    .anyone = {.id = "PUB",
		       .commercial = TRI_UNKNOWN,
		       .intent = INTENT_UNKNOWN,
		       .maas = TRI_UNKNOWN},
	    .request = {.klass = OW_CLASS_QUARANTINE, .purpose = PURPOSE_UNSET},
	};
}

const struct party *case_party(const struct policy_case *c, const char *id)
{
	if (strcmp(c->organisation.id, id) == 0)
		return &c->organisation;
	if (strcmp(c->anyone.id, id) == 0)
		return &c->anyone;
	for (size_t i = 0; i < c->n_recipients; i++) {
		if (strcmp(c->recipients[i].id, id) == 0)
			return &c->recipients[i];
	}
	return NULL;
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct item *)a)->id, ((const struct item *)b)->id);
}

const struct item *case_item(const struct policy_case *c, const char *id)
{
	struct item key = {.id = id};

	return c->n_items == 0 ? NULL
			       : bsearch(&key, c->items, c->n_items, sizeof c->items[0], by_id);
}

static int by_parent(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;
	int order = strcmp(x->parent_id, y->parent_id);

	return order != 0 ? order : (x->kind > y->kind) - (x->kind < y->kind);
}

static int by_ends(const void *a, const void *b)
{
	const struct relation *x = a, *y = b;
	int order = strcmp(x->from_id, y->from_id);

	if (order == 0)
		order = strcmp(x->to_id, y->to_id);
	return order != 0 ? order : (x->kind > y->kind) - (x->kind < y->kind);
}

static int join_edges(const struct policy_case *c, struct item *item, struct ow_error *err)
{
	if (item->n_edges > 1)
		qsort(item->edges, item->n_edges, sizeof item->edges[0], by_parent);
	for (size_t i = 0; i < item->n_edges; i++) {
		struct edge *e = &item->edges[i];

		e->parent = NULL;
		if (strcmp(e->parent_id, "unknown") == 0)
			continue;
		e->parent = case_item(c, e->parent_id);
		if (e->parent == NULL)
			return err_set(err, OW_E_USAGE, "parent '%s' of '%s' is not there",
				       e->parent_id, item->id);
	}
	return 0;
}

static int by_contract(const void *a, const void *b)
{
	const struct waiver *x = a, *y = b;
	int order = strcmp(x->contract, y->contract);

	return order != 0 ? order
			  : (x->valid_until < y->valid_until) - (x->valid_until > y->valid_until);
}

static int by_approval(const void *a, const void *b)
{
	return strcmp(((const struct approval *)a)->id, ((const struct approval *)b)->id);
}

static int by_agreement(const void *a, const void *b)
{
	const struct agreement *x = a, *y = b;
	int order = strcmp(x->id, y->id);

	return order != 0 ? order
			  : (x->valid_until < y->valid_until) - (x->valid_until > y->valid_until);
}

static void sort(void *at, size_t n, size_t size, int (*order)(const void *, const void *))
{
	if (n > 1)
		qsort(at, n, size, order);
}

int case_settle(struct policy_case *c, struct arena *a, struct ow_error *err)
{
	sort(c->items, c->n_items, sizeof c->items[0], by_id);
	for (size_t i = 0; i < c->n_items; i++) {
		c->items[i].index = i;
		if (i > 0 && strcmp(c->items[i - 1].id, c->items[i].id) == 0)
			return err_set(err, OW_E_USAGE, "two items are called '%s'",
				       c->items[i].id);
	}
	for (size_t i = 0; i < c->n_items; i++) {
		if (join_edges(c, &c->items[i], err) < 0)
			return err->code;
	}
	sort(c->relations, c->n_relations, sizeof c->relations[0], by_ends);
	for (size_t i = 0; i < c->n_relations; i++) {
		struct relation *r = &c->relations[i];

		r->from = case_item(c, r->from_id);
		r->to = case_item(c, r->to_id);
		if (r->from == NULL || r->to == NULL)
			return err_set(err, OW_E_USAGE,
				       "relation of '%s' and '%s': one of them is not there",
				       r->from_id, r->to_id);
	}
	/* where several would do, the first in this order is named */
	sort(c->waivers, c->n_waivers, sizeof c->waivers[0], by_contract);
	sort(c->approvals, c->n_approvals, sizeof c->approvals[0], by_approval);
	sort(c->agreements, c->n_agreements, sizeof c->agreements[0], by_agreement);
	return arena_finish(a, err);
}
