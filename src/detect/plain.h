/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A file as text: a private copy in UTF-8, whatever it was written in, that still knows the place of each byte in the
 * file.
 *
 * UTF-8 with or without its mark; UTF-16 of either order, with its mark or betrayed by its zero bytes; anything else is
 * taken for Windows-1252, of which ISO 8859-1 is a part.
 */
#ifndef OW_DETECT_PLAIN_H
#define OW_DETECT_PLAIN_H

#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>

#include "base/auto.h"
#include "base/buf.h"

struct plain {
	struct buf text;
	uint32_t
	    *place;  /* byte of the file that each byte of the text comes from; NULL: the same */
	size_t skip; /* where `place` is NULL: bytes of the mark before the text */
	size_t size; /* of the file */
};

/* n is at most LICENSE_FILE_MAX. Fails only without memory. */
OW_MUST_USE int plain_read(const void *p, size_t n, struct plain *out, struct ow_error *err);

/* The byte of the file for a byte of the text; its end for the end of the text. */
size_t plain_place(const struct plain *t, size_t at);

void plain_done(struct plain *t);
OW_DEFINE_AUTO_DONE(struct plain, plain_done)

#endif
