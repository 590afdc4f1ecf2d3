/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codec/fold.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

#include "base/err.h"
#include "base/mem.h"

/* Nearly all names. */
static char *fold_ascii(const char *s, struct ow_error *err)
{
	char *out = mem_text(s, strlen(s), err);

	for (char *p = out; p != NULL && *p != '\0'; p++)
		*p = (char)(*p >= 'A' && *p <= 'Z' ? *p + ('a' - 'A') : *p);
	return out;
}

char *fold_name(const char *s, struct ow_error *err)
{
	utf8proc_uint8_t *out = NULL;
	utf8proc_ssize_t n;
	bool ascii = true;

	for (const char *p = s; *p != '\0'; p++)
		ascii = ascii && (unsigned char)*p < 0x80;
	if (ascii)
		return fold_ascii(s, err);
	n = utf8proc_map((const utf8proc_uint8_t *)s, 0, &out,
			 UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE |
			     UTF8PROC_CASEFOLD);
	if (n == UTF8PROC_ERROR_NOMEM)
		(void)err_sys(err, ENOMEM, "\"%s\"", s);
	else if (n < 0)
		(void)err_set(err, OW_E_FORMAT, "\"%s\": %s", s, utf8proc_errmsg(n));
	return n < 0 ? NULL : (char *)out;
}

static bool is_word_part(utf8proc_int32_t c)
{
	utf8proc_category_t k = utf8proc_category(c);

	return (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO) ||
	       (k >= UTF8PROC_CATEGORY_ND && k <= UTF8PROC_CATEGORY_NO);
}

int fold_char(uint32_t code_point, uint32_t out[FOLD_CHAR_MAX])
{
	utf8proc_int32_t parts[FOLD_CHAR_MAX];
	utf8proc_ssize_t n;
	int boundary = 0;
	int kept = 0;

	if (code_point > 0x10FFFF)
		return -1;
	n = utf8proc_decompose_char((utf8proc_int32_t)code_point, parts, FOLD_CHAR_MAX,
				    UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
					UTF8PROC_IGNORE | UTF8PROC_STRIPMARK,
				    &boundary);
	if (n < 0 || n > FOLD_CHAR_MAX)
		return -1;
	for (utf8proc_ssize_t i = 0; i < n; i++) {
		if (is_word_part(parts[i]))
			out[kept++] = (uint32_t)parts[i];
	}
	return kept == 0 && n > 0 ? -1 : kept;
}
