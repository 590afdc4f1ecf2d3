/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Matrix tiles (AMX of x86-64), whose registers are so large that a process must ask for them.
 */
#ifndef OW_OS_TILES_H
#define OW_OS_TILES_H

#include <stdbool.h>

/* Ask the kernel that this process may use tiles from now on. False where it has none or says no. */
bool tiles_allow(void);

#endif
