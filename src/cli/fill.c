/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/fill.h"

#include <string.h>

void fill(struct buf *out, const char *text, size_t at, size_t indent)
{
	size_t column = at;
	bool first = true; /* no word on this line yet */

	for (const char *w = text; *w != '\0';) {
		size_t n = strcspn(w, " \n");

		if (n > 0 && !first && column + 1 + n > FILL_WIDTH) {
			buf_text(out, "\n");
			column = 0;
			first = true;
		}
		if (n > 0) {
			if (first && column < indent)
				buf_printf(out, "%*s", (int)(indent - column), "");
			column = first && column < indent ? indent : column + !first;
			buf_printf(out, "%s%.*s", first ? "" : " ", (int)n, w);
			column += n;
			first = false;
		}
		w += n;
		if (*w == '\n') {
			buf_text(out, "\n");
			column = 0;
			first = true;
		}
		w += *w != '\0';
	}
	buf_text(out, "\n");
}

/* The length of the word at s: up to a space that is not in quotes. */
static size_t word(const char *s)
{
	char quote = '\0';
	size_t n = 0;

	for (; s[n] != '\0' && (s[n] != ' ' || quote != '\0'); n++) {
		if (s[n] == quote)
			quote = '\0';
		else if (quote == '\0' && (s[n] == '\'' || s[n] == '"'))
			quote = s[n];
	}
	return n;
}

/* The length of what is not to be torn: a word, or an option with the word after it. */
static size_t piece(const char *s)
{
	size_t n = word(s);

	if (s[0] == '-' && s[n] == ' ' && s[n + 1] != '-')
		n += 1 + word(s + n + 1);
	return n;
}

void fill_command(struct buf *out, const char *line, size_t indent, size_t width)
{
	size_t column = indent;

	buf_printf(out, "%*s", (int)indent, "");
	for (const char *w = line; *w != '\0';) {
		size_t n = piece(w);

		if (indent + 4 + n > width)
			n = word(w);
		/* room for the space before, and for " \\" unless this is the end */
		if (w > line && column + 1 + n + (w[n] == '\0' ? 0 : 2) > width) {
			buf_printf(out, " \\\n%*s", (int)indent + 4, "");
			column = indent + 4;
		} else if (w > line) {
			buf_text(out, " ");
			column++;
		}
		buf_add(out, w, n);
		column += n;
		w += n + (w[n] == ' ');
	}
	buf_text(out, "\n");
}
