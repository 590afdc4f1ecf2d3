/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "policy/claim.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/err.h"

struct resolving {
	const struct policy_case *c;
	const struct license_set *set;
	const struct item *item;
	struct arena *a;
	struct holding *out;
	struct expr expr; /* what counts */
};

/* Tags that stand for a family and not for one text: a text of the family agrees with them. */
static const struct {
	const char *id;
	const char *family; /* NULL: ids that begin with the tag */
} umbrellas[] = {
    {"LicenseRef-hf-family-tag", NULL},
    {"LicenseRef-openrail-unspecified", "openrail"},
};

static bool is_bespoke(const char *id)
{
	return strncasecmp(id, "LicenseRef-", 11) == 0 || strncasecmp(id, "DocumentRef-", 12) == 0;
}

static void in_trouble(struct resolving *r, enum trouble t, const char *why)
{
	if (r->out->trouble == TROUBLE_NONE) {
		r->out->trouble = t;
		r->out->why = why;
	}
}

/* ---- declared against found ---------------------------------------------------------------------------- */

static bool umbrella_covers(const struct license *tag, const char *word, const struct license *l)
{
	for (size_t i = 0; i < sizeof umbrellas / sizeof umbrellas[0]; i++) {
		if (strcmp(umbrellas[i].id, tag->id) != 0)
			continue;
		if (umbrellas[i].family != NULL)
			return strcmp(l->family, umbrellas[i].family) == 0;
		return strncasecmp(l->id, word, strlen(word)) == 0 && l->id[strlen(word)] == '-';
	}
	return false;
}

/* Does this tag or id stand for the licence? */
static bool word_means(const struct license_set *set, const char *word, const struct license *l)
{
	if (license_find(set, word) == l || license_has_tag(l, word))
		return true;
	for (size_t i = 0; i < license_count(set); i++) {
		const struct license *tag = license_at(set, i);

		if (license_has_tag(tag, word) && umbrella_covers(tag, word, l))
			return true;
	}
	return false;
}

static bool means_some(const struct resolving *r, const char *word, const struct expr *found)
{
	for (size_t i = 0; i < found->n_leaves; i++) {
		const struct license *l = license_of(r->set, &found->leaves[i]);

		if (strcasecmp(word, found->leaves[i].id) == 0 ||
		    (l != NULL && word_means(r->set, word, l)))
			return true;
	}
	return false;
}

/* Does what was declared agree with the text? "other" says nothing against a text that has a name of its own. */
static bool agrees(const struct resolving *r, const char *declared, const struct expr *found)
{
	struct ow_error ignored = {0};
	struct expr e;

	if (strcasecmp(declared, "other") == 0) {
		for (size_t i = 0; i < found->n_leaves; i++) {
			if (is_bespoke(found->leaves[i].id))
				return true;
		}
		return false;
	}
	if (means_some(r, declared, found))
		return true;
	if (expr_parse(declared, &e, &ignored) < 0 || e.n_leaves < 2)
		return false;
	for (size_t i = 0; i < e.n_leaves; i++) {
		if (!means_some(r, e.leaves[i].id, found))
			return false;
	}
	return true;
}

static unsigned compare(const struct resolving *r, const struct expr *found)
{
	const struct claim *claim = &r->item->claim;

	if (claim->found == NULL)
		return claim->declared.n == 0 ? TEXT_ABSENT : TEXT_TAG_ONLY;
	if (claim->declared.n == 0)
		return TEXT_ONLY;
	for (size_t i = 0; i < claim->declared.n; i++) {
		if (!agrees(r, claim->declared.at[i], found))
			return TEXT_MISMATCH;
	}
	return TEXT_CONFIRMED;
}

/* ---- tags alone -------------------------------------------------------------------------------------- */

/* The one licence that a tag stands for, or NULL (none, or several). */
static const struct license *tagged(const struct license_set *set, const char *tag)
{
	const struct license *only = license_find(set, tag);

	if (only != NULL)
		return only;
	for (size_t i = 0; i < license_count(set); i++) {
		const struct license *l = license_at(set, i);

		if (!license_has_tag(l, tag))
			continue;
		if (only != NULL)
			return NULL;
		only = l;
	}
	return only;
}

/* The expression that the declarations come to, all of them together; "" where one of them is no known licence. */
static const char *declared_text(const struct resolving *r)
{
	const struct texts *declared = &r->item->claim.declared;
	OW_AUTO(buf_done) struct buf b = {0};

	for (size_t i = 0; i < declared->n; i++) {
		const struct license *l = tagged(r->set, declared->at[i]);
		struct ow_error ignored = {0};
		struct expr e;

		if (l == NULL && (expr_parse(declared->at[i], &e, &ignored) < 0 ||
				  (e.n_leaves == 1 && license_of(r->set, &e.leaves[0]) == NULL)))
			return "";
		buf_printf(&b, "%s(%s)", i == 0 ? "" : " AND ",
			   l != NULL ? l->id : declared->at[i]);
	}
	r->a->failed = r->a->failed || b.failed;
	return arena_text(r->a, buf_str(&b), strlen(buf_str(&b)));
}

static bool all_spdx(const struct resolving *r)
{
	for (size_t i = 0; i < r->expr.n_leaves; i++) {
		const struct license *l = license_of(r->set, &r->expr.leaves[i]);

		if (is_bespoke(r->expr.leaves[i].id) || l == NULL || is_bespoke(l->id))
			return false;
	}
	return r->expr.n_leaves > 0;
}

/* ---- what counts ------------------------------------------------------------------------------------- */

static int parse(struct resolving *r, const char *text, struct ow_error *err)
{
	if (expr_parse(text, &r->expr, err) < 0)
		return err_ctx(err, "licence of '%s'", r->item->id);
	return 0;
}

/* Tags that make no expression together leave none. */
static void parse_declared(struct resolving *r)
{
	struct ow_error ignored = {0};

	if (expr_parse(declared_text(r), &r->expr, &ignored) < 0)
		r->expr = (struct expr){0};
}

/* The first declaration that is not what was found. */
static const char *at_odds(const struct texts *declared, const char *found)
{
	for (size_t i = 0; i < declared->n; i++) {
		if (strcasecmp(declared->at[i], found) != 0)
			return declared->at[i];
	}
	return declared->n > 0 ? declared->at[0] : "something else";
}

static void judge_state(struct resolving *r, unsigned state)
{
	switch ((enum text_state)state) {
	case TEXT_CONFIRMED:
	case TEXT_ONLY:
	case TEXT_COMPARE:
		if (r->expr.n_leaves == 0)
			in_trouble(r, TROUBLE_NOTEXT,
				   "what is declared is no licence that is known");
		break;
	case TEXT_TAG_ONLY:
		if (all_spdx(r))
			r->out->text_missing = true;
		else
			in_trouble(r, TROUBLE_NOTEXT, "a tag names it, but no text of it is there");
		break;
	case TEXT_MISMATCH:
		in_trouble(r, TROUBLE_MISMATCH,
			   arena_printf(r->a, "declared %s, but the text is that of %s",
					at_odds(&r->item->claim.declared, r->out->license),
					r->out->license));
		break;
	case TEXT_MODIFIED:
		in_trouble(r, TROUBLE_MISMATCH, "the text differs from the one that is known");
		break;
	case TEXT_UNKNOWN:
		in_trouble(r, TROUBLE_NOTEXT, "the text is none that is known");
		break;
	case TEXT_ABSENT:
		in_trouble(r, TROUBLE_NOTEXT, "nothing says under which licence it is");
		break;
	}
}

/* The expression before elections: concluded, found or declared. */
static int take_claim(struct resolving *r, struct ow_error *err)
{
	const struct claim *claim = &r->item->claim;
	const char *text = claim->concluded;
	unsigned state = claim->state;

	r->out->has_facts =
	    claim->concluded != NULL || claim->found != NULL || claim->declared.n > 0;
	if (text == NULL)
		text = claim->found;
	if (text == NULL)
		parse_declared(r);
	else if (parse(r, text, err) < 0)
		return err->code;
	r->out->concluded = claim->concluded != NULL;
	r->out->license = r->expr.n_leaves > 0    ? expr_text(&r->expr, r->a)
			  : claim->declared.n > 0 ? claim->declared.at[0]
						  : "NOASSERTION";
	if (claim->concluded != NULL)
		return 0;
	if (state == TEXT_COMPARE)
		state = compare(r, &r->expr);
	judge_state(r, state);
	return 0;
}

/* Does an election for `expression` and this item name something? The expressions are compared by meaning. */
static const struct election *find_election(const struct resolving *r, const struct expr *e,
					    struct expr *chosen)
{
	for (size_t i = 0; i < r->c->n_elections; i++) {
		const struct election *x = &r->c->elections[i];
		struct ow_error ignored = {0};
		struct expr over;

		if (x->component != NULL && strcmp(x->component, r->item->id) != 0)
			continue;
		if (expr_parse(x->expression, &over, &ignored) == 0 && expr_same(&over, e) &&
		    expr_parse(x->chosen, chosen, &ignored) == 0)
			return x;
	}
	return NULL;
}

/* A later text for the same bytes counts only where it was elected. */
static int apply_drift(struct resolving *r, struct ow_error *err)
{
	const char *later = r->item->claim.later;
	struct expr to, chosen;

	if (later == NULL || expr_parse(later, &to, err) < 0)
		return later == NULL ? 0 : (int)err->code;
	if (expr_same(&to, &r->expr))
		return 0;
	r->out->drift_old = r->out->license;
	r->out->drift_to = expr_text(&to, r->a);
	if (find_election(r, &r->expr, &chosen) != NULL && expr_same(&chosen, &to)) {
		r->out->drift_elected = true;
		r->expr = to;
	}
	return 0;
}

static void apply_election(struct resolving *r)
{
	struct expr chosen;

	if (r->expr.n_ways > 1 && find_election(r, &r->expr, &chosen) != NULL &&
	    expr_elects(&r->expr, &chosen))
		r->expr = chosen;
}

/* ---- the licences of each way -------------------------------------------------------------------------- */

static int make_terms(struct resolving *r, size_t way, struct ow_error *err)
{
	struct holding *h = r->out;
	uint32_t bits = r->expr.ways[way];
	size_t n = 0;

	h->ways[way] =
	    arena_array(r->a, (size_t)__builtin_popcount(bits), sizeof(struct term), err);
	if (h->ways[way] == NULL)
		return err->code;
	for (size_t i = 0; i < r->expr.n_leaves; i++) {
		const struct expr_leaf *leaf = &r->expr.leaves[i];
		const struct license *l = license_of(r->set, leaf);

		if ((bits >> i & 1) == 0)
			continue;
		h->ways[way][n++] = (struct term){.id = expr_leaf_text(leaf, r->a), .l = l};
	}
	h->way_terms[way] = n;
	return 0;
}

static const char *way_text(struct resolving *r, size_t way)
{
	struct expr one = r->expr;

	one.n_ways = 1;
	one.ways[0] = r->expr.ways[way];
	return expr_text(&one, r->a);
}

static int make_ways(struct resolving *r, struct ow_error *err)
{
	struct holding *h = r->out;

	h->n_ways = r->expr.n_ways;
	h->ways = arena_array(r->a, h->n_ways, sizeof(struct term *), err);
	h->way_terms = arena_array(r->a, h->n_ways, sizeof h->way_terms[0], err);
	h->way_texts = arena_array(r->a, h->n_ways, sizeof h->way_texts[0], err);
	if (h->ways == NULL || h->way_terms == NULL || h->way_texts == NULL)
		return err->code;
	for (size_t i = 0; i < h->n_ways; i++) {
		if (make_terms(r, i, err) < 0)
			return err->code;
		h->way_texts[i] = way_text(r, i);
	}
	if (h->n_ways > 0) {
		h->terms = h->ways[0];
		h->n_terms = h->way_terms[0];
	}
	return 0;
}

/* With canonical ids: "apache-2.0" is shown as "Apache-2.0", "GPL-3.0+" as "GPL-3.0-or-later". */
static void canonical(struct resolving *r)
{
	for (size_t i = 0; i < r->expr.n_leaves; i++) {
		struct expr_leaf *leaf = &r->expr.leaves[i], plain = *leaf;
		const struct license *l;

		plain.with[0] = '\0';
		l = license_of(r->set, &plain);
		if (l == NULL || strlen(l->id) >= EXPR_ID_MAX)
			continue;
		leaf->or_later = leaf->or_later && strstr(l->id, "-or-later") == NULL;
		memcpy(leaf->id, l->id, strlen(l->id) + 1);
	}
}

int claim_resolve(const struct policy_case *c, const struct license_set *set,
		  const struct item *item, struct arena *a, struct holding *out,
		  struct ow_error *err)
{
	struct resolving r = {.c = c, .set = set, .item = item, .a = a, .out = out};

	*out = (struct holding){0};
	if (take_claim(&r, err) < 0 || apply_drift(&r, err) < 0)
		return err->code;
	apply_election(&r);
	canonical(&r);
	if (make_ways(&r, err) < 0)
		return err->code;
	out->expression = r.expr.n_leaves > 0 ? expr_text(&r.expr, a) : "NOASSERTION";
	if (r.expr.n_leaves > 0)
		out->license = out->expression;
	return arena_finish(a, err);
}
