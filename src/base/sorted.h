/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Looking into arrays that are in order, for more than bsearch(3) tells: where a key would stand, and all rows that
 * have it. Inline, so that the order is too.
 */
#ifndef OW_BASE_SORTED_H
#define OW_BASE_SORTED_H

#include <stddef.h>
#include <stdint.h>

/* Below, at or above 0: the key stands before the row, is its own, or stands behind it. As for bsearch(3). */
typedef int sorted_order(const void *key, const void *row);

/* The first of n rows of `each` bytes that is not before the key; n where all are. */
static inline size_t sorted_from(const void *key, const void *rows, size_t n, size_t each,
				 sorted_order *order)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (order(key, (const uint8_t *)rows + middle * each) > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Where the rows of a key begin, or would; *count tells how many there are. */
static inline size_t sorted_run(const void *key, const void *rows, size_t n, size_t each,
				sorted_order *order, size_t *count)
{
	size_t from = sorted_from(key, rows, n, each, order), end = from;

	while (end < n && order(key, (const uint8_t *)rows + end * each) == 0)
		end++;
	*count = end - from;
	return from;
}

#endif
