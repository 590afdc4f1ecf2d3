/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A digest: the SHA-256 that names a blob or a record.
 *
 *	struct ow_id id;
 *	char text[OW_ID_TEXT];
 *
 *	if (ow_id_parse("sha256:9f2c…", &id))
 *		puts(ow_id_text(&id, text));
 */
#ifndef OW_ID_H
#define OW_ID_H

#include <stdbool.h>

#include <owstore/api.h>

struct ow_id {
	uint8_t b[32];
};

enum {
	OW_ID_HEX = 65,  /* 64 hex digits and the terminator */
	OW_ID_TEXT = 72, /* "sha256:", 64 hex digits and the terminator */
};

/* Read exactly 64 lower-case hex digits, with or without "sha256:" in front.  Since 0.1 */
OW_API bool ow_id_parse(const char *text, struct ow_id *out);

/* Write 64 hex digits (ow_id_hex) or "sha256:" and 64 digits (ow_id_text) into `out`; returns
 * `out`. Since 0.1
 */
OW_API const char *ow_id_hex(const struct ow_id *id, char out[OW_ID_HEX]);
OW_API const char *ow_id_text(const struct ow_id *id, char out[OW_ID_TEXT]);

OW_API bool ow_id_equal(const struct ow_id *a, const struct ow_id *b);

/* Order of the bytes, as memcmp.  Since 0.1 */
OW_API int ow_id_order(const struct ow_id *a, const struct ow_id *b);

#endif
