/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "govern/vouch.h"

#include <stdio.h>

#include "base/err.h"
#include "base/time.h"

int vouch_signatures(struct docs *docs, const struct ow_id *id, struct signed_doc *d,
		     struct ow_error *err)
{
	OW_AUTO(docs_sigs_done) struct docs_sigs sigs = {0};

	if (docs_sigs(docs, id, &sigs, err) < 0)
		return err->code;
	for (size_t i = 0; i < sigs.n; i++) {
		char name[8];

		(void)snprintf(name, sizeof name, "S%02u", (unsigned)(i % SIGNATURES_MAX) + 1);
		if (signed_add(d, name, sigs.at[i].p, sigs.at[i].n, err) < 0)
			return err->code;
	}
	return 0;
}

/* A damaged signature does not take away what another one says. */
static bool signed_under(const struct root *root, const struct signed_doc *d, const char *type,
			 struct gate_report *report, struct ow_error *why)
{
	static const struct gate_rules rules = {.tolerate_damaged = true};

	return gate_check(d, root, OW_ROLE_APPROVER, type, &rules, report, why) == 0 ||
	       report->good > 0;
}

enum vouched vouch_approver(const struct chain *c, const struct signed_doc *d, const char *type,
			    struct gate_report *report, struct ow_error *why)
{
	struct ow_error below = {0};

	*report = (struct gate_report){0};
	if (signed_under(chain_newest(c), d, type, report, &below))
		return VOUCHED_NOW;
	*why = below;
	for (size_t i = c->n - 1; i-- > 0;) {
		struct gate_report earlier = {0};
		struct ow_error ignored = {0};

		if (signed_under(c->link[i].root, d, type, &earlier, &ignored))
			return VOUCHED_BEFORE;
	}
	return VOUCHED_NOT;
}

bool vouch_in_time(const struct chain *c, uint64_t said, struct ow_error *why)
{
	const struct root *root = chain_newest(c);
	char end[TIME_TEXT], when[TIME_TEXT];

	if (root->not_after == 0 || said <= root->not_after)
		return true;
	(void)err_set(why, OW_E_STALE, "it was said on %s, and root %llu of %s ended on %s",
		      time_text(said, when), (unsigned long long)root->version, root->origin,
		      time_text(root->not_after, end));
	return false;
}
