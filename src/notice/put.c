/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "notice/put.h"

#include <string.h>

#include "base/text.h"
#include "base/time.h"

/* One character of p[0..n), escaped where it must be; gives its bytes. */
static size_t put_one(struct buf *b, const char *p, size_t n)
{
	uint32_t code;
	size_t len = utf8_next((const uint8_t *)p, n, &code);
	char one[16];

	len = len == 0 ? 1 : len;
	(void)text_escape(p, len, one, sizeof one);
	buf_text(b, one);
	return len;
}

void put_shown(struct buf *b, const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n;)
		i += put_one(b, s + i, n - i);
}

void put_verbatim(struct buf *b, const char *indent, struct ow_view text)
{
	static const char mark[] = "\xEF\xBB\xBF";
	const char *p = (const char *)text.p;
	size_t n = text.n, i = 0;
	bool begins = true;

	if (n >= 3 && memcmp(p, mark, 3) == 0)
		i = 3;
	while (i < n) {
		if (p[i] == '\n' || p[i] == '\r') {
			i += p[i] == '\r' && i + 1 < n && p[i + 1] == '\n' ? 2 : 1;
			buf_text(b, "\n");
			begins = true;
			continue;
		}
		if (begins)
			buf_text(b, indent);
		begins = false;
		if (p[i] == '\t' || p[i] == '\\')
			buf_add(b, p + i++, 1);
		else
			i += put_one(b, p + i, n - i);
	}
	if (!begins)
		buf_text(b, "\n");
}

void put_time(struct buf *b, uint64_t t)
{
	char text[TIME_TEXT];

	buf_text(b, time_text(t, text));
}

void put_head(struct buf *b, const char *title, char line)
{
	size_t n = text_columns(title);

	buf_printf(b, "%s\n", title);
	for (size_t i = 0; i < n; i++)
		buf_add(b, &line, 1);
	buf_text(b, "\n\n");
}
