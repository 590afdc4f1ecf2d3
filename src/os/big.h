/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Memory by the gigabyte: zeroed, aligned to a page, in large pages where the kernel has them, and given back to
 * the system when freed.
 */
#ifndef OW_OS_BIG_H
#define OW_OS_BIG_H

#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>

/* NULL with OW_E_IO (out of memory) on failure. `what` names it in the error text. Counts as an allocation for
 * mem_fail_at.
 */
void *big_alloc(size_t size, const char *what, struct ow_error *err);
void big_free(void *p, size_t size);

/* Bytes of memory that the machine has and this process may use, and those free for new work; 0 where it does not say. */
uint64_t big_total(void);
uint64_t big_free_now(void);

/* From now on the heap returns freed blocks of 64 KiB and more to the system at once, instead of keeping them for
 * later: for processes whose peak counts more than the time of an allocation. Not while other threads run.
 */
void big_thrift(void);

/* The most memory this process has held so far, in bytes. */
uint64_t big_peak(void);

#endif
