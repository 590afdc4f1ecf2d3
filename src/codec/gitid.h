/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The id git gives a file: SHA-1 of "blob <size>", a NUL and the bytes. The Hugging Face cache names small
 * files by it. It tells a damaged download from a good one and is never trusted against an attacker.
 *
 *	OW_AUTO(gitid_free) struct gitid *g = NULL;
 *
 *	if (gitid_new(size, &g, err) < 0 || gitid_update(g, p, n, err) < 0 || gitid_final(g, id, err) < 0)
 *		return err->code;
 */
#ifndef OW_CODEC_GITID_H
#define OW_CODEC_GITID_H

#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>

#include "base/auto.h"

enum {
	GITID_SIZE = 20
};

struct gitid;

/* OW_E_UNCHECKED where libcrypto has no SHA-1 (a FIPS provider may not). */
OW_MUST_USE int gitid_new(uint64_t size, struct gitid **out, struct ow_error *err);
OW_MUST_USE int gitid_update(struct gitid *g, const void *p, size_t n, struct ow_error *err);
OW_MUST_USE int gitid_final(struct gitid *g, uint8_t out[GITID_SIZE], struct ow_error *err);
void gitid_free(struct gitid *g);
OW_DEFINE_AUTO(struct gitid *, gitid_free)

#endif
