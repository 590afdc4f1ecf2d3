/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/standing.h"

#include <stdio.h>
#include <string.h>

#include "base/auto.h"

enum {
	LINE = 1200
};

struct showing {
	struct ctx *c;
	struct json list;
	const char *label;
	bool no_text, unsure; /* of any part */
};

static bool is(const struct ow_standing *s, const char *state)
{
	return strcmp(s->state, state) == 0;
}

static const char *shown(const char *s)
{
	return s == NULL ? "nothing" : s;
}

static const char *in_words(const struct ow_standing *s, char line[LINE])
{
	const char *license = shown(s->license), *in = shown(s->found_in);

	if (is(s, "confirmed"))
		(void)snprintf(line, LINE, "%.400s, confirmed by %.600s", license, in);
	else if (is(s, "concluded"))
		(void)snprintf(line, LINE, "%.400s, as a person concluded", license);
	else if (is(s, "text-only"))
		(void)snprintf(line, LINE, "%.400s by the text in %.600s; nothing declares it",
			       license, in);
	else if (is(s, "tag-only"))
		(void)snprintf(line, LINE, "%.400s is declared, no licence text found", license);
	else if (is(s, "mismatch"))
		(void)snprintf(line, LINE, "%.300s is declared, %.300s holds the text of %.300s",
			       shown(s->declared), in, license);
	else if (is(s, "modified"))
		(void)snprintf(line, LINE, "%.400s, but the text in %.600s was changed", license,
			       in);
	else if (is(s, "unknown-text"))
		(void)snprintf(line, LINE, "the text in %.600s is none that is known", in);
	else
		(void)snprintf(line, LINE, "none declared, no licence text found");
	return line;
}

static int show(void *ctx, const struct ow_standing *s, struct ow_error *err)
{
	struct showing *w = ctx;
	struct json one = json_put_object(w->list, NULL);
	char line[LINE];

	(void)err;
	json_put_text(one, "parts", s->parts);
	json_put_text(one, "state", s->state);
	json_put_text(one, "license", s->license);
	json_put_text(one, "declared", s->declared);
	json_put_text(one, "found_in", s->found_in);
	json_put_text(one, "why", s->why);
	out_line(&w->c->out, "  %-8s  %s%s%s", w->label, in_words(s, line),
		 s->parts == NULL ? "" : "; for ", s->parts == NULL ? "" : s->parts);
	w->no_text = w->no_text || is(s, "tag-only") || is(s, "absent");
	w->unsure = w->unsure || is(s, "mismatch") || is(s, "modified") || is(s, "unknown-text");
	return 0;
}

int standing_show(struct ctx *c, const char *ref, const struct ow_known *known, bool next,
		  struct ow_error *err)
{
	struct showing w = {.c = c,
			    .list = json_put_list(c->out.result, "licences"),
			    .label = next ? "licence" : "found"};

	if (ow_standing(c->store, ref, known, show, &w, &c->events, err) < 0)
		return err->code;
	if (next && w.no_text)
		out_line(&c->out, "            add it again with the text that came with it: "
				  "--license-file FILE --version V");
	if (next && w.unsure)
		out_line(&c->out,
			 "            a person must read it: owstore license identify FILE, "
			 "then owstore interpret");
	return 0;
}

/* ---- drift ------------------------------------------------------------------------------------------------ */

OW_DEFINE_AUTO_DONE(struct ow_drift, ow_drift_done)

static int show_shift(void *ctx, const char *dimension, const char *before, const char *after,
		      enum ow_shift shift, struct ow_error *err)
{
	struct showing *w = ctx;
	struct json one = json_put_object(w->list, NULL);

	(void)err;
	json_put_text(one, "dimension", dimension);
	json_put_text(one, "before", before);
	json_put_text(one, "after", after);
	json_put_text(one, "shift", ow_shift_name(shift));
	out_line(&w->c->out, "    %s %s: %.200s -> %.200s", ow_shift_name(shift), dimension, before,
		 after);
	return 0;
}

int drift_show(struct ctx *c, const char *ref, const struct ow_known *known, struct ow_error *err)
{
	OW_AUTO(ow_drift_done) struct ow_drift d = {0};
	struct showing w = {.c = c};
	int r = ow_drift_find(c->store, ref, known, &d, &c->events, err);
	struct json j;

	if (r <= 0) {
		if (r == 0)
			json_put_text(c->out.result, "drift", NULL);
		return r;
	}
	j = json_put_object(c->out.result, "drift");
	json_put_text(j, "earlier", d.earlier);
	json_put_text(j, "before", d.before);
	json_put_text(j, "after", d.after);
	w.list = json_put_list(j, "differences");
	out_styled(&c->out, OUT_BAD, "  The licence changed: %s came under %s, this one under %s",
		   d.earlier, d.before, d.after);
	if (!d.compared) {
		out_line(&c->out,
			 "    unclear: one of them is more than one licence, or has no profile");
		return 0;
	}
	return ow_license_diff(known->licenses, d.before, d.after, show_shift, &w, err);
}

/* ---- what it was made from --------------------------------------------------------------------------------- */

static int show_absent(void *ctx, const struct ow_absent *a, struct ow_error *err)
{
	struct showing *w = ctx;
	struct json one = json_put_object(w->list, NULL);
	char next[LINE], line[2 * LINE];

	(void)err;
	if (a->quarantined != NULL)
		(void)snprintf(next, sizeof next, "owstore promote %s --to CLASS", a->quarantined);
	else
		(void)snprintf(next, sizeof next, "owstore add FOLDER --name %.600s",
			       a->name == NULL ? "PARENT" : a->name);
	if (a->name == NULL)
		(void)snprintf(line, sizeof line,
			       "what %s was made from cannot be read; mend its card or header and "
			       "add it again, or it is class research at most",
			       a->child);
	else
		(void)snprintf(line, sizeof line,
			       "%s is %s%s %.600s, which is %s: class research at most until it is "
			       "there: %s%s",
			       a->child, a->kind, ow_kind_of(a->kind), a->name,
			       a->quarantined != NULL ? "in quarantine" : "not in the store", next,
			       a->quarantined != NULL ? "" : ", then promote it");
	json_put_text(one, "artifact", a->child);
	json_put_text(one, "kind", a->kind);
	json_put_text(one, "name", a->name);
	json_put_text(one, "quarantined", a->quarantined);
	json_put_text(one, "next", a->name == NULL ? NULL : next);
	w->c->events.warn(w->c->events.ctx, line);
	return 0;
}

int absent_show(struct ctx *c, struct json list, const char *ref, struct ow_error *err)
{
	struct showing w = {.c = c, .list = list};

	return ow_absent_list(c->store, ref, show_absent, &w, err);
}
