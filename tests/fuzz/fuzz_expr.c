/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Licence expressions: what is accepted has ways that are sets of its licences, none of them inside another, and
 * reads back from its own text as the same.
 */
#include <stdlib.h>
#include <string.h>

#include "policy/expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void check(const struct expr *e)
{
	if (e->n_leaves == 0 || e->n_leaves > EXPR_LEAVES_MAX || e->n_ways == 0 ||
	    e->n_ways > EXPR_WAYS_MAX)
		abort();
	for (size_t i = 0; i < e->n_ways; i++) {
		if (e->ways[i] == 0 || (uint64_t)e->ways[i] >> e->n_leaves != 0)
			abort();
		for (size_t k = 0; k < e->n_ways; k++) {
			if (i != k && (e->ways[i] & e->ways[k]) == e->ways[i])
				abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char text[2 * EXPR_TEXT_MAX];
	struct arena a = {0};
	struct ow_error err = {0}, none = {0};
	struct expr e, back;

	if (n >= sizeof text)
		return 0;
	memcpy(text, p, n);
	text[n] = '\0';
	if (expr_parse(text, &e, &err) == 0) {
		check(&e);
		/* written out it may be longer than what is read */
		if (expr_parse(expr_text(&e, &a), &back, &none) == 0 && !expr_same(&e, &back))
			abort();
	} else if (err.code != OW_E_FORMAT) {
		abort();
	}
	arena_done(&a);
	return 0;
}
