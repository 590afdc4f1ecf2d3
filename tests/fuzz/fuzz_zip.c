/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The two directions of a zip: whatever passes keeps passing, and loses that with a byte before or behind.
 */
#include <stdlib.h>
#include <string.h>

#include "inspect/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static int check(const uint8_t *p, size_t n)
{
	struct ow_view v = {.p = p, .n = n};
	struct inspect_src src = inspect_memory(&v);
	struct ow_error err = {0};

	return zip_check(&src, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	uint8_t *longer;

	if (check(p, n) < 0)
		return 0;
	longer = malloc(n + 2);
	if (longer == NULL)
		return 0;
	longer[0] = longer[n + 1] = 'x';
	memcpy(longer + 1, p, n);
	if (check(longer, n + 1) == 0 || check(longer + 1, n + 1) == 0)
		abort();
	free(longer);
	return 0;
}
