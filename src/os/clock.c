/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/clock.h"

#include <stdlib.h>
#include <time.h>

#include "base/time.h"

uint64_t clock_now(void)
{
	struct timespec t = {0};

#ifdef OW_FAULTS
	const char *fixed =
	    getenv("OWSTORE_CLOCK"); /* NOLINT(concurrency-mt-unsafe): nobody sets it */
	uint64_t at;

	if (fixed != NULL && time_parse(fixed, &at))
		return at;
#endif
	(void)clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec < 0 ? 0 : (uint64_t)t.tv_sec;
}

uint64_t clock_ticks(void)
{
	struct timespec t = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}
