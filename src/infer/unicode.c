/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "infer/unicode.h"

uint16_t unicode_class(uint32_t code_point)
{
	size_t low = 0, high = unicode_n_ranges;

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
