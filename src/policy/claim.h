/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What stands for the licence of an item: of the text found, the tags declared, a person's conclusion and elections,
 * the expression that counts and what is wrong with it.
 */
#ifndef OW_POLICY_CLAIM_H
#define OW_POLICY_CLAIM_H

#include "policy/case.h"
#include "policy/license.h"

/* One licence that applies. */
struct term {
	const char *id;          /* as it is called in reasons */
	const struct license *l; /* NULL: no profile */
};

/* What stops the text from counting. */
enum trouble {
	TROUBLE_NONE,
	TROUBLE_NOTEXT,
	TROUBLE_MISMATCH
};

struct holding {
	const char *expression; /* what is shown as its own licence */
	const char *license;    /* what reasons about the text itself name */
	size_t n_terms;
	struct term *terms; /* of the elected way, or of the first */
	size_t n_ways;      /* more than 1: nobody has elected one */
	struct term **ways; /* the terms of each, and their numbers */
	size_t *way_terms;
	const char **way_texts;
	const char *proposed; /* where there are several ways: the one judged */
	enum trouble trouble;
	const char *why;       /* of the trouble */
	const char *drift_to;  /* a text that upstream carries now, or NULL */
	const char *drift_old; /* the text in hand */
	bool drift_elected;
	bool text_missing; /* an SPDX id by its tag alone */
	bool concluded;    /* by a person */
	bool has_facts;    /* anything was said about a licence */
};

OW_MUST_USE int claim_resolve(const struct policy_case *c, const struct license_set *set,
			      const struct item *item, struct arena *a, struct holding *out,
			      struct ow_error *err);

#endif
