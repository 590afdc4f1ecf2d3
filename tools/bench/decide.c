/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * How long a decision takes: bench_decide [COMPONENTS [DEPTH]], 10,000 components that share a lineage of 50 by default.
 */
#include "policy/decide.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int fail(const struct ow_error *err)
{
	(void)fprintf(stderr, "bench_decide: %s\n", err->text);
	return 1;
}

static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* n components, each quantized from the first of a chain of finetunes of Llama 3.1. */
static int fill(struct policy_case *c, struct arena *a, size_t n, size_t depth,
		struct ow_error *err)
{
	static struct party customer = {.id = "ACME",
					.commercial = TRI_YES,
					.domicile = "US",
					.revenue = {true, 1000000},
					.mau = {true, 1000},
					.screened = {true, 1795219200}};

	case_init(c);
	c->label = "bench";
	c->clock = c->newest_signed = 1795219200;
	c->request =
	    (struct request){OW_CLASS_CUSTOMER, &customer, FORM_RAW, PURPOSE_PRODUCTION, false};
	c->artifact_name = "Llama-bench";
	c->n_items = n + depth;
	c->items = arena_array(a, c->n_items, sizeof c->items[0], err);
	for (size_t i = 0; c->items != NULL && i < c->n_items; i++) {
		struct item *item = &c->items[i];

		*item = (struct item){
		    .id = arena_printf(a, i < n ? "part-%zu" : "parent-%zu", i < n ? i : i - n),
		    .role = ROLE_WEIGHTS,
		    .shipped = i < n,
		    .in_store = true,
		    .modified = true,
		    .source_available = true,
		    .claim = {.found = i % 2 == 0 ? "Apache-2.0" : "LicenseRef-llama-3.1"}};
		if (i + 1 == c->n_items)
			break;
		item->edges = arena_array(a, 1, sizeof item->edges[0], err);
		if (item->edges == NULL)
			return err->code;
		item->n_edges = 1;
		item->edges[0].parent_id = arena_printf(a, "parent-%zu", i < n ? 0 : i - n + 1);
		item->edges[0].kind = i < n ? EDGE_QUANTIZED : EDGE_FINETUNE;
	}
	return c->items == NULL ? (int)err->code : case_settle(c, a, err);
}

int main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
	size_t depth = argc > 2 ? strtoul(argv[2], NULL, 10) : 50;
	OW_AUTO(arena_done) struct arena a = {0};
	OW_AUTO(license_set_free) struct license_set *set = NULL;
	struct ow_decision d;
	struct policy_case c;
	struct ow_error err = {0};
	double begun = now(), read;

	if (license_set_new(&set, &err) < 0)
		return fail(&err);
	read = now();
	if (fill(&c, &a, n, depth, &err) < 0)
		return fail(&err);
	begun = now() + (begun - read);
	if (decide(&c, set, &a, &d, &err) < 0)
		return fail(&err);
	printf("%zu components, lineage of %zu: %s, %zu reasons, %zu obligations, %.3f s with the "
	       "profiles\n",
	       n, depth, ow_verdict_name(d.verdict), d.n_reasons, d.n_obligations, now() - begun);
	return 0;
}
