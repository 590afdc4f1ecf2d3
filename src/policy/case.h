/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A case: everything that one decision depends on, as plain values. A scenario file is one way to fill it, a stored
 * artifact with the records about it another. Nothing here is computed; case_settle puts a filled case in order.
 *
 * Texts belong to whoever filled the case (its arena, as a rule) and must outlive the decision.
 */
#ifndef OW_POLICY_CASE_H
#define OW_POLICY_CASE_H

#include <owstore/class.h>
#include <owstore/id.h>

#include "policy/fields.h"

enum role {
	ROLE_WEIGHTS,
	ROLE_ADAPTER,
	ROLE_TOKENIZER,
	ROLE_CONFIG,
	ROLE_CHAT_TEMPLATE,
	ROLE_RUNTIME_BINARY,
	ROLE_KERNEL,
	ROLE_CODE,
	ROLE_CONVERTER_TOOL,
	ROLE_DATASET,
	ROLE_EVAL_DATA,
	ROLE_SAFETY_FILTER,
	ROLE_EMBEDDING_MODEL,
	ROLE_RETRIEVAL_INDEX,
	ROLE_PROMPT_PACK,
	ROLE_DOCUMENT,
	ROLE_NONE /* a parent of which it is not said */
};

enum edge_kind {
	EDGE_FINETUNE,
	EDGE_CONTINUED_PRETRAIN,
	EDGE_QUANTIZED,
	EDGE_CONVERTED,
	EDGE_PRUNED,
	EDGE_ADAPTER_OF,
	EDGE_MERGE_OF,
	EDGE_DISTILLED_FROM,
	EDGE_OUTPUTS_OF,
	EDGE_TRAINED_ON,
	EDGE_VOCAB_FROM
};

enum relation_kind {
	RELATION_LINKED,
	RELATION_EMBEDS,
	RELATION_AGGREGATES,
	RELATION_REQUIRES
};

enum modality {
	MODALITY_TEXT,
	MODALITY_MULTIMODAL,
	MODALITY_IMAGE,
	MODALITY_AUDIO,
	MODALITY_VIDEO
};

enum form {
	FORM_RAW,
	FORM_PRODUCT,
	FORM_HOSTED
};

/* Of a request. */
enum purpose {
	PURPOSE_MILITARY, /* the fields of use come first, so that profiles can name them as bits */
	PURPOSE_SURVEILLANCE,
	PURPOSE_BIOMETRIC,
	PURPOSE_MEDICAL,
	PURPOSE_JUSTICE,
	PURPOSE_FIELDS,
	PURPOSE_RESEARCH = PURPOSE_FIELDS,
	PURPOSE_PRODUCTION,
	PURPOSE_TRAIN_COMPETING,
	PURPOSE_TRAIN_OTHER,
	PURPOSE_UNSET
};

/* Of a recipient. */
enum intent {
	INTENT_COMMERCIAL,
	INTENT_RESEARCH,
	INTENT_PERSONAL,
	INTENT_UNKNOWN
};

/* Of the text of a licence beside a component. */
enum text_state {
	TEXT_CONFIRMED,
	TEXT_ONLY, /* no tag, counts as confirmed */
	TEXT_TAG_ONLY,
	TEXT_MISMATCH,
	TEXT_MODIFIED,
	TEXT_UNKNOWN,
	TEXT_ABSENT,
	TEXT_COMPARE /* follows from what is declared and found */
};

enum risk_level {
	RISK_OFF,
	RISK_ADVISE,
	RISK_APPROVE,
	RISK_BLOCK
};

enum scope {
	SCOPE_ALL,
	SCOPE_NONE,
	SCOPE_LIST
};

struct dated {
	uint64_t date, value;
};

struct party {
	const char *id;
	unsigned kind; /* 0 company, 1 university, 2 public, 3 individual: for the record */
	enum tri commercial;
	unsigned intent;         /* enum intent */
	const char *domicile;    /* ISO 3166-1 alpha-2, NULL: unknown */
	struct quantity revenue; /* USD a year */
	struct quantity mau;     /* where no date of its own counts */
	size_t n_dated;
	struct dated *dated; /* MAU at the dates that licences name */
	enum tri maas;
	struct quantity screened; /* when; not known: never */
};

struct claim {
	struct texts declared; /* tags or expressions */
	const char *found, *found_in, *concluded, *later;
	unsigned state; /* enum text_state */
};

struct edge {
	const char *parent_id;
	unsigned kind;             /* enum edge_kind */
	const struct item *parent; /* NULL: unknown; set by case_settle */
};

/* A component of the bundle, or something outside of it that it comes from or needs. */
struct item {
	const char *id, *name;
	unsigned role, modality;
	bool shipped;  /* in the bundle */
	bool in_store; /* of a parent */
	bool has_digest;
	struct ow_id digest;
	struct claim claim;
	bool modified, published, upstream_notice, gated, source_available;
	bool terminated;   /* a licensor's end of the licence is on record */
	bool unnamed_base; /* it says that it was made from another model, and not from which */
	size_t n_edges;
	struct edge *edges;
	size_t index; /* in the case; set by case_settle */
};

struct relation {
	const char *from_id, *to_id;
	unsigned kind;                /* enum relation_kind */
	const struct item *from, *to; /* set by case_settle */
};

/* An obligation by id, or that of one component or licence. */
struct duty_mark {
	unsigned duty; /* enum duty */
	const char *component, *license;
};

struct approval {
	const char *id, *recipient; /* NULL: as the request */
	unsigned klass, form;       /* OW_CLASSES and FORM_HOSTED + 1: as the request */
	bool covers_all;
	struct texts covers; /* ids of components, or sha256:<hex> */
	uint64_t valid_until;
	uint64_t said; /* when it was signed; 0: not told, and then it never falls due */
	unsigned have,
	    need;       /* approvers who signed it and that it takes; fewer: it lets nothing pass */
	const char *by; /* their names where some are missing */
};

struct acceptance {
	const char *component, *entity;
	uint64_t date, valid_until;
};

struct election {
	const char *expression, *chosen, *component;
};

struct interpretation {
	const char *license, *component;
	unsigned question; /* 0 provenance-risk, 1 research-use */
	bool accept;
};

struct waiver {
	const char *license, *component, *contract;
	struct texts lifts;
	uint64_t valid_until;
};

struct agreement {
	const char *license, *id;
	uint64_t valid_until;
};

struct carried {
	const char *component;
	struct texts carries;
};

struct request {
	unsigned klass; /* enum ow_class */
	const struct party *recipient;
	unsigned form, purpose;
	bool locked; /* wrapped in measures that the recipient cannot undo */
};

#define LIST(type, name)                                                                           \
	size_t n_##name;                                                                           \
	struct type *name

struct policy_case {
	const char *label;
	uint64_t clock, newest_signed;
	unsigned risk; /* enum risk_level */
	uint64_t screening_max_age_days, review_grace_days;
	struct party organisation, anyone;
	struct texts affiliates;
	LIST(party, recipients);
	struct request request;
	const char *artifact_name, *artifact_version;
	LIST(item, items);
	LIST(relation, relations);
	unsigned met; /* enum scope */
	LIST(duty_mark, met_marks);
	LIST(duty_mark, unmet_marks);
	bool shows_given;
	struct texts shows; /* the exact texts that are shown */
	unsigned approvals_scope, gates_scope;
	LIST(approval, approvals);
	LIST(acceptance, gates);
	LIST(election, elections);
	LIST(interpretation, interpretations);
	LIST(waiver, waivers);
	LIST(agreement, agreements);
	bool terms_given;
	LIST(carried, terms);
};

#undef LIST

/* What every case is unless told otherwise: a commercial company in the US, everything met and approved. */
void case_init(struct policy_case *c);

/* Put items in the order of their ids and join what names them. OW_E_USAGE for an id that is there twice or is
 * missing; texts of the error name it.
 */
OW_MUST_USE int case_settle(struct policy_case *c, struct arena *a, struct ow_error *err);

const struct item *case_item(const struct policy_case *c, const char *id);

/* The party of this id: the organisation, PUB, or a recipient; NULL if there is none. */
const struct party *case_party(const struct policy_case *c, const char *id);

/* The digests of the facts and of the site's policy: of the parsed and sorted values, without the clock. */
OW_MUST_USE int case_digests(const struct policy_case *c, struct ow_id *facts, struct ow_id *policy,
			     struct ow_error *err);

extern const char *const role_words[],
    *const edge_words[], *const relation_words[], *const modality_words_of_items[],
						      *const form_words[],
							  *const purpose_words[],
							      *const intent_words[],
								  *const state_words[],
								      *const risk_words[],
									  *const question_words[],
									      *const party_words[];

/* Is it a model, so that what it was trained on matters? */
static inline bool role_is_model(unsigned role)
{
	return role == ROLE_WEIGHTS || role == ROLE_ADAPTER || role == ROLE_SAFETY_FILTER ||
	       role == ROLE_EMBEDDING_MODEL || role == ROLE_NONE;
}

static inline bool role_is_code(unsigned role)
{
	return role == ROLE_CODE || role == ROLE_KERNEL || role == ROLE_RUNTIME_BINARY ||
	       role == ROLE_CONVERTER_TOOL;
}

#endif
