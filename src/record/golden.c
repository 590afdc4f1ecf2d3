/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "record/golden.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void golden_done(struct golden *g)
{
	for (size_t i = 0; i < g->n_prompts; i++) {
		buf_done(&g->prompts[i].text);
		buf_done(&g->prompts[i].said);
		mem_free(g->prompts[i].ids);
		mem_free(g->prompts[i].steps);
	}
	mem_free(g->prompts);
	mem_free(g->models);
	mem_free(g->text.ids);
	*g = (struct golden){0};
}

const char *golden_number(float v, char out[GOLDEN_NUMBER_TEXT])
{
	(void)snprintf(out, GOLDEN_NUMBER_TEXT, "%a", (double)v);
	return out;
}

bool golden_parse_number(const char *text, float *out)
{
	char again[GOLDEN_NUMBER_TEXT], *end;
	float v = strtof(text, &end);

	if (*end != '\0' || !isfinite(v) || strcmp(golden_number(v, again), text) != 0)
		return false;
	*out = v;
	return true;
}

/* ---- comparing ---- */

/* Prompt i, or one without any step where there are not so many. */
static const struct golden_prompt *prompt_at(const struct golden *g, size_t i)
{
	static const struct golden_prompt none;

	return i < g->n_prompts ? &g->prompts[i] : &none;
}

static void note_step(struct golden_difference *d, const struct golden *want,
		      const struct golden *got, size_t prompt, size_t step)
{
	const struct golden_prompt *w = &want->prompts[prompt], *g = prompt_at(got, prompt);

	if (d->differing++ > 0)
		return;
	d->prompt = prompt;
	d->step = step;
	d->position = w->n_ids + step;
	d->want = step < w->n_steps ? &w->steps[step] : NULL;
	d->got = step < g->n_steps ? &g->steps[step] : NULL;
}

static bool same_step(const struct golden_step *a, const struct golden_step *b)
{
	return a->n_top == b->n_top && ow_id_equal(&a->logits, &b->logits) &&
	       memcmp(a->top, b->top, a->n_top * sizeof *a->top) == 0;
}

static bool same_text(const struct golden_text *a, const struct golden_text *b)
{
	return b->n_ids > 0 && a->nll == b->nll && ow_id_equal(&a->logits, &b->logits);
}

bool golden_same(const struct golden *want, const struct golden *got, struct golden_difference *out)
{
	struct golden_difference d = {0};

	for (size_t i = 0; i < want->n_prompts; i++) {
		const struct golden_prompt *w = &want->prompts[i], *g = prompt_at(got, i);
		size_t longer = w->n_steps > g->n_steps ? w->n_steps : g->n_steps;

		for (size_t s = 0; s < longer; s++, d.compared++) {
			if (s >= w->n_steps || s >= g->n_steps ||
			    !same_step(&w->steps[s], &g->steps[s]))
				note_step(&d, want, got, i, s);
		}
	}
	if (want->text.n_ids > 0) {
		d.compared++;
		if (!same_text(&want->text, &got->text) && d.differing++ == 0)
			d.in_text = true;
	}
	*out = d;
	return d.differing == 0;
}
