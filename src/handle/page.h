/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rows of several catalogs in one sequence.
 */
#ifndef OW_HANDLE_PAGE_H
#define OW_HANDLE_PAGE_H

#include <owstore/artifact.h>

#include "catalog/catalog.h"

struct page {
	struct page_row {
		struct ow_artifact_row row; /* its strings are those below */
		char *name, *version, *licence;
	} * rows;
	size_t n, cap;
	enum ow_class class; /* of the rows that are added next */
};

/* A visitor of catalog_list and catalog_find; `ctx` is the page. */
OW_MUST_USE int page_add(void *ctx, const struct catalog_artifact *a, struct ow_error *err);

/* By name, version, class and digest. */
void page_sort(struct page *p);

void page_done(struct page *p);
OW_DEFINE_AUTO_DONE(struct page, page_done)

#endif
