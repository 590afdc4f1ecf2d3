/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Public keys by name or file, for those who put them into roots.
 */
#ifndef OW_FLOW_KEYS_H
#define OW_FLOW_KEYS_H

#include <owstore/trust.h>

#include "trust/role.h"

struct public_key {
	char name[ID_TEXT];
	uint8_t pk[SIGN_PUBLIC];
	bool has_role; /* its secret is here and says so */
	enum ow_role role;
};

/* Find a public key: `key` is a name in the keys folder, or the path of a .pub file, whose name is then the part
 * before ".pub". OW_E_USAGE where there is none or the name is no id.
 */
OW_MUST_USE int keys_find_public(const char *keys, const char *key, struct public_key *out,
				 struct ow_error *err);

/* The key as minisign -P takes it. */
const char *keys_line(const uint8_t pk[SIGN_PUBLIC], char out[OW_KEY_LINE]);

#endif
