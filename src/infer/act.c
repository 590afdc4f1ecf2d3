/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Memory of the rounded activations.
 */
#include "infer/act.h"

#include "base/mem.h"

int act_init(struct act *a, size_t max_n, size_t max_cols, struct ow_error *err)
{
	size_t cols = (max_cols + BLOCK_S - 1) / BLOCK_S * BLOCK_S, all = pad_lanes(max_n) * cols;

	*a = (struct act){0};
	a->q = mem_array(2, all, err);
	a->d = a->q == NULL ? NULL : mem_array(all / 32, sizeof *a->d, err);
	a->sum = a->d == NULL ? NULL : mem_array(all / 32, sizeof *a->sum, err);
	a->dsum = a->sum == NULL ? NULL : mem_array(all / 32, sizeof *a->dsum, err);
	a->sd = a->dsum == NULL ? NULL : mem_array(all / 256, sizeof *a->sd, err);
	a->sum16 = a->sd == NULL ? NULL : mem_array(all / 16, sizeof *a->sum16, err);
	a->sum32 = a->sum16 == NULL ? NULL : mem_array(all / 32, sizeof *a->sum32, err);
	a->pair16 = a->sum32 == NULL ? NULL : mem_array(all / 16, sizeof *a->pair16, err);
	a->pair32 = a->pair16 == NULL ? NULL : mem_array(all / 32, sizeof *a->pair32, err);
	if (a->pair32 == NULL) {
		act_done(a);
		return err->code;
	}
	a->sq = a->q + all;
	return 0;
}

void act_done(struct act *a)
{
	mem_free(a->q);
	mem_free(a->d);
	mem_free(a->sum);
	mem_free(a->dsum);
	mem_free(a->sd);
	mem_free(a->sum16);
	mem_free(a->sum32);
	mem_free(a->pair16);
	mem_free(a->pair32);
	*a = (struct act){0};
}
