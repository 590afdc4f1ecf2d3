/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The kernels for x86-64 with AMX: the integer sums of 16 rows for 16 tokens are one product of tiles. Codes are
 * decoded to signed bytes, which lie as the instruction wants them: dwords of 4 columns of 16 rows. The float
 * part of each sum, and fewer tokens than 16, are the work of AVX-512.
 */
#define KN(name) amx_##name
#define TARGET                                                                                     \
	__attribute__((                                                                            \
	    target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,f16c,amx-tile,amx-int8")))

#include "infer/kern_avx512.h"
#include "os/tiles.h"

enum {
	TOKENS = 16, /* rows of activations in a tile */
	STEP = 8,    /* products between two changes of what a thread is at */
	GROUPS = 4,  /* of tokens that share the decoding of codes */
};

/* What need not be zeroed first, even where a build zeroes all. */
#define UNSET __attribute__((uninitialized))

/* The layout that LDTILECFG reads (Intel SDM, volume 1, 18.2). */
struct tile_config {
	uint8_t palette, start, reserved[14];
	uint16_t bytes[16]; /* of a row */
	uint8_t rows[16];
};

/* Tiles 0 and 1 hold sums (tokens, rows), 2 and 3 activations (tokens, columns), 4 and 5 codes (columns / 4, rows, 4). */
static const struct tile_config config_16 = {.palette = 1,
					     .bytes = {64, 64, 16, 16, 64, 64},
					     .rows = {TOKENS, TOKENS, TOKENS, TOKENS, 4, 4}};
static const struct tile_config config_32 = {.palette = 1,
					     .bytes = {64, 64, 32, 32, 64, 64},
					     .rows = {TOKENS, TOKENS, TOKENS, TOKENS, 8, 8}};

/* Up to GROUPS groups of tokens from t0 on times one tile of weights. Work goes in steps of up to STEP products, each of
 * `sub` columns for 16 tokens: while the sums of one step are scaled and added up, the tiles of the next one are
 * multiplied, and the codes of the one after that decoded. Each would wait for what the other just stored.
 */
struct flow {
	const struct mat *m;
	const uint8_t *tile;
	const struct act *a;
	size_t t0, groups;
	float *y;
	size_t ld;
	_Alignas(64) int8_t codes[2][STEP * 32 * LANES];
	int32_t sums[2][STEP * TOKENS * LANES];
};

struct step {
	size_t i, n; /* its number, its products (0: there is no such step) */
	size_t part; /* number of its first product in a row, */
	size_t t;    /* first token, */
	float *y;    /* where its sums go */
	const int8_t *q, *codes;
	int32_t *sums;
};

INLINE struct step step_at(struct flow *w, size_t i, size_t sub)
{
	size_t part = i / w->groups * STEP, parts = w->m->cols / sub, group = i % w->groups;
	struct step s = {.i = i, .part = part, .t = w->t0 + group * TOKENS};

	if (part >= parts)
		return s;
	s.n = parts - part < STEP ? parts - part : STEP;
	s.y = w->y + group * TOKENS * w->ld;
	s.q = (w->m->kind->sub == 0 ? w->a->q : w->a->sq) + s.t * act_ld(w->a) + part * sub;
	s.codes = w->codes[part / STEP % 2];
	s.sums = w->sums[i % 2];
	return s;
}

/* The codes of a step's products, for all groups */
INLINE void decode_as(struct flow *w, const struct step *s, size_t sub, struct form f)
{
	const struct mat_kind *k = w->m->kind;
	const __m512i off = _mm512_set1_epi8((char)k->off), table = f.lut ? table_of(k) : off;
	const uint8_t *p = w->tile + s->part * sub * f.bits * 2;
	int8_t *out = w->codes[s->part / STEP % 2];

	for (size_t i = 0; i < s->n; i++, p += sub * f.bits * 2, out += sub * LANES) {
		UNSET __m512i v[8];

		codes_of(p, sub / 4, f, table, v);
		UNROLL
		for (size_t g = 0; g < sub / 4; g++)
			_mm512_store_si512((void *)(out + g * 64), _mm512_sub_epi8(v[g], off));
	}
}

INLINE void decode(struct flow *w, const struct step *s, size_t sub)
{
	const struct mat_kind *k = w->m->kind;

	if (k->lut != NULL)
		decode_as(w, s, sub, (struct form){.bits = 4, .lut = true});
	else if (mat_bits(k) == 4)
		decode_as(w, s, sub, (struct form){.bits = 4});
	else if (mat_bits(k) == 6)
		decode_as(w, s, sub, (struct form){.bits = 6});
	else
		decode_as(w, s, sub, (struct form){.bits = 8});
}

/* Begin product j of a step and store the sums of the one before, which are ready by now: a store that waits would
 * hold up the loads behind it. j = STEP stores the last. Odd and even products have tiles of their own. The tile
 * instructions do not tell the compiler what they read and write.
 */
INLINE void multiply(struct step s, size_t j, size_t ld, size_t sub)
{
	__asm__ volatile("" ::: "memory");
	if (j > 0 && j <= s.n && j % 2 == 0)
		_tile_stored(1, s.sums + (j - 1) * TOKENS * LANES, 64);
	else if (j <= s.n && j % 2 != 0)
		_tile_stored(0, s.sums + (j - 1) * TOKENS * LANES, 64);
	if (j < s.n && j % 2 == 0) {
		_tile_zero(0);
		_tile_loadd(2, s.q + j * sub, ld);
		_tile_loadd(4, s.codes + j * sub * LANES, 64);
		_tile_dpbssd(0, 2, 4);
	} else if (j < s.n) {
		_tile_zero(1);
		_tile_loadd(3, s.q + j * sub, ld);
		_tile_loadd(5, s.codes + j * sub * LANES, 64);
		_tile_dpbssd(1, 3, 5);
	}
	__asm__ volatile("" ::: "memory");
}

INLINE __m512i sum_of(const struct step *s, size_t j, size_t t)
{
	return _mm512_loadu_si512((const void *)(s->sums + (j * TOKENS + t) * LANES));
}

/* W shapes: y += (dw·d)·sum + mw·dsum for each block of the step, while the products of `next` begin */
INLINE void w_add(const struct flow *w, struct step s, struct step next)
{
	const struct mat *m = w->m;
	const float *d = w->a->d + act_at(w->a, s.t, s.part), *dsum = w->a->dsum + (d - w->a->d);
	bool min = m->kind->min, bf16 = m->kind->num == NUM_BF16;
	UNSET __m512 acc[TOKENS];

	UNROLL
	for (size_t t = 0; t < TOKENS; t++)
		acc[t] = s.part == 0 ? _mm512_setzero_ps() : _mm512_loadu_ps(s.y + t * w->ld);
	for (size_t j = 0; j < STEP; j++) {
		const uint8_t *scale = w->tile + (s.part + j) * LANES * 2;

		multiply(next, j, act_ld(w->a), BLOCK_W);
		if (j >= s.n)
			continue;
		__m512 dw = scale_of(scale + m->at_d, bf16);

		UNROLL
		for (size_t t = 0; t < TOKENS; t++)
			acc[t] = _mm512_add_ps(
			    acc[t],
			    _mm512_mul_ps(_mm512_mul_ps(dw, _mm512_set1_ps(d[j * LANES + t])),
					  _mm512_cvtepi32_ps(sum_of(&s, j, t))));
		if (!min)
			continue;
		__m512 mw = scale_of(scale + m->at_m, false);

		UNROLL
		for (size_t t = 0; t < TOKENS; t++)
			acc[t] = _mm512_add_ps(
			    acc[t], _mm512_mul_ps(mw, _mm512_set1_ps(dsum[j * LANES + t])));
	}
	multiply(next, STEP, act_ld(w->a), BLOCK_W);
	UNROLL
	for (size_t t = 0; t < TOKENS; t++)
		_mm512_storeu_ps(s.y + t * w->ld, acc[t]);
}

/* S shapes: i1 += scale·sum for each part of the step, at the end of a super-block on to y; while the products of
 * `next` begin
 */
INLINE void s_add(const struct flow *w, struct step s, struct step next, __m512i *i1, size_t sub)
{
	const struct mat *m = w->m;
	const struct form f = {.n = TOKENS / 2, .sub = sub, .min = m->kind->min};
	const size_t subs = BLOCK_S / sub;
	UNSET __m512i sum[TOKENS];
	UNSET __m512 acc[TOKENS];

	UNROLL
	for (size_t t = 0; t < TOKENS; t++)
		sum[t] = s.part % subs == 0 ? _mm512_setzero_si512() : i1[t];
	for (size_t j = 0; j < STEP; j++) {
		const uint8_t *sc = w->tile + m->at_sc + (s.part + j) * LANES;
		__m512i scale =
		    _mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)(const void *)sc));

		multiply(next, j, act_ld(w->a), sub);
		UNROLL
		for (size_t t = 0; t < TOKENS; t++)
			sum[t] =
			    _mm512_add_epi32(sum[t], _mm512_mullo_epi32(sum_of(&s, j, t), scale));
	}
	multiply(next, STEP, act_ld(w->a), sub);
	if ((s.part + STEP) % subs != 0) {
		memcpy(i1, sum, sizeof sum);
		return;
	}
	for (size_t t = 0; t < TOKENS; t++)
		acc[t] = s.part < subs ? _mm512_setzero_ps() : _mm512_loadu_ps(s.y + t * w->ld);
	for (size_t t = 0; t < TOKENS; t += f.n)
		s_fold(m, w->tile, w->a, s.t + t, s.part / subs, sum + t, acc + t, f);
	for (size_t t = 0; t < TOKENS; t++)
		_mm512_storeu_ps(s.y + t * w->ld, acc[t]);
}

/* What products need of step i */
INLINE struct step prepare(struct flow *w, size_t i, size_t sub)
{
	struct step s = step_at(w, i, sub);

	if (s.n > 0 && i % w->groups == 0)
		decode(w, &s, sub);
	return s;
}

INLINE void tiles(struct flow *w, size_t sub, bool super)
{
	UNSET __m512i i1[GROUPS][TOKENS];
	struct step next = prepare(w, 0, sub), later = prepare(w, 1, sub);

	_tile_loadconfig(sub == 16 ? &config_16 : &config_32);
	for (size_t j = 0; j <= STEP; j++)
		multiply(next, j, act_ld(w->a), sub);
	while (next.n > 0) {
		struct step now = next;

		next = later;
		later = prepare(w, now.i + 2, sub);
		if (super)
			s_add(w, now, next, i1[now.i % w->groups], sub);
		else
			w_add(w, now, next);
	}
}

TARGET static void tiles_w(struct flow *w)
{
	tiles(w, BLOCK_W, false);
}

TARGET static void tiles_s16(struct flow *w)
{
	tiles(w, 16, true);
}

TARGET static void tiles_s32(struct flow *w)
{
	tiles(w, 32, true);
}

TARGET static void amx_mat_tiles(const struct mat *m, size_t tile, const struct act *a, size_t t0,
				 size_t n, float *y, size_t ld)
{
	const struct mat_kind *k = m->kind;
	UNSET struct flow w;
	size_t t = 0;

	w.m = m;
	w.tile = m->data + tile * m->tile_size;
	w.a = a;
	w.ld = ld;
	while (k->shape != MAT_FLOAT && n - t >= TOKENS) {
		size_t left = (n - t) / TOKENS;

		w.t0 = t0 + t;
		w.y = y + t * ld;
		w.groups = left < GROUPS ? left : GROUPS;
		(k->sub == 0 ? tiles_w : k->sub == 16 ? tiles_s16 : tiles_s32)(&w);
		t += w.groups * TOKENS;
	}
	if (t > 0)
		_tile_release();
	if (t < n)
		KN(mat)(m, tile, a, t0 + t, n - t, y + t * ld, ld);
}

static bool amx_usable(void)
{
	unsigned a, b, c, d;

	return has_avx512() && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d >> 24 & 3) == 3 &&
	       tiles_allow();
}

const struct kern kern_amx = {
    .name = "amx", .usable = amx_usable, .mat = amx_mat_tiles, KERN_FLOAT_MEMBERS};
