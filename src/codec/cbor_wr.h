/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Writer of deterministic CBOR into a buffer. The caller announces counts and gives map keys in
 * ascending order (0, 1, 2, …, then -1, -2, …); every document written is read back strictly by its
 * tests. Failure is the buffer's: check buf_finish once.
 */
#ifndef OW_CODEC_CBOR_WR_H
#define OW_CODEC_CBOR_WR_H

#include <stdbool.h>
#include <stdint.h>

#include <owstore/api.h>
#include <owstore/id.h>

#include "base/buf.h"

void cbor_wr_uint(struct buf *b, uint64_t v);
void cbor_wr_int(struct buf *b, int64_t v);
void cbor_wr_bool(struct buf *b, bool v);
void cbor_wr_null(struct buf *b);
void cbor_wr_bytes(struct buf *b, const void *p, size_t n);
void cbor_wr_text(struct buf *b, const char *s);
void cbor_wr_text_view(struct buf *b, struct ow_view text); /* strict UTF-8 */
void cbor_wr_id(struct buf *b, const struct ow_id *id);
void cbor_wr_array(struct buf *b, uint64_t n);
void cbor_wr_map(struct buf *b, uint64_t n);

/* A map key; its value follows. */
static inline void cbor_wr_key(struct buf *b, int64_t key)
{
	cbor_wr_int(b, key);
}

#endif
