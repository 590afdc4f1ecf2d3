/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 of sixteen messages at once with AVX-512: each register holds the same word of all sixteen, so that the
 * formulas of FIPS 180-4 stand here as they are printed there. Rotations and the three-input functions are one
 * instruction each, which makes this faster than the SHA extensions as soon as there are enough messages.
 */
#include "codec/digest_kernels.h"

#ifdef __x86_64__
#include <immintrin.h>

#define WIDE        __attribute__((target("avx512f,avx512bw")))
#define WIDE_INLINE WIDE __attribute__((always_inline)) static inline

typedef __m512i v; /* one word of each message */

WIDE_INLINE v sum(v a, v b)
{
	return _mm512_add_epi32(a, b);
}

WIDE_INLINE v xor3(v a, v b, v c)
{
	return _mm512_ternarylogic_epi32(a, b, c, 0x96);
}

WIDE_INLINE v choose(v x, v y, v z)
{
	return _mm512_ternarylogic_epi32(x, y, z, 0xca);
}

WIDE_INLINE v majority(v x, v y, v z)
{
	return _mm512_ternarylogic_epi32(x, y, z, 0xe8);
}

/* FIPS 180-4 §4.1.2 */
#define BIG_SIGMA(x, i, j, k)                                                                      \
	xor3(_mm512_ror_epi32(x, i), _mm512_ror_epi32(x, j), _mm512_ror_epi32(x, k))
#define SMALL_SIGMA(x, i, j, k)                                                                    \
	xor3(_mm512_ror_epi32(x, i), _mm512_ror_epi32(x, j), _mm512_srli_epi32(x, k))

/* Sixteen rows of sixteen words: rows become columns. */
WIDE_INLINE void transpose(v r[16])
{
	v t[16];

	for (int i = 0; i < 16; i += 2) {
		t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
		t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
	}
	for (int i = 0; i < 16; i += 4) {
		r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
		r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
		r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
		r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
	}
	for (int i = 0; i < 4; i++) {
		t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
		t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
		t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
		t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
	}
	for (int i = 0; i < 4; i++) {
		r[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
		r[i + 4] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88);
		r[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd);
		r[i + 12] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xdd);
	}
}

/* Word i of the schedule, over the word sixteen before it. */
WIDE_INLINE void schedule(v w[16], unsigned i)
{
	v before2 = w[(i + 14) % 16], before15 = w[(i + 1) % 16];

	w[i] = sum(sum(w[i], w[(i + 9) % 16]),
		   sum(SMALL_SIGMA(before2, 17, 19, 10), SMALL_SIGMA(before15, 7, 18, 3)));
}

/* Round i with word i. The working variables do not move: s[-i] is a, and so on round the eight of them. */
WIDE_INLINE void round_of(v s[8], v w, uint32_t constant, unsigned i)
{
#define VAR(letter) s[((letter) - 'a' + 16 - i) % 8]
	v e = VAR('e'), a = VAR('a');
	v t = sum(sum(VAR('h'), sum(w, _mm512_set1_epi32((int)constant))),
		  sum(BIG_SIGMA(e, 6, 11, 25), choose(e, VAR('f'), VAR('g'))));

	VAR('d') = sum(VAR('d'), t);
	VAR('h') = sum(t, sum(BIG_SIGMA(a, 2, 13, 22), majority(a, VAR('b'), VAR('c'))));
#undef VAR
}

/* Written out, for neither compiler unrolls at -O2, and all of s and w must live in registers. */
#define SIXTEEN(step)                                                                              \
	step(0) step(1) step(2) step(3) step(4) step(5) step(6) step(7) step(8) step(9) step(10)   \
	    step(11) step(12) step(13) step(14) step(15)

WIDE void digest_sixteen_avx512(uint32_t *const state[16], const uint8_t *const p[16], size_t n)
{
	const v big_endian =
	    _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
	v h[16], s[8], w[16];

	for (int i = 0; i < 16; i++)
		h[i] = _mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)state[i]));
	transpose(h); /* its lower half counts */
	for (size_t block = 0; block < n; block++) {
		for (int i = 0; i < 16; i++)
			w[i] =
			    _mm512_shuffle_epi8(_mm512_loadu_si512(p[i] + 64 * block), big_endian);
		transpose(w);
		for (int i = 0; i < 8; i++)
			s[i] = h[i];
#define STEP(i) round_of(s, w[i], digest_constants[i], i % 8);
		SIXTEEN(STEP)
#undef STEP
		for (unsigned k = 16; k < 64; k += 16) {
#define STEP(i)                                                                                    \
	schedule(w, i);                                                                            \
	round_of(s, w[i], digest_constants[k + i], i % 8);
			SIXTEEN(STEP)
#undef STEP
		}
		for (int i = 0; i < 8; i++)
			h[i] = sum(h[i], s[i]);
	}
	transpose(h);
	for (int i = 0; i < 16; i++)
		_mm256_storeu_si256((__m256i *)state[i], _mm512_castsi512_si256(h[i]));
}

bool digest_has_avx512(void)
{
	return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0;
}
#endif
