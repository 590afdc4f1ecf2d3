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
	a->low16 = a->sum32 == NULL ? NULL : mem_array(all / 16, 2, err);
	a->low32 = a->low16 == NULL ? NULL : mem_array(all / 32, 2, err);
	if (a->low32 == NULL) {
		act_done(a);
		return err->code;
	}
	a->sq = a->q + all;
	a->high16 = a->low16 + all / 16;
	a->high32 = a->low32 + all / 32;
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
	mem_free(a->low16);
	mem_free(a->low32);
	*a = (struct act){0};
}
