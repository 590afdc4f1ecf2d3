/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The licences of an artifact in short.
 */
#include <string.h>

#include <owstore/lineage.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "govern/books.h"
#include "govern/items.h"
#include "govern/licenses.h"
#include "govern/stand.h"
#include "os/clock.h"

const char *stand_state(const struct claim *claim, const struct holding *h)
{
	if (h->concluded)
		return "concluded";
	switch (h->trouble) {
	case TROUBLE_MISMATCH:
		return claim->state == TEXT_MODIFIED ? "modified" : "mismatch";
	case TROUBLE_NOTEXT:
		if (claim->found_in != NULL)
			return "unknown-text";
		return claim->declared.n > 0 ? "tag-only" : "absent";
	case TROUBLE_NONE:
		break;
	}
	if (h->text_missing)
		return "tag-only";
	return claim->declared.n > 0 ? "confirmed" : "text-only";
}

static const char *joined(const struct texts *t, struct arena *a)
{
	const char *all = NULL;

	for (size_t i = 0; i < t->n; i++)
		all = all == NULL ? t->at[i] : arena_printf(a, "%s, %s", all, t->at[i]);
	return all;
}

struct rows {
	struct ow_standing *at;
	size_t n;
};

/* Into the row of what stands alike, or a new one. */
static void add_row(struct rows *rows, const struct ow_standing *one, struct arena *a)
{
	for (size_t i = 0; i < rows->n; i++) {
		struct ow_standing *r = &rows->at[i];

		if (text_same(r->state, one->state) && text_same(r->license, one->license) &&
		    text_same(r->declared, one->declared) &&
		    text_same(r->found_in, one->found_in)) {
			r->parts = arena_printf(a, "%s, %s", r->parts, one->parts);
			return;
		}
	}
	rows->at[rows->n++] = *one;
}

static int make_rows(const struct items *items, const struct license_set *set, struct arena *a,
		     struct rows *rows, struct ow_error *err)
{
	struct policy_case none;

	case_init(&none);
	rows->at = arena_array(a, items->n, sizeof *rows->at, err);
	if (rows->at == NULL)
		return err->code;
	for (size_t i = 0; i < items->n; i++) {
		const struct item *item = &items->at[i];
		struct holding h;
		struct ow_standing one;

		if (claim_resolve(&none, set, item, a, &h, err) < 0)
			return err->code;
		one = (struct ow_standing){
		    .parts = item->id,
		    .state = stand_state(&item->claim, &h),
		    .license = strcmp(h.license, "NOASSERTION") == 0 ? NULL : h.license,
		    .declared = joined(&item->claim.declared, a),
		    .found_in = item->claim.found_in,
		    .why = h.trouble == TROUBLE_NONE ? NULL : h.why};
		add_row(rows, &one, a);
	}
	if (rows->n == 1)
		rows->at[0].parts = NULL;
	return arena_finish(a, err);
}

/* From the sure to the unsure. */
static unsigned rank(const char *state)
{
	static const char *const order[] = {"concluded", "confirmed", "text-only",    "tag-only",
					    "mismatch",  "modified",  "unknown-text", "absent"};
	unsigned n = 0;

	while (n + 1 < sizeof order / sizeof order[0] && strcmp(order[n], state) != 0)
		n++;
	return n;
}

int stand_of(const struct subject *s, const struct items_rules *rules, struct arena *a,
	     struct stand *out, struct ow_error *err)
{
	OW_AUTO(items_done) struct items items = {0};
	struct rows rows = {0};

	*out = (struct stand){.state = "absent"};
	if (items_add(&items, s, false, rules, a, err) < 0 ||
	    make_rows(&items, rules->set, a, &rows, err) < 0)
		return err->code;
	for (size_t i = 0; i < rows.n; i++) {
		const struct ow_standing *r = &rows.at[i];

		if (i == 0 || rank(r->state) > rank(out->state))
			out->state = r->state;
		if (r->license != NULL &&
		    (out->license == NULL || strcmp(out->license, r->license) != 0))
			out->license =
			    out->license == NULL
				? r->license
				: arena_printf(a, "(%s) AND (%s)", out->license, r->license);
	}
	return arena_finish(a, err);
}

int ow_standing(struct ow_store *s, const char *ref, const struct ow_known *known,
		ow_standing_visit visit, void *ctx, const struct ow_events *events,
		struct ow_error *err)
{
	OW_AUTO(trust_state_done) struct trust_state trust = {0};
	OW_AUTO(books_close) struct books *books = NULL;
	OW_AUTO(subject_done) struct subject subject = {0};
	OW_AUTO(items_done) struct items items = {0};
	OW_AUTO(arena_done) struct arena arena = {0};
	struct items_rules rules = {.set = known->licenses->set, .concluded = books_concluded};
	struct rows rows = {0};

	if (trust_state_init(&trust, known->trust, err) < 0 ||
	    subject_open(s, ref, events, &subject, err) < 0 ||
	    books_open(s, &trust, clock_now(), events, &books, err) < 0 ||
	    books_read(books, &subject.found, err) < 0)
		return err->code;
	rules.ctx = books;
	if (items_add(&items, &subject, true, &rules, &arena, err) < 0 ||
	    make_rows(&items, rules.set, &arena, &rows, err) < 0)
		return err->code;
	for (size_t i = 0; i < rows.n; i++) {
		if (visit(ctx, &rows.at[i], err) < 0)
			return err->code;
	}
	return 0;
}
