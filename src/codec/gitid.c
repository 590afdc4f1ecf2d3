/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codec/gitid.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

struct gitid {
	EVP_MD_CTX *evp;
};

static int failed(struct ow_error *err)
{
	return err_set(err, OW_E_UNCHECKED, "git's file id: libcrypto gives no SHA-1");
}

int gitid_new(uint64_t size, struct gitid **out, struct ow_error *err)
{
	OW_AUTO(gitid_free) struct gitid *g = MEM_NEW(struct gitid, err);
	char head[32];

	if (g == NULL)
		return err->code;
	g->evp = EVP_MD_CTX_new();
	if (g->evp == NULL || EVP_DigestInit_ex(g->evp, EVP_sha1(), NULL) != 1)
		return failed(err);
	(void)snprintf(head, sizeof head, "blob %llu", (unsigned long long)size);
	if (gitid_update(g, head, strlen(head) + 1, err) < 0)
		return err->code;
	*out = STEAL(g);
	return 0;
}

int gitid_update(struct gitid *g, const void *p, size_t n, struct ow_error *err)
{
	return EVP_DigestUpdate(g->evp, p, n) == 1 ? 0 : failed(err);
}

int gitid_final(struct gitid *g, uint8_t out[GITID_SIZE], struct ow_error *err)
{
	unsigned n = 0;

	return EVP_DigestFinal_ex(g->evp, out, &n) == 1 && n == GITID_SIZE ? 0 : failed(err);
}

void gitid_free(struct gitid *g)
{
	if (g == NULL)
		return;
	EVP_MD_CTX_free(g->evp);
	free(g);
}
