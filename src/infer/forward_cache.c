/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What blocks remember of the tokens before.
 *
 * Attention: for every key-value head keys (context / 16, head, 16), so that a vector holds the same dimension
 * of 16 positions, then values (context, v_head padded to 16), so that it holds dimensions of one position.
 * Convolutions: their last inputs (taps - 1, channels), the oldest first. Linear attention: those, then a matrix a
 * head (keys, values).
 */
#include <string.h>

#include "base/mem.h"
#include "infer/session_impl.h"
#include "os/big.h"

enum {
	PART_ALIGN = 64
};

/* Bytes of one head's keys or values, of so many dimensions. */
static size_t head_size(const struct session *s, size_t dims)
{
	return s->context * dims * (s->half ? 2 : 4);
}

static size_t part_size(const struct session *s, const struct block *b)
{
	const struct params *p = &s->m->p;
	size_t state = 0;

	if (&s->m->p.block[b->source] != b)
		return 0;
	if (b->mixer == MIX_CONV)
		state = (size_t)(p->taps - 1) * p->dim * sizeof(float);
	if (b->mixer == MIX_DELTA)
		state = ((size_t)(p->taps - 1) * delta_channels(p) +
			 (size_t)p->v_heads * p->state * p->state) *
			sizeof(float);
	return state + b->kv_heads * head_size(s, b->head + pad_lanes(b->v_head));
}

int cache_new(struct session *s, struct ow_error *err)
{
	const struct params *p = &s->m->p;

	s->cache_at = mem_array(p->layers, sizeof *s->cache_at, err);
	if (s->cache_at == NULL)
		return err->code;
	s->owned[s->n_owned++] = s->cache_at;
	for (uint32_t i = 0; i < p->layers; i++) {
		s->cache_at[i] = s->cache_size;
		s->cache_size +=
		    (part_size(s, &p->block[i]) + PART_ALIGN - 1) / PART_ALIGN * PART_ALIGN;
	}
	s->cache = big_alloc(s->cache_size, "keys and values", err);
	return s->cache == NULL ? err->code : 0;
}

uint8_t *cache_of(const struct session *s, uint32_t layer, uint32_t kv_head, bool value)
{
	const struct block *b = &s->m->p.block[layer];
	size_t keys = head_size(s, b->head);
	size_t each = keys + head_size(s, pad_lanes(b->v_head));

	return s->cache + s->cache_at[layer] + kv_head * each + (value ? keys : 0);
}

/* n numbers, `apart` places from each other, the first at place i */
static void store(const float *x, size_t n, uint8_t *at, size_t i, size_t apart, bool half)
{
	for (size_t d = 0; d < n && !half; d++, i += apart)
		memcpy(at + 4 * i, x + d, 4);
	for (size_t d = 0; d < n && half; d++, i += apart) {
		uint16_t h = num_to_f16(x[d]);

		memcpy(at + 2 * i, &h, 2);
	}
}

void cache_put(const struct session *s, uint32_t layer, size_t t)
{
	const struct block *b = &s->m->p.block[layer];
	size_t pos = s->past + t, key_at = pos / LANES * b->head * LANES + pos % LANES;

	for (uint32_t h = 0; h < b->kv_heads; h++) {
		store(s->key + t * ld_kv(s) + (size_t)h * b->head, b->head,
		      cache_of(s, layer, h, false), key_at, LANES, s->half);
		store(s->value + t * ld_kv(s) + (size_t)h * b->v_head, b->v_head,
		      cache_of(s, layer, h, true), pos * pad_lanes(b->v_head), 1, s->half);
	}
}

float *cache_state(const struct session *s, uint32_t layer)
{
	uint8_t *at = s->cache + s->cache_at[layer];

	if (s->past == 0)
		memset(at, 0, part_size(s, &s->m->p.block[layer]));
	return (float *)(void *)at;
}
