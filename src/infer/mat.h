/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Weight matrices as the kernels want them: repacked into tiles of 16 rows, so that a vector lane is a row and
 * no sum ever crosses lanes. That is what makes results independent of the instruction set.
 *
 * A quantized weight is w = d·sc·(code - off) - m·mn in one of four shapes:
 *
 *	W4  codes of 4 bits, one d (and m) for 32 columns     Q4_0 Q4_1 IQ4_NL MXFP4
 *	W8  codes of 8 bits, one d (and m) for 32 columns     Q5_0 Q5_1 Q8_0
 *	S4  codes of 4 bits, super-blocks of 256 columns      Q2_K Q3_K Q4_K IQ4_XS
 *	S6  codes of 6 bits, super-blocks of 256 columns      Q5_K Q6_K
 *
 * In a super-block d and m hold for all 256 columns, the small integers sc and mn for 16 or 32 of them. Block
 * layouts of the file: the type table of the GGUF specification. A tile, all little-endian:
 *
 *	codes   4 bits: (cols / 8, 16 rows) dwords, columns 0..3 in the low and 4..7 in the high nibbles
 *	        6 bits: (cols / 16, 3, 16 rows) dwords: the low 4 bits of 16 columns as above, then the high 2 of
 *	                columns 4·i + byte at bits 2·i of each byte
 *	        8 bits: (cols / 4, 16 rows) dwords of 4 columns
 *	floats: (cols, 16 rows) elements
 *	d       (blocks, 16 rows) 16-bit floats
 *	m       (blocks, 16 rows) 16-bit floats, where the type has minima
 *	sc      (blocks, 256 / sub, 16 rows) signed bytes, super-blocks only
 *	mn      (blocks, 256 / sub / 4, 16 rows, 4) bytes, super-blocks with minima only
 */
#ifndef OW_INFER_MAT_H
#define OW_INFER_MAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>

enum {
	LANES = 16,      /* rows of a tile */
	ALIGNED = 64,    /* bytes of a line of the cache, and of the largest vector */
	BLOCK_W = 32,    /* columns that share d in shapes W4 and W8 */
	BLOCK_S = 256,   /* columns of a super-block */
	SUBS_MAX = 16,   /* parts of a super-block that have their own sc */
	CODES_4BIT = 16, /* values of a 4-bit code */
};

enum mat_shape {
	MAT_FLOAT,
	MAT_W4,
	MAT_W8,
	MAT_S4,
	MAT_S6,
};

enum mat_num {
	NUM_F32,
	NUM_F16,
	NUM_BF16,
};

struct mat;

struct mat_kind {
	const char *name;
	/* Rows of blocks to a tile, as mat_pack does; NULL for floats. */
	void (*pack)(const struct mat *m, uint8_t *tile, const uint8_t *rows, size_t n);
	uint32_t type; /* GGUF tensor type */
	enum mat_shape shape;
	enum mat_num num;   /* of the elements (MAT_FLOAT), else of d and m */
	uint16_t block;     /* columns of a block */
	uint16_t size;      /* bytes of a block in the file */
	uint16_t sub;       /* columns that share sc, 0 outside super-blocks */
	bool min;           /* has m */
	uint8_t off;        /* what a code is above its value */
	const uint8_t *lut; /* code -> value + off where that is not the code itself, or NULL */
};

struct mat {
	const struct mat_kind *kind;
	uint32_t rows, cols;
	size_t tiles;     /* (rows + 15) / 16; rows past the end are zero */
	size_t tile_size; /* bytes, a multiple of 64 */
	size_t at_d, at_m, at_sc, at_mn;
	uint8_t *data; /* tiles * tile_size, 64-byte aligned; owned by whoever allocated it */
};

/* Bits of a code, outside MAT_FLOAT. */
static inline size_t mat_bits(const struct mat_kind *k)
{
	return k->shape == MAT_W8 ? 8 : k->shape == MAT_S6 ? 6 : 4;
}

/* Parts of a super-block; 0 for the other shapes. */
static inline size_t mat_subs(const struct mat_kind *k)
{
	return k->sub == 0 ? 0U : (size_t)BLOCK_S / k->sub;
}

/* The kind of a GGUF tensor type, or NULL if the engine has no kernel for it. */
const struct mat_kind *mat_kind(uint32_t type);

/* Describe a matrix of this kind; data stays NULL. cols must be a multiple of the kind's block. */
void mat_shape_init(struct mat *m, const struct mat_kind *kind, uint32_t rows, uint32_t cols);

/* Bytes of data that a matrix needs. */
static inline size_t mat_bytes(const struct mat *m)
{
	return m->tiles * m->tile_size;
}

/* Bytes of one row in the file. */
static inline size_t mat_row_size(const struct mat *m)
{
	return (size_t)(m->cols / m->kind->block) * m->kind->size;
}

/* Repack n <= 16 rows as they lie in the file, one after the other, into tile number `tile`. */
void mat_pack(struct mat *m, size_t tile, const uint8_t *rows, size_t n);

/* The exact values of row r: out (cols). Bit for bit what the format's dequantization gives. */
void mat_row(const struct mat *m, size_t r, float *out);

/* 16-bit floats, exactly (IEEE 754 half, bfloat16) and rounded to nearest even. */
float num_from_f16(uint16_t h);
uint16_t num_to_f16(float f);

static inline float num_from_bf16(uint16_t h)
{
	union {
		uint32_t u;
		float f;
	} v = {.u = (uint32_t)h << 16};

	return v.f;
}

static inline float num_from(enum mat_num num, uint16_t h)
{
	return num == NUM_BF16 ? num_from_bf16(h) : num_from_f16(h);
}

static inline uint16_t load_u16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

/* The first place at or behind p where a vector does not lie across two lines of the cache. */
static inline void *to_aligned(void *p)
{
	return (char *)p + (-(uintptr_t)p & (ALIGNED - 1));
}

static inline size_t pad_lanes(size_t n)
{
	return (n + LANES - 1) / LANES * LANES;
}

#endif
