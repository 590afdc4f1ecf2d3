/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The kernels for x86-64 with AVX2 alone: two registers are one dword of 16 rows. vpmaddubsw adds two products
 * in 16 bits; how many of those fit before they must be widened depends on the codes:
 *
 *	4 bits       15·127·2 = 3810:   8 sums fit
 *	up to 63     63·127·2 = 16002:  2 sums fit
 *	signed       128·127·2 = 32512: 1, with |w| as the unsigned side and the sign moved to the activation
 */
#include <immintrin.h>

#define KN(name) avx2_##name
#define TARGET   __attribute__((target("avx2,f16c")))
#define VW       8
#define VF16(p)  ((vf)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)(p))))
#define VBF16(p)                                                                                   \
	((vf)_mm256_slli_epi32(                                                                    \
	    _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(const void *)(p))), 16))

#define VMAX(x, y) ((vf)_mm256_max_ps((__m256)(x), (__m256)(y)))
#define VMIN(x, y) ((vf)_mm256_min_ps((__m256)(x), (__m256)(y)))
#define IMAX(x, y) ((vi)_mm256_max_epi32((__m256i)(x), (__m256i)(y)))
#define HMAX(v)    hmax8((__m256i)(v))
#define HSUM(v)    hsum8((__m256i)(v))

static inline TARGET int32_t hmax8(__m256i v)
{
	__m128i m = _mm_max_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));

	m = _mm_max_epi32(m, _mm_shuffle_epi32(m, 0x4e));
	return _mm_cvtsi128_si32(_mm_max_epi32(m, _mm_shuffle_epi32(m, 0xb1)));
}

static inline TARGET int32_t hsum8(__m256i v)
{
	__m128i s = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));

	s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
	return _mm_cvtsi128_si32(_mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1)));
}

#define LOOKUP(t, v) ((vc)_mm256_shuffle_epi8((__m256i)(t), (__m256i)(v)))

#include "infer/kern_codes.h"
#include "infer/kern_sets.h"

enum {
	BATCH = 4, /* rows of activations that share one decoding of the weights */
	HALVES = 2 /* registers of 8 rows */
};

/* Are the codes taken as signed values? Else they are unsigned and the sum starts at -off · asum. */
INLINE bool is_signed(struct form f)
{
	return f.lut || (f.bits == 8 && f.sub == 0);
}

INLINE __m256i bytes_at(const uint8_t *p)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

INLINE __m256i four_of(const void *q)
{
	int32_t v;

	memcpy(&v, q, 4);
	return _mm256_set1_epi32(v);
}

INLINE __m256 scale_of(const uint8_t *p, size_t half, bool bf16)
{
	__m128i h = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * half));

	if (bf16)
		return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(h), 16));
	return _mm256_cvtph_ps(h);
}

/* sum[t] = Σ code·a over the groups for f.n rows, each `ld` bytes from the next: a code meets all, then the next. */
INLINE void dots(__m256i *sum, const vc *w, const int8_t *q, size_t ld, size_t groups,
		 struct form f)
{
	const __m256i ones = _mm256_set1_epi16(1);
	size_t fit = is_signed(f) ? 1 : f.bits == 4 ? 8 : 2;

	/* seemingly changed: gcc would keep the activations of both halves on the stack */
	__asm__("" : "+r"(q));
	for (size_t g = 0; g < groups; g += fit) {
		UNROLL
		for (size_t t = 0; t < f.n; t++) {
			__m256i s = _mm256_setzero_si256();

			for (size_t i = g; i < g + fit && i < groups; i++) {
				__m256i a = four_of(q + t * ld + 4 * i);

				if (is_signed(f))
					s = _mm256_maddubs_epi16(
					    _mm256_abs_epi8((__m256i)w[i]),
					    _mm256_sign_epi8(a, (__m256i)w[i]));
				else
					s = _mm256_add_epi16(
					    s, _mm256_maddubs_epi16((__m256i)w[i], a));
			}
			s = _mm256_madd_epi16(s, ones);
			sum[t] = g == 0 ? s : _mm256_add_epi32(sum[t], s);
		}
	}
}

INLINE void w_rows(const struct mat *m, const uint8_t *tile, const struct act *a, size_t t0,
		   float *y, size_t ld, struct form f)
{
	size_t blocks = m->cols / BLOCK_W, code_size = f.bits / 4 * 256;
	/* signed values have no offset any more: codes of 8 bits lose it, a table has lost it */
	const vc table = table_of(m->kind, f) - m->kind->off;
	const vc off = (vc){0} + (uint8_t)(f.bits == 8 ? m->kind->off : 0);
	int32_t start = is_signed(f) ? 0 : -(int32_t)m->kind->off;
	__m256 acc[HALVES * BATCH];

	UNROLL
	for (size_t i = 0; i < HALVES * f.n; i++)
		acc[i] = _mm256_setzero_ps();
	for (size_t b = 0; b < blocks; b++) {
		const uint8_t *p = tile + b * code_size;
		const size_t first = act_w(a, t0, b);

		if (f.n == 1)
			fetch_next(m, tile, b, blocks, code_size);
		for (size_t h = 0; h < HALVES; h++) {
			__m256 dw = scale_of(tile + m->at_d + b * LANES * 2, h, f.bf16);
			__m256 mw =
			    f.min ? scale_of(tile + m->at_m + b * LANES * 2, h, f.bf16) : dw;
			__m256i sum[BATCH];
			vc w[8];

			codes_of(p + 32 * h, 8, f, table, off, w);
			dots(sum, w, a->q + first * BLOCK_W, BLOCK_W, 8, f);
			UNROLL
			for (size_t t = 0; t < f.n; t++) {
				size_t at = first + t;
				__m256i s =
				    _mm256_add_epi32(sum[t], _mm256_set1_epi32(start * a->sum[at]));
				__m256 *y_t = &acc[HALVES * t + h];

				*y_t = _mm256_add_ps(
				    *y_t, _mm256_mul_ps(_mm256_mul_ps(dw, _mm256_set1_ps(a->d[at])),
							_mm256_cvtepi32_ps(s)));
				if (f.min)
					*y_t = _mm256_add_ps(
					    *y_t, _mm256_mul_ps(mw, _mm256_set1_ps(a->dsum[at])));
			}
		}
	}
	UNROLL
	for (size_t i = 0; i < HALVES * f.n; i++)
		_mm256_storeu_ps(y + (i / HALVES) * ld + 8 * (i % HALVES), acc[i]);
}

/* Σ mn·asum over the parts of a super-block, by two of four parts at a time */
INLINE __m256i minima(const uint8_t *mn, const int16_t *sums, size_t subs)
{
	__m256i i2 = _mm256_setzero_si256();

	for (size_t j = 0; j < subs; j += 4) {
		__m256i v = bytes_at(mn + j * LANES),
			even = _mm256_and_si256(v, _mm256_set1_epi16(255));

		i2 = _mm256_add_epi32(i2, _mm256_madd_epi16(even, four_of(sums + j)));
		i2 = _mm256_add_epi32(
		    i2, _mm256_madd_epi16(_mm256_srli_epi16(v, 8), four_of(sums + j + 2)));
	}
	return i2;
}

/* I1 of one half of a super-block for f.n rows */
INLINE void s_parts(const struct mat *m, const uint8_t *tile, const struct act *a, size_t t0,
		    size_t b, size_t h, struct form f, __m256i *i1)
{
	size_t subs = BLOCK_S / f.sub, groups = f.sub / 4, part_size = f.sub * f.bits * 2,
	       first = act_s(a, t0, b);
	const uint8_t *p = tile + b * part_size * subs + 32 * h;
	const uint8_t *sc = tile + m->at_sc + b * subs * LANES + 8 * h;
	const int16_t *sums = f.sub == 16 ? a->sum16 : a->sum32;
	const vc table = table_of(m->kind, f) - m->kind->off;
	int32_t start = is_signed(f) || f.min ? 0 : -(int32_t)m->kind->off;

	UNROLL
	for (size_t t = 0; t < f.n; t++)
		i1[t] = _mm256_setzero_si256();
	for (size_t j = 0; j < subs; j++) {
		__m256i scale = _mm256_cvtepi8_epi32(
		    _mm_loadl_epi64((const __m128i *)(const void *)(sc + j * LANES)));
		const int8_t *q = a->sq + act_sq(a, t0, b * BLOCK_S + j * f.sub);
		__m256i sum[BATCH];
		vc w[8];

		if (f.n == 1 && h == 0)
			fetch_next(m, tile, b * subs + j, m->cols / f.sub, part_size);
		codes_of(p + j * part_size, groups, f, table, (vc){0}, w);
		dots(sum, w, q, CHUNK, groups, f);
		UNROLL
		for (size_t t = 0; t < f.n; t++) {
			size_t at = first + t;
			__m256i s = _mm256_add_epi32(
			    sum[t], _mm256_set1_epi32(start * sums[at * subs + act_part(j)]));

			i1[t] = _mm256_add_epi32(i1[t], _mm256_mullo_epi32(s, scale));
		}
	}
}

/* From the integers of one half of super-block b to the sums: acc += (dw·i1 - mw·minima)·d */
INLINE void s_fold(const struct mat *m, const uint8_t *tile, const struct act *a, size_t t0,
		   size_t b, size_t h, const __m256i *i1, __m256 *acc, struct form f)
{
	const size_t subs = BLOCK_S / f.sub, first = act_s(a, t0, b);
	const int16_t *sums = f.sub == 16 ? a->sum16 : a->sum32;
	const uint8_t *mn = tile + m->at_mn + b * subs * LANES + 32 * h;
	__m256 dw = scale_of(tile + m->at_d + b * LANES * 2, h, false);
	__m256 mw = f.min ? scale_of(tile + m->at_m + b * LANES * 2, h, false) : dw;

	UNROLL
	for (size_t t = 0; t < f.n; t++) {
		size_t at = first + t;
		__m256 v = _mm256_mul_ps(dw, _mm256_cvtepi32_ps(i1[t]));

		if (f.min) {
			__m256i least = minima(mn, sums + at * subs, subs);

			v = _mm256_sub_ps(v, _mm256_mul_ps(mw, _mm256_cvtepi32_ps(least)));
		}
		acc[HALVES * t + h] =
		    _mm256_add_ps(acc[HALVES * t + h], _mm256_mul_ps(_mm256_set1_ps(a->sd[at]), v));
	}
}

INLINE void s_rows(const struct mat *m, const uint8_t *tile, const struct act *a, size_t t0,
		   float *y, size_t ld, struct form f)
{
	size_t blocks = m->cols / BLOCK_S;
	__m256 acc[HALVES * BATCH];

	UNROLL
	for (size_t i = 0; i < HALVES * f.n; i++)
		acc[i] = _mm256_setzero_ps();
	for (size_t b = 0; b < blocks; b++)
		for (size_t h = 0; h < HALVES; h++) {
			__m256i i1[BATCH];

			s_parts(m, tile, a, t0, b, h, f, i1);
			s_fold(m, tile, a, t0, b, h, i1, acc, f);
		}
	UNROLL
	for (size_t i = 0; i < HALVES * f.n; i++)
		_mm256_storeu_ps(y + i / HALVES * ld + 8 * (i % HALVES), acc[i]);
}

#include "infer/kern_forms.h"

static bool avx2_usable(void)
{
	__builtin_cpu_init();
	return __builtin_cpu_supports("avx2") && cpu_has_f16c();
}

const struct kern kern_avx2 = {
    .name = "avx2", .usable = avx2_usable, .mat = KN(mat), KERN_FLOAT_MEMBERS};
