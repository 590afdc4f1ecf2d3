/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

uint8_t *buf_room(struct buf *b, size_t n)
{
	uint8_t *at;

	/* one byte more than asked, so that buf_str always has room for its terminator */
	while (!b->failed && (b->cap < n + 1 || b->n > b->cap - n - 1)) {
		struct ow_error ignored = {0};
		size_t cap = b->cap;

		if (n > SIZE_MAX / 4 || mem_grow(&b->p, cap, &b->cap, 1, &ignored) < 0)
			b->failed = true;
	}
	if (b->failed)
		return NULL;
	at = b->p + b->n;
	b->n += n;
	return at;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
	uint8_t *at = n == 0 ? NULL : buf_room(b, n);

	if (at != NULL)
		memcpy(at, p, n);
}

void buf_text(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;
	uint8_t *at;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->failed = true;
		return;
	}
	at = buf_room(b, (size_t)n); /* the spare byte takes the terminator */
	if (at == NULL)
		return;
	va_start(ap, fmt);
	(void)vsnprintf((char *)at, (size_t)n + 1, fmt, ap);
	va_end(ap);
}

void buf_clear(struct buf *b)
{
	b->n = 0;
}

int buf_finish(const struct buf *b, struct ow_error *err)
{
	return b->failed ? err_sys(err, ENOMEM, "after %zu bytes of output", b->n) : 0;
}

const char *buf_str(struct buf *b)
{
	if (b->p == NULL)
		return "";
	b->p[b->n] = '\0';
	return (const char *)b->p;
}

void buf_done(struct buf *b)
{
	free(b->p);
	*b = (struct buf){0};
}
