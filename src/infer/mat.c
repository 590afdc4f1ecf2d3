/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Geometry and exact reading of tiles, packing of floats.
 */
#include "infer/mat.h"

#include <string.h>

static size_t round64(size_t n)
{
	return (n + 63) / 64 * 64;
}

void mat_shape_init(struct mat *m, const struct mat_kind *kind, uint32_t rows, uint32_t cols)
{
	size_t blocks = cols / kind->block, subs = mat_subs(kind);
	size_t elem = kind->num == NUM_F32 ? 4 : 2;
	size_t codes = (size_t)cols * LANES;

	*m = (struct mat){.kind = kind, .rows = rows, .cols = cols};
	m->tiles = pad_lanes(rows) / LANES;
	if (kind->shape == MAT_FLOAT) {
		m->tile_size = round64(codes * elem);
		return;
	}
	m->at_d = codes * mat_bits(kind) / 8;
	m->at_m = m->at_d + blocks * LANES * 2;
	m->at_sc = m->at_m + (kind->min ? blocks * LANES * 2 : 0);
	m->at_mn = m->at_sc + blocks * subs * LANES;
	m->tile_size = round64(m->at_mn + (kind->min ? blocks * subs * LANES : 0));
}

static void pack_floats(const struct mat *m, uint8_t *tile, const uint8_t *row, size_t lane)
{
	if (m->kind->num == NUM_F32)
		for (size_t k = 0; k < m->cols; k++)
			memcpy(tile + (k * LANES + lane) * 4, row + k * 4, 4);
	else
		for (size_t k = 0; k < m->cols; k++)
			memcpy(tile + (k * LANES + lane) * 2, row + k * 2, 2);
}

void mat_pack(struct mat *m, size_t tile, const uint8_t *rows, size_t n)
{
	uint8_t *out = m->data + tile * m->tile_size;

	if (n < LANES)
		memset(out, 0, m->tile_size);
	if (m->kind->pack != NULL)
		m->kind->pack(m, out, rows, n);
	for (size_t lane = 0; m->kind->pack == NULL && lane < n; lane++)
		pack_floats(m, out, rows + lane * mat_row_size(m), lane);
}

/* Code of column k of the tile's row `lane`, as value + off. */
static int code_at(const struct mat *m, const uint8_t *tile, size_t lane, size_t k)
{
	const uint8_t *at = tile + lane * 4 + k % 4;
	size_t bits = mat_bits(m->kind);
	unsigned code;

	if (bits == 8) {
		code = at[(size_t)(k / 4) * LANES * 4];
	} else {
		at += (size_t)(k / 16) * LANES * bits * 2;
		code = at[(size_t)(k / 8 % 2) * LANES * 4] >> (k & 4) & 15;
		if (bits == 6)
			code |= (at[(size_t)LANES * 8] >> (k % 16 / 4 * 2) & 3U) << 4;
	}
	return m->kind->lut != NULL ? m->kind->lut[code] : (int)code;
}

static void row_floats(const struct mat *m, const uint8_t *tile, size_t lane, float *out)
{
	for (size_t k = 0; k < m->cols; k++) {
		if (m->kind->num == NUM_F32)
			memcpy(&out[k], tile + (k * LANES + lane) * 4, 4);
		else
			out[k] = num_from(m->kind->num, load_u16(tile + (k * LANES + lane) * 2));
	}
}

void mat_row(const struct mat *m, size_t r, float *out)
{
	const uint8_t *tile = m->data + r / LANES * m->tile_size;
	const struct mat_kind *kind = m->kind;
	size_t lane = r % LANES, subs = mat_subs(kind);

	if (kind->shape == MAT_FLOAT) {
		row_floats(m, tile, lane, out);
		return;
	}
	for (size_t k = 0; k < m->cols; k++) {
		size_t block = k / kind->block;
		float d =
		    num_from(kind->num, load_u16(tile + m->at_d + (block * LANES + lane) * 2));
		float min = 0, v = (float)(code_at(m, tile, lane, k) - kind->off);

		if (kind->min)
			min = num_from(kind->num,
				       load_u16(tile + m->at_m + (block * LANES + lane) * 2));
		if (subs == 0) {
			out[k] = kind->min ? v * d + min : v * d;
			continue;
		}
		size_t j = k % BLOCK_S / kind->sub;
		float scale = d * (float)(int8_t)tile[m->at_sc + (block * subs + j) * LANES + lane];

		out[k] = scale * v;
		if (kind->min) {
			size_t four = block * subs + j / 4 * 4; /* parts go by four to a row */

			out[k] -= min * (float)tile[m->at_mn + four * LANES + lane * 4 + j % 4];
		}
	}
}

float num_from_f16(uint16_t h)
{
	union {
		uint32_t u;
		float f;
	} v, scale = {.u = 0x77800000}; /* 2^112 moves the exponent's bias, denormals included */

	v.u = (uint32_t)(h & 0x7fff) << 13;
	v.f *= scale.f;
	if ((h & 0x7c00) == 0x7c00)
		v.u |= 0x7f800000; /* infinity and NaN */
	v.u |= (uint32_t)(h & 0x8000) << 16;
	return v.f;
}

uint16_t num_to_f16(float f)
{
	union {
		float f;
		uint32_t u;
	} v = {.f = f};
	uint32_t sign = v.u >> 16 & 0x8000, mag = v.u & 0x7fffffff;

	if (mag > 0x7f800000)
		return (uint16_t)(sign | 0x7e00); /* NaN */
	if (mag >= 0x477ff000)
		return (uint16_t)(sign | 0x7c00); /* rounds to infinity */
	if (mag < 0x38800000) {
		union {
			float f;
			uint32_t u;
		} low = {.u = mag}, half = {.f = 0.5F};

		/* a denormal: adding 1/2 rounds at 2^-24, as the half's last bit */
		low.f += half.f;
		return (uint16_t)(sign | (low.u - half.u));
	}
	mag += 0xfff + (mag >> 13 & 1); /* nearest even */
	return (uint16_t)(sign | (mag - 0x38000000) >> 13);
}
