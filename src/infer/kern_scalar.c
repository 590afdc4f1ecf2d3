/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The kernels in plain C: what every CPU can run and every other set is compared with.
 */
#define KN(name) scalar_##name
#define TARGET
#define VW 4
#define VF16(p)                                                                                    \
	((vf){num_from_f16((p)[0]), num_from_f16((p)[1]), num_from_f16((p)[2]),                    \
	      num_from_f16((p)[3])})
#define VBF16(p)                                                                                   \
	((vf){num_from_bf16((p)[0]), num_from_bf16((p)[1]), num_from_bf16((p)[2]),                 \
	      num_from_bf16((p)[3])})

#define HMAX(v)                                                                                    \
	((int32_t)size_max(size_max((size_t)(v)[0], (size_t)(v)[1]),                               \
			   size_max((size_t)(v)[2], (size_t)(v)[3])))
#define HSUM(v) ((v)[0] + (v)[1] + (v)[2] + (v)[3])

#include "infer/kern_float.h"
#include "infer/kern_sets.h"

/* Values (code - off) of `n` columns of 16 rows, as (n / 4, 16, 4). */
static void decode(const struct mat_kind *k, const uint8_t *codes, size_t n, int16_t *out)
{
	const size_t group = (size_t)LANES * 4, bits = mat_bits(k); /* four columns */

	for (size_t g = 0; g < n / 4; g++)
		for (size_t i = 0; i < group; i++) {
			const uint8_t *at = codes + g / 4 * group * bits / 2 + i;
			int c = bits == 8 ? codes[g * group + i]
					  : at[g % 4 / 2 * group] >> (4 * (g % 2)) & 15;

			if (bits == 6)
				c |= (at[2 * group] >> (2 * (g % 4)) & 3) << 4;
			out[g * group + i] = (int16_t)((k->lut != NULL ? k->lut[c] : c) - k->off);
		}
}

/* sum[r] = Σ value·a over n columns */
static void dot(const int16_t *values, const int8_t *a, size_t n, int32_t sum[LANES])
{
	memset(sum, 0, LANES * sizeof *sum);
	for (size_t g = 0; g < n / 4; g++)
		for (size_t r = 0; r < LANES; r++)
			for (size_t c = 0; c < 4; c++)
				sum[r] += values[(g * LANES + r) * 4 + c] * a[g * 4 + c];
}

static void scales(enum mat_num num, const uint8_t *p, float out[LANES])
{
	for (size_t r = 0; r < LANES; r++)
		out[r] = num_from(num, load_u16(p + 2 * r));
}

static void w_block(const struct mat *m, const uint8_t *tile, const struct act *a, size_t b,
		    size_t t0, size_t n, float *y, size_t ld)
{
	size_t code_size = (size_t)LANES * BLOCK_W * mat_bits(m->kind) / 8;
	int16_t values[BLOCK_W * LANES];
	float d[LANES], min[LANES];
	int32_t sum[LANES];

	decode(m->kind, tile + b * code_size, BLOCK_W, values);
	scales(m->kind->num, tile + m->at_d + b * LANES * 2, d);
	if (m->kind->min)
		scales(m->kind->num, tile + m->at_m + b * LANES * 2, min);
	for (size_t t = 0; t < n; t++) {
		size_t at = act_w(a, t0 + t, b);

		dot(values, a->q + at * BLOCK_W, BLOCK_W, sum);
		for (size_t r = 0; r < LANES; r++) {
			y[t * ld + r] += d[r] * a->d[at] * (float)sum[r];
			if (m->kind->min)
				y[t * ld + r] += min[r] * a->dsum[at];
		}
	}
}

static void s_block(const struct mat *m, const uint8_t *tile, const struct act *a, size_t b,
		    size_t t0, size_t n, float *y, size_t ld)
{
	size_t code_size = (size_t)LANES * BLOCK_S * mat_bits(m->kind) / 8;
	size_t sub = m->kind->sub, subs = BLOCK_S / sub;
	const int16_t *sums = sub == 16 ? a->sum16 : a->sum32;
	const uint8_t *sc = tile + m->at_sc + b * subs * LANES,
		      *mn = tile + m->at_mn + b * subs * LANES;
	int16_t values[BLOCK_S * LANES];
	float d[LANES], min[LANES];

	decode(m->kind, tile + b * code_size, BLOCK_S, values);
	scales(m->kind->num, tile + m->at_d + b * LANES * 2, d);
	if (m->kind->min)
		scales(m->kind->num, tile + m->at_m + b * LANES * 2, min);
	for (size_t t = 0; t < n; t++) {
		size_t at = act_s(a, t0 + t, b);
		int32_t i1[LANES] = {0}, i2[LANES] = {0}, sum[LANES];

		for (size_t j = 0; j < subs; j++) {
			int32_t asum = sums[at * subs + act_part(j)];

			dot(values + j * sub * LANES,
			    a->sq + act_sq(a, t0 + t, b * BLOCK_S + j * sub), sub, sum);
			for (size_t r = 0; r < LANES; r++) {
				i1[r] += (int8_t)sc[j * LANES + r] * sum[r];
				if (m->kind->min)
					i2[r] += mn[j / 4 * 4 * LANES + r * 4 + j % 4] * asum;
			}
		}
		for (size_t r = 0; r < LANES; r++) {
			float v = d[r] * (float)i1[r];

			if (m->kind->min)
				v -= min[r] * (float)i2[r];
			y[t * ld + r] += a->sd[at] * v;
		}
	}
}

static void scalar_mat(const struct mat *m, size_t tile, const struct act *a, size_t t0, size_t n,
		       float *y, size_t ld)
{
	const uint8_t *data = m->data + tile * m->tile_size;

	if (m->kind->shape == MAT_FLOAT) {
		scalar_mat_float(m, tile, a, t0, n, y, ld);
		return;
	}
	for (size_t t = 0; t < n; t++)
		memset(y + t * ld, 0, LANES * sizeof *y);
	for (size_t b = 0; b < m->cols / m->kind->block; b++) {
		if (m->kind->sub == 0)
			w_block(m, data, a, b, t0, n, y, ld);
		else
			s_block(m, data, a, b, t0, n, y, ld);
	}
}

static bool always(void)
{
	return true;
}

const struct kern kern_scalar = {
    .name = "scalar", .usable = always, .mat = scalar_mat, KERN_FLOAT_MEMBERS};
