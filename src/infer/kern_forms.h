/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The forms that occur, and one compiled loop for each, over w_rows and s_rows of the including kernel set.
 */

#define FORMS(X)                                                                                   \
	X(w4, w_, .bits = 4)                                                                       \
	X(w4_min, w_, .bits = 4, .min = true)                                                      \
	X(w4_lut, w_, .bits = 4, .lut = true)                                                      \
	X(w4_lut_bf16, w_, .bits = 4, .lut = true, .bf16 = true)                                   \
	X(w8, w_, .bits = 8)                                                                       \
	X(w8_min, w_, .bits = 8, .min = true)                                                      \
	X(s4_32_min, s_, .bits = 4, .sub = 32, .min = true)                                        \
	X(s4_32_lut, s_, .bits = 4, .sub = 32, .lut = true)                                        \
	X(s4_16, s_, .bits = 4, .sub = 16)                                                         \
	X(s4_16_min, s_, .bits = 4, .sub = 16, .min = true)                                        \
	X(s6_32_min, s_, .bits = 6, .sub = 32, .min = true)                                        \
	X(s6_16, s_, .bits = 6, .sub = 16)

#define FORM(name, shape, ...)                                                                     \
	TARGET static void KN(name)(const struct mat *m, const uint8_t *tile, const struct act *a, \
				    size_t t0, size_t n, float *y, size_t ld)                      \
	{                                                                                          \
		size_t t = 0;                                                                      \
		for (; t + BATCH <= n; t += BATCH)                                                 \
			shape##rows(m, tile, a, t0 + t, y + t * ld, ld,                            \
				    (struct form){.n = BATCH, __VA_ARGS__});                       \
		for (; t + 2 <= n; t += 2)                                                         \
			shape##rows(m, tile, a, t0 + t, y + t * ld, ld,                            \
				    (struct form){.n = 2, __VA_ARGS__});                           \
		for (; t < n; t++)                                                                 \
			shape##rows(m, tile, a, t0 + t, y + t * ld, ld,                            \
				    (struct form){.n = 1, __VA_ARGS__});                           \
	}
FORMS(FORM)

#define FORM_PLACE(name, shape, ...) {KN(name), {__VA_ARGS__}},

static const struct {
	void (*rows)(const struct mat *m, const uint8_t *tile, const struct act *a, size_t t0,
		     size_t n, float *y, size_t ld);
	struct form form;
} KN(forms)[] = {FORMS(FORM_PLACE)};

/* Number of the form of a kind */
static size_t KN(form_of)(const struct mat_kind *k)
{
	const struct form *f = &KN(forms)[0].form;
	size_t i = 0;

	while (f->bits != mat_bits(k) || f->sub != k->sub || f->min != k->min ||
	       f->lut != (k->lut != NULL) || f->bf16 != (k->num == NUM_BF16))
		f = &KN(forms)[++i].form;
	return i;
}

TARGET static void KN(mat)(const struct mat *m, size_t tile, const struct act *a, size_t t0,
			   size_t n, float *y, size_t ld)
{
	size_t form;

	if (m->kind->shape == MAT_FLOAT) {
		KN(mat_float)(m, tile, a, t0, n, y, ld);
		return;
	}
	form = KN(form_of)(m->kind);
	KN(forms)[form].rows(m, m->data + tile * m->tile_size, a, t0, n, y, ld);
}
