/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * SBOMs read back: refused with a reason, or a graph that is whole and equal to itself.
 */
#include <stdlib.h>

#include "notice/bom.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void try_one(const uint8_t *p, size_t n,
		    int (*reader)(const void *p, size_t n, struct bom *b, struct ow_error *err))
{
	OW_AUTO(bom_done) struct bom b = {0};
	struct ow_error err = {0};

	if (reader(p, n, &b, &err) < 0) {
		if (err.code != OW_E_FORMAT || err.text[0] == '\0')
			abort();
		return;
	}
	for (size_t i = 0; i < b.n_edges; i++) {
		if (bom_find_any(&b, b.edges[i].from) == NULL ||
		    bom_find_any(&b, b.edges[i].to) == NULL)
			abort();
	}
	if (bom_compare(&b, &b, "itself", &err) < 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	try_one(p, n, bom_read_spdx);
	try_one(p, n, bom_read_cdx);
	return 0;
}
