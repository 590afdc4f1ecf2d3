/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Signature and public key files: whatever is accepted is canonical, so writing it again gives the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "trust/minisig.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	OW_AUTO(buf_done) struct buf again = {0};
	struct ow_error err = {0}, ignored = {0};
	uint8_t pk[SIGN_PUBLIC], prehash[SIGN_PREHASH] = {0};
	struct minisig s;

	if (minisig_parse(p, n, &s, &err) == 0) {
		if (minisig_format(&s, &again, &err) < 0 || again.n != n ||
		    memcmp(again.p, p, n) != 0)
			abort();
		(void)minisig_check(&s, prehash, prehash);
	}
	if (public_key_parse(p, n, pk, &ignored) == 0 && !sign_public_ok(pk))
		abort();
	return 0;
}
