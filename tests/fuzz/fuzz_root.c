/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Roots: whatever is accepted is sound, can be written, and what is written is read as the same.
 */
#include <stdlib.h>
#include <string.h>

#include "trust/root.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	OW_AUTO(root_free) struct root *r = NULL;
	OW_AUTO(root_free) struct root *back = NULL;
	OW_AUTO(buf_done) struct buf first = {0};
	OW_AUTO(buf_done) struct buf second = {0};
	struct ow_error err = {0};

	if (root_decode(p, n, &r, &err) < 0)
		return 0;
	/* what the reader ignored (keys of 1000 and above) is not written again */
	if (root_encode(r, &first, &err) < 0 || first.n > n ||
	    root_decode(first.p, first.n, &back, &err) < 0 ||
	    root_encode(back, &second, &err) < 0 || first.n != second.n ||
	    memcmp(first.p, second.p, first.n) != 0 || (first.n == n && memcmp(first.p, p, n) != 0))
		abort();
	return 0;
}
