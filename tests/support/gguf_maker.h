/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * GGUF files for tests, good and bad, put together field by field.
 *
 *	struct buf b = {0};
 *
 *	gg_head(&b, 3, 1, 1);
 *	gg_key_text(&b, "general.architecture", "llama");
 *	gg_tensor(&b, "w", 1, (uint64_t[]){8}, 0, 0);
 *	gg_pad(&b, 32);
 *	gg_fill(&b, 32);
 */
#ifndef OW_TEST_GGUF_MAKER_H
#define OW_TEST_GGUF_MAKER_H

#include <string.h>

#include "base/buf.h"

static inline void gg_u32(struct buf *b, uint32_t v)
{
	uint8_t p[4] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24)};

	buf_add(b, p, sizeof p);
}

static inline void gg_u64(struct buf *b, uint64_t v)
{
	gg_u32(b, (uint32_t)v);
	gg_u32(b, (uint32_t)(v >> 32));
}

static inline void gg_bytes(struct buf *b, const void *p, size_t n)
{
	gg_u64(b, n);
	buf_add(b, p, n);
}

static inline void gg_text(struct buf *b, const char *s)
{
	gg_bytes(b, s, strlen(s));
}

static inline void gg_head(struct buf *b, uint32_t version, uint64_t n_tensors, uint64_t n_keys)
{
	buf_add(b, "GGUF", 4);
	gg_u32(b, version);
	gg_u64(b, n_tensors);
	gg_u64(b, n_keys);
}

static inline void gg_key(struct buf *b, const char *name, uint32_t type)
{
	gg_text(b, name);
	gg_u32(b, type);
}

static inline void gg_key_text(struct buf *b, const char *name, const char *value)
{
	gg_key(b, name, 8);
	gg_text(b, value);
}

static inline void gg_key_u32(struct buf *b, const char *name, uint32_t value)
{
	gg_key(b, name, 4);
	gg_u32(b, value);
}

static inline void gg_array(struct buf *b, const char *name, uint32_t item, uint64_t n)
{
	gg_key(b, name, 9);
	gg_u32(b, item);
	gg_u64(b, n);
}

static inline void gg_tensor(struct buf *b, const char *name, uint32_t n_dims, const uint64_t *dims,
			     uint32_t type, uint64_t off)
{
	gg_text(b, name);
	gg_u32(b, n_dims);
	for (uint32_t i = 0; i < n_dims; i++)
		gg_u64(b, dims[i]);
	gg_u32(b, type);
	gg_u64(b, off);
}

static inline void gg_fill(struct buf *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_add(b, &(uint8_t){(uint8_t)(i * 7)}, 1);
}

static inline void gg_pad(struct buf *b, size_t align)
{
	while (b->n % align != 0)
		buf_add(b, "", 1);
}

/* A small good file: two keys, three tensors (F32 of 8 values, F16 of 3 × 2, Q4_0 of 32). */
static inline void gg_sample(struct buf *b, const char *arch)
{
	gg_head(b, 3, 3, 2);
	gg_key_text(b, "general.architecture", arch);
	gg_key_text(b, "general.license", "apache-2.0");
	gg_tensor(b, "a.weight", 1, (const uint64_t[]){8}, 0, 0);
	gg_tensor(b, "b.weight", 2, (const uint64_t[]){3, 2}, 1, 32);
	gg_tensor(b, "c.weight", 1, (const uint64_t[]){32}, 2, 64);
	gg_pad(b, 32);
	gg_fill(b, 64 + 18);
}

#endif
