/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/arena.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/mem.h"

enum {
	ALIGNMENT = 16,
	BLOCK_SIZE = 16384 /* small next to what a document holds, large next to one text */
};

struct arena_block {
	struct arena_block *older;
	size_t used, size;
	_Alignas(ALIGNMENT) unsigned char bytes[];
};

static void *take(struct arena *a, size_t n, size_t align, struct ow_error *err)
{
	struct arena_block *b = a->newest;
	uint64_t at = 0, end = 0;

	if (b != NULL && align_up_ok(b->used, align, &at) && add_ok(at, n, &end) &&
	    end <= b->size) {
		b->used = (size_t)end;
		return b->bytes + at;
	}
	if (!add_ok(n, sizeof *b, &end) || end > SIZE_MAX / 2) {
		(void)err_sys(err, ENOMEM, "%zu bytes", n);
		return NULL;
	}
	b = mem_array(1, sizeof *b + (n > BLOCK_SIZE ? n : BLOCK_SIZE), err);
	if (b == NULL)
		return NULL;
	b->size = n > BLOCK_SIZE ? n : BLOCK_SIZE;
	b->used = n;
	b->older = a->newest;
	a->newest = b;
	return b->bytes;
}

void *arena_array(struct arena *a, size_t n, size_t size, struct ow_error *err)
{
	uint64_t bytes;

	if (!mul_ok(n, size, &bytes) || bytes > SIZE_MAX / 2) {
		(void)err_sys(err, ENOMEM, "%zu times %zu bytes", n, size);
		return NULL;
	}
	return take(a, bytes == 0 ? 1 : (size_t)bytes, ALIGNMENT, err);
}

/* There is room in it for as many as the next power of two. */
void *arena_more(struct arena *a, void *items, size_t n, size_t size, struct ow_error *err)
{
	void *more;

	if (n > 0 && (n & (n - 1)) != 0)
		return items;
	more = arena_array(a, n == 0 ? 1 : 2 * n, size, err);
	if (more != NULL && n > 0)
		memcpy(more, items, n * size);
	return more;
}

/* Room for a text of n bytes and its terminator, or NULL. */
static char *room(struct arena *a, size_t n)
{
	struct ow_error ignored = {0};
	char *s = a->failed || n == SIZE_MAX ? NULL : take(a, n + 1, 1, &ignored);

	a->failed = a->failed || s == NULL;
	return s;
}

const char *arena_text(struct arena *a, const char *s, size_t n)
{
	char *copy = room(a, n);

	if (copy == NULL)
		return "";
	memcpy(copy, s, n);
	return copy;
}

const char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *s;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	s = n < 0 ? NULL : room(a, (size_t)n);
	if (s != NULL)
		(void)vsnprintf(s, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return s == NULL ? "" : s;
}

int arena_finish(const struct arena *a, struct ow_error *err)
{
	return a->failed ? err_sys(err, ENOMEM, "a text") : 0;
}

void arena_done(struct arena *a)
{
	for (struct arena_block *b = a->newest, *older; b != NULL; b = older) {
		older = b->older;
		mem_free(b);
	}
	*a = (struct arena){0};
}
