/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The GGUF header: in whatever is accepted, tensors lie in order, apart, inside the file, and every
 * key can be found.
 */
#include <stdlib.h>
#include <string.h>

#include "inspect/gguf.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void check_keys(const struct gguf *g)
{
	for (size_t i = 0; i < g->n_keys; i++) {
		const struct gguf_key *k = &g->keys[i];
		char *name = strndup((const char *)k->name.p, k->name.n);
		struct ow_view v;
		uint64_t texts = 0;

		if (name == NULL || gguf_find(g, name) != k)
			abort();
		free(name);
		for (size_t at = 0; gguf_next_text(k, &at, &v);)
			texts++;
		if (k->item == GGUF_STRING && texts != k->n)
			abort();
		for (uint64_t item = 0; item < k->n && item < 100; item++) {
			uint64_t u;
			double d;

			if (gguf_item_u64(k, item, &u) && gguf_real(k, &d))
				abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct ow_view v = {.p = p, .n = n};
	struct inspect_src src = inspect_memory(&v);
	struct ow_error err = {0};
	struct gguf g = {0};
	uint64_t end;

	if (gguf_read(&src, &g, &err) < 0)
		return 0;
	end = g.data;
	for (size_t i = 0; i < g.n_tensors; i++) {
		if (g.tensors[i].off < end || g.tensors[i].off % g.alignment != 0 ||
		    g.tensors[i].size > n || g.tensors[i].off > n - g.tensors[i].size)
			abort();
		end = g.tensors[i].off + g.tensors[i].size;
	}
	check_keys(&g);
	gguf_done(&g);
	return 0;
}
