/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "policy/license_diff.h"

#include <string.h>

#include "base/err.h"
#include "base/time.h"
#include "policy/case.h"

static const char *const shifts[] = {"loosened", "tightened", "unclear"};

const char *ow_shift_name(enum ow_shift s)
{
	return shifts[s];
}

/* ---- words -------------------------------------------------------------------------------------------- */

static int permit_strictness(unsigned permit)
{
	static const int strict[] = {[PERMIT_YES] = 0,
				     [PERMIT_CONDITIONAL] = 1,
				     [PERMIT_NO] = 2,
				     [PERMIT_UNKNOWN] = -1,
				     [PERMIT_NOT_APPLICABLE] = -1};

	return strict[permit];
}

static void outputs_text(const struct license *l, struct buf *b)
{
	static const char *const words[] = {"derivative", "own family only", "name", "display",
					    "purpose"};

	if (l->outputs == 0)
		buf_text(b, "free");
	for (unsigned i = 0; i < 5; i++) {
		if ((l->outputs >> i & 1) != 0)
			buf_printf(b, "%s%s", b->n > 0 ? ", " : "", words[i]);
	}
}

static int outputs_strictness(const struct license *l)
{
	if (l->outputs == 0)
		return 0;
	return (l->outputs & OUTPUTS_FORBID) != 0 ? 3 : (l->outputs & OUTPUTS_FULL) != 0 ? 2 : 1;
}

static void fields_text(const struct license *l, struct buf *b)
{
	if (!l->fields.restricted) {
		buf_text(b, "any");
		return;
	}
	buf_text(b, "restricted");
	for (unsigned i = 0; i < PURPOSE_FIELDS; i++) {
		if ((l->fields.forbids >> i & 1) != 0)
			buf_printf(b, ", no %s", purpose_words[i]);
	}
}

static void scale_text(const struct license *l, struct buf *b)
{
	static const char *const effects[] = {"licence ends", "no commercial use",
					      "agreement first"};

	for (size_t i = 0; i < l->n_scales; i++) {
		const struct scale *s = &l->scales[i];
		char when[TIME_TEXT];

		buf_printf(
		    b, "%s%llu %s%s%s%.10s: %s", i > 0 ? "; " : "", (unsigned long long)s->max,
		    s->of == SCALE_MAU ? "users a month"
		    : s->monthly       ? "USD a month"
				       : "USD a year",
		    s->maas_only ? " as a service" : "", s->measured != 0 ? " on " : "",
		    s->measured != 0 ? time_text(s->measured, when) : "", effects[s->effect]);
	}
	if (l->n_scales == 0)
		buf_text(b, "none");
}

static void territory_text(const struct license *l, struct buf *b)
{
	for (size_t i = 0; i < l->n_territories; i++) {
		const struct territory *t = &l->territories[i];

		buf_printf(b, "%snot", i > 0 ? "; " : "");
		for (size_t k = 0; k < t->excludes.n; k++)
			buf_printf(b, " %s", t->excludes.at[k]);
		buf_printf(b, " (%s%s)", t->by_place ? "by place" : "by seat",
			   t->multimodal_only ? ", multimodal" : "");
	}
	if (l->n_territories == 0)
		buf_text(b, "anywhere");
}

static void display_text(const struct license *l, struct buf *b)
{
	if (l->duties[DUTY_DISPLAY] == NULL) {
		buf_text(b, "none");
		return;
	}
	for (size_t i = 0; i < l->display.texts.n; i++)
		buf_printf(b, "%s\"%s\"", i > 0 ? " or " : "", l->display.texts.at[i]);
	if (l->display.texts.n == 0)
		buf_text(b, "by model");
	if (l->display.mau != 0)
		buf_printf(b, " above %llu users a month", (unsigned long long)l->display.mau);
}

/* ---- dimensions --------------------------------------------------------------------------------------- */

enum {
	DIM_OPENNESS = PERMISSIONS,
	DIM_COPYLEFT,
	DIM_PASSTHROUGH,
	DIM_OUTPUTS,
	DIM_FIELDS,
	DIM_SCALE,
	DIM_TERRITORY,
	DIM_NAME,
	DIM_DISPLAY,
	DIM_UPDATE,
	DIM_DUTIES, /* one each from here on */
	DIMENSIONS = DIM_DUTIES + DUTIES
};

static const char *const dim_names[] = {
    [DIM_OPENNESS] = "openness",   [DIM_COPYLEFT] = "copyleft", [DIM_PASSTHROUGH] = "passthrough",
    [DIM_OUTPUTS] = "outputs",     [DIM_FIELDS] = "fields",     [DIM_SCALE] = "scale",
    [DIM_TERRITORY] = "territory", [DIM_NAME] = "name",         [DIM_DISPLAY] = "display",
    [DIM_UPDATE] = "update_clause"};

static const char *dim_name(size_t i)
{
	if (i < PERMISSIONS)
		return permission_name((enum permission)i);
	return i < DIM_DUTIES ? dim_names[i] : duty_name((enum duty)(i - DIM_DUTIES));
}

static const char *passthrough_text(unsigned v)
{
	static const char *const words[] = {"none", "copy of the agreement", "enforceable term",
					    "same or similar terms", "same terms"};

	return words[v];
}

/* A dimension that is there or not: 0 where it is not; what there is cannot be ranked. */
static int or_none(const char *text, int strictness, struct buf *b)
{
	buf_text(b, text == NULL ? "none" : text);
	return text == NULL ? 0 : strictness;
}

/* The dimensions that are single words. */
static int word_read(const struct license *l, size_t i, struct buf *b)
{
	switch (i) {
	case DIM_OPENNESS:
		buf_text(b, openness_name(l->openness));
		return (int)l->openness;
	case DIM_COPYLEFT:
		buf_text(b, copyleft_name(l->copyleft));
		return l->copyleft == COPYLEFT_NONE ? 0 : -1;
	case DIM_PASSTHROUGH:
		buf_text(b, passthrough_text(l->passthrough));
		return (int)l->passthrough;
	case DIM_NAME:
		return or_none(l->name_prefix, -1, b);
	default:
		return or_none(l->update_clause, 1, b);
	}
}

/* The words of a dimension into `b`; returns how strict it is, larger is stricter, or -1 where that cannot be told. */
static int dim_read(const struct license *l, size_t i, struct buf *b)
{
	if (i < PERMISSIONS) {
		buf_text(b, permit_name(l->permits[i]));
		return permit_strictness(l->permits[i]);
	}
	if (i >= DIM_DUTIES)
		return or_none(l->duties[i - DIM_DUTIES], 1, b);
	switch (i) {
	case DIM_OUTPUTS:
		outputs_text(l, b);
		return outputs_strictness(l);
	case DIM_FIELDS:
		fields_text(l, b);
		return l->fields.restricted ? -1 : 0;
	case DIM_SCALE:
		scale_text(l, b);
		return l->n_scales == 0 ? 0 : -1;
	case DIM_TERRITORY:
		territory_text(l, b);
		return l->n_territories == 0 ? 0 : -1;
	case DIM_DISPLAY:
		display_text(l, b);
		return l->duties[DUTY_DISPLAY] == NULL ? 0 : -1;
	default:
		return word_read(l, i, b);
	}
}

/* From free to something is tighter, whatever it is; between two that cannot be ranked nothing is said. */
static enum ow_shift shift_of(int before, int after)
{
	if (before == after)
		return OW_SHIFT_UNCLEAR;
	if (before == 0 || after == 0)
		return before == 0 ? OW_SHIFT_TIGHTENED : OW_SHIFT_LOOSENED;
	if (before < 0 || after < 0)
		return OW_SHIFT_UNCLEAR;
	return after > before ? OW_SHIFT_TIGHTENED : OW_SHIFT_LOOSENED;
}

int license_diff(const struct license *before, const struct license *after, ow_shift_visit visit,
		 void *ctx, struct ow_error *err)
{
	for (size_t i = 0; i < DIMENSIONS; i++) {
		OW_AUTO(buf_done) struct buf was = {0}, is = {0};
		int strict = dim_read(before, i, &was), now = dim_read(after, i, &is);

		if (buf_finish(&was, err) < 0 || buf_finish(&is, err) < 0)
			return err->code;
		/* the number of a clause is no difference, that there is one is */
		if (i >= DIM_DUTIES ? strict == now : strcmp(buf_str(&was), buf_str(&is)) == 0)
			continue;
		if (visit(ctx, dim_name(i), buf_str(&was), buf_str(&is), shift_of(strict, now),
			  err) < 0)
			return err->code;
	}
	return 0;
}

static int count_shift(void *ctx, const char *dimension, const char *before, const char *after,
		       enum ow_shift shift, struct ow_error *err)
{
	struct buf *out = ctx;

	(void)before;
	(void)after;
	(void)err;
	buf_printf(out, "%s%s %s", out->n > 0 ? ", " : "", dimension, ow_shift_name(shift));
	return 0;
}

size_t license_shifts(const struct license *before, const struct license *after, struct buf *out)
{
	struct ow_error ignored = {0};

	return license_diff(before, after, count_shift, out, &ignored) < 0 ? 0 : out->n;
}

/* ---- facts -------------------------------------------------------------------------------------------- */

int license_facts(const struct license *l, ow_fact_visit visit, void *ctx, struct ow_error *err)
{
	const struct saying heads[] = {
	    {"id", l->id},         {"name", l->name},
	    {"family", l->family}, {"confidence", confidence_name(l->confidence)},
	    {"source", l->source}, {"clauses", l->clauses},
	    {"origin", l->origin},
	};

	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
		if (visit(ctx, heads[i].key, heads[i].value, err) < 0)
			return err->code;
	}
	for (size_t i = 0; i < DIMENSIONS; i++) {
		OW_AUTO(buf_done) struct buf b = {0};

		(void)dim_read(l, i, &b);
		if (buf_finish(&b, err) < 0)
			return err->code;
		if (i >= DIM_DUTIES && l->duties[i - DIM_DUTIES] == NULL)
			continue;
		if (visit(ctx, dim_name(i), buf_str(&b), err) < 0)
			return err->code;
	}
	for (size_t i = 0; i < l->n_says; i++) {
		if (visit(ctx, l->says[i].key, l->says[i].value, err) < 0)
			return err->code;
	}
	return 0;
}
