/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/licence.h"

#include <stdio.h>
#include <string.h>

#include <owstore/id.h>

#include "base/err.h"
#include "codec/digest.h"

#define EXPRESSION "expr-"

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool licence_folder_ok(const char *folder)
{
	size_t n = strlen(folder);

	if (n == 0 || n >= LICENCE_FOLDER || !is_alnum(folder[0]))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!is_alnum(folder[i]) && strchr(".+-", folder[i]) == NULL)
			return false;
	}
	return true;
}

int licence_folder(const char *expression, char out[LICENCE_FOLDER], struct ow_error *err)
{
	struct ow_id id;
	char hex[OW_ID_HEX];

	if (expression[0] == '\0')
		return err_set(err, OW_E_USAGE, "empty licence");
	if (licence_folder_ok(expression) &&
	    strncmp(expression, EXPRESSION, strlen(EXPRESSION)) != 0) {
		memcpy(out, expression, strlen(expression) + 1);
		return 0;
	}
	if (digest_bytes(expression, strlen(expression), &id, err) < 0)
		return err->code;
	(void)snprintf(out, LICENCE_FOLDER, EXPRESSION "%.12s", ow_id_hex(&id, hex));
	return 0;
}
