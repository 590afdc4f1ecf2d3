/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "infer/unicode.h"

#include <stdbool.h>

/* White_Space of PropList.txt */
static bool is_space(uint32_t c)
{
	return (c >= 0x09 && c <= 0x0d) || c == ' ' || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
	       c == 0x205f || c == 0x3000;
}

uint16_t unicode_class(uint32_t code_point)
{
	size_t low = 0, high = unicode_n_ranges;

	if (is_space(code_point))
		return UNI_SPACE;
	while (low < high) {
		size_t mid = (low + high) / 2;

		if (code_point > unicode_ranges[mid].last)
			low = mid + 1;
		else
			high = mid;
	}
	return low < unicode_n_ranges && code_point >= unicode_ranges[low].first
		   ? unicode_ranges[low].class
		   : 0;
}
