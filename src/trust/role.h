/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Roles by name, ids of origins, streams and keys, and how a key id is written.
 */
#ifndef OW_TRUST_ROLE_H
#define OW_TRUST_ROLE_H

#include <owstore/trust.h>

#include "codec/sign.h"

enum {
	ID_TEXT = 65,     /* an id of D37, at most 64 bytes, and the terminator */
	KEY_ID_TEXT = 17, /* 16 digits and the terminator */
};

/* "root", "release", "approver", "site", "revoke". */
const char *role_name(enum ow_role role);
bool role_parse(const char *name, enum ow_role *out);

/* A key id as minisign prints it: the 8 bytes as a little-endian number, 16 upper-case digits. */
const char *key_id_text(const uint8_t id[SIGN_KEY_ID], char out[KEY_ID_TEXT]);

#endif
