/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Secret key files: whatever is accepted asks for a bounded price and stays inside the input.
 */
#include <stdlib.h>

#include "base/text.h"
#include "trust/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct ow_error err = {0};
	struct key_file f;

	if (key_file_parse(p, n, &f, &err) < 0)
		return 0;
	if (!box_cost_ok(&f.info.lock.cost) || !text_is_id(f.info.name) || f.header.p < p ||
	    f.header.n > n - (size_t)(f.header.p - p))
		abort();
	return 0;
}
