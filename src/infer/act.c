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

	*a = (struct act){.memory = mem_array(3 * all + ALIGNED, 1, err)};
	if (a->memory == NULL)
		return err->code;
	a->q = to_aligned(a->memory);
	a->sq = a->q + all;
	a->d = (float *)(void *)(a->sq + all);
	a->sum = (int32_t *)(void *)(a->d + all / BLOCK_W);
	a->dsum = (float *)(void *)(a->sum + all / BLOCK_W);
	a->sd = a->dsum + all / BLOCK_W;
	a->sum16 = (int16_t *)(void *)(a->sd + all / BLOCK_S);
	a->sum32 = a->sum16 + all / 16;
	return 0;
}

void act_done(struct act *a)
{
	mem_free(a->memory);
	*a = (struct act){0};
}
