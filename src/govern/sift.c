/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "govern/sift.h"

#include <strings.h>

#include "base/err.h"
#include "govern/items.h"
#include "os/clock.h"
#include "policy/claim.h"

int sift_open(struct ow_store *s, const struct license_set *set, const char *id, const char *trust,
	      const struct ow_events *events, struct sift *out, struct ow_error *err)
{
	*out = (struct sift){
	    .store = s, .set = set, .id = id, .license = license_find(set, id), .events = events};
	if (trust_state_init(&out->trust, trust, err) < 0)
		return err->code;
	return books_open(s, &out->trust, clock_now(), events, &out->books, err);
}

void sift_done(struct sift *s)
{
	books_close(s->books);
	trust_state_done(&s->trust);
	*s = (struct sift){0};
}

static bool names(const struct sift *s, const char *expression)
{
	struct ow_error ignored = {0};
	struct expr e;

	if (strcasecmp(expression, s->id) == 0)
		return true;
	if (expr_parse(expression, &e, &ignored) < 0)
		return false;
	for (size_t i = 0; i < e.n_leaves; i++) {
		if (strcasecmp(e.leaves[i].id, s->id) == 0 ||
		    (s->license != NULL && license_of(s->set, &e.leaves[i]) == s->license))
			return true;
	}
	return false;
}

int sift_under(struct sift *s, const struct subject *subject, const char *promoted,
	       struct ow_error *err)
{
	OW_AUTO(items_done) struct items items = {0};
	OW_AUTO(arena_done) struct arena arena = {0};
	const struct items_rules rules = {
	    .set = s->set, .concluded = books_concluded, .ctx = s->books};
	struct policy_case none;

	case_init(&none);
	if (names(s, promoted))
		return 1;
	books_forget(s->books);
	if (books_read(s->books, &subject->found, err) < 0 ||
	    items_add(&items, subject, true, &rules, &arena, err) < 0)
		return err->code;
	for (size_t i = 0; i < items.n; i++) {
		struct holding h;

		if (claim_resolve(&none, s->set, &items.at[i], &arena, &h, err) < 0)
			return err_ctx(err, "artifact %s@%s", subject->found.artifact.name,
				       subject->found.artifact.version);
		if (names(s, h.expression))
			return 1;
	}
	return 0;
}
