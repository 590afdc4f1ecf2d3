/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trust/role.h"

#include <stdio.h>
#include <string.h>

static const char *const names[OW_ROLES] = {
    [OW_ROLE_ROOT] = "root", [OW_ROLE_RELEASE] = "release", [OW_ROLE_APPROVER] = "approver",
    [OW_ROLE_SITE] = "site", [OW_ROLE_REVOKE] = "revoke",
};

const char *role_name(enum ow_role role)
{
	return names[role];
}

bool role_parse(const char *name, enum ow_role *out)
{
	for (unsigned i = 0; i < OW_ROLES; i++) {
		if (strcmp(name, names[i]) == 0) {
			*out = (enum ow_role)i;
			return true;
		}
	}
	return false;
}

const char *key_id_text(const uint8_t id[SIGN_KEY_ID], char out[KEY_ID_TEXT])
{
	for (unsigned i = 0; i < SIGN_KEY_ID; i++)
		(void)snprintf(out + (size_t)2 * i, 3, "%02X", id[SIGN_KEY_ID - 1 - i]);
	return out;
}
