/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the suites of this room share.
 */
#ifndef OW_TEST_MEDIA_KIT_H
#define OW_TEST_MEDIA_KIT_H

#include "codec/digest.h"
#include "support/support.h"

static struct ow_error err;

static inline struct ow_id sum(const void *p, size_t n)
{
	struct ow_id id;

	ck_ok(digest_bytes(p, n, &id, &err));
	return id;
}

#endif
