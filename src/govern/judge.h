/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From the store to a case of the policy engine: an artifact with its ancestors, what was found in them, and what is on
 * record. The same records give the same case, in whatever order they came.
 *
 *	OW_AUTO(judged_done) struct judged j = {0};
 *	struct judge_request r = {.class = OW_CLASS_CUSTOMER, .recipient = "acme"};
 *
 *	if (judge_case(s, "org/model@1", &r, &with, &j, err) < 0 ||
 *	    decide(&j.c, set, &j.arena, &decision, err) < 0)
 *		return err->code;
 */
#ifndef OW_GOVERN_JUDGE_H
#define OW_GOVERN_JUDGE_H

#include "govern/ancestry.h"
#include "govern/books.h"
#include "govern/items.h"
#include "policy/case.h"
#include "policy/license.h"
#include "trust/state.h"

struct judge_request {
	enum ow_class class;
	const char *recipient; /* NULL: the organisation, or anyone for class redistributable */
	unsigned form;         /* enum form */
	unsigned
	    purpose; /* enum purpose; PURPOSE_UNSET: research for that class, else production */

	/* An approver's word for the licence of what no known text tells; what is concluded on record comes first. NULL:
	 * there is none.
	 */
	const char *word;

	/* What if all that people can supply were there, and a commercial organisation asked? */
	bool supplied;
	/* What if the model were made into another by this kind of edge, which goes along? A word of edge_words. */
	const char *made_into; /* NULL: it is not */
};

/* What is decided with. */
struct judge_with {
	const struct license_set *set;
	const struct trust_state *trust; /* whose signatures count */
	const struct ow_events *events;  /* told what does not count and why; may be NULL */
	struct books *books; /* open, for many questions with one trust; NULL: each opens its own */
};

/* A settled case with all that its texts belong to. */
struct judged {
	struct policy_case c;
	struct arena arena;
	struct ancestry ancestry;
	struct items items;              /* their files, found by the id of an item */
	struct books *books, *own_books; /* the latter NULL where they are the caller's */
	struct items_rules rules;        /* by which these say which text is which licence's */
};

/* *out is zeroed before, must stay where it is, and is to be freed also after a failure.
 * Errors   OW_E_USAGE: no such artifact, or class customer without a recipient; those of ancestry_read. */
OW_MUST_USE int judge_case(struct ow_store *s, const char *ref, const struct judge_request *request,
			   const struct judge_with *with, struct judged *out, struct ow_error *err);
void judged_done(struct judged *j);
OW_DEFINE_AUTO_DONE(struct judged, judged_done)

#endif
