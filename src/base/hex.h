/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Lower-case hexadecimal. Upper case is refused on reading, so that one value has one text.
 */
#ifndef OW_BASE_HEX_H
#define OW_BASE_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Write 2 * n digits and a terminator. */
static inline void hex_encode(const uint8_t *p, size_t n, char *out)
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digit[p[i] >> 4];
		out[2 * i + 1] = digit[p[i] & 15];
	}
	out[2 * n] = '\0';
}

static inline int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Read n_digits digits (an even number) into n_digits / 2 bytes. */
static inline bool hex_decode(const char *text, size_t n_digits, uint8_t *out)
{
	for (size_t i = 0; i < n_digits; i += 2) {
		int hi = hex_value(text[i]), lo = hi < 0 ? -1 : hex_value(text[i + 1]);

		if (lo < 0)
			return false;
		out[i / 2] = (uint8_t)(hi << 4 | lo);
	}
	return true;
}

#endif
