/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/shell.h"

#include <string.h>

void shell_word(struct buf *b, const char *s, size_t n)
{
	if (n > 0 && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			       "0123456789@/:._+-") >= n) {
		buf_add(b, s, n);
		return;
	}
	buf_text(b, "'");
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\'')
			buf_text(b, "'\\''");
		else
			buf_add(b, &s[i], 1);
	}
	buf_text(b, "'");
}
