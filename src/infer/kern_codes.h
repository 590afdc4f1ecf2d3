/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Decoding a tile's codes, written once over registers of VW rows' dwords and included by each set, which defines
 * before, beside what kern_float.h wants:
 *
 *	LOOKUP(table, v)  byte by byte, the value that the table has for a code below 16
 */
#include "infer/kern_float.h"

typedef uint8_t vc __attribute__((vector_size(4 * VW), aligned(1), may_alias));
typedef uint16_t vh __attribute__((vector_size(4 * VW), aligned(1), may_alias));

/* Every 16 bytes the table of a kind that has one. */
INLINE vc table_of(const struct mat_kind *k, struct form f)
{
	vc table = {0};

	for (size_t i = 0; f.lut && i < sizeof table; i += 16)
		memcpy((uint8_t *)&table + i, k->lut, 16);
	return table;
}

/* `groups` registers of codes less `off`, four columns each, of the rows of a tile that begin at p */
INLINE void codes_of(const uint8_t *p, size_t groups, struct form f, vc table, vc off, vc *w)
{
	UNROLL
	for (size_t g = 0; g < groups; g++) {
		size_t at = f.bits == 8   ? g * 64
			    : f.bits == 4 ? g / 2 * 64
					  : g / 4 * 192 + g % 4 / 2 * 64;
		vc v = *(const vc *)(p + at);

		if (f.bits < 8)
			v = (g % 2 == 0 ? v : (vc)((vh)v >> 4)) & 15;
		if (f.bits == 6) {
			vh high = *(const vh *)(p + g / 4 * 192 + 128);

			high = g % 4 < 2 ? high << (4 - g % 4 * 2) : high >> (g % 4 * 2 - 4);
			v |= (vc)high & 0x30;
		}
		w[g] = (f.lut ? LOOKUP(table, v) : v) - off;
	}
}
