/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <owstore/id.h>

#include "base/hex.h"

bool ow_id_parse(const char *text, struct ow_id *out)
{
	struct ow_id id;

	if (strncmp(text, "sha256:", 7) == 0)
		text += 7;
	if (strlen(text) != 64 || !hex_decode(text, 64, id.b))
		return false;
	*out = id;
	return true;
}

const char *ow_id_hex(const struct ow_id *id, char out[OW_ID_HEX])
{
	hex_encode(id->b, sizeof id->b, out);
	return out;
}

const char *ow_id_text(const struct ow_id *id, char out[OW_ID_TEXT])
{
	memcpy(out, "sha256:", 8);
	hex_encode(id->b, sizeof id->b, out + 7);
	return out;
}

bool ow_id_equal(const struct ow_id *a, const struct ow_id *b)
{
	return memcmp(a->b, b->b, sizeof a->b) == 0;
}

int ow_id_order(const struct ow_id *a, const struct ow_id *b)
{
	return memcmp(a->b, b->b, sizeof a->b);
}
