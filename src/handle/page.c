/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handle/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void page_done(struct page *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->rows[i].name);
		free(p->rows[i].version);
		free(p->rows[i].licence);
	}
	free(p->rows);
}

int page_add(void *ctx, const struct catalog_artifact *a, struct ow_error *err)
{
	struct page *p = ctx;
	struct page_row *r;

	if (mem_grow(&p->rows, p->n, &p->cap, sizeof *p->rows, err) < 0)
		return err->code;
	r = &p->rows[p->n++];
	r->name = mem_text(a->name, strlen(a->name), err);
	r->version = r->name == NULL ? NULL : mem_text(a->version, strlen(a->version), err);
	r->licence = r->version == NULL ? NULL : mem_text(a->licence, strlen(a->licence), err);
	if (r->licence == NULL)
		return err->code;
	r->row = (struct ow_artifact_row){
	    .id = a->id,
	    .name = r->name,
	    .version = r->version,
	    .licence = r->licence,
	    .zone = p->class,
	    .size = a->size,
	    .n_components = a->n_components,
	    .n_goldens = a->n_goldens,
	    .added = a->added,
	};
	return 0;
}

static int row_order(const void *a, const void *b)
{
	const struct ow_artifact_row *r = &((const struct page_row *)a)->row,
				     *q = &((const struct page_row *)b)->row;
	int order = strcmp(r->name, q->name);

	if (order == 0)
		order = strcmp(r->version, q->version);
	if (order == 0)
		order = (int)r->zone - (int)q->zone;
	return order != 0 ? order : ow_id_order(&r->id, &q->id);
}

void page_sort(struct page *p)
{
	if (p->n > 1)
		qsort(p->rows, p->n, sizeof *p->rows, row_order);
}
