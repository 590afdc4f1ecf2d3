/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Checking files against their chunk lists in one parallel pass: all cores, and on each as many
 * chunks at once as it hashes best.
 */
#ifndef OW_BULK_CHECK_H
#define OW_BULK_CHECK_H

#include <owstore/error.h>
#include <owstore/event.h>

#include "bulk/chunks.h"

/* One chunk and where its bytes lie. */
struct check_item {
	int fd;
	uint64_t off; /* in the file of fd */
	uint32_t len;
	struct ow_id want;
	uint32_t file; /* the caller's number of the file, given back on a failure */
};

enum check_how {
	CHECK_CACHED, /* ordinary reads */
	CHECK_MEDIUM, /* from the medium: caches are dropped, O_DIRECT where something stays in them */
};

/* Told of each chunk that is wrong, one call at a time. `got` is NULL where the bytes could not be
 * read (OW_E_IO) or the file ended early (OW_E_INTEGRITY); `why` then says so, and is NULL
 * otherwise.
 */
typedef void (*check_bad)(void *ctx, const struct check_item *item, const struct ow_id *got,
			  const struct ow_error *why);

/* Read and hash all items, which should be in the order of the medium (file by file, offsets
 * ascending). Returns how many were wrong, or < 0 if the check itself could not be done (out of
 * memory, stopped: OW_E_IO). Memory: under 2 MiB a thread (CHECK_MEDIUM: 65 MiB in all).
 *
 * CHECK_MEDIUM reads with four threads, as they wait more than they work, unless one is asked for.
 * Where bytes can be had from memory only (a file system without O_DIRECT that keeps its cache)
 * that is told by a warning.
 */
OW_MUST_USE int64_t check_run(const struct check_item *items, size_t n, unsigned threads,
			      enum check_how how, const char *phase, const struct ow_events *events,
			      check_bad bad, void *ctx, struct ow_error *err);

#endif
