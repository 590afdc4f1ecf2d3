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
