/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "notice/harvest.h"

#include <string.h>
#include <strings.h>

/* One line without what stands around it: white space, comment signs, list marks. */
static struct ow_view trimmed(const char *p, size_t n)
{
	static const char around[] = " \t\r\f\v*#/;%-";

	while (n > 0 && strchr(around, p[0]) != NULL && p[0] != '\0') {
		p++;
		n--;
	}
	while (n > 0 && strchr(" \t\r\f\v*", p[n - 1]) != NULL && p[n - 1] != '\0')
		n--;
	return (struct ow_view){(const uint8_t *)p, n};
}

static size_t skip_spaces(const char *p, size_t n, size_t at)
{
	while (at < n && (p[at] == ' ' || p[at] == '\t' || p[at] == ':' || p[at] == ','))
		at++;
	return at;
}

/* Bytes of a copyright sign at p: "(c)" or U+00A9; also the lone byte that Latin-1 has for it. */
static size_t sign_at(const char *p, size_t n)
{
	if (n >= 3 && strncasecmp(p, "(c)", 3) == 0)
		return 3;
	if (n >= 2 && memcmp(p, "\xC2\xA9", 2) == 0)
		return 2;
	return n >= 1 && p[0] == '\xA9' ? 1 : 0;
}

static bool year_at(const char *p, size_t n)
{
	for (size_t i = 0; i < 4; i++) {
		if (i >= n || p[i] < '0' || p[i] > '9')
			return false;
	}
	return p[0] == '1' || p[0] == '2';
}

/* A line to be filled in, or one of the sentences in which licences speak of copyright. */
static bool is_template(const char *p, size_t n)
{
	static const char *const signs[] = {"yyyy",  "<year", "[year",  "{year",   "[name",
					    "<name", "{name", "<owner", "<holder", "[fullname"};

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < sizeof signs / sizeof signs[0]; k++) {
			if (n - i >= strlen(signs[k]) &&
			    strncasecmp(p + i, signs[k], strlen(signs[k])) == 0)
				return true;
		}
	}
	return false;
}

/* Is it "Copyright (c) Somebody", "Copyright 2024 Somebody", "(c) 2024 Somebody", "Portions Copyright …"? */
static bool is_copyright(const char *p, size_t n)
{
	static const char word[] = "copyright", portions[] = "portions ";
	size_t at = 0, sign;

	if (n > HARVEST_LINE_MAX || is_template(p, n))
		return false;
	if (n > sizeof portions - 1 && strncasecmp(p, portions, sizeof portions - 1) == 0)
		at = sizeof portions - 1;
	if (n - at > sizeof word - 1 && strncasecmp(p + at, word, sizeof word - 1) == 0) {
		at = skip_spaces(p, n, at + sizeof word - 1);
		sign = sign_at(p + at, n - at);
		at = skip_spaces(p, n, at + sign);
		return at < n && (sign > 0 || year_at(p + at, n - at));
	}
	sign = sign_at(p + at, n - at);
	at = skip_spaces(p, n, at + sign);
	/* "(c) the licensee …" is an item of a list */
	return sign > 0 && (sign < 3 ? at < n : year_at(p + at, n - at));
}

bool harvest_add(struct texts *list, size_t cap, const char *line)
{
	for (size_t i = 0; i < list->n; i++) {
		if (strcmp(list->at[i], line) == 0)
			return true;
	}
	if (list->n == cap)
		return false;
	list->at[list->n++] = line;
	return true;
}

static size_t line_end(struct ow_view text, size_t at)
{
	const uint8_t *end = memchr(text.p + at, '\n', text.n - at);

	return end == NULL ? text.n : (size_t)(end - text.p);
}

/* Does a text that speaks of itself go on after this line: "Everyone is permitted to copy … this license document"? */
static bool of_the_text(struct ow_view text, size_t at)
{
	static const char goes_on[] = "everyone is permitted to copy";

	for (unsigned lines = 0; at < text.n && lines < 4; lines++) {
		size_t end = line_end(text, at);
		struct ow_view line = trimmed((const char *)text.p + at, end - at);

		if (line.n >= sizeof goes_on - 1 &&
		    strncasecmp((const char *)line.p, goes_on, sizeof goes_on - 1) == 0)
			return true;
		at = end + 1;
	}
	return false;
}

/* Visit the lines; the first pass counts, the second keeps. */
static size_t scan(struct ow_view text, struct arena *a, struct texts *out, size_t cap)
{
	size_t n = 0;

	for (size_t at = 0; at < text.n && n < HARVEST_LINES_MAX;) {
		size_t end = line_end(text, at);
		struct ow_view line = trimmed((const char *)text.p + at, end - at);

		at = end + 1;
		if (line.n == 0 || memchr(line.p, '\0', line.n) != NULL ||
		    !is_copyright((const char *)line.p, line.n) || of_the_text(text, at))
			continue;
		n++;
		if (out != NULL)
			(void)harvest_add(out, cap, arena_text(a, (const char *)line.p, line.n));
	}
	return n;
}

int harvest_copyrights(struct ow_view text, struct arena *a, struct texts *out,
		       struct ow_error *err)
{
	size_t n = scan(text, a, NULL, 0);

	*out = (struct texts){.at = arena_array(a, n, sizeof *out->at, err)};
	if (out->at == NULL)
		return err->code;
	(void)scan(text, a, out, n);
	return arena_finish(a, err);
}
