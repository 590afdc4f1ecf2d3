/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support/given.h"

#include <stdio.h>
#include <string.h>

const struct license_set *given_known(void)
{
	static struct license_set *set;
	struct ow_error err = {0};

	if (set == NULL)
		ck_ok(license_set_new(&set, &err));
	return set;
}

static int words(const char *line, char out[4][200])
{
	out[0][0] = out[1][0] = out[2][0] = out[3][0] = '\0';
	return sscanf(line, "%199s %199s %199s %199[^\n]", out[0], out[1], out[2], out[3]);
}

int given_fill(const struct given *g, struct subject *s, struct ow_error *e)
{
	char w[4][200];

	*s = (struct subject){.found.id = {.b = {9}}};
	for (size_t i = 0; g->files[i] != NULL; i++) {
		struct ow_id id = {.b = {(uint8_t)(i + 1)}};

		ck_assert_int_eq(words(g->files[i], w), 2);
		if (artifact_add_component(&s->found.artifact, w[0], w[1], &id, 1, e) < 0)
			return e->code;
	}
	for (size_t i = 0; i < 8 && g->texts[i] != NULL; i++) {
		const char *ids[4];
		struct finding_file f = {
		    .ids = ids, .words = {.b = {(uint8_t)(i + 1)}}, .excerpt = ""};

		ck_assert_int_ge(words(g->texts[i], w), 3);
		f.path = w[0];
		f.as = w[1];
		f.state = w[2];
		for (char *id = strtok(w[3], ","); id != NULL; id = strtok(NULL, ","))
			ids[f.n_ids++] = id;
		if (finding_add_file(&s->finding, &f, e) < 0)
			return e->code;
	}
	for (size_t i = 0; i < 6 && g->claims[i] != NULL; i++) {
		ck_assert_int_ge(words(g->claims[i], w), 3);
		if (w[3][0] != '\0') {
			char both[500];

			(void)snprintf(both, sizeof both, "%s %s", w[2], w[3]);
			if (finding_add_claim(&s->finding,
					      &(struct finding_claim){w[0], w[1], both, ""}, e) < 0)
				return e->code;
		} else if (finding_add_claim(
			       &s->finding, &(struct finding_claim){w[0], w[1], w[2], ""}, e) < 0) {
			return e->code;
		}
	}
	if (g->declared != NULL)
		(void)snprintf(s->declared[s->n_declared++], LICENCE_CAP, "%s", g->declared);
	finding_sort(&s->finding);
	return artifact_sort(&s->found.artifact, e);
}

static const char *text_state(unsigned state)
{
	return state == TEXT_COMPARE ? "compare" : state_words[state];
}

int given_tell(const struct given *g, const struct items_rules *rules, char *out, size_t cap,
	       struct ow_error *e)
{
	OW_AUTO(subject_done) struct subject s = {0};
	OW_AUTO(items_done) struct items items = {0};
	OW_AUTO(arena_done) struct arena arena = {0};
	size_t n = 0;

	out[0] = '\0';
	if (given_fill(g, &s, e) < 0 || items_add(&items, &s, true, rules, &arena, e) < 0)
		return e->code;
	for (size_t i = 0; i < items.n; i++) {
		const struct claim *c = &items.at[i].claim;

		n += (size_t)snprintf(out + n, cap - n, "%s: ", items.at[i].id);
		for (size_t k = 0; k < c->declared.n; k++)
			n += (size_t)snprintf(out + n, cap - n, "%s%s", k == 0 ? "" : ",",
					      c->declared.at[k]);
		n += (size_t)snprintf(out + n, cap - n, "|%s|%s|%s%s; ",
				      c->found == NULL ? "" : c->found,
				      c->found_in == NULL ? "" : c->found_in, text_state(c->state),
				      c->concluded != NULL ? "!" : "");
	}
	return 0;
}

void ck_told(const struct given *g, const char *want)
{
	const struct items_rules rules = {.set = given_known()};
	struct ow_error err = {0};
	char got[4000];

	ck_ok(given_tell(g, &rules, got, sizeof got, &err));
	ck_assert_str_eq(got, want);
}
