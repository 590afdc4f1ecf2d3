/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#include "base/ints.h"

size_t utf8_next(const uint8_t *p, size_t n, uint32_t *code_point)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t c;
	size_t len;

	if (n == 0)
		return 0;
	if (p[0] < 0x80) {
		*code_point = p[0];
		return 1;
	}
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (len > n)
		return 0;
	c = p[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*code_point = c;
	return len;
}

bool utf8_ok(const uint8_t *p, size_t n)
{
	uint32_t c;

	for (size_t i = 0; i < n;) {
		size_t step = utf8_next(p + i, n - i, &c);

		if (step == 0)
			return false;
		i += step;
	}
	return true;
}

struct range {
	uint32_t from, to;
};

static bool within(const struct range *r, size_t n, uint32_t c)
{
	for (size_t i = 0; i < n; i++) {
		if (c >= r[i].from && c <= r[i].to)
			return true;
	}
	return false;
}

/* Characters that change how their neighbours look, or do not show at all. */
static bool hidden(uint32_t c)
{
	static const struct range ranges[] = {
	    {0x00, 0x1f},       {0x7f, 0xa0},        {0xad, 0xad},     {0x034f, 0x034f},
	    {0x061c, 0x061c},   {0x115f, 0x1160},    {0x17b4, 0x17b5}, {0x180b, 0x180f},
	    {0x2000, 0x200f},   {0x2028, 0x202f},    {0x205f, 0x206f}, {0x2800, 0x2800},
	    {0x3000, 0x3000},   {0x3164, 0x3164},    {0xd800, 0xf8ff}, {0xfe00, 0xfe0f},
	    {0xfeff, 0xfeff},   {0xffa0, 0xffa0},    {0xfff0, 0xffff}, {0x1bca0, 0x1bca3},
	    {0x1d173, 0x1d17a}, {0xe0000, 0x10ffff},
	};

	return within(ranges, sizeof ranges / sizeof ranges[0], c);
}

size_t text_escape(const char *src, size_t n, char *dst, size_t cap)
{
	const uint8_t *p = (const uint8_t *)src;
	size_t at = 0;

	for (size_t i = 0; i < n;) {
		char piece[16];
		uint32_t c = 0;
		size_t used = utf8_next(p + i, n - i, &c), len;

		if (used == 0) {
			used = 1;
			(void)snprintf(piece, sizeof piece, "\\x%02x", p[i]);
		} else if (c == '\\') {
			memcpy(piece, "\\\\", 3);
		} else if (c == '\n') {
			memcpy(piece, "\\n", 3);
		} else if (hidden(c)) {
			(void)snprintf(piece, sizeof piece, "\\u{%x}", c);
		} else {
			memcpy(piece, p + i, used);
			piece[used] = '\0';
		}
		len = strlen(piece);
		if (at + len + 1 > cap)
			break;
		memcpy(dst + at, piece, len);
		at += len;
		i += used;
	}
	if (cap > 0)
		dst[at] = '\0';
	return at;
}

unsigned text_columns_of(uint32_t code_point)
{
	static const struct range none[] = {
	    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f},
	    {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
	    {0x20d0, 0x20ff}, {0xfe20, 0xfe2f},
	};
	static const struct range two[] = {
	    {0x1100, 0x115f},   {0x2e80, 0xa4cf},   {0xa960, 0xa97c}, {0xac00, 0xd7a3},
	    {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60}, {0xffe0, 0xffe6},
	    {0x1f300, 0x1faff}, {0x20000, 0x3fffd},
	};

	if (code_point < none[0].from)
		return 1;
	if (within(none, sizeof none / sizeof none[0], code_point))
		return 0;
	return within(two, sizeof two / sizeof two[0], code_point) ? 2 : 1;
}

size_t text_columns(const char *s)
{
	size_t n = strlen(s), columns = 0;
	uint32_t c;

	for (size_t i = 0; i < n;) {
		size_t step = utf8_next((const uint8_t *)s + i, n - i, &c);

		columns += step == 0 ? 1 : text_columns_of(c);
		i += step == 0 ? 1 : step;
	}
	return columns;
}

void text_copy(char *dst, size_t cap, const char *src)
{
	size_t n = strlen(src), at = 0, step = 1;
	uint32_t c;

	while (at < n && step != 0) {
		step = utf8_next((const uint8_t *)src + at, n - at, &c);
		if (step == 0 || at + step >= cap)
			break;
		at += step;
	}
	memcpy(dst, src, at);
	dst[at] = '\0';
}

bool text_ends(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n >= k && memcmp(s + n - k, end, k) == 0;
}

bool text_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

int text_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int text_order_rows(const void *a, const void *b)
{
	return strcmp(a, b);
}

bool text_is_id(const char *s)
{
	size_t n = strlen(s);

	if (n == 0 || n > 64)
		return false;
	for (size_t i = 0; i < n; i++) {
		bool word = (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9');

		if (!word && (i == 0 || (s[i] != '.' && s[i] != '_' && s[i] != '-')))
			return false;
	}
	return true;
}

/* Digits at *s, advanced past them; false if there are none or they do not fit. */
static bool digits(const char **s, uint64_t *out)
{
	uint64_t v = 0;
	const char *p = *s;

	for (; *p >= '0' && *p <= '9'; p++) {
		if (!mul_ok(v, 10, &v) || !add_ok(v, (uint64_t)(*p - '0'), &v))
			return false;
	}
	if (p == *s)
		return false;
	*s = p;
	*out = v;
	return true;
}

bool text_parse_u64(const char *s, uint64_t *out)
{
	uint64_t v;
	const char *p = s;

	if (!digits(&p, &v) || *p != '\0' || (s[0] == '0' && s[1] != '\0'))
		return false;
	*out = v;
	return true;
}

bool text_parse_size(const char *s, uint64_t *out)
{
	static const char units[] = "kMGT";
	uint64_t v;

	if (!digits(&s, &v))
		return false;
	if (*s != '\0' && *s != 'B') {
		const char *u = strchr(units, *s == 'K' ? 'k' : *s);
		uint64_t base = s[1] == 'i' ? 1024 : 1000;

		if (u == NULL)
			return false;
		for (const char *k = units; k <= u; k++) {
			if (!mul_ok(v, base, &v))
				return false;
		}
		s += base == 1024 ? 2 : 1;
	}
	if (*s == 'B')
		s++;
	if (*s != '\0')
		return false;
	*out = v;
	return true;
}

const char *text_size(uint64_t bytes, char out[TEXT_SIZE])
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
	double v = (double)bytes;
	size_t u = 0;

	while (v >= 999.5 && u + 1 < sizeof units / sizeof units[0]) {
		v /= 1000;
		u++;
	}
	(void)snprintf(out, TEXT_SIZE,
		       u == 0      ? "%.0f %s"
		       : v < 9.995 ? "%.2f %s"
		       : v < 99.95 ? "%.1f %s"
				   : "%.0f %s",
		       v, units[u]);
	return out;
}

unsigned text_distance(const char *a, const char *b, unsigned limit)
{
	enum {
		LONGEST = 48
	};
	unsigned row[LONGEST + 1];
	size_t na = strlen(a), nb = strlen(b);

	if (na > LONGEST || nb > LONGEST)
		return limit + 1;
	for (size_t j = 0; j <= nb; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			unsigned best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[nb] <= limit ? row[nb] : limit + 1;
}
