/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Checked arithmetic on numbers from outside. Each answers "did it fit".
 */
#ifndef OW_BASE_INTS_H
#define OW_BASE_INTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool add_ok(uint64_t a, uint64_t b, uint64_t *sum)
{
	return !__builtin_add_overflow(a, b, sum);
}

static inline bool sub_ok(uint64_t a, uint64_t b, uint64_t *difference)
{
	return !__builtin_sub_overflow(a, b, difference);
}

static inline bool mul_ok(uint64_t a, uint64_t b, uint64_t *product)
{
	return !__builtin_mul_overflow(a, b, product);
}

static inline bool u64_to_size(uint64_t v, size_t *out)
{
	if (v > SIZE_MAX)
		return false;
	*out = (size_t)v;
	return true;
}

/* `off` up to the next multiple of `align`, a power of two. */
static inline bool align_up_ok(uint64_t off, uint64_t align, uint64_t *out)
{
	uint64_t v;

	if (!add_ok(off, align - 1, &v))
		return false;
	*out = v & ~(align - 1);
	return true;
}

static inline uint64_t u64_max(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static inline uint64_t u64_min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline size_t size_min(size_t a, size_t b)
{
	return a < b ? a : b;
}

#endif
