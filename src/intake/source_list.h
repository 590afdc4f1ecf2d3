/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * How the parts of source_open put a list together; for the source*.c files alone.
 */
#ifndef OW_INTAKE_SOURCE_LIST_H
#define OW_INTAKE_SOURCE_LIST_H

#include <stdbool.h>

#include "intake/source.h"
#include "os/dir.h"

enum {
	AT_MAX = 4096 /* bytes of a path below the root with its terminator */
};

/* Why a path is left out of every artifact, as a static text with the part of the path it concerns (to the end of
 * that part) in *n; NULL: it is taken.
 */
const char *source_excluded(const char *path, size_t *n);

/* Note that something is left out; a folder only once. */
OW_MUST_USE int source_skip(struct source *s, const char *path, size_t n, const char *why,
			    struct ow_error *err);

OW_MUST_USE int source_note(struct source *s, struct ow_error *err, const char *fmt, ...)
    OW_PRINTF(3, 4);

/* Where a link may lead: a path below the root, already free of "..". */
typedef bool (*source_allowed)(void *ctx, const char *at);

/* Take the file `at` below the root as `path`. Links are followed, each step checked with `allowed` (NULL: anywhere
 * below the root).
 */
OW_MUST_USE int source_add(struct source *s, const char *path, const char *at,
			   source_allowed allowed, void *ctx, struct ow_error *err);

/* Sort by path. */
void source_sort(struct source *s);

/* In a sorted list; NULL if there is none. */
struct source_item *source_find(const struct source *s, const char *path);

/* Make the promise of an item, unless there is a better one: 64 hex digits, or 40 of git; other texts are ignored.
 * OW_E_INTEGRITY if two SHA-256 were promised.
 */
OW_MUST_USE int source_promise(struct source_item *item, const char *hex, const char *by,
			       struct ow_error *err);

/* List the folder `dir` (the root) with all below it, except what is excluded. */
OW_MUST_USE int source_walk(struct source *s, struct ow_error *err);

/* Checksum files of a folder: SHA256SUMS and its like, and NAME.sha256. OW_E_INCOMPLETE if a file they list is not
 * there.
 */
OW_MUST_USE int source_sums(struct source *s, struct ow_error *err);

/* Is `real`, an absolute path without links, in a repository of a Hugging Face cache? Where its name ends, else 0. */
size_t source_hf_repo(const char *real);

/* List a snapshot of the repository real[0..n). `rest` is what follows: "", or "/snapshots/<commit>" which chooses the
 * snapshot. With `only` (a file below the snapshot) just that file and those of its split set.
 */
OW_MUST_USE int source_hf_cache(const char *real, size_t n, const char *rest, const char *only,
				const struct source_options *opts, struct source *s,
				struct ow_error *err);

/* What the Hugging Face tools noted beside a folder that they downloaded: promises, and the commit. 1 if there was
 * any, else 0.
 */
OW_MUST_USE int source_hf_local(struct source *s, struct ow_error *err);

/* A name an artifact may have, made of the last part of a path: "x/My model.gguf" gives "My-model". */
OW_MUST_USE int source_name(struct source *s, const char *path, struct ow_error *err);

#endif
