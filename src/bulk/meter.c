/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bulk/meter.h"

#include <errno.h>

#include "base/err.h"
#include "base/events.h"
#include "base/ints.h"
#include "os/clock.h"

enum {
	TELL_EVERY_NS = 100000000
};

void meter_init(struct meter *m, const struct ow_events *events, const char *phase, uint64_t total)
{
	*m = (struct meter){.events = events, .phase = phase, .total = total};
	(void)pthread_mutex_init(&m->lock, NULL); /* cannot fail for a default mutex on Linux */
}

static void tell(struct meter *m, const char *item)
{
	const struct ow_progress p = {
	    .phase = m->phase, .item = item, .done = m->done, .total = m->total};

	events_progress(m->events, &p);
}

bool meter_add(struct meter *m, uint64_t n, const char *item)
{
	uint64_t now = clock_ticks();
	bool go_on;

	(void)pthread_mutex_lock(&m->lock);
	m->done = u64_min(m->done + n, m->total);
	if (m->told_at == 0 || now - m->told_at >= TELL_EVERY_NS) {
		m->told_at = now;
		tell(m, item);
	}
	m->stopped = m->stopped || events_should_stop(m->events);
	go_on = !m->stopped;
	(void)pthread_mutex_unlock(&m->lock);
	return go_on;
}

int meter_stopped(struct ow_error *err)
{
	return err_sys(err, ECANCELED, "stopped");
}

void meter_done(struct meter *m)
{
	tell(m, NULL);
	(void)pthread_mutex_destroy(&m->lock);
}
