/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"

#include <stdio.h>
#include <string.h>

/* Days from 1970-01-01 and back, proleptic Gregorian; years are counted from March so that the leap
 * day comes last.
 */
static uint64_t days_of(uint64_t y, uint64_t m, uint64_t d)
{
	uint64_t shifted = m > 2 ? m - 3 : m + 9, year = m > 2 ? y : y - 1;

	return 365 * year + year / 4 - year / 100 + year / 400 + (153 * shifted + 2) / 5 + d - 1 -
	       719468;
}

static void date_of(uint64_t days, uint64_t *y, uint64_t *m, uint64_t *d)
{
	uint64_t z = days + 719468, era = z / 146097, in_era = z % 146097;
	uint64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	uint64_t in_year = in_era - (365 * year + year / 4 - year / 100),
		 shifted = (5 * in_year + 2) / 153;

	*d = in_year - (153 * shifted + 2) / 5 + 1;
	*m = shifted < 10 ? shifted + 3 : shifted - 9;
	*y = era * 400 + year + (*m <= 2);
}

const char *time_text(uint64_t t, char out[TIME_TEXT])
{
	uint64_t y, m, d, s;

	if (t > TIME_MAX)
		t = TIME_MAX;
	s = t % 86400;
	date_of(t / 86400, &y, &m, &d);
	(void)snprintf(out, TIME_TEXT, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)y % 10000,
		       (unsigned)m % 100, (unsigned)d % 100, (unsigned)(s / 3600),
		       (unsigned)(s / 60 % 60), (unsigned)(s % 60));
	return out;
}

/* `n` digits at s as a number, or -1. */
static int number(const char *s, int n)
{
	int v = 0;

	for (int i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		v = v * 10 + (s[i] - '0');
	}
	return v;
}

bool time_parse(const char *s, uint64_t *out)
{
	static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int y, m, d, last, h = 0, min = 0, sec = 0;
	size_t n = strlen(s);

	if ((n != 10 && n != 20) || s[4] != '-' || s[7] != '-')
		return false;
	y = number(s, 4);
	m = number(s + 5, 2);
	d = number(s + 8, 2);
	if (y < 1970 || m < 1 || m > 12 || d < 1)
		return false;
	last = month_days[m - 1] + (m == 2 && (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)));
	if (n == 20) {
		if (s[10] != 'T' || s[13] != ':' || s[16] != ':' || s[19] != 'Z')
			return false;
		h = number(s + 11, 2);
		min = number(s + 14, 2);
		sec = number(s + 17, 2);
	}
	if (d > last || h < 0 || h > 23 || min < 0 || min > 59 || sec < 0 || sec > 59)
		return false;
	*out = days_of((uint64_t)y, (uint64_t)m, (uint64_t)d) * 86400 +
	       (uint64_t)(h * 3600 + min * 60 + sec);
	return true;
}
