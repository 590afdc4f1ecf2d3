/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Block formats and tiles: what was packed is read back exactly.
 */
#include "infer/mat.h"
#include "unit/infer/packs.h"

/* All rows of a file of blocks, through tiles, must equal the file of floats bit for bit. */
static void compare(const char *name, const struct mat_kind *kind, uint32_t rows, uint32_t cols)
{
	OW_AUTO(buf_done) struct buf q = {0}, f = {0};
	char file[64];
	struct mat m;

	snprintf(file, sizeof file, "quant/%s.q", name);
	packs_read(file, &q);
	snprintf(file, sizeof file, "quant/%s.f32", name);
	packs_read(file, &f);
	mat_shape_init(&m, kind, rows, cols);
	ck_assert_uint_eq(q.n, rows * mat_row_size(&m));
	ck_assert_uint_eq(f.n, (size_t)rows * cols * 4);
	m.data = aligned_alloc(64, mat_bytes(&m));
	for (size_t t = 0; t < m.tiles; t++)
		mat_pack(&m, t, q.p + t * LANES * mat_row_size(&m),
			 rows - t * LANES < LANES ? rows - t * LANES : LANES);
	float *row = malloc(cols * sizeof *row);

	for (size_t r = 0; r < rows; r++) {
		mat_row(&m, r, row);
		for (size_t k = 0; k < cols; k++)
			if (memcmp(&row[k], f.p + (r * cols + k) * 4, 4) != 0)
				ck_abort_msg("%s row %zu column %zu: %a", name, r, k,
					     (double)row[k]);
	}
	free(row);
	free(m.data);
}

START_TEST(reference_blocks_are_read_bit_for_bit)
{
	OW_AUTO(buf_done) struct buf index = {0};
	char *save = NULL;

	packs_read("quant/index.csv", &index);
	strtok_r((char *)(uintptr_t)buf_str(&index), "\n", &save);
	for (char *line; (line = strtok_r(NULL, "\n", &save)) != NULL;) {
		char name[32];
		unsigned type, block, size, rows, cols;

		ck_assert_int_eq(sscanf(line, "%31[^,],%u,%u,%u,%u,%u", name, &type, &block, &size,
					&rows, &cols),
				 6);
		if (mat_kind(type) == NULL) {
			ck_assert_msg(strncmp(name, "TQ", 2) == 0, "no kind for %s", name);
			continue;
		}
		ck_assert_uint_eq(mat_kind(type)->block, block);
		ck_assert_uint_eq(mat_kind(type)->size, size);
		compare(name, mat_kind(type), rows, cols);
	}
}
END_TEST

START_TEST(half_floats_round_trip_and_round_to_even)
{
	static const struct {
		float f;
		uint16_t h;
	} table[] = {{0, 0},
		     {1, 0x3c00},
		     {-2, 0xc000},
		     {65504, 0x7bff},
		     {65519.9F, 0x7bff},
		     {65520, 0x7c00},
		     {0x1p-24F, 1},
		     {0x1p-25F, 0},
		     {0x1.8p-24F, 2},
		     {0x1p-14F, 0x400},
		     {0x1.002p0F, 0x3c00},
		     {0x1.006p0F, 0x3c02}};

	for (uint32_t h = 0; h < 65536; h++)
		if ((h & 0x7c00) != 0x7c00 || (h & 0x3ff) == 0)
			ck_assert_uint_eq(num_to_f16(num_from_f16((uint16_t)h)), h);
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		ck_assert_uint_eq(num_to_f16(table[i].f), table[i].h);
	ck_assert(isnan(num_from_f16(0x7e00)));
	ck_assert_uint_eq(num_to_f16(NAN) & 0x7fff, 0x7e00);
}
END_TEST

PACKS_SUITE("infer/mat", NEEDING(reference_blocks_are_read_bit_for_bit),
	    half_floats_round_trip_and_round_to_even)
