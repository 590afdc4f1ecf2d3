/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Which blobs the artifacts of a class use, read from the records themselves.
 */
#ifndef OW_HANDLE_USES_H
#define OW_HANDLE_USES_H

#include "handle/handle.h"

struct use {
	struct ow_id blob;
	uint64_t size;
	struct ow_id artifact;
	char licence[65]; /* the folder it must lie in */
};

/* Sorted by blob, licence, artifact. */
struct uses {
	struct use *at;
	size_t n, cap;
	size_t n_records, n_artifacts;
};

/* A record that is damaged is OW_E_INTEGRITY: what it uses cannot be known, so nothing may be called unused.
 * `bad` (may be NULL) is told instead, and the reading goes on.
 */
typedef int (*uses_bad)(void *ctx, const struct ow_id *record, const struct ow_error *why,
			struct ow_error *err);

OW_MUST_USE int uses_read_with(struct zone *z, struct uses *out, uses_bad bad, void *ctx,
			       struct ow_error *err);

static inline int uses_read(struct zone *z, struct uses *out, struct ow_error *err)
{
	return uses_read_with(z, out, NULL, NULL, err);
}

/* Is the blob used from this licence folder (NULL: from any)? */
bool uses_has(const struct uses *u, const struct ow_id *blob, const char *licence);

void uses_done(struct uses *u);
OW_DEFINE_AUTO_DONE(struct uses, uses_done)

#endif
