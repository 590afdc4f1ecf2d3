/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "inspect/source.h"

#include <string.h>

#include "base/err.h"

int inspect_read(const struct inspect_src *src, void *p, size_t n, uint64_t off,
		 struct ow_error *err)
{
	if (off > src->size || n > src->size - off)
		return err_set(err, OW_E_FORMAT,
			       "ends at byte %llu, %zu bytes are needed at byte %llu",
			       (unsigned long long)src->size, n, (unsigned long long)off);
	return n == 0 ? 0 : src->read_at(src->ctx, p, n, off, err);
}

static int memory_read(void *ctx, void *p, size_t n, uint64_t off, struct ow_error *err)
{
	const struct ow_view *v = ctx;

	(void)err;
	memcpy(p, v->p + off, n);
	return 0;
}

struct inspect_src inspect_memory(struct ow_view *bytes)
{
	return (struct inspect_src){.size = bytes->n, .read_at = memory_read, .ctx = bytes};
}
