/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "record/name.h"

#include <string.h>

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

bool name_of_upstream(const char *upstream, char out[NAME_CAP])
{
	const char *from = strchr(upstream, ':'), *to = strrchr(upstream, '@');
	size_t n = 0;

	if (from != NULL)
		n = to > from ? (size_t)(to - from - 1) : strlen(from + 1);
	if (n >= NAME_CAP)
		n = 0;
	if (n > 0)
		memcpy(out, from + 1, n);
	out[n] = '\0';
	return n > 0;
}

bool role_ok(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n < ROLE_CAP && s[0] != '-' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz-") == n;
}
