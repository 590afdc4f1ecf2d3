/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One compiled loop for each form that occurs, over w_rows and s_rows of the including kernel set.
 */

#define FORM(name, rows, ...)                                                                      \
	TARGET static void KN(name)(const struct mat *m, const uint8_t *tile, const struct act *a, \
				    size_t t0, size_t n, float *y, size_t ld)                      \
	{                                                                                          \
		size_t t = 0;                                                                      \
                                                                                                   \
		for (; t + BATCH <= n; t += BATCH)                                                 \
			rows(m, tile, a, t0 + t, y + t * ld, ld,                                   \
			     (struct form){.n = BATCH, __VA_ARGS__});                              \
		for (; t + 2 <= n; t += 2)                                                         \
			rows(m, tile, a, t0 + t, y + t * ld, ld,                                   \
			     (struct form){.n = 2, __VA_ARGS__});                                  \
		for (; t < n; t++)                                                                 \
			rows(m, tile, a, t0 + t, y + t * ld, ld,                                   \
			     (struct form){.n = 1, __VA_ARGS__});                                  \
	}

FORM(w4, w_rows, .bits = 4)
FORM(w4_min, w_rows, .bits = 4, .min = true)
FORM(w4_lut, w_rows, .bits = 4, .lut = true)
FORM(w4_lut_bf16, w_rows, .bits = 4, .lut = true, .bf16 = true)
FORM(w8, w_rows, .bits = 8)
FORM(w8_min, w_rows, .bits = 8, .min = true)
FORM(s4_32_min, s_rows, .bits = 4, .sub = 32, .min = true)
FORM(s4_32_lut, s_rows, .bits = 4, .sub = 32, .lut = true)
FORM(s4_16, s_rows, .bits = 4, .sub = 16)
FORM(s4_16_min, s_rows, .bits = 4, .sub = 16, .min = true)
FORM(s6_32_min, s_rows, .bits = 6, .sub = 32, .min = true)
FORM(s6_16, s_rows, .bits = 6, .sub = 16)

typedef void (*KN(rows))(const struct mat *m, const uint8_t *tile, const struct act *a, size_t t0,
			 size_t n, float *y, size_t ld);

static KN(rows) KN(rows_of)(const struct mat_kind *k)
{
	if (k->shape == MAT_W8)
		return k->min ? KN(w8_min) : KN(w8);
	if (k->shape == MAT_S6)
		return k->sub == 32 ? KN(s6_32_min) : KN(s6_16);
	if (k->shape == MAT_W4 && k->min)
		return KN(w4_min);
	if (k->shape == MAT_W4 && k->lut == NULL)
		return KN(w4);
	if (k->shape == MAT_W4)
		return k->num == NUM_BF16 ? KN(w4_lut_bf16) : KN(w4_lut);
	if (k->lut != NULL)
		return KN(s4_32_lut);
	if (k->sub == 32)
		return KN(s4_32_min);
	return k->min ? KN(s4_16_min) : KN(s4_16);
}

TARGET static void KN(mat)(const struct mat *m, size_t tile, const struct act *a, size_t t0,
			   size_t n, float *y, size_t ld)
{
	if (m->kind->shape == MAT_FLOAT)
		KN(mat_float)(m, tile, a, t0, n, y, ld);
	else
		KN(rows_of)(m->kind)(m, m->data + tile * m->tile_size, a, t0, n, y, ld);
}
