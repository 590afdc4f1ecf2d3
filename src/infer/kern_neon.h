/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The kernels for aarch64, written once and included by the set with and the set without the dot product
 * instruction, which define KN, TARGET and
 *
 *	DOT4(s, w, a)  s (4 rows) + the four products of each row's dword of w with the dword of a
 *
 * Four registers are one dword of 16 rows; codes become signed values at once.
 */
#include <arm_neon.h>

#define VW       4
#define VF16(p)  ((vf)vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p))))
#define VBF16(p) ((vf)vshll_n_u16(vld1_u16(p), 16))

#define HMAX(v) vmaxvq_s32((int32x4_t)(v))
#define HSUM(v) vaddvq_s32((int32x4_t)(v))

#define LOOKUP(t, v) ((vc)vqtbl1q_u8((uint8x16_t)(t), (uint8x16_t)(v)))

#include "infer/kern_codes.h"
#include "infer/kern_sets.h"

enum {
	BATCH = 4, /* rows of activations that share one decoding of the weights */
	QUADS = 4, /* registers of 4 rows */
};

INLINE int8x16_t four_of(const void *q)
{
	int32_t v;

	memcpy(&v, q, 4);
	return vreinterpretq_s8_s32(vdupq_n_s32(v));
}

INLINE float32x4_t scale_of(const uint8_t *p, size_t quad, bool bf16)
{
	const uint16_t *h = (const uint16_t *)(const void *)(p + 8 * quad);

	return bf16 ? (float32x4_t)VBF16(h) : (float32x4_t)VF16(h);
}

INLINE void w_rows(const struct mat *m, const uint8_t *tile, const struct act *a, size_t t0,
		   float *y, size_t ld, struct form f)
{
	size_t blocks = m->cols / BLOCK_W, code_size = f.bits / 4 * 256;
	const vc table = table_of(m->kind, f), off = (vc){0} + m->kind->off;
	float32x4_t acc[QUADS * BATCH];

	UNROLL
	for (size_t i = 0; i < QUADS * f.n; i++)
		acc[i] = vdupq_n_f32(0);
	for (size_t b = 0; b < blocks; b++)
		for (size_t r = 0; r < QUADS; r++) {
			float32x4_t dw = scale_of(tile + m->at_d + b * LANES * 2, r, f.bf16);
			float32x4_t mw =
			    f.min ? scale_of(tile + m->at_m + b * LANES * 2, r, f.bf16) : dw;
			vc w[8];

			codes_of(tile + b * code_size + 16 * r, 8, f, table, off, w);
			UNROLL
			for (size_t t = 0; t < f.n; t++) {
				size_t at = act_w(a, t0 + t, b);
				int32x4_t s = vdupq_n_s32(0);
				float32x4_t *y_t = &acc[QUADS * t + r];

				UNROLL
				for (size_t g = 0; g < 8; g++)
					s = DOT4(s, (int8x16_t)w[g],
						 four_of(a->q + at * BLOCK_W + 4 * g));
				*y_t =
				    vaddq_f32(*y_t, vmulq_f32(vmulq_f32(dw, vdupq_n_f32(a->d[at])),
							      vcvtq_f32_s32(s)));
				if (f.min)
					*y_t = vaddq_f32(*y_t,
							 vmulq_f32(mw, vdupq_n_f32(a->dsum[at])));
			}
		}
	UNROLL
	for (size_t i = 0; i < QUADS * f.n; i++)
		vst1q_f32(y + (i / QUADS) * ld + 4 * (i % QUADS), acc[i]);
}

/* Σ mn·asum over the parts of a super-block, by two of four parts at a time */
INLINE int32x4_t minima(const uint8_t *mn, const int16_t *sums, size_t subs)
{
	int32x4_t i2 = vdupq_n_s32(0);

	for (size_t j = 0; j < subs; j += 2) {
		uint16x8_t v = vreinterpretq_u16_u8(vld1q_u8(mn + j / 4 * 4 * LANES));
		int16x8_t a = vreinterpretq_s16_s8(four_of(sums + j)), two;

		v = j % 4 == 0 ? vandq_u16(v, vdupq_n_u16(255)) : vshrq_n_u16(v, 8);
		two = vreinterpretq_s16_u16(v);
		i2 = vaddq_s32(i2, vpaddq_s32(vmull_s16(vget_low_s16(two), vget_low_s16(a)),
					      vmull_high_s16(two, a)));
	}
	return i2;
}

/* I1 of four rows of a super-block for f.n rows of activations */
INLINE void s_parts(const struct mat *m, const uint8_t *tile, const struct act *a, size_t t0,
		    size_t b, size_t r, struct form f, int32x4_t *i1)
{
	size_t subs = BLOCK_S / f.sub, groups = f.sub / 4, part_size = f.sub * f.bits * 2;
	const uint8_t *p = tile + b * part_size * subs + 16 * r;
	const uint8_t *sc = tile + m->at_sc + b * subs * LANES + 4 * r;
	const vc table = table_of(m->kind, f), off = (vc){0} + m->kind->off;

	UNROLL
	for (size_t t = 0; t < f.n; t++)
		i1[t] = vdupq_n_s32(0);
	for (size_t j = 0; j < subs; j++) {
		int32_t packed;
		vc w[8];

		memcpy(&packed, sc + j * LANES, 4);
		int32x4_t scale =
		    vmovl_s16(vget_low_s16(vmovl_s8(vreinterpret_s8_s32(vdup_n_s32(packed)))));

		codes_of(p + j * part_size, groups, f, table, off, w);
		UNROLL
		for (size_t t = 0; t < f.n; t++) {
			const int8_t *q = a->sq + act_sq(a, t0 + t, b * BLOCK_S + j * f.sub);
			int32x4_t s = vdupq_n_s32(0);

			UNROLL
			for (size_t g = 0; g < groups; g++)
				s = DOT4(s, (int8x16_t)w[g], four_of(q + 4 * g));
			i1[t] = vmlaq_s32(i1[t], s, scale);
		}
	}
}

INLINE void s_rows(const struct mat *m, const uint8_t *tile, const struct act *a, size_t t0,
		   float *y, size_t ld, struct form f)
{
	size_t blocks = m->cols / BLOCK_S, subs = BLOCK_S / f.sub;
	const int16_t *sums = f.sub == 16 ? a->sum16 : a->sum32;
	float32x4_t acc[QUADS * BATCH];

	UNROLL
	for (size_t i = 0; i < QUADS * f.n; i++)
		acc[i] = vdupq_n_f32(0);
	for (size_t b = 0; b < blocks; b++)
		for (size_t r = 0; r < QUADS; r++) {
			float32x4_t dw = scale_of(tile + m->at_d + b * LANES * 2, r, false);
			float32x4_t mw =
			    f.min ? scale_of(tile + m->at_m + b * LANES * 2, r, false) : dw;
			const uint8_t *mn = tile + m->at_mn + b * subs * LANES + 16 * r;
			int32x4_t i1[BATCH];

			s_parts(m, tile, a, t0, b, r, f, i1);
			UNROLL
			for (size_t t = 0; t < f.n; t++) {
				size_t at = act_s(a, t0 + t, b);
				float32x4_t v = vmulq_f32(dw, vcvtq_f32_s32(i1[t]));
				int32x4_t i2 = f.min ? minima(mn, sums + at * subs, subs) : i1[t];

				if (f.min)
					v = vsubq_f32(v, vmulq_f32(mw, vcvtq_f32_s32(i2)));
				acc[QUADS * t + r] = vaddq_f32(
				    acc[QUADS * t + r], vmulq_f32(vdupq_n_f32(a->sd[at]), v));
			}
		}
	UNROLL
	for (size_t i = 0; i < QUADS * f.n; i++)
		vst1q_f32(y + (i / QUADS) * ld + 4 * (i % QUADS), acc[i]);
}

#include "infer/kern_forms.h"
