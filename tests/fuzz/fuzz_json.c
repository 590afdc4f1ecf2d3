/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The strict JSON reader: it accepts or refuses, and says why.
 */
#include <stdlib.h>

#include "codec/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct ow_error err = {0};
	struct json_t *root = NULL;

	if (json_parse(p, n, 32, &root, &err) < 0 &&
	    (err.code != OW_E_FORMAT || err.text[0] == '\0'))
		abort();
	if (err.code == OW_OK && !json_is_map(root) && !json_is_list(root))
		abort();
	json_done(root);
	return 0;
}
