/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What falls on whoever receives the bundle: use restrictions (RESTRICT.TXT), names and texts to be shown (DISPLAY.TXT).
 */
#include <string.h>
#include <strings.h>

#include "notice/put.h"
#include "notice/write.h"

static bool same(const char *a, const char *b)
{
	return strcasecmp(a, b) == 0;
}

/* The first obligation of this kind in the bundle with this licence: is it this one? */
static bool is_first(const struct plan *p, const struct plan_part *part,
		     const struct ow_obligation *o)
{
	for (size_t i = 0; i < p->n_parts; i++) {
		for (size_t k = 0; k < p->parts[i].n_duties; k++) {
			const struct ow_obligation *x = p->parts[i].duties[k];

			if (strcmp(x->id, o->id) == 0 && same(x->license, o->license))
				return &p->parts[i] == part && x == o;
		}
	}
	return false;
}

static void put_for(const struct plan *p, const struct ow_obligation *o, struct buf *out)
{
	for (size_t i = 0; i < p->n_parts; i++) {
		const struct plan_part *part = &p->parts[i];

		for (size_t k = 0; k < part->n_duties; k++) {
			if (strcmp(part->duties[k]->id, o->id) != 0 ||
			    !same(part->duties[k]->license, o->license))
				continue;
			buf_printf(out, "  for %s\n", part->label);
			break;
		}
	}
}

/* Where the restrictions begin in a licence: at a line that is the head of such a section. 0 where none is: then all of
 * the text stands for them.
 */
static size_t restrictions_from(struct ow_view text)
{
	static const char *const heads[] = {
	    "attachment a",    "use restrictions",       "exhibit a",
	    "prohibited uses", "use-based restrictions", "acceptable use policy"};
	const char *p = (const char *)text.p;

	for (size_t at = 0; at < text.n;) {
		const char *end = memchr(p + at, '\n', text.n - at);
		size_t to = end == NULL ? text.n : (size_t)(end - p), from = at;

		while (from < to && strchr(" \t#*_-", p[from]) != NULL && p[from] != '\0')
			from++;
		for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
			size_t n = strlen(heads[i]);

			/* a head is short; sentences that speak of an attachment are not */
			if (to - from >= n && to - from <= n + 40 &&
			    strncasecmp(p + from, heads[i], n) == 0 && at > 0)
				return at;
		}
		at = to + 1;
	}
	return 0;
}

static void put_restrictions(struct plan *p, const struct plan_part *part,
			     const struct ow_obligation *o, struct buf *out)
{
	const struct plan_text *t = plan_find_text(p, part->artifact, NOTICE_LICENCE, o->license);
	const struct plan_text *policy =
	    plan_find_text(p, part->artifact, NOTICE_POLICY, o->license);
	struct ow_view text;

	buf_text(out, "[");
	put_shown(out, o->license);
	buf_text(out, "]\n");
	put_for(p, o, out);
	buf_text(out, "  clause ");
	put_shown(out, o->clause);
	if (t == NULL) {
		buf_text(out, "\n  The text is not in hand.\n\n");
		return;
	}
	buf_printf(out, "\n  whole text %s\n\n", t->path);
	text = t->text->bytes;
	text.p += restrictions_from(text);
	text.n -= (size_t)(text.p - t->text->bytes.p);
	put_verbatim(out, "    ", text);
	buf_text(out, "\n");
	if (policy != NULL) {
		buf_printf(out, "  and its policy, %s\n\n", policy->path);
		put_verbatim(out, "    ", policy->text->bytes);
		buf_text(out, "\n");
	}
}

void write_restrict(struct plan *p, struct buf *out)
{
	for (size_t i = 0; i < p->n_parts; i++) {
		const struct plan_part *part = &p->parts[i];

		for (size_t k = 0; k < part->n_duties; k++) {
			const struct ow_obligation *o = part->duties[k];

			if (plan_duty(o) != DUTY_PASSTHRU || !is_first(p, part, o))
				continue;
			if (out->n == 0) {
				put_head(out, "Use restrictions", '=');
				buf_text(out,
					 "Whoever receives these components may use them only as "
					 "the terms below allow, and must\nbind everybody to whom "
					 "they are passed on, in whatever form, to the same "
					 "terms.\n\n");
			}
			put_restrictions(p, part, o, out);
		}
	}
}

/* ---- DISPLAY.TXT ------------------------------------------------------------------------------------------ */

static void put_above(struct buf *out, const struct display *d)
{
	if (d->mau > 0)
		buf_printf(out, "  above %llu users a month\n", (unsigned long long)d->mau);
	if (d->per_month > 0)
		buf_printf(out, "  above %llu USD of revenue a month\n",
			   (unsigned long long)d->per_month);
	if (d->per_year > 0)
		buf_printf(out, "  above %llu USD of revenue a year\n",
			   (unsigned long long)d->per_year);
	if (d->derived_only)
		buf_text(out, "  with models that are derived from it\n");
}

static void put_display(struct plan *p, const struct ow_obligation *o, struct buf *out)
{
	const struct license *l = license_find(p->facts->set, o->license);

	buf_text(out, "[");
	put_shown(out, o->license);
	buf_text(out, "]\n");
	put_for(p, o, out);
	buf_text(out, "  clause ");
	put_shown(out, o->clause);
	buf_text(out, "\n");
	if (plan_duty(o) == DUTY_NAME && l != NULL && l->name_prefix != NULL) {
		buf_text(out, "  The name of a model that is made from it begins with \"");
		put_shown(out, l->name_prefix);
		buf_text(out, "\".\n\n");
		return;
	}
	if (l != NULL && plan_duty(o) == DUTY_DISPLAY) {
		put_above(out, &l->display);
		for (size_t i = 0; i < l->display.texts.n; i++) {
			buf_text(out, i == 0 ? "  To be shown: \"" : "  or \"");
			put_shown(out, l->display.texts.at[i]);
			buf_text(out, "\"\n");
		}
	}
	buf_text(out, "\n");
}

void write_display(struct plan *p, struct buf *out)
{
	for (size_t i = 0; i < p->n_parts; i++) {
		const struct plan_part *part = &p->parts[i];

		for (size_t k = 0; k < part->n_duties; k++) {
			const struct ow_obligation *o = part->duties[k];
			enum duty d = plan_duty(o);

			if ((d != DUTY_DISPLAY && d != DUTY_NAME) || !is_first(p, part, o))
				continue;
			if (out->n == 0) {
				put_head(out, "To be shown", '=');
				buf_text(out, "Names and texts that whoever uses or passes on "
					      "these components must show.\n\n");
			}
			put_display(p, o, out);
		}
	}
}
