/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The block formats of GGUF, each taken apart into codes and scales (one row of the table per type).
 */
#include <string.h>

#include "infer/mat.h"

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

/* type name shape num block size sub min off lut unpack */
static const struct mat_kind kinds[] = {
    {0, "F32", MAT_FLOAT, NUM_F32, 1, 4, 0, false, 0, NULL, NULL},
    {1, "F16", MAT_FLOAT, NUM_F16, 1, 2, 0, false, 0, NULL, NULL},
    {30, "BF16", MAT_FLOAT, NUM_BF16, 1, 2, 0, false, 0, NULL, NULL},
    {2, "Q4_0", MAT_W4, NUM_F16, 32, 18, 0, false, 8, NULL, unpack_q4_0},
    {3, "Q4_1", MAT_W4, NUM_F16, 32, 20, 0, true, 0, NULL, unpack_q4_1},
    {6, "Q5_0", MAT_W8, NUM_F16, 32, 22, 0, false, 16, NULL, unpack_q5_0},
    {7, "Q5_1", MAT_W8, NUM_F16, 32, 24, 0, true, 0, NULL, unpack_q5_1},
    {8, "Q8_0", MAT_W8, NUM_F16, 32, 34, 0, false, 128, NULL, unpack_q8_0},
    {10, "Q2_K", MAT_S4, NUM_F16, 256, 84, 16, true, 0, NULL, unpack_q2_k},
    {11, "Q3_K", MAT_S4, NUM_F16, 256, 110, 16, false, 4, NULL, unpack_q3_k},
    {12, "Q4_K", MAT_S4, NUM_F16, 256, 144, 32, true, 0, NULL, unpack_q4_k},
    {13, "Q5_K", MAT_S6, NUM_F16, 256, 176, 32, true, 0, NULL, unpack_q5_k},
    {14, "Q6_K", MAT_S6, NUM_F16, 256, 210, 16, false, 32, NULL, unpack_q6_k},
    {20, "IQ4_NL", MAT_W4, NUM_F16, 32, 18, 0, false, 127, lut_iq4, unpack_q4_0},
    {23, "IQ4_XS", MAT_S4, NUM_F16, 256, 136, 32, false, 127, lut_iq4, unpack_iq4_xs},
    {39, "MXFP4", MAT_W4, NUM_BF16, 32, 17, 0, false, 12, lut_e2m1, unpack_mxfp4},
};

const struct mat_kind *mat_kind(uint32_t type)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (kinds[i].type == type)
			return &kinds[i];
	return NULL;
}
