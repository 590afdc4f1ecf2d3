/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Progress of work on several threads, told to the caller's events one call at a time and at most
 * ten times a second.
 */
#ifndef OW_BULK_METER_H
#define OW_BULK_METER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <owstore/error.h>
#include <owstore/event.h>

struct meter {
	const struct ow_events *events; /* may be NULL */
	const char *phase;
	uint64_t done, total;
	uint64_t told_at; /* clock_ticks of the last call, 0: none yet */
	bool stopped;
	pthread_mutex_t lock;
};

void meter_init(struct meter *m, const struct ow_events *events, const char *phase, uint64_t total);

/* n more bytes are done, of `item`. False if the work shall stop. */
bool meter_add(struct meter *m, uint64_t n, const char *item);

/* The error of work that was stopped on request: OW_E_IO with err->sys ECANCELED. */
int meter_stopped(struct ow_error *err);

/* Tell the last state. */
void meter_done(struct meter *m);

#endif
