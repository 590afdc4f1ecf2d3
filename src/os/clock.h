/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The one clock of the program. Test builds take the time from OWSTORE_CLOCK (RFC 3339) if it is
 * set.
 */
#ifndef OW_OS_CLOCK_H
#define OW_OS_CLOCK_H

#include <stdint.h>

/* Seconds since 1970, UTC. */
uint64_t clock_now(void);

/* Nanoseconds of a clock that only runs forward, for rates. */
uint64_t clock_ticks(void);

#endif
