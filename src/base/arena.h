/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Memory that is freed all at once: the texts and small arrays of one document or one result.
 *
 *	OW_AUTO(arena_done) struct arena a = {0};
 *	const char *s = arena_printf(&a, "%d of %d", 1, 2);
 *
 *	if (arena_finish(&a, err) < 0)
 *		return err->code;
 */
#ifndef OW_BASE_ARENA_H
#define OW_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include <owstore/error.h>

#include "base/auto.h"

struct arena_block;

struct arena {
	struct arena_block *newest;
	bool failed; /* an allocation failed; texts since then are "" */
};

/* n * size zeroed bytes, aligned for anything; NULL with OW_E_IO when memory runs out. */
void *arena_array(struct arena *a, size_t n, size_t size, struct ow_error *err);

/* Room for one more item in an array of n that grew by this alone (NULL at first): the array, or a longer copy of it; NULL
 * with OW_E_IO when memory runs out.
 */
void *arena_more(struct arena *a, void *items, size_t n, size_t size, struct ow_error *err);

/* A copy of s[0..n) respectively a formatted text, terminated; "" after a failure, which is remembered. */
const char *arena_text(struct arena *a, const char *s, size_t n);
const char *arena_printf(struct arena *a, const char *fmt, ...) OW_PRINTF(2, 3);

/* 0, or < 0 with OW_E_IO if a text failed on the way. */
int arena_finish(const struct arena *a, struct ow_error *err);

void arena_done(struct arena *a);
OW_DEFINE_AUTO_DONE(struct arena, arena_done)

#endif
