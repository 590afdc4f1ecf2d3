/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Licence profiles: what a licence text permits, asks for and forbids, as facts that rules can be applied to. They
 * are data (data/licenses/<family>.yaml, built in; a site may add or replace some), each with the clause it
 * comes from, where it was read and how sure that is.
 *
 *	struct license_set *set = NULL;
 *	const struct license *mit;
 *
 *	if (license_set_new(&set, err) < 0)
 *		return err->code;
 *	mit = license_find(set, "mit");
 */
#ifndef OW_POLICY_LICENSE_H
#define OW_POLICY_LICENSE_H

#include <owstore/error.h>
#include <owstore/id.h>

#include "policy/expr.h"
#include "policy/fields.h"

enum openness {
	OPENNESS_OPEN_SOURCE,
	OPENNESS_PERMISSIVE_WEIGHTS,
	OPENNESS_RESTRICTED_WEIGHTS,
	OPENNESS_NON_COMMERCIAL,
	OPENNESS_RESEARCH_ONLY,
	OPENNESS_PROPRIETARY
};

enum confidence {
	CONFIDENCE_HIGH,
	CONFIDENCE_MEDIUM,
	CONFIDENCE_LOW
};

/* What a permission says; unknown and "no" let nothing pass. */
enum permit {
	PERMIT_YES,
	PERMIT_CONDITIONAL,
	PERMIT_NO,
	PERMIT_UNKNOWN,
	PERMIT_NOT_APPLICABLE
};

enum permission {
	MAY_REDISTRIBUTE,
	MAY_USE_COMMERCIALLY,
	MAY_DERIVE,
	MAY_SHARE_FINE_TUNED,
	MAY_SHARE_QUANTIZED,
	MAY_TRAIN_WITH_OUTPUTS,
	PERMISSIONS
};

enum copyleft {
	COPYLEFT_NONE,
	COPYLEFT_BEHAVIORAL, /* use restrictions travel */
	COPYLEFT_WEAK,
	COPYLEFT_SHARE_ALIKE,
	COPYLEFT_STRONG,
	COPYLEFT_NETWORK,
	COPYLEFT_UNKNOWN
};

enum passthrough {
	PASS_NONE,
	PASS_COPY,    /* a copy of the agreement carries them */
	PASS_TERM,    /* an enforceable term with each recipient */
	PASS_SIMILAR, /* the same or similar terms */
	PASS_SAME     /* the very same terms */
};

enum duty {
	DUTY_COPY,
	DUTY_AUP,
	DUTY_NOTICE_LINE,
	DUTY_NOTICE_FILE,
	DUTY_COPYRIGHT,
	DUTY_CHANGES,
	DUTY_CHANGEDOC,
	DUTY_PASSTHRU,
	DUTY_NAME,
	DUTY_DISPLAY,
	DUTY_SOURCE,
	DUTY_RELINK,
	DUTY_ATTR_CC,
	DUTY_SHAREALIKE,
	DUTY_NOENDORSE,
	DUTY_DATA_ATTR,
	DUTY_REGISTER,
	DUTY_AGREEMENT,
	DUTY_UPDATE,
	DUTIES
};

/* What reaches a model that was trained on outputs of one under this text; bits. */
enum outputs {
	OUTPUTS_FULL = 1,    /* it is a derivative: all terms */
	OUTPUTS_FORBID = 2,  /* only models of the same family may be trained so */
	OUTPUTS_NAME = 4,    /* the duty of the name alone */
	OUTPUTS_DISPLAY = 8, /* the duty of the display alone */
	OUTPUTS_PURPOSE = 16 /* the limit of purpose alone */
};

enum training {
	TRAINING_SILENT, /* the text does not speak of models trained on the data */
	TRAINING_FREE,
	TRAINING_REVIEW
};

enum scale_of {
	SCALE_MAU,
	SCALE_REVENUE
};

enum scale_effect {
	SCALE_TERMINATE,
	SCALE_NO_COMMERCIAL,
	SCALE_AGREEMENT_FIRST
};

enum exemption {
	EXEMPT_PRODUCT = 1, /* who receives an integrated product */
	EXEMPT_INTERNAL = 2 /* use inside the entity */
};

/* A limit of size of the licensee. */
struct scale {
	unsigned of;       /* enum scale_of */
	uint64_t max;      /* allowed up to and with this many users, or USD */
	bool monthly;      /* revenue per month, else per year */
	bool maas_only;    /* binds those who offer models as a service */
	uint64_t measured; /* midnight of the date that counts; 0: the time of the request */
	unsigned effect;   /* enum scale_effect */
	unsigned exempts;  /* enum exemption bits */
	const char *clause;
};

/* Where the licence does not reach. */
struct territory {
	struct texts excludes; /* ISO 3166-1 alpha-2, or "EU" */
	bool by_place;         /* of distribution and use, else of the licensee's business */
	bool multimodal_only;
	unsigned exempts;
	const char *clause;
};

struct display {
	struct texts texts; /* one of them must be seen; none: the text names it by model */
	bool derived_only;
	uint64_t mau, per_month, per_year; /* the duty begins above one of these; all 0: always */
};

/* Uses that a text with use restrictions names; bits by enum purpose of policy/case.h. */
struct license_fields {
	bool restricted;
	unsigned forbids, frees;
	const char *clause;
};

/* A fact as the tables have it, for showing and comparing. */
struct saying {
	const char *key, *value;
};

enum reach {
	REACH_NONE,
	REACH_MODELS, /* every model used with it must be published */
	REACH_HOSTED  /* the service around it */
};

struct license {
	const char *id, *name, *family, *source, *clauses, *origin;
	struct texts tags; /* of model cards; "other/license_name=x" for a named one */
	unsigned openness, confidence, copyleft, passthrough, training, reach;
	unsigned permits[PERMISSIONS]; /* enum permit */
	const char *duties[DUTIES];    /* the clause, or NULL */
	const char *name_prefix;
	struct display display;
	unsigned outputs; /* bits */
	const char *outputs_clause, *training_clause, *nc_clause, *companies_clause;
	const char *update_clause, *reach_clause, *drm_clause;
	struct license_fields fields;
	size_t n_scales, n_territories;
	struct scale *scales;
	struct territory *territories;
	size_t n_says;
	struct saying *says;
};

struct license_set;

/* The built-in profiles, respectively none. */
OW_MUST_USE int license_set_empty(struct license_set **out, struct ow_error *err);
OW_MUST_USE int license_set_new(struct license_set **out, struct ow_error *err);
void license_set_free(struct license_set *set);
OW_DEFINE_AUTO(struct license_set *, license_set_free)

/* Add the profiles of one file; those with an id that is there take its place. `name` is what errors call the
 * file, and what the profiles give as their origin. On failure the set is as it was.
 */
OW_MUST_USE int license_set_add(struct license_set *set, const void *p, size_t n, const char *name,
				struct ow_error *err);

/* By position in the order of ids. */
size_t license_count(const struct license_set *set);
const struct license *license_at(const struct license_set *set, size_t i);

/* By id, whatever the case; ids that SPDX has withdrawn lead to their successors. NULL: none. */
const struct license *license_find(const struct license_set *set, const char *id);

/* By one licence of an expression: with its exception where that has a profile, else without its relief. */
const struct license *license_of(const struct license_set *set, const struct expr_leaf *leaf);

/* After how many days people look at it again: 90 where it was read by name alone or has no profile (NULL), 180 where it
 * restricts anything, 365 else.
 */
enum {
	LICENSE_REVIEW_SHORTEST = 90,
	LICENSE_REVIEW_LONGEST = 365
};
unsigned license_review_days(const struct license *l);

/* Does a model card's tag stand for this licence? */
bool license_has_tag(const struct license *l, const char *tag);

/* The digest of all files of the set, in the order in which they came. */
struct ow_id license_digest(const struct license_set *set);

const char *duty_name(enum duty d);
bool duty_find(const char *name, enum duty *out);
const char *openness_name(unsigned v);
const char *confidence_name(unsigned v);
const char *copyleft_name(unsigned v);
const char *permit_name(unsigned v);
const char *permission_name(enum permission p);

/* Text that stands for a copy under these terms: non-commercial use alone? */
static inline bool license_non_commercial(const struct license *l)
{
	return l->permits[MAY_USE_COMMERCIALLY] == PERMIT_NO ||
	       l->openness == OPENNESS_NON_COMMERCIAL || l->openness == OPENNESS_RESEARCH_ONLY;
}

#endif
