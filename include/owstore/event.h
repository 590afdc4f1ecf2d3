/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * How long work speaks while it runs, and how it is told to stop. The library prints nothing
 *itself.
 *
 *	static void show(void *ctx, const struct ow_progress *p) { … }
 *	struct ow_events ev = {.progress = show};
 */
#ifndef OW_EVENT_H
#define OW_EVENT_H

#include <stdbool.h>

#include <owstore/api.h>

struct ow_progress {
	const char *phase; /* "hashing", "writing", "reading back", … */
	const char *item;  /* file or blob at hand, printable, or NULL */
	uint64_t done;     /* monotone within a phase */
	uint64_t total;    /* 0 where unknown */
	const char *unit;  /* what both count: "entries", "steps"; NULL: bytes */
};

/* All members may be NULL. Callbacks come one at a time, but from any thread of the call. */
struct ow_events {
	void *ctx;
	void (*progress)(void *ctx, const struct ow_progress *p);
	void (*warn)(void *ctx, const char *text); /* one printable line, no final stop */
	bool (*should_stop)(void *ctx);            /* true: give up cleanly, the call fails */
};

#endif
