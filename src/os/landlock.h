/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Landlock: the kernel lets this process see nothing of the file system but what lies beneath given
 * descriptors.
 */
#ifndef OW_OS_LANDLOCK_H
#define OW_OS_LANDLOCK_H

#include <stddef.h>

#include <owstore/error.h>

/* The version the kernel offers (1, 2, …); 0 where Landlock is missing or switched off. */
int landlock_abi(void);

/* From now on the calling thread, and what it starts, may read beneath (or the file itself) `read`
 * and read, create, write, rename and remove beneath `write`, and nothing else: no other file, no
 * execution, and with newer kernels no TCP, no signal and no abstract socket to the outside.
 * Descriptors that are already open keep what they could do. Needs PR_SET_NO_NEW_PRIVS. Asks for
 * all that version `abi` can refuse.
 */
OW_MUST_USE int landlock_enter(int abi, const int *read, size_t n_read, const int *write,
			       size_t n_write, struct ow_error *err);

#endif
