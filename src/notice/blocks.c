/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "notice/blocks.h"

#include <stdlib.h>
#include <string.h>

#include "base/ints.h"
#include "base/mem.h"

void blocks_done(struct blocks *b)
{
	free(b->at);
}

static int block_order(const void *a, const void *b)
{
	const struct block *x = a, *y = b;
	size_t n = size_min(x->label.n, y->label.n);
	int r = n == 0 ? 0 : memcmp(x->label.p, y->label.p, n);

	if (r != 0)
		return r;
	return x->label.n < y->label.n ? -1 : x->label.n > y->label.n;
}

int blocks_read(struct ow_view text, struct blocks *out, struct ow_error *err)
{
	const uint8_t *p = text.p;
	bool inside = false;

	for (size_t at = 0; at < text.n;) {
		const uint8_t *lf = memchr(p + at, '\n', text.n - at);
		size_t end = lf == NULL ? text.n : (size_t)(lf - p),
		       next = lf == NULL ? end : end + 1;

		if (end - at >= 2 && p[at] == '[' && p[end - 1] == ']') {
			if (mem_grow(&out->at, out->n, &out->cap, sizeof *out->at, err) < 0)
				return err->code;
			out->at[out->n++] = (struct block){.label = {p + at + 1, end - at - 2},
							   .body = {p + next, 0}};
			inside = true;
		} else if (end > at && p[at] != ' ') {
			inside = false;
		}
		if (inside)
			out->at[out->n - 1].body.n =
			    (size_t)(p + next - out->at[out->n - 1].body.p);
		at = next;
	}
	if (out->n > 1)
		qsort(out->at, out->n, sizeof *out->at, block_order);
	return 0;
}

const struct block *blocks_find(const struct blocks *b, const char *label, size_t *n)
{
	const struct block wanted = {.label = {(const uint8_t *)label, strlen(label)}};
	const struct block *hit =
	    b->n == 0 ? NULL : bsearch(&wanted, b->at, b->n, sizeof *b->at, block_order);

	*n = 0;
	if (hit == NULL)
		return NULL;
	while (hit > b->at && block_order(hit - 1, &wanted) == 0)
		hit--;
	while (hit + *n < b->at + b->n && block_order(hit + *n, &wanted) == 0)
		++*n;
	return hit;
}

bool view_holds(struct ow_view text, const void *p, size_t n)
{
	return n == 0 || (text.n >= n && memmem(text.p, text.n, p, n) != NULL);
}
