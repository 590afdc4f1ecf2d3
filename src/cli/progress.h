/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One line on the terminal that tells how far long work is: phase, percent, rate, time left, item at hand.
 */
#ifndef OW_CLI_PROGRESS_H
#define OW_CLI_PROGRESS_H

#include <pthread.h>
#include <stdbool.h>

#include <owstore/error.h>
#include <owstore/event.h>

#include "base/buf.h"

enum {
	PROGRESS_ITEM = 512
};

/* How far the work is, as it was last told. */
struct progress_state {
	char phase[64], item[PROGRESS_ITEM]; /* printable */
	char unit[16];                       /* printable; empty: bytes */
	uint64_t done, total;
	uint64_t began,
	    began_at; /* ticks (nanoseconds) and amount at which the phase began; 0 before the first */
	uint64_t moved; /* ticks at which `done` last grew */
};

struct progress {
	unsigned columns; /* of the terminal */
	struct progress_state state;
	uint64_t told; /* ticks of the last drawing or event */
	bool drawn;    /* there is a line to be erased */
	bool ticking;  /* the ticker runs: it draws while the work is stuck and tells nothing */
	bool ending;   /* and shall end */
	pthread_t ticker;
	pthread_mutex_t lock; /* of everything above but the first */
	pthread_cond_t wake;
};

OW_MUST_USE int progress_begin(struct progress *p, unsigned columns, struct ow_error *err);

/* Draw on standard error, ten times a second at most. */
void progress_show(struct progress *p, const struct ow_progress *now);

/* For who tells it otherwise: note it, and say whether telling is due (a new phase, its end, or half a second later). */
bool progress_due(struct progress *p, const struct ow_progress *now);

/* Take the line away, before anything else is printed on the terminal. */
void progress_erase(struct progress *p);

/* Erase and end, also where it never began. */
void progress_end(struct progress *p);

/* Take `now`, seen at `ticks`, into the state. Returns true when it begins a phase. */
bool progress_note(struct progress_state *s, const struct ow_progress *now, uint64_t ticks);

/* The line for the state at `ticks`, at most `columns` wide. */
void progress_line(const struct progress_state *s, uint64_t ticks, unsigned columns,
		   struct buf *out);

#endif
