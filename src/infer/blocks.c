/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The block formats of GGUF (one row of the table per type), each taken apart into codes and scales and packed into tiles.
 */
#include <string.h>

#include "infer/mat.h"

#define INLINE static inline __attribute__((always_inline))

/* One block of a row, taken apart. */
struct mat_block {
	_Alignas(uint32_t) uint8_t code[BLOCK_S];
	int8_t sc[SUBS_MAX];
	uint8_t mn[SUBS_MAX];
	uint16_t d, m;
};

/* -127..113 in steps that grow outwards, plus 127 (IQ4_NL and IQ4_XS) */
static const uint8_t lut_iq4[CODES_4BIT] = {0,   23,  44,  62,  78,  92,  105, 117,
					    128, 140, 152, 165, 180, 196, 216, 240};

/* 0 1 2 3 4 6 8 12 and their negatives, plus 12: twice the values of an E2M1 float */
static const uint8_t lut_e2m1[CODES_4BIT] = {12, 13, 14, 15, 16, 18, 20, 24,
					     12, 11, 10, 9,  8,  6,  4,  0};

/* 16 bytes hold columns 0..15 in the low and 16..31 in the high nibbles. */
static void nibbles(const uint8_t *restrict p, uint8_t *restrict code)
{
	for (int i = 0; i < 16; i++) {
		code[i] = p[i] & 15;
		code[i + 16] = p[i] >> 4;
	}
}

/* The fifth bits of 32 columns, one bit each. */
static void fifth_bits(const uint8_t *restrict p, uint8_t *restrict code)
{
	uint32_t bits =
	    (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;

	for (unsigned i = 0; i < BLOCK_W; i++)
		code[i] = (uint8_t)(code[i] | (bits >> i & 1) << 4);
}

static void unpack_q4_0(const uint8_t *restrict p, struct mat_block *restrict b)
{
	b->d = load_u16(p);
	nibbles(p + 2, b->code);
}

static void unpack_q4_1(const uint8_t *restrict p, struct mat_block *restrict b)
{
	b->d = load_u16(p);
	b->m = load_u16(p + 2);
	nibbles(p + 4, b->code);
}

static void unpack_q5_0(const uint8_t *restrict p, struct mat_block *restrict b)
{
	b->d = load_u16(p);
	nibbles(p + 6, b->code);
	fifth_bits(p + 2, b->code);
}

static void unpack_q5_1(const uint8_t *restrict p, struct mat_block *restrict b)
{
	b->d = load_u16(p);
	b->m = load_u16(p + 2);
	nibbles(p + 8, b->code);
	fifth_bits(p + 4, b->code);
}

static void unpack_q8_0(const uint8_t *restrict p, struct mat_block *restrict b)
{
	b->d = load_u16(p);
	for (int i = 0; i < BLOCK_W; i++)
		b->code[i] = p[2 + i] ^ 0x80; /* signed to signed + 128 */
}

/* The scale is a power of two with an 8-bit exponent, halved because the table holds doubled values. As a
 * bfloat16 it is exact: 2^-128 and 2^-127 are its denormals.
 */
static void unpack_mxfp4(const uint8_t *restrict p, struct mat_block *restrict b)
{
	b->d = (uint16_t)(p[0] < 2 ? 0x20 << p[0] : (p[0] - 1) << 7);
	nibbles(p + 1, b->code);
}

/* Two bits a column: 32 bytes hold 128 columns, 32 columns to each pair of bits. */
static void crumbs(const uint8_t *restrict p, uint8_t *restrict code)
{
	for (unsigned half = 0; half < 2; half++)
		for (unsigned pair = 0; pair < 4; pair++)
			for (unsigned i = 0; i < 32; i++)
				code[128 * half + 32 * pair + i] =
				    p[32 * half + i] >> (2 * pair) & 3;
}

static void unpack_q2_k(const uint8_t *restrict p, struct mat_block *restrict b)
{
	for (int j = 0; j < 16; j++) {
		b->sc[j] = (int8_t)(p[j] & 15);
		b->mn[j] = p[j] >> 4;
	}
	crumbs(p + 16, b->code);
	b->d = load_u16(p + 80);
	b->m = load_u16(p + 82);
}

static void unpack_q3_k(const uint8_t *restrict p, struct mat_block *restrict b)
{
	const uint8_t *high = p, *scales = p + 96;

	crumbs(p + 32, b->code);
	for (unsigned part = 0; part < 8; part++)
		for (unsigned i = 0; i < 32; i++)
			b->code[32 * part + i] =
			    (uint8_t)(b->code[32 * part + i] | (high[i] >> part & 1) << 2);
	for (unsigned j = 0; j < 16; j++) {
		unsigned low = (unsigned)(j < 8 ? scales[j] & 15 : scales[j - 8] >> 4);
		unsigned top = (unsigned)(scales[8 + j % 4] >> (2 * (j / 4)) & 3);

		b->sc[j] = (int8_t)((int)(low | top << 4) - 32);
	}
	b->d = load_u16(p + 108);
}

/* Eight scales and eight minima of 6 bits in 12 bytes. */
static void six_bits(const uint8_t *p, struct mat_block *b)
{
	for (int j = 0; j < 4; j++) {
		b->sc[j] = (int8_t)(p[j] & 63);
		b->mn[j] = p[j + 4] & 63;
		b->sc[j + 4] = (int8_t)((p[j + 8] & 15) | (p[j] >> 6) << 4);
		b->mn[j + 4] = (uint8_t)(p[j + 8] >> 4 | (p[j + 4] >> 6) << 4);
	}
}

/* 32 bytes hold 64 columns, the first 32 in the low nibbles. */
static void nibbles_k(const uint8_t *restrict p, uint8_t *restrict code)
{
	for (unsigned part = 0; part < 4; part++)
		for (unsigned i = 0; i < 32; i++) {
			code[64 * part + i] = p[32 * part + i] & 15;
			code[64 * part + 32 + i] = p[32 * part + i] >> 4;
		}
}

static void unpack_q4_k(const uint8_t *restrict p, struct mat_block *restrict b)
{
	b->d = load_u16(p);
	b->m = load_u16(p + 2);
	six_bits(p + 4, b);
	nibbles_k(p + 16, b->code);
}

static void unpack_q5_k(const uint8_t *restrict p, struct mat_block *restrict b)
{
	const uint8_t *high = p + 16;

	b->d = load_u16(p);
	b->m = load_u16(p + 2);
	six_bits(p + 4, b);
	nibbles_k(p + 48, b->code);
	for (unsigned part = 0; part < 8; part++)
		for (unsigned i = 0; i < 32; i++)
			b->code[32 * part + i] =
			    (uint8_t)(b->code[32 * part + i] | (high[i] >> part & 1) << 4);
}

static void unpack_q6_k(const uint8_t *restrict p, struct mat_block *restrict b)
{
	for (size_t half = 0; half < 2; half++) {
		const uint8_t *low = p + 64 * half, *high = p + 128 + 32 * half;
		uint8_t *code = b->code + 128 * half;

		for (unsigned i = 0; i < 32; i++) {
			code[i] = (uint8_t)((low[i] & 15) | (high[i] & 3) << 4);
			code[i + 32] = (uint8_t)((low[i + 32] & 15) | (high[i] >> 2 & 3) << 4);
			code[i + 64] = (uint8_t)(low[i] >> 4 | (high[i] >> 4 & 3) << 4);
			code[i + 96] = (uint8_t)(low[i + 32] >> 4 | (high[i] >> 6) << 4);
		}
	}
	memcpy(b->sc, p + 192, 16);
	b->d = load_u16(p + 208);
}

static void unpack_iq4_xs(const uint8_t *restrict p, struct mat_block *restrict b)
{
	unsigned top = load_u16(p + 2);

	b->d = load_u16(p);
	for (unsigned j = 0; j < 8; j++) {
		unsigned low = (unsigned)(p[4 + j / 2] >> (4 * (j % 2)) & 15);

		b->sc[j] = (int8_t)((int)(low | (top >> (2 * j) & 3) << 4) - 32);
		nibbles(p + 8 + 16 * (size_t)j, b->code + 32 * (size_t)j);
	}
}

/* The codes of one row's block, four to a dword; `out` is the row's lane of its first dword. */
INLINE void pack_codes(const struct mat_block *restrict b, size_t cols, size_t bits,
		       uint32_t *restrict out)
{
	const uint32_t low = 0x0f0f0f0f, high = 0x30303030;
	const uint32_t *in = (const uint32_t *)(const void *)b->code, *end = in + cols / 4;

	for (; bits == 8 && in < end; in++, out += LANES)
		*out = in[0];
	for (; bits == 4 && in < end; in += 2, out += LANES)
		*out = in[0] | in[1] << 4;
	for (; bits == 6 && in < end; in += 4, out += (size_t)3 * LANES) {
		out[0] = (in[0] & low) | (in[1] & low) << 4;
		out[(size_t)LANES] = (in[2] & low) | (in[3] & low) << 4;
		out[(size_t)2 * LANES] = (in[0] & high) >> 4 | (in[1] & high) >> 2 |
					 (in[2] & high) | (in[3] & high) << 2;
	}
}

/* Block i of one row */
INLINE void pack_block(const struct mat *m, const struct mat_kind *k, uint8_t *tile,
		       const struct mat_block *b, size_t i, size_t lane)
{
	size_t subs = mat_subs(k), bits = mat_bits(k);
	uint8_t *codes = tile + i * k->block * LANES * bits / 8 + lane * 4;

	pack_codes(b, k->block, bits, (uint32_t *)(void *)codes);
	memcpy(tile + m->at_d + (i * LANES + lane) * 2, &b->d, 2);
	if (k->min)
		memcpy(tile + m->at_m + (i * LANES + lane) * 2, &b->m, 2);
	for (size_t j = 0; j < subs; j++)
		tile[m->at_sc + (i * subs + j) * LANES + lane] = (uint8_t)b->sc[j];
	for (size_t j = 0; k->min && j < subs; j += 4)
		memcpy(tile + m->at_mn + (i * subs + j) * LANES + lane * 4, b->mn + j, 4);
}

/* All blocks of n rows. What the kind says is constant here, once for each kind: with one loop for all of them the models
 * of small blocks would load at two thirds of the speed.
 */
INLINE void pack_rows(const struct mat *m, const struct mat_kind *k, uint8_t *tile,
		      const uint8_t *rows, size_t n,
		      void (*unpack)(const uint8_t *restrict, struct mat_block *restrict))
{
	const size_t blocks = m->cols / k->block;
	struct mat_block b;

	for (size_t i = 0; i < blocks; i++)
		for (size_t lane = 0; lane < n; lane++) {
			unpack(rows + (lane * blocks + i) * k->size, &b);
			pack_block(m, k, tile, &b, i, lane);
		}
}

/* name unpack type shape num block size sub min off lut */
#define BLOCKS(X)                                                                                  \
	X(Q4_0, unpack_q4_0, 2, MAT_W4, NUM_F16, 32, 18, 0, false, 8, NULL)                        \
	X(Q4_1, unpack_q4_1, 3, MAT_W4, NUM_F16, 32, 20, 0, true, 0, NULL)                         \
	X(Q5_0, unpack_q5_0, 6, MAT_W8, NUM_F16, 32, 22, 0, false, 16, NULL)                       \
	X(Q5_1, unpack_q5_1, 7, MAT_W8, NUM_F16, 32, 24, 0, true, 0, NULL)                         \
	X(Q8_0, unpack_q8_0, 8, MAT_W8, NUM_F16, 32, 34, 0, false, 128, NULL)                      \
	X(Q2_K, unpack_q2_k, 10, MAT_S4, NUM_F16, 256, 84, 16, true, 0, NULL)                      \
	X(Q3_K, unpack_q3_k, 11, MAT_S4, NUM_F16, 256, 110, 16, false, 4, NULL)                    \
	X(Q4_K, unpack_q4_k, 12, MAT_S4, NUM_F16, 256, 144, 32, true, 0, NULL)                     \
	X(Q5_K, unpack_q5_k, 13, MAT_S6, NUM_F16, 256, 176, 32, true, 0, NULL)                     \
	X(Q6_K, unpack_q6_k, 14, MAT_S6, NUM_F16, 256, 210, 16, false, 32, NULL)                   \
	X(IQ4_NL, unpack_q4_0, 20, MAT_W4, NUM_F16, 32, 18, 0, false, 127, lut_iq4)                \
	X(IQ4_XS, unpack_iq4_xs, 23, MAT_S4, NUM_F16, 256, 136, 32, false, 127, lut_iq4)           \
	X(MXFP4, unpack_mxfp4, 39, MAT_W4, NUM_BF16, 32, 17, 0, false, 12, lut_e2m1)

#define PACK(name, unpack, ...)                                                                    \
	static void pack_##name(const struct mat *m, uint8_t *tile, const uint8_t *rows, size_t n) \
	{                                                                                          \
		const struct mat_kind k = {#name, NULL, __VA_ARGS__};                              \
		pack_rows(m, &k, tile, rows, n, unpack);                                           \
	}
BLOCKS(PACK)

#define KIND(name, unpack, ...) {#name, pack_##name, __VA_ARGS__},

static const struct mat_kind kinds[] = {
    {"F32", NULL, 0, MAT_FLOAT, NUM_F32, 1, 4, 0, false, 0, NULL},
    {"F16", NULL, 1, MAT_FLOAT, NUM_F16, 1, 2, 0, false, 0, NULL},
    {"BF16", NULL, 30, MAT_FLOAT, NUM_BF16, 1, 2, 0, false, 0, NULL},
    BLOCKS(KIND)};

const struct mat_kind *mat_kind(uint32_t type)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (kinds[i].type == type)
			return &kinds[i];
	return NULL;
}
