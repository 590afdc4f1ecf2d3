/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 with the SHA extensions of x86-64 (Intel SDM vol. 2, SHA256RNDS2, SHA256MSG1,
 * SHA256MSG2). One message cannot fill the unit: each SHA256RNDS2 waits for the one before it. A
 * second, independent chain of rounds costs little more than the first, whether it belongs to
 * another message or to another state over the same message.
 */
#include "codec/digest_kernels.h"

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#include <stdbool.h>

/* Chosen for these functions alone: the program runs on CPUs without. */
#define SHA        __attribute__((target("sha,sse4.1,ssse3")))
#define SHA_INLINE SHA __attribute__((always_inline)) static inline

/* FIPS 180-4 §4.2.2 */
const uint32_t digest_constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* The working variables in the order that SHA256RNDS2 wants them, highest element first. */
struct state {
	__m128i abef, cdgh;
};

SHA_INLINE struct state state_load(const uint32_t h[8])
{
	__m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)h), 0xb1);
	__m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(h + 4)), 0x1b);

	return (struct state){_mm_alignr_epi8(cdab, efgh, 8), _mm_blend_epi16(efgh, cdab, 0xf0)};
}

SHA_INLINE void state_store(uint32_t h[8], struct state s)
{
	__m128i feba = _mm_shuffle_epi32(s.abef, 0x1b);
	__m128i dchg = _mm_shuffle_epi32(s.cdgh, 0xb1);

	_mm_storeu_si128((__m128i *)h, _mm_blend_epi16(feba, dchg, 0xf0));
	_mm_storeu_si128((__m128i *)(h + 4), _mm_alignr_epi8(dchg, feba, 8));
}

SHA_INLINE struct state state_add(struct state a, struct state b)
{
	return (struct state){_mm_add_epi32(a.abef, b.abef), _mm_add_epi32(a.cdgh, b.cdgh)};
}

/* Message words 4 * i .. 4 * i + 3 into w[i % 4], with their round constants added in the result; w
 * holds the sixteen words before them.
 */
SHA_INLINE __m128i schedule(__m128i w[4], const uint8_t *p, unsigned i)
{
	const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	__m128i *at = &w[i % 4];

	if (i < 4) {
		*at = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(p + (size_t)16 * i)),
				       big_endian);
	} else {
		__m128i before = w[(i + 3) % 4];
		__m128i seven = _mm_alignr_epi8(before, w[(i + 2) % 4], 4);

		*at = _mm_add_epi32(_mm_sha256msg1_epu32(*at, w[(i + 1) % 4]), seven);
		*at = _mm_sha256msg2_epu32(*at, before);
	}
	return _mm_add_epi32(*at,
			     _mm_load_si128((const __m128i *)(digest_constants + (size_t)4 * i)));
}

/* Four rounds. */
SHA_INLINE void rounds(struct state *s, __m128i wk)
{
	s->cdgh = _mm_sha256rnds2_epu32(s->cdgh, s->abef, wk);
	s->abef = _mm_sha256rnds2_epu32(s->abef, s->cdgh, _mm_shuffle_epi32(wk, 0x0e));
}

/* Written out, since neither compiler unrolls a loop of sixteen at -O2, and w[] must live in
 * registers. */
#define SIXTEEN(step)                                                                              \
	step(0) step(1) step(2) step(3) step(4) step(5) step(6) step(7) step(8) step(9) step(10)   \
	    step(11) step(12) step(13) step(14) step(15)

SHA static void one(uint32_t h[8], const uint8_t *p, size_t n)
{
	struct state sum = state_load(h);

	for (; n > 0; n--, p += 64) {
		struct state s = sum;
		__m128i w[4];

#define STEP(i) rounds(&s, schedule(w, p, i));
		SIXTEEN(STEP)
#undef STEP
		sum = state_add(sum, s);
	}
	state_store(h, sum);
}

SHA static void two(uint32_t a[8], const uint8_t *pa, uint32_t b[8], const uint8_t *pb, size_t n)
{
	struct state sum_a = state_load(a), sum_b = state_load(b);

	for (; n > 0; n--, pa += 64, pb += 64) {
		struct state sa = sum_a, sb = sum_b;
		__m128i wa[4], wb[4];

#define STEP(i)                                                                                    \
	rounds(&sa, schedule(wa, pa, i));                                                          \
	rounds(&sb, schedule(wb, pb, i));
		SIXTEEN(STEP)
#undef STEP
		sum_a = state_add(sum_a, sa);
		sum_b = state_add(sum_b, sb);
	}
	state_store(a, sum_a);
	state_store(b, sum_b);
}

SHA static void both(uint32_t a[8], uint32_t b[8], const uint8_t *p, size_t n)
{
	struct state sum_a = state_load(a), sum_b = state_load(b);

	for (; n > 0; n--, p += 64) {
		struct state sa = sum_a, sb = sum_b;
		__m128i w[4], wk;

#define STEP(i)                                                                                    \
	wk = schedule(w, p, i);                                                                    \
	rounds(&sa, wk);                                                                           \
	rounds(&sb, wk);
		SIXTEEN(STEP)
#undef STEP
		sum_a = state_add(sum_a, sa);
		sum_b = state_add(sum_b, sb);
	}
	state_store(a, sum_a);
	state_store(b, sum_b);
}

static bool cpu_has_sha(void)
{
	unsigned a, b, c, d;

	if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & bit_SSSE3) == 0 || (c & bit_SSE4_1) == 0)
		return false;
	return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
}

const struct digest_kernels *digest_shani(void)
{
	static const struct digest_kernels kernels = {"sha-ni", one, two, both, NULL};

	return cpu_has_sha() ? &kernels : NULL;
}

const struct digest_kernels *digest_wide(void)
{
	static const struct digest_kernels kernels = {"sha-ni, avx-512", one, two, both,
						      digest_sixteen_avx512};

	return cpu_has_sha() && digest_has_avx512() ? &kernels : NULL;
}
#else
const struct digest_kernels *digest_shani(void)
{
	return NULL;
}

const struct digest_kernels *digest_wide(void)
{
	return NULL;
}
#endif
