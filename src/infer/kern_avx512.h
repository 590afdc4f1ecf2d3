/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The kernels for x86-64 with AVX-512 and VNNI, written once and included by the set with and the set without
 * matrix tiles, which define KN and TARGET: a register is one dword of 16 rows, vpdpbusd adds four unsigned
 * codes times four signed activations. Codes carry their offset, so the sum starts at -off · asum.
 */
#include <immintrin.h>

#define VW      16
#define VF16(p) ((vf)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(const void *)(p))))
#define VBF16(p)                                                                                   \
	((vf)_mm512_slli_epi32(                                                                    \
	    _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(const void *)(p))), 16))

#define VMAX(x, y) ((vf)_mm512_max_ps((__m512)(x), (__m512)(y)))
#define VMIN(x, y) ((vf)_mm512_min_ps((__m512)(x), (__m512)(y)))
#define IMAX(x, y) ((vi)_mm512_max_epi32((__m512i)(x), (__m512i)(y)))
#define HMAX(v)    _mm512_reduce_max_epi32((__m512i)(v))
#define HSUM(v)    _mm512_reduce_add_epi32((__m512i)(v))

#define LOOKUP(t, v) ((vc)_mm512_shuffle_epi8((__m512i)(t), (__m512i)(v)))

#include "infer/kern_codes.h"
#include "infer/kern_sets.h"

enum {
	BATCH = 8 /* rows of activations that share one decoding of the weights */
};

INLINE __m512i bytes_at(const uint8_t *p)
{
	return _mm512_loadu_si512((const void *)p);
}

INLINE __m512i four_of(const void *q)
{
	int32_t v;

	memcpy(&v, q, 4);
	return _mm512_set1_epi32(v);
}

INLINE __m512 scale_of(const uint8_t *p, bool bf16)
{
	__m256i h = _mm256_loadu_si256((const __m256i *)(const void *)p);

	if (bf16)
		return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(h), 16));
	return _mm512_cvtph_ps(h);
}

/* s[t] += Σ code·a over the groups for n rows, each `ld` bytes from the next: a code meets all, then the next does. */
INLINE void dots(__m512i *s, const vc *w, const int8_t *q, size_t ld, size_t groups, size_t n)
{
	UNROLL
	for (size_t g = 0; g < groups; g++) {
		UNROLL
		for (size_t t = 0; t < n; t++)
			s[t] =
			    _mm512_dpbusd_epi32(s[t], (__m512i)w[g], four_of(q + t * ld + 4 * g));
	}
}

INLINE void w_rows(const struct mat *m, const uint8_t *tile, const struct act *a, size_t t0,
		   float *y, size_t ld, struct form f)
{
	size_t blocks = m->cols / BLOCK_W, code_size = f.bits / 4 * 256;
	const vc table = table_of(m->kind, f);
	int32_t off = -(int32_t)m->kind->off;
	__m512 acc[BATCH];

	UNROLL
	for (size_t t = 0; t < f.n; t++)
		acc[t] = _mm512_setzero_ps();
	for (size_t b = 0; b < blocks; b++) {
		const uint8_t *p = tile + b * code_size;
		const size_t first = act_w(a, t0, b);
		const int8_t *q = a->q + first * BLOCK_W;
		__m512 dw = scale_of(tile + m->at_d + b * LANES * 2, f.bf16);
		__m512 mw = f.min ? scale_of(tile + m->at_m + b * LANES * 2, f.bf16) : dw;
		__m512i s[BATCH];
		vc w[8];

		if (f.n == 1)
			fetch_next(m, tile, b, blocks, code_size);
		codes_of(p, 8, f, table, (vc){0}, w);
		UNROLL
		for (size_t t = 0; t < f.n; t++)
			s[t] = _mm512_set1_epi32(off * a->sum[first + t]);
		dots(s, w, q, BLOCK_W, 8, f.n);
		UNROLL
		for (size_t t = 0; t < f.n; t++) {
			size_t at = first + t;

			acc[t] = _mm512_add_ps(
			    acc[t], _mm512_mul_ps(_mm512_mul_ps(dw, _mm512_set1_ps(a->d[at])),
						  _mm512_cvtepi32_ps(s[t])));
			if (f.min)
				acc[t] = _mm512_add_ps(
				    acc[t], _mm512_mul_ps(mw, _mm512_set1_ps(a->dsum[at])));
		}
	}
	UNROLL
	for (size_t t = 0; t < f.n; t++)
		_mm512_storeu_ps(y + t * ld, acc[t]);
}

/* Σ mn·asum over the parts of a super-block, by two of four parts at a time */
INLINE __m512i minima(const uint8_t *mn, const int16_t *sums, size_t subs)
{
	__m512i i2 = _mm512_setzero_si512();

	for (size_t j = 0; j < subs; j += 4) {
		__m512i v = bytes_at(mn + j * LANES),
			even = _mm512_and_si512(v, _mm512_set1_epi16(255));

		i2 = _mm512_dpwssd_epi32(i2, even, four_of(sums + j));
		i2 = _mm512_dpwssd_epi32(i2, _mm512_srli_epi16(v, 8), four_of(sums + j + 2));
	}
	return i2;
}

/* From the integers of super-block b to the sums: acc += (dw·i1 - mw·minima)·d */
INLINE void s_fold(const struct mat *m, const uint8_t *tile, const struct act *a, size_t t0,
		   size_t b, const __m512i *i1, __m512 *acc, struct form f)
{
	const size_t subs = BLOCK_S / f.sub, first = act_s(a, t0, b);
	const int16_t *sums = f.sub == 16 ? a->sum16 : a->sum32;
	const uint8_t *mn = tile + m->at_mn + b * subs * LANES;
	__m512 dw = scale_of(tile + m->at_d + b * LANES * 2, false);
	__m512 mw = f.min ? scale_of(tile + m->at_m + b * LANES * 2, false) : dw;

	UNROLL
	for (size_t t = 0; t < f.n; t++) {
		size_t at = first + t;
		__m512 v = _mm512_mul_ps(dw, _mm512_cvtepi32_ps(i1[t]));

		if (f.min) {
			__m512i least = minima(mn, sums + at * subs, subs);

			v = _mm512_sub_ps(v, _mm512_mul_ps(mw, _mm512_cvtepi32_ps(least)));
		}
		acc[t] = _mm512_add_ps(acc[t], _mm512_mul_ps(_mm512_set1_ps(a->sd[at]), v));
	}
}

/* I1 of a super-block for f.n rows */
INLINE void s_parts(const struct mat *m, const uint8_t *tile, const struct act *a, size_t t0,
		    size_t b, struct form f, __m512i *i1)
{
	const size_t subs = BLOCK_S / f.sub, groups = f.sub / 4, part_size = f.sub * f.bits * 2,
		     first = act_s(a, t0, b);
	const uint8_t *p = tile + b * part_size * subs;
	const uint8_t *sc = tile + m->at_sc + b * subs * LANES;
	const int16_t *sums = f.sub == 16 ? a->sum16 : a->sum32;
	const vc table = table_of(m->kind, f);
	int32_t off = -(int32_t)m->kind->off;

	UNROLL
	for (size_t t = 0; t < f.n; t++)
		i1[t] = _mm512_setzero_si512();
	for (size_t j = 0; j < subs; j++) {
		const uint8_t *part = p + j * part_size;
		const int8_t *q = a->sq + act_sq(a, t0, b * BLOCK_S + j * f.sub);
		__m512i scale = _mm512_cvtepi8_epi32(
		    _mm_loadu_si128((const __m128i *)(const void *)(sc + j * LANES)));
		__m512i s[BATCH];
		vc w[8];

		if (f.n == 1)
			fetch_next(m, tile, b * subs + j, m->cols / f.sub, part_size);
		codes_of(part, groups, f, table, (vc){0}, w);
		UNROLL
		for (size_t t = 0; t < f.n; t++)
			s[t] =
			    f.min ? _mm512_setzero_si512()
				  : _mm512_set1_epi32(off * sums[(first + t) * subs + act_part(j)]);
		dots(s, w, q, CHUNK, groups, f.n);
		UNROLL
		for (size_t t = 0; t < f.n; t++)
			i1[t] = _mm512_add_epi32(i1[t], _mm512_mullo_epi32(s[t], scale));
	}
}

INLINE void s_rows(const struct mat *m, const uint8_t *tile, const struct act *a, size_t t0,
		   float *y, size_t ld, struct form f)
{
	size_t blocks = m->cols / BLOCK_S;
	__m512 acc[BATCH];

	UNROLL
	for (size_t t = 0; t < f.n; t++)
		acc[t] = _mm512_setzero_ps();
	for (size_t b = 0; b < blocks; b++) {
		__m512i i1[BATCH];

		s_parts(m, tile, a, t0, b, f, i1);
		s_fold(m, tile, a, t0, b, i1, acc, f);
	}
	UNROLL
	for (size_t t = 0; t < f.n; t++)
		_mm512_storeu_ps(y + t * ld, acc[t]);
}

#include "infer/kern_forms.h"

static inline bool has_avx512(void)
{
	__builtin_cpu_init();
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
	       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
	       __builtin_cpu_supports("avx512vnni") && cpu_has_f16c();
}
