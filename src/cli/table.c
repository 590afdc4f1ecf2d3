/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/ints.h"
#include "base/mem.h"
#include "base/text.h"

enum {
	COLUMNS_MAX = 16,
	LEAST = 8, /* a column is never cut below this */
	GAP = 2
};

struct column {
	const char *title;
	bool right, cut, below;
	size_t width;
};

struct table {
	struct column column[COLUMNS_MAX];
	size_t n_columns;
	char **cell; /* row by row, scrubbed */
	size_t n, cap;
	bool failed;
};

struct table *table_new(const char *heading, ...)
{
	struct ow_error ignored = {0};
	struct table *t = MEM_NEW(struct table, &ignored);
	va_list ap;

	if (t == NULL)
		return NULL;
	va_start(ap, heading);
	for (const char *h = heading; h != NULL && t->n_columns < COLUMNS_MAX;
	     h = va_arg(ap, const char *)) {
		struct column *c = &t->column[t->n_columns++];

		c->right = h[0] == '>';
		c->cut = h[0] == '~';
		c->below = h[0] == '_';
		c->title = h + (c->right || c->cut || c->below);
		c->width = text_columns(c->title);
	}
	va_end(ap);
	assert(t->n_columns > 0);
	return t;
}

void table_cell(struct table *t, const char *fmt, ...)
{
	struct ow_error ignored = {0};
	OW_AUTO(mem_free) char *raw = NULL;
	char *shown;
	va_list ap;
	int n;
	size_t width;
	struct column *c;

	if (t == NULL || t->failed)
		return;
	t->failed = true; /* until all went well */
	va_start(ap, fmt);
	n = vasprintf(&raw, fmt, ap);
	va_end(ap);
	if (n < 0) {
		raw = NULL;
		return;
	}
	if (mem_grow(&t->cell, t->n, &t->cap, sizeof *t->cell, &ignored) < 0)
		return;
	shown = mem_array((size_t)n + 1, 10, &ignored); /* an escape is at most ten bytes for one */
	if (shown == NULL)
		return;
	text_escape(raw, (size_t)n, shown, ((size_t)n + 1) * 10);
	c = &t->column[t->n % t->n_columns];
	width = text_columns(shown);
	if (width > c->width)
		c->width = width;
	t->cell[t->n++] = shown;
	t->failed = false;
}

void table_text(struct table *t, struct json row, const char *key, const char *value)
{
	bool empty = value == NULL || value[0] == '\0';

	json_put_text(row, key, empty ? NULL : value);
	table_cell(t, "%s", empty ? "-" : value);
}

void table_free(struct table *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->n; i++)
		free(t->cell[i]);
	free(t->cell);
	free(t);
}

static size_t line_width(const size_t *width, size_t n)
{
	size_t sum = (n - 1) * GAP;

	for (size_t i = 0; i < n; i++)
		sum += width[i];
	return sum;
}

/* The widest of the columns that may give way, or n. */
static size_t widest(const struct table *t, const size_t *width, size_t n)
{
	size_t at = n;

	for (size_t i = 0; i < n; i++) {
		const struct column *c = &t->column[i];

		if (c->cut && width[i] > size_max(LEAST, text_columns(c->title)) &&
		    (at == n || width[i] > width[at]))
			at = i;
	}
	return at;
}

/* How many columns stand in a line, and their widths: where it is too long for the terminal, what may stand below does,
 * and then "~" columns give way, the widest first.
 */
static size_t fit(const struct table *t, const struct out *o, size_t *width)
{
	size_t n = t->n_columns;

	for (size_t i = 0; i < n; i++)
		width[i] = t->column[i].width;
	if (!o->terminal || line_width(width, n) <= o->columns)
		return n;
	n -= t->column[n - 1].below;
	while (line_width(width, n) > o->columns) {
		size_t i = widest(t, width, n);

		if (i == n)
			break;
		width[i]--;
	}
	return n;
}

/* How many bytes of s[0..n) fill at most `width` columns; *used is how many they do. */
static size_t cut_at(const char *s, size_t n, size_t width, size_t *used)
{
	size_t at = 0;

	*used = 0;
	while (at < n) {
		uint32_t code_point;
		size_t step = utf8_next((const uint8_t *)s + at, n - at, &code_point);

		if (step == 0 || *used + text_columns_of(code_point) > width)
			break;
		*used += text_columns_of(code_point);
		at += step;
	}
	return at;
}

/* Names differ at both ends: what is left out is in the middle. Returns the columns that are used. */
static size_t put_shortened(struct buf *b, const char *s, size_t width)
{
	size_t n = strlen(s), columns = text_columns(s), head, tail, from;

	buf_add(b, s, cut_at(s, n, width / 2, &head));
	buf_text(b, "\xe2\x80\xa6"); /* one column */
	from = cut_at(s, n, columns - (width - head - 1), &tail);
	if (columns - tail > width - head - 1) { /* a wide character stands across */
		uint32_t code_point;

		from += utf8_next((const uint8_t *)s + from, n - from, &code_point);
		tail += text_columns_of(code_point);
	}
	buf_add(b, s + from, n - from);
	return head + 1 + columns - tail;
}

static void put_cell(struct buf *b, const char *s, const struct column *c, size_t width, bool last)
{
	size_t used = text_columns(s);

	if (c->right && used < width)
		buf_printf(b, "%*s", (int)(width - used), "");
	if (used > width)
		used = put_shortened(b, s, width);
	else
		buf_text(b, s);
	if (!last)
		buf_printf(b, "%*s", (int)(c->right ? 0 : width - used) + GAP, "");
}

static void put_row(struct buf *b, const struct table *t, char *const *cell, const size_t *width,
		    size_t n)
{
	for (size_t i = 0; i < n; i++)
		put_cell(b, cell[i], &t->column[i], width[i], i + 1 == n);
	buf_text(b, "\n");
	for (size_t i = n; i < t->n_columns; i++)
		buf_printf(b, "    %s\n", cell[i]);
}

void out_table(struct out *o, const struct table *t)
{
	size_t width[COLUMNS_MAX] = {0}, n;

	if (o->mode != OUT_TEXT)
		return;
	if (t == NULL || t->failed) {
		o->text.failed = true;
		return;
	}
	if (t->n == 0 || t->n_columns == 0)
		return;
	n = fit(t, o, width);
	if (o->color)
		buf_text(&o->text, "\033[1m");
	for (size_t i = 0; i < n; i++)
		put_cell(&o->text, t->column[i].title, &t->column[i], width[i], i + 1 == n);
	buf_text(&o->text, o->color ? "\033[0m\n" : "\n");
	for (size_t i = 0; i + t->n_columns <= t->n; i += t->n_columns)
		put_row(&o->text, t, t->cell + i, width, n);
}

void out_section(struct out *o, const struct table *t)
{
	if (t != NULL && t->n > 0)
		out_line(o, "%s", "");
	out_table(o, t);
}
