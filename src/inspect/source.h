/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Where a parser's bytes come from: a file, a blob, memory. Parsers ask for stretches and get
 * exactly those.
 *
 *	struct inspect_src src = inspect_memory(&view);
 *
 *	if (inspect_read(&src, head, sizeof head, 0, err) < 0)
 *		return err->code;
 */
#ifndef OW_INSPECT_SOURCE_H
#define OW_INSPECT_SOURCE_H

#include <owstore/api.h>
#include <owstore/error.h>

struct inspect_src {
	uint64_t size;
	/* Exactly n bytes from `off`; only asked for bytes below `size`. OW_E_IO, or OW_E_INTEGRITY
	 * if the source became shorter.
	 */
	int (*read_at)(void *ctx, void *p, size_t n, uint64_t off, struct ow_error *err);
	void *ctx;
};

/* Exactly n bytes; OW_E_FORMAT if the source ends before that. */
OW_MUST_USE int inspect_read(const struct inspect_src *src, void *p, size_t n, uint64_t off,
			     struct ow_error *err);

/* A source of bytes in memory, which stay the caller's, as does `bytes`. */
struct inspect_src inspect_memory(struct ow_view *bytes);

#endif
