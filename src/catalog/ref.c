/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/err.h"
#include "base/hex.h"
#include "catalog/catalog.h"

#define DIGEST_PREFIX "sha256:"

enum {
	DIGITS_MIN = 8,
	DIGITS_MAX = 64
};

static int parse_id(const char *digits, struct catalog_ref *out, struct ow_error *err)
{
	size_t n = strlen(digits);

	if (n < DIGITS_MIN || n > DIGITS_MAX)
		return err_set(err, OW_E_USAGE, DIGEST_PREFIX "%s: %zu hex digits, needs %d to %d",
			       digits, n, DIGITS_MIN, DIGITS_MAX);
	for (size_t i = 0; i < n; i++) {
		int v = hex_value(digits[i]);

		if (v < 0)
			return err_set(err, OW_E_USAGE,
				       DIGEST_PREFIX "%s: not lower-case hex digits", digits);
		out->low.b[i / 2] |= (uint8_t)(i % 2 == 0 ? v << 4 : v);
	}
	out->high = out->low;
	for (size_t i = n; i < DIGITS_MAX; i++)
		out->high.b[i / 2] |= (uint8_t)(i % 2 == 0 ? 0xf0 : 0x0f);
	out->kind = REF_ID;
	return 0;
}

static int put_part(const char *text, const char *part, size_t n, char *out, size_t cap,
		    struct ow_error *err)
{
	if (n == 0)
		return err_set(err, OW_E_USAGE, "\"%s\": an empty name or version", text);
	if (n >= cap)
		return err_set(err, OW_E_USAGE,
			       "\"%.60s…\": a name or version of %zu bytes, at most %zu", text, n,
			       cap - 1);
	memcpy(out, part, n);
	out[n] = '\0';
	return 0;
}

int catalog_ref_parse(const char *text, struct catalog_ref *out, struct ow_error *err)
{
	struct catalog_ref ref = {.kind = REF_NAME};
	const char *at = strrchr(text, '@');
	size_t n = at == NULL ? strlen(text) : (size_t)(at - text);

	if (strncmp(text, DIGEST_PREFIX, strlen(DIGEST_PREFIX)) == 0) {
		if (parse_id(text + strlen(DIGEST_PREFIX), &ref, err) < 0)
			return err->code;
		*out = ref;
		return 0;
	}
	if (put_part(text, text, n, ref.name, sizeof ref.name, err) < 0)
		return err->code;
	if (at != NULL) {
		ref.kind = REF_VERSION;
		if (put_part(text, at + 1, strlen(at + 1), ref.version, sizeof ref.version, err) <
		    0)
			return err->code;
	}
	*out = ref;
	return 0;
}
