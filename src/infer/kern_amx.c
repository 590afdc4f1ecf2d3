/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The kernels for x86-64 with AMX: the integer sums of 16 rows for 16 tokens are one product of tiles, which takes no
 * longer for 64 columns than for fewer. W shapes need the sum of each 32 columns. In super-blocks codes are multiplied
 * with their scales before, as two digits of 8 bits each, and only whole super-blocks are summed:
 *
 *	with minima     code·sc = code·(sc mod 8) + 8·code·(sc / 8)
 *	without         (code - off)·sc = low byte + 256·high byte, of which the high one has the sign
 *
 * Products and what AVX-512 does with their sums wait long for each other, so they go in steps: while the sums of one
 * step are scaled and added up, the tiles of the next one are multiplied. Few tokens are the work of AVX-512 alone.
 */
#define KN(name) amx_##name
#define TARGET                                                                                     \
	__attribute__((                                                                            \
	    target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,f16c,amx-tile,amx-int8")))

#include "infer/kern_avx512.h"
#include "os/tiles.h"

enum {
	TOKENS = 16,                   /* of a group: rows of activations in a tile */
	GROUPS = 8,                    /* that share the decoding of codes */
	FEW = 4,                       /* tokens that are not worth a tile */
	BLOCKS = 8,                    /* W shapes: blocks of a step */
	TILE = TOKENS * LANES,         /* sums of a tile */
	DIGITS = BLOCK_S * LANES,      /* bytes of one digit of a super-block's products */
	CHUNKS = BLOCK_S / CHUNK,      /* products of a super-block */
	QUARTER = 2 * TOKENS / CHUNKS, /* tokens that are added up after each of them */
	CHUNK_SIZE = CHUNK * LANES,    /* bytes of codes, and of activations */
	BLOCK_SIZE = BLOCK_W * LANES,  /* the same of a W block */
};

/* What need not be zeroed first, even where a build zeroes all. */
#define UNSET __attribute__((uninitialized))

/* The layout that LDTILECFG reads (Intel SDM, volume 1, 18.2). */
struct tile_config {
	uint8_t palette, start, reserved[14];
	uint16_t bytes[16]; /* of a row */
	uint8_t rows[16];
};

/* Tiles 0 to 3 hold sums (tokens, rows), 4 and 5 activations (tokens, columns), 6 and 7 codes (columns / 4, rows, 4). */
static const struct tile_config config_w = {.palette = 1,
					    .bytes = {64, 64, 64, 64, 32, 32, 64, 64},
					    .rows = {16, 16, 16, 16, 16, 16, 8, 8}};
static const struct tile_config config_s = {.palette = 1,
					    .bytes = {64, 64, 64, 64, 64, 64, 64, 64},
					    .rows = {16, 16, 16, 16, 16, 16, 16, 16}};

/* Up to GROUPS groups of tokens from t0 on times one tile of weights. A step is one part of the columns, eight blocks
 * or a super-block, for one turn, one group of tokens or two.
 */
struct flow {
	const struct mat *m;
	const uint8_t *tile;
	const struct act *a;
	void (*decode)(struct flow *w, size_t part);
	size_t t0, groups, turns;
	_Alignas(64) float acc[GROUPS * TOKENS][LANES];
	int8_t codes[2][2 * DIGITS]; /* of the part at hand and the next one */
	int32_t sums[2][BLOCKS * TILE];
};

INLINE void store_codes(int8_t *out, __m512i v)
{
	_mm512_store_si512((void *)out, v);
}

/* W shapes: the codes of a part as signed bytes */
INLINE void w_decode(struct flow *w, size_t part, struct form f)
{
	const struct mat_kind *k = w->m->kind;
	const vc table = table_of(k, f), off = (vc){0} + k->off;
	size_t first = part * BLOCKS, left = w->m->cols / BLOCK_W - first;
	int8_t *out = w->codes[part % 2];

	for (size_t i = 0; i < BLOCKS && i < left; i++) {
		UNSET vc v[8];
		const uint8_t *p = w->tile + (first + i) * BLOCK_W * f.bits * 2;

		/* the same codes of the next tile, which nothing else foresees */
		UNROLL
		for (size_t g = 0; g < f.bits; g++)
			__builtin_prefetch(p + w->m->tile_size + g * 64);
		codes_of(p, 8, f, table, off, v);
		UNROLL
		for (size_t g = 0; g < 8; g++)
			store_codes(out + i * BLOCK_SIZE + g * 64, (__m512i)v[g]);
	}
}

/* Four codes of 16 rows times their scale, in two digits */
INLINE void split(__m512i v, __m512i scale, __m512i other, __m512i start, bool min, int8_t *out)
{
	const __m512i low = _mm512_set1_epi16(0x00ff);
	__m512i even, odd;

	if (min) { /* `scale` and `other` are the digits of the scale in 16 bits */
		store_codes(out, _mm512_mullo_epi16(v, scale));
		store_codes(out + DIGITS, _mm512_mullo_epi16(v, other));
		return;
	}
	/* they are the scale in every even and in every odd byte */
	even = _mm512_add_epi16(_mm512_maddubs_epi16(v, scale), start);
	odd = _mm512_add_epi16(_mm512_maddubs_epi16(v, other), start);
	store_codes(out, _mm512_ternarylogic_epi32(low, even, _mm512_slli_epi16(odd, 8), 0xca));
	store_codes(out + DIGITS,
		    _mm512_ternarylogic_epi32(low, _mm512_srli_epi16(even, 8), odd, 0xca));
}

/* S shapes: the products of codes and scales of a super-block */
INLINE void s_decode(struct flow *w, size_t part, struct form f)
{
	const struct mat_kind *k = w->m->kind;
	const vc table = table_of(k, f);
	const size_t subs = BLOCK_S / f.sub, size = f.sub * f.bits * 2;
	const uint8_t *sc = w->tile + w->m->at_sc + part * subs * LANES,
		      *p = w->tile + part * subs * size;
	int8_t *out = w->codes[part % 2];

	for (size_t j = 0; j < subs; j++, p += size) {
		UNSET vc v[8];
		__m512i scale = _mm512_cvtepu8_epi32(
		    _mm_loadu_si128((const __m128i *)(const void *)(sc + j * LANES)));
		__m512i other, start = scale;

		scale = _mm512_or_si512(scale, _mm512_slli_epi32(scale, 16));
		if (f.min) {
			other = _mm512_srli_epi16(scale, 3);
			scale = _mm512_and_si512(scale, _mm512_set1_epi16(7));
		} else {
			other = _mm512_slli_epi16(scale, 8);
			start = _mm512_mullo_epi16(_mm512_srai_epi16(other, 8),
						   _mm512_set1_epi16((short)-k->off));
		}
		codes_of(p, f.sub / 4, f, table, (vc){0}, v);
		UNROLL
		for (size_t g = 0; g < f.sub / 4; g++, out += 64)
			split((__m512i)v[g], scale, other, start, f.min, out);
	}
}

#define DECODE(name, shape, ...)                                                                   \
	TARGET static void name##_decode(struct flow *w, size_t part)                              \
	{                                                                                          \
		shape##decode(w, part, (struct form){__VA_ARGS__});                                \
	}
FORMS(DECODE)

#define DECODE_PLACE(name, ...) name##_decode,

static void (*const decoders[])(struct flow *w, size_t part) = {FORMS(DECODE_PLACE)};

/* One step: where its tiles come from and go to */
struct step {
	size_t part, first; /* of the flow's tokens */
	size_t blocks;      /* W shapes: of its part */
	const int8_t *q, *codes;
	int32_t *sums;
};

INLINE struct step step_at(struct flow *w, size_t i, bool super)
{
	struct step s = {
	    .part = i / w->turns, .first = i % w->turns * TOKENS, .sums = w->sums[i % 2]};
	size_t left = w->m->cols / BLOCK_W - s.part * BLOCKS;

	s.first *= super ? 2 : 1;
	s.blocks = size_min(left, BLOCKS);
	s.codes = w->codes[s.part % 2];
	if (super)
		s.q = w->a->sq + act_sq(w->a, w->t0 + s.first, s.part * BLOCK_S);
	else
		s.q = w->a->q + act_w(w->a, w->t0 + s.first, s.part * BLOCKS) * BLOCK_W;
	return s;
}

/* The tile instructions do not tell the compiler what they read and write. */
INLINE void barrier(void)
{
	__asm__ volatile("" ::: "memory");
}

/* W shapes: begin product j and store the sums of the one before, which are ready by now: a store that waits would hold
 * up the loads behind it. Odd and even products have tiles of their own.
 */
INLINE void w_multiply(struct step s, size_t j)
{
	barrier();
	if (j > 0 && j <= s.blocks && j % 2 == 0)
		_tile_stored(1, s.sums + (j - 1) * TILE, 64);
	else if (j <= s.blocks && j % 2 != 0)
		_tile_stored(0, s.sums + (j - 1) * TILE, 64);
	if (j < s.blocks) {
		_tile_loadd(4, s.q + j * BLOCK_SIZE, BLOCK_W);
		_tile_loadd(6, s.codes + j * BLOCK_SIZE, 64);
	}
	if (j < s.blocks && j % 2 == 0) {
		_tile_zero(0);
		_tile_dpbssd(0, 4, 6);
	} else if (j < s.blocks) {
		_tile_zero(1);
		_tile_dpbssd(1, 4, 6);
	}
	barrier();
}

INLINE __m512i sum_of(const int32_t *sums, size_t t)
{
	return _mm512_load_si512((const void *)(sums + t * LANES));
}

/* acc += (dw·d)·sum + mw·dsum for each block of the step, while the products of the next one begin */
INLINE void w_add(struct flow *w, struct step s, struct step next, bool min)
{
	const struct mat *m = w->m;
	const size_t at = act_w(w->a, w->t0 + s.first, s.part * BLOCKS);
	const float *d = w->a->d + at, *dsum = w->a->dsum + at;
	const bool bf16 = m->kind->num == NUM_BF16;
	const uint8_t *dw_at = w->tile + m->at_d + s.part * BLOCKS * LANES * 2,
		      *mw_at = w->tile + m->at_m + s.part * BLOCKS * LANES * 2;
	float(*out)[LANES] = w->acc + s.first;
	UNSET __m512 acc[TOKENS];

	UNROLL
	for (size_t t = 0; t < TOKENS; t++)
		acc[t] = s.part == 0 ? _mm512_setzero_ps() : _mm512_load_ps(out[t]);
	for (size_t j = 0; j < BLOCKS; j++) {
		w_multiply(next, j);
		if (j >= s.blocks)
			continue;
		__m512 dw = scale_of(dw_at + j * LANES * 2, bf16);
		__m512 mw = min ? scale_of(mw_at + j * LANES * 2, false) : dw;

		UNROLL
		for (size_t t = 0; t < TOKENS; t++) {
			acc[t] = _mm512_add_ps(
			    acc[t],
			    _mm512_mul_ps(_mm512_mul_ps(dw, _mm512_set1_ps(d[j * LANES + t])),
					  _mm512_cvtepi32_ps(sum_of(s.sums + j * TILE, t))));
			if (min)
				acc[t] = _mm512_add_ps(
				    acc[t], _mm512_mul_ps(mw, _mm512_set1_ps(dsum[j * LANES + t])));
		}
	}
	w_multiply(next, BLOCKS);
	UNROLL
	for (size_t t = 0; t < TOKENS; t++)
		_mm512_store_ps(out[t], acc[t]);
}

INLINE void tiles_w(struct flow *w, bool min)
{
	struct step now, next;
	size_t steps;

	w->turns = w->groups;
	steps = (w->m->cols / BLOCK_W + BLOCKS - 1) / BLOCKS * w->turns;
	_tile_loadconfig(&config_w);
	w->decode(w, 0);
	next = step_at(w, 0, false);
	for (size_t j = 0; j <= BLOCKS; j++)
		w_multiply(next, j);
	for (size_t i = 1; i <= steps; i++) {
		now = next;
		next = (struct step){0};
		if (i < steps)
			next = step_at(w, i, false);
		if (i < steps && next.first == 0)
			w->decode(w, next.part);
		w_add(w, now, next, min);
	}
}

/* S shapes: chunk c. Tiles 0 and 1 are the digits of the first group's sums, 2 and 3 of the second one's. */
INLINE void s_multiply(const struct flow *w, struct step s, size_t c, bool min)
{
	const int8_t *codes = s.codes + c * CHUNK_SIZE, *q = s.q + c * CHUNK_SIZE;

	barrier();
	if (c == 0) {
		_tile_zero(0);
		_tile_zero(1);
		_tile_zero(2);
		_tile_zero(3);
	}
	_tile_loadd(4, q, CHUNK);
	_tile_loadd(6, codes, 64);
	_tile_dpbsud(0, 4, 6);
	_tile_loadd(7, codes + DIGITS, 64);
	if (min)
		_tile_dpbsud(1, 4, 7);
	else
		_tile_dpbssd(1, 4, 7);
	if (s.first + TOKENS < w->groups * TOKENS) {
		_tile_loadd(5, q + w->a->cols * TOKENS, CHUNK);
		_tile_dpbsud(2, 5, 6);
		if (min)
			_tile_dpbsud(3, 5, 7);
		else
			_tile_dpbssd(3, 5, 7);
	}
	barrier();
}

INLINE void s_store(struct step s)
{
	barrier();
	_tile_stored(0, s.sums, 64);
	_tile_stored(1, s.sums + TILE, 64);
	_tile_stored(2, s.sums + (size_t)2 * TILE, 64);
	_tile_stored(3, s.sums + (size_t)3 * TILE, 64);
	barrier();
}

/* From sums to acc, for the tokens of quarter c of a step */
INLINE void s_add_as(struct flow *w, struct step s, size_t c, struct form f)
{
	const size_t t = s.first + c * f.n;
	const int32_t *sums = s.sums + c / 2 * 2 * TILE + c % 2 * f.n * LANES;
	UNSET __m512i i1[QUARTER];
	UNSET __m512 acc[QUARTER];

	UNROLL
	for (size_t n = 0; n < f.n; n++) {
		i1[n] = _mm512_add_epi32(sum_of(sums, n),
					 _mm512_slli_epi32(sum_of(sums + TILE, n), f.min ? 3 : 8));
		acc[n] = s.part == 0 ? _mm512_setzero_ps() : _mm512_load_ps(w->acc[t + n]);
	}
	s_fold(w->m, w->tile, w->a, w->t0 + t, s.part, i1, acc, f);
	UNROLL
	for (size_t n = 0; n < f.n; n++)
		_mm512_store_ps(w->acc[t + n], acc[n]);
}

INLINE void s_add(struct flow *w, struct step s, size_t c, bool min)
{
	if (s.first + c * QUARTER >= w->groups * TOKENS)
		return;
	if (w->m->kind->sub == 16)
		s_add_as(w, s, c, (struct form){.n = QUARTER, .sub = 16, .min = min});
	else
		s_add_as(w, s, c, (struct form){.n = QUARTER, .sub = 32, .min = min});
}

/* Step i multiplies, what i - 1 has multiplied is stored, what i - 2 has stored is added. */
INLINE void tiles_s(struct flow *w, bool min)
{
	struct step add = {0}, store = {0}, now = {0};
	size_t steps;

	w->turns = (w->groups + 1) / 2;
	steps = w->m->cols / BLOCK_S * w->turns;
	_tile_loadconfig(&config_s);
	for (size_t i = 0; i < steps + 2; i++) {
		add = store;
		store = now;
		if (i < steps)
			now = step_at(w, i, true);
		if (i < steps && now.first == 0)
			w->decode(w, now.part);
		if (i > 0 && i <= steps)
			s_store(store);
		for (size_t c = 0; c < CHUNKS; c++) {
			if (i < steps)
				s_multiply(w, now, c, min);
			if (i > 1)
				s_add(w, add, c, min);
		}
	}
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
	w.decode = k->shape == MAT_FLOAT ? NULL : decoders[KN(form_of)(k)];
	while (k->shape != MAT_FLOAT && n - t > FEW) {
		size_t now = size_min(n - t, (size_t)GROUPS * TOKENS);

		w.t0 = t0 + t;
		/* tokens past the end are somebody's, or zeros */
		w.groups = (now + TOKENS - 1) / TOKENS;
		if (k->sub == 0 && k->min)
			tiles_w(&w, true);
		else if (k->sub == 0)
			tiles_w(&w, false);
		else if (k->min)
			tiles_s(&w, true);
		else
			tiles_s(&w, false);
		for (size_t i = 0; i < now; i++, t++)
			memcpy(y + t * ld, w.acc[i], sizeof w.acc[i]);
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
