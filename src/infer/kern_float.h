/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The float part of a kernel set, written once over vectors of VW floats and included by each set, which
 * defines before:
 *
 *	KN(name)   the function's name in this set
 *	TARGET     the attribute that enables the set's instructions
 *	VW         floats in a vector: 4, 8 or 16
 *	VF16(p)    VW half floats at p as a vector, VBF16(p) the same of bfloat16
 *	VMAX(x, y) x > y ? x : y lane by lane, VMIN and for integers IMAX alike, or none of these
 *	HMAX(v)    the largest of a vector of integers
 *	HSUM(v)    the sum of a vector of integers
 *
 * Results do not depend on VW: sums run in 16 stripes whatever the width.
 */
#include <string.h>

#include "base/ints.h"
#include "infer/kern.h"

/* Loops over a few registers are written out, so that these stay registers; not where every access is checked. */
#if defined(__SANITIZE_ADDRESS__)
#define UNROLL
#elif defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

#define PARTS (LANES / VW) /* vectors that hold 16 floats */

enum {
	SUMS = 8, /* vectors of sums at once: none waits for another, all are registers */
	MOST = SUMS > ATTEND_HEADS *PARTS ? SUMS : ATTEND_HEADS *PARTS,
	SPAN = 128 /* positions whose values all tokens of a group take before the next ones */
};

/* What is constant in one compiled loop over a matrix. */
struct form {
	size_t n; /* rows of activations at once */
	bool lut, min, bf16;
	size_t sub, bits; /* S shapes: columns of a part; bits of a code */
};

typedef float vf __attribute__((vector_size(4 * VW), aligned(4), may_alias));
typedef int32_t vi __attribute__((vector_size(4 * VW), aligned(4), may_alias));

typedef int8_t vb __attribute__((vector_size(VW), aligned(1), may_alias));

#define INLINE static inline __attribute__((always_inline)) TARGET

INLINE vf v_load(const float *p)
{
	return *(const vf *)p;
}

INLINE void v_store(float *p, vf v)
{
	*(vf *)p = v;
}

INLINE vf v_set(float f)
{
	return (vf){0} + f;
}

/* mask ? a : b, lane by lane */
INLINE vf v_select(vi mask, vf a, vf b)
{
	return (vf)((mask & (vi)a) | (~mask & (vi)b));
}

INLINE vf v_abs(vf x)
{
	return (vf)((vi)x & 0x7fffffff);
}

#ifndef VMAX
#define VMAX(x, y) v_select((vi)((x) > (y)), (x), (y))
#define VMIN(x, y) v_select((vi)((x) < (y)), (x), (y))
#define IMAX(x, y) ((vi)v_select((vi)((x) > (y)), (vf)(x), (vf)(y)))
#endif

/* To the nearest integer, ties to even, for |x| < 2^22. */
INLINE vf v_round(vf x)
{
	return (x + 12582912.0F) - 12582912.0F;
}

/* e^x within 2 units in the last place; 0 below -87.3, infinity above 88.4.
 * x = n·ln2 + r with |r| <= ln2 / 2; e^r by its Taylor polynomial; 2^n by its exponent bits.
 */
INLINE vf v_exp(vf x)
{
	vf c = VMAX(v_set(-87.3F), VMIN(v_set(88.7F), x));
	vf shifted = c * 1.44269504F + 12582912.0F;
	vi n = (vi)shifted - 0x4b400000;
	vf nf = shifted - 12582912.0F;
	vf r = (c - nf * 0.693359375F) - nf * -2.12194440e-4F;
	vf p = r * (1.0F / 5040) + 1.0F / 720;

	p = p * r + 1.0F / 120;
	p = p * r + 1.0F / 24;
	p = p * r + 1.0F / 6;
	p = p * r + 0.5F;
	p = p * r + 1.0F;
	p = p * r + 1.0F;
	p = p * (vf)((n + 127) << 23);
	return v_select((vi)(x < v_set(-87.3F)), v_set(0), p);
}

/* tanh x: its odd Taylor polynomial below 0.55, by e^-2|x| above. */
INLINE vf v_tanh(vf x)
{
	vf a = v_abs(x), z = x * x, e = v_exp(a * -2.0F);
	vf far = (1.0F - e) / (1.0F + e);
	vf p = z * -1.4558344e-3F + 3.5921280e-3F;

	p = p * z + -8.8632355e-3F;
	p = p * z + 2.1869489e-2F;
	p = p * z + -5.3968254e-2F;
	p = p * z + 1.3333333e-1F;
	p = p * z + -3.3333333e-1F;
	p = x + x * (z * p);
	far = (vf)((vi)far | ((vi)x & (int32_t)0x80000000));
	return v_select((vi)(a < v_set(0.55F)), p, far);
}

/* The fixed tree over 16 stripes. */
INLINE float tree(const float s[LANES])
{
	float t[LANES];

	memcpy(t, s, sizeof t);
	for (int half = LANES / 2; half > 0; half /= 2)
		for (int i = 0; i < half; i++)
			t[i] += t[i + half];
	return t[0];
}

/* The fixed tree over vectors of stripes. */
INLINE float tree_of(const vf v[PARTS])
{
	float s[LANES];

	memcpy(s, v, sizeof s);
	return tree(s);
}

TARGET static void KN(norm)(const float *x, const float *w, const float *bias, size_t n, float eps,
			    bool layer, float *out)
{
	vf sum[PARTS] = {{0}}, square[PARTS] = {{0}};
	size_t pad = pad_lanes(n), whole = n / LANES * LANES;
	float s[LANES], mean = 0;

	for (size_t i = 0; layer && i < pad; i += VW)
		sum[i / VW % PARTS] += v_load(x + i);
	if (layer)
		mean = tree_of(sum) / (float)n;
	for (size_t i = 0; i < whole; i += VW) {
		vf v = v_load(x + i) - mean;

		square[i / VW % PARTS] += v * v;
	}
	memcpy(s, square, sizeof s);
	for (size_t i = whole; i < n; i++)
		s[i - whole] += (x[i] - mean) * (x[i] - mean);

	float scale = 1.0F / __builtin_sqrtf(tree(s) / (float)n + eps);

	for (size_t i = 0; i < pad; i += VW) {
		vf v = (v_load(x + i) - mean) * scale;

		if (w != NULL)
			v *= v_load(w + i);
		if (bias != NULL)
			v += v_load(bias + i);
		v_store(out + i, v);
	}
	for (size_t i = n; i < pad; i++)
		out[i] = 0;
}

TARGET static void KN(silu_mul)(float *gate, const float *up, size_t n)
{
	for (size_t i = 0; i < n; i += VW) {
		vf g = v_load(gate + i);

		v_store(gate + i, g / (1.0F + v_exp(-g)) * v_load(up + i));
	}
}

TARGET static void KN(gelu_mul)(float *gate, const float *up, size_t n)
{
	for (size_t i = 0; i < n; i += VW) {
		vf g = v_load(gate + i);
		vf t = v_tanh(0.79788456F * g * (1.0F + 0.044715F * g * g));

		v_store(gate + i, 0.5F * g * (1.0F + t) * v_load(up + i));
	}
}

TARGET static void KN(oai_mul)(float *gate, const float *up, size_t n, float limit)
{
	for (size_t i = 0; i < n; i += VW) {
		vf g = VMIN(v_set(limit), v_load(gate + i));
		vf u = VMAX(v_set(-limit), VMIN(v_set(limit), v_load(up + i)));

		v_store(gate + i, g / (1.0F + v_exp(g * -1.702F)) * (u + 1.0F));
	}
}

TARGET static void KN(softcap)(float *x, size_t n, float cap)
{
	for (size_t i = 0; i < n; i += VW)
		v_store(x + i, cap * v_tanh(v_load(x + i) / cap));
}

TARGET static float KN(softmax)(float *x, size_t n, const float *extra)
{
	vf top = v_set(-__builtin_inff()), sum[PARTS] = {{0}};
	float max = extra != NULL ? *extra : -__builtin_inff();

	for (size_t i = 0; i < n; i += VW)
		top = VMAX(v_load(x + i), top);
	for (int i = 0; i < VW; i++)
		max = top[i] > max ? top[i] : max;
	for (size_t i = 0; i < n; i += LANES)
		UNROLL
	for (size_t p = 0; p < PARTS; p++) {
		vf e = v_exp(v_load(x + i + p * VW) - max);

		v_store(x + i + p * VW, e);
		sum[p] += e;
	}
	if (extra == NULL)
		return tree_of(sum);
	vf e = v_exp(v_set(*extra - max));

	return tree_of(sum) + e[0];
}

/* VW numbers of the cache */
INLINE vf v_cached(const void *p, size_t i, bool half)
{
	if (half)
		return VF16((const uint16_t *)p + i);
	return v_load((const float *)p + i);
}

struct span {
	size_t from, to;
};

/* The positions that a token hears of p..p + n-1 */
INLINE struct span span_of(const struct attend *a, size_t t, size_t p, size_t n)
{
	size_t to = a->to + t, from = a->window > 0 && to > a->window ? to - a->window : 0;

	return (struct span){size_max(from, p), size_min(to, p + n)};
}

INLINE float *score_of(const struct attend *a, size_t t, size_t h)
{
	return a->score + (t * a->n + h) * a->ld_score;
}

/* Scores of 16·n positions for `heads` queries of a token: one key tile after the other lies (head, 16). */
INLINE void score_tiles(const struct attend *a, size_t t, size_t heads, size_t tile, size_t n,
			bool half)
{
	const float *q = a->q + t * a->ld_q;
	vf s[MOST] = {{0}};

	for (size_t d = 0; d < a->head; d++)
		UNROLL
	for (size_t i = 0; i < n; i++)
		UNROLL
	for (size_t p = 0; p < PARTS; p++) {
		vf k = v_cached(a->k, ((tile + i) * a->head + d) * LANES + p * VW, half);

		UNROLL
		for (size_t h = 0; h < heads; h++)
			s[(h * n + i) * PARTS + p] += q[h * a->head + d] * k;
	}
	UNROLL
	for (size_t i = 0; i < heads * n * PARTS; i++)
		v_store(score_of(a, t, i / PARTS / n) + tile * LANES + i % (n * PARTS) * VW,
			s[i] * a->scale);
}

/* Scores of some positions */
INLINE void score(const struct attend *a, size_t t, size_t heads, struct span s, bool half)
{
	const size_t tiles = heads * PARTS > SUMS ? 1 : SUMS / PARTS / heads;
	size_t tile = s.from / LANES, end = pad_lanes(s.to) / LANES;

	for (; tile + tiles <= end; tile += tiles)
		score_tiles(a, t, heads, tile, tiles, half);
	for (; tile < end; tile++)
		score_tiles(a, t, heads, tile, 1, half);
}

/* out[at ..] for n vectors of dimensions: the values of some positions are added */
INLINE void weigh_values(const struct attend *a, size_t t, size_t heads, struct span s, size_t at,
			 size_t n, bool half)
{
	float *out = a->out + t * a->n * a->v_pad + at;
	vf o[MOST];

	UNROLL
	for (size_t i = 0; i < heads * n; i++)
		o[i] = v_load(out + i / n * a->v_pad + i % n * VW);
	for (size_t p = s.from; p < s.to; p++)
		UNROLL
	for (size_t i = 0; i < n; i++) {
		vf v = v_cached(a->v, p * a->v_pad + at + i * VW, half);

		UNROLL
		for (size_t h = 0; h < heads; h++)
			o[h * n + i] += score_of(a, t, h)[p] * v;
	}
	UNROLL
	for (size_t i = 0; i < heads * n; i++)
		v_store(out + i / n * a->v_pad + i % n * VW, o[i]);
}

/* The values of some positions */
INLINE void weigh(const struct attend *a, size_t t, size_t heads, struct span s, bool half)
{
	const size_t wide = SUMS / heads;
	size_t at = 0;

	for (; at + wide * VW <= a->v_pad; at += wide * VW)
		weigh_values(a, t, heads, s, at, wide, half);
	for (; at + wide / 2 * VW <= a->v_pad && wide > 1; at += wide / 2 * VW)
		weigh_values(a, t, heads, s, at, wide / 2, half);
	for (; at < a->v_pad; at += VW)
		weigh_values(a, t, heads, s, at, 1, half);
}

/* Scores of one query to weights, whole tiles; returns their sum. */
INLINE float weights(const struct attend *a, size_t t, size_t h)
{
	struct span s = span_of(a, t, 0, a->to + t);
	size_t first = s.from / LANES * LANES, end = pad_lanes(s.to);
	float *score = score_of(a, t, h);

	if (a->cap > 0)
		KN(softcap)(score + first, end - first, a->cap);
	for (size_t p = first; p < s.from; p++)
		score[p] = -__builtin_inff();
	for (size_t p = s.to; p < end; p++)
		score[p] = -__builtin_inff();
	return KN(softmax)(score + first, end - first, a->sink == NULL ? NULL : a->sink + h);
}

/* Keys and values are read once for all tokens, SPAN positions at a time. */
INLINE void attend_as(const struct attend *a, size_t heads, bool half)
{
	size_t from = span_of(a, 0, 0, a->to).from / SPAN * SPAN, end = a->to + a->tokens - 1;
	float sum[ATTEND_TOKENS * ATTEND_HEADS];

	for (size_t p = from; p < end; p += SPAN)
		for (size_t t = 0; t < a->tokens; t++)
			score(a, t, heads, span_of(a, t, p, SPAN), half);
	for (size_t i = 0; i < a->tokens * heads; i++)
		sum[i] = weights(a, i / heads, i % heads);
	memset(a->out, 0, a->tokens * heads * a->v_pad * sizeof *a->out);
	for (size_t p = from; p < end; p += SPAN)
		for (size_t t = 0; t < a->tokens; t++)
			weigh(a, t, heads, span_of(a, t, p, SPAN), half);
	for (size_t i = 0; i < a->tokens * heads * a->v_pad; i += VW)
		v_store(a->out + i, v_load(a->out + i) / sum[i / a->v_pad]);
}

INLINE void attend_heads(const struct attend *a, bool half)
{
	if (a->n == 4)
		attend_as(a, 4, half);
	else if (a->n == 3)
		attend_as(a, 3, half);
	else if (a->n == 2)
		attend_as(a, 2, half);
	else
		attend_as(a, 1, half);
}

TARGET static void KN(attend)(const struct attend *a)
{
	if (a->half)
		attend_heads(a, true);
	else
		attend_heads(a, false);
}

/* One block of `n` columns to 8 bits, of which CHUNK at most stand together, the next ones `apart` from them; returns
 * the scale. sums[i] gets the sum of codes part·i .. + part - 1.
 */
INLINE float quantize_block(const float *x, size_t n, int8_t *q, size_t apart, size_t part,
			    int32_t *sums)
{
	const float most = 3.4028235e38F;
	float max, inverse;
	vi top = {0}; /* as integers, what is not a number is above infinity */
	int32_t bits;
	bool tame;

	for (size_t i = 0; i < n; i += VW)
		top = IMAX((vi)v_abs(v_load(x + i)), top);
	bits = HMAX(top);
	memcpy(&max, &bits, sizeof max);
	inverse = max > 0 && max <= most ? 127.0F / max : 0.0F;
	tame = max <= most && inverse <= most;
	for (size_t i = 0; i < n; i += part) {
		vi sum = {0};

		for (size_t at = i; at < i + part; at += VW) {
			vf v = v_load(x + at) * inverse;
			vi code;

			if (!tame) { /* not a number is 0 */
				v = v_select((vi)(v_abs(v) <= v_set(__builtin_inff())), v,
					     v_set(0));
				v = VMAX(v_set(-127), VMIN(v_set(127), v));
			}
			/* adding 1.5·2^23 rounds to nearest even and leaves the integer in the low bits */
			code = (vi)(v + 12582912.0F) - 0x4b400000;
			sum += code;
			*(vb *)(q + at / CHUNK * apart + at % CHUNK) =
			    __builtin_convertvector(code, vb);
		}
		sums[i / part] = HSUM(sum);
	}
	return __builtin_isnan(max) ? __builtin_nanf("") : max / 127.0F;
}

TARGET static void KN(quantize_w)(struct act *a, size_t t)
{
	for (size_t b = 0; b < a->cols / BLOCK_W; b++) {
		size_t at = act_w(a, t, b);

		a->d[at] = quantize_block(a->x + t * a->ld + b * BLOCK_W, BLOCK_W,
					  a->q + at * BLOCK_W, BLOCK_W, BLOCK_W, a->sum + at);
		a->dsum[at] = a->d[at] * (float)a->sum[at];
	}
}

TARGET static void KN(quantize_s)(struct act *a, size_t t)
{
	for (size_t b = 0; b < a->cols / BLOCK_S; b++) {
		size_t at = act_s(a, t, b);
		int32_t sums[SUBS_MAX];

		a->sd[at] = quantize_block(a->x + t * a->ld + b * BLOCK_S, BLOCK_S,
					   a->sq + act_sq(a, t, b * BLOCK_S), act_sq(a, 0, CHUNK),
					   BLOCK_S / SUBS_MAX, sums);
		for (size_t j = 0; j < 16; j++)
			a->sum16[at * 16 + act_part(j)] = (int16_t)sums[j];
		for (size_t j = 0; j < 8; j++)
			a->sum32[at * 8 + act_part(j)] = (int16_t)(sums[2 * j] + sums[2 * j + 1]);
	}
}

/* Float matrices: N rows of activations, one tile, columns ascending. */
INLINE void mat_float_n(const struct mat *m, const uint8_t *tile, const float *x, size_t ld_x,
			size_t n, float *y, size_t ld, enum mat_num num)
{
	vf acc[8 * PARTS] = {{0}};

	for (size_t k = 0; k < m->cols; k++)
		UNROLL
	for (size_t p = 0; p < PARTS; p++) {
		size_t at = k * LANES + p * VW;
		vf w;

		if (num == NUM_F32)
			w = v_load((const float *)(const void *)tile + at);
		else if (num == NUM_F16)
			w = VF16((const uint16_t *)(const void *)tile + at);
		else
			w = VBF16((const uint16_t *)(const void *)tile + at);
		UNROLL
		for (size_t t = 0; t < n; t++)
			acc[t * PARTS + p] += w * x[t * ld_x + k];
	}
	UNROLL
	for (size_t i = 0; i < n * PARTS; i++)
		v_store(y + i / PARTS * ld + i % PARTS * VW, acc[i]);
}

INLINE void mat_float_as(const struct mat *m, size_t tile, const struct act *a, size_t t0, size_t n,
			 float *y, size_t ld, enum mat_num num)
{
	const uint8_t *data = m->data + tile * m->tile_size;
	size_t t = 0;

	for (; t + 4 <= n; t += 4)
		mat_float_n(m, data, a->x + (t0 + t) * a->ld, a->ld, 4, y + t * ld, ld, num);
	for (; t < n; t++)
		mat_float_n(m, data, a->x + (t0 + t) * a->ld, a->ld, 1, y + t * ld, ld, num);
}

TARGET static void KN(mat_float)(const struct mat *m, size_t tile, const struct act *a, size_t t0,
				 size_t n, float *y, size_t ld)
{
	if (m->kind->num == NUM_F32)
		mat_float_as(m, tile, a, t0, n, y, ld, NUM_F32);
	else if (m->kind->num == NUM_F16)
		mat_float_as(m, tile, a, t0, n, y, ld, NUM_F16);
	else
		mat_float_as(m, tile, a, t0, n, y, ld, NUM_BF16);
}

#define KERN_FLOAT_MEMBERS                                                                         \
	.quantize_w = KN(quantize_w), .quantize_s = KN(quantize_s), .norm = KN(norm),              \
	.silu_mul = KN(silu_mul), .gelu_mul = KN(gelu_mul), .oai_mul = KN(oai_mul),                \
	.softcap = KN(softcap), .softmax = KN(softmax), .attend = KN(attend)
