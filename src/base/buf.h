/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Growable bytes with a sticky failure: write straight on, check once at the end.
 *
 *	OW_AUTO(buf_done) struct buf b = {0};
 *
 *	buf_text(&b, "hello ");
 *	buf_printf(&b, "%d", 3);
 *	if (buf_finish(&b, err) < 0)
 *		return err->code;
 */
#ifndef OW_BASE_BUF_H
#define OW_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>

#include "base/auto.h"

struct buf {
	uint8_t *p;
	size_t n, cap;
	bool failed; /* an allocation failed; p[0..n) is what came before */
};

void buf_add(struct buf *b, const void *p, size_t n);
void buf_text(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...) OW_PRINTF(2, 3);

/* Room for n more bytes, to be filled by the caller; NULL if the buffer has failed. */
uint8_t *buf_room(struct buf *b, size_t n);

/* Forget what is inside, keep the memory. */
void buf_clear(struct buf *b);

/* 0, or < 0 with OW_E_IO if an allocation failed on the way. */
int buf_finish(const struct buf *b, struct ow_error *err);

/* The content as a terminated string, valid until the next write; "" when empty. */
const char *buf_str(struct buf *b);

void buf_done(struct buf *b);
OW_DEFINE_AUTO_DONE(struct buf, buf_done)

#endif
