/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "record/name.h"

#include <string.h>

#include "base/err.h"
#include "base/hex.h"

static bool alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Does s[0..n) begin with a letter or digit and go on with those or one of `marks`? */
static bool word(const char *s, size_t n, const char *marks)
{
	if (n == 0 || !alnum(s[0]))
		return false;
	for (size_t i = 1; i < n; i++) {
		if (!alnum(s[i]) && strchr(marks, s[i]) == NULL)
			return false;
	}
	return true;
}

bool name_ok(const char *s)
{
	if (strlen(s) >= NAME_CAP)
		return false;
	for (int parts = 1; parts <= 4; parts++) {
		size_t n = strcspn(s, "/");

		if (n > 96 || !word(s, n, "._-") || s[n - 1] == '.')
			return false;
		if (s[n] == '\0')
			return true;
		s += n + 1;
	}
	return false;
}

bool version_ok(const char *s)
{
	size_t n = strlen(s);

	return n < VERSION_CAP && word(s, n, "._+-");
}

bool role_ok(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n < ROLE_CAP && s[0] != '-' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz-") == n;
}

static int digest_ref(const char *digits, struct ref *out, struct ow_error *err)
{
	size_t n = strlen(digits);

	if (n < 8 || n > 64 || strspn(digits, "0123456789abcdef") != n)
		return err_set(err, OW_E_USAGE,
			       "sha256:%.70s: needs 8 to 64 lower-case hex digits, has %zu", digits,
			       n);
	out->kind = REF_DIGEST;
	memcpy(out->digits, digits, n + 1);
	return 0;
}

int ref_parse(const char *text, struct ref *out, struct ow_error *err)
{
	const char *at = strrchr(text, '@');
	size_t n = at == NULL ? strlen(text) : (size_t)(at - text);

	*out = (struct ref){.kind = at == NULL ? REF_NAME : REF_EXACT};
	if (strncmp(text, "sha256:", 7) == 0)
		return digest_ref(text + 7, out, err);
	if (n < NAME_CAP)
		memcpy(out->name, text, n);
	if (n >= NAME_CAP || !name_ok(out->name) || (at != NULL && !version_ok(at + 1))) {
		(void)err_set(err, OW_E_USAGE, "\"%.200s\" is not a reference", text);
		return err_hint(
		    err,
		    "write NAME@VERSION, a NAME that has one version, or sha256: with 8 or more "
		    "digits; \"owstore ls\" lists them");
	}
	if (at != NULL)
		memcpy(out->version, at + 1, strlen(at + 1) + 1);
	return 0;
}
