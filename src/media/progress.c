/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "media/progress.h"

#include "base/events.h"

static void on_progress(void *ctx, const struct ow_progress *of_batch)
{
	const struct progress *p = ctx;
	struct ow_progress all = *of_batch;

	all.done += p->before;
	all.total = p->total;
	events_progress(p->outer, &all);
}

static void on_warn(void *ctx, const char *text)
{
	const struct progress *p = ctx;

	events_warn(p->outer, "%s", text);
}

static bool on_should_stop(void *ctx)
{
	const struct progress *p = ctx;

	return events_should_stop(p->outer);
}

void progress_init(struct progress *p, const struct ow_events *outer, uint64_t total)
{
	*p = (struct progress){.events = {.ctx = p,
					  .progress = on_progress,
					  .warn = on_warn,
					  .should_stop = on_should_stop},
			       .outer = outer,
			       .total = total};
}

void progress_add(struct progress *p, uint64_t bytes)
{
	p->before += bytes;
}
