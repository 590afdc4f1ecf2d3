/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Models cut into several files: NAME-00002-of-00005.gguf (or .safetensors).
 *
 *	struct shard sh;
 *
 *	if (shard_of("q4/m-00002-of-00005.gguf", &sh)) // stem 4, no 2, of 5
 */
#ifndef OW_INTAKE_SHARDS_H
#define OW_INTAKE_SHARDS_H

#include <stdbool.h>

#include "inspect/inspect.h"
#include "intake/source.h"

struct shard {
	size_t stem;     /* bytes of the path before "-00002-of-" */
	unsigned no, of; /* 1 ≤ no ≤ of */
	const char *ext; /* ".gguf" inside the path */
};

bool shard_of(const char *path, struct shard *out);

enum {
	SHARD_PATH = 1100
};

/* The path of shard `no` of the same set, into out. */
const char *shard_path(const char *path, const struct shard *sh, unsigned no, char out[SHARD_PATH]);

/* Tell that a file on disk of the set that `path` is of is missing: OW_E_FORMAT, and what to do. */
int shard_missing(const char *missing, const char *path, const struct shard *sh,
		  struct ow_error *err);

/* Is every set of a list complete? OW_E_FORMAT naming the first file that is missing. */
OW_MUST_USE int shards_complete(const struct source *s, struct ow_error *err);

/* Does the file say of itself what its name says (split.no, split.count of GGUF)? OW_E_FORMAT: a count that differs,
 * the same shard twice, a shard of another model under this name.
 */
OW_MUST_USE int shard_agrees(const char *path, const struct inspect *in, struct ow_error *err);

#endif
