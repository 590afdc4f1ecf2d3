/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Trusted comments: whatever is accepted is written again as the same line.
 */
#include <stdlib.h>
#include <string.h>

#include "trust/comment.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct ow_error err = {0};
	char again[COMMENT_TEXT];
	struct comment c;

	if (comment_parse((const char *)p, n, &c, &err) < 0)
		return 0;
	if (comment_format(&c, again, &err) < 0 || strlen(again) != n || memcmp(again, p, n) != 0)
		abort();
	return 0;
}
