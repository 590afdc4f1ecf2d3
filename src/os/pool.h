/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The same work on all cores: threads that take item numbers from one counter until none is left.
 */
#ifndef OW_OS_POOL_H
#define OW_OS_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include <owstore/error.h>

/* One worker: take items with pool_next until it says no. `worker` is 0..threads-1. */
struct pool;
typedef int (*pool_work)(struct pool *p, unsigned worker, void *ctx, struct ow_error *err);

/* Run `work` on `threads` threads (the caller's among them) and wait for all. The first failure
 * stops the handing out of items and is what is returned. Items are handed out in ascending order,
 * 0..n-1.
 */
OW_MUST_USE int pool_run(unsigned threads, size_t n, pool_work work, void *ctx,
			 struct ow_error *err);

/* The next item in *out, or false when there is none or somebody failed. Safe from every worker. */
bool pool_next(struct pool *p, size_t *out);

/* Cores this process may use, at least 1; OWSTORE_JOBS lowers or raises it (1..256). */
unsigned pool_cores(void);

/* Start a thread with a small stack (its memory counts under the 256 MiB promise). 0 or errno. */
int pool_thread(void *thread, void *(*start)(void *), void *arg);

#endif
