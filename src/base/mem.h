/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The door to the heap: checked sizes, zeroed memory, and the seam for allocation faults.
 */
#ifndef OW_BASE_MEM_H
#define OW_BASE_MEM_H

#include <stddef.h>

#include <owstore/error.h>

#include "base/auto.h"

/* n * size zeroed bytes, never NULL on success even for 0. On failure NULL with OW_E_IO (out of
 * memory). */
void *mem_array(size_t n, size_t size, struct ow_error *err);

/* Room for one more item: grows *items (n in use, *cap allocated) by half when it is full.
 * New room is zeroed. The old array stays valid on failure. Returns 0 or < 0.
 */
int mem_grow(void *items, size_t n, size_t *cap, size_t size, struct ow_error *err);

/* A copy of s[0..n) with a terminator. */
char *mem_text(const char *s, size_t n, struct ow_error *err);

#define MEM_NEW(type, err) ((type *)mem_array(1, sizeof(type), (err)))

/* Test builds: fail allocation number `nth` from now (1 is the next); 0 never. Returns how many
 * there were since the last call.
 */
unsigned long mem_fail_at(unsigned long nth);

#endif
