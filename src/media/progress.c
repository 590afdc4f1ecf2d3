/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "media/progress.h"

static void on_progress(void *ctx, const struct ow_progress *of_batch)
{
	const struct progress *p = ctx;
	struct ow_progress all = *of_batch;

	all.done += p->before;
	all.total = p->total;
	p->outer->progress(p->outer->ctx, &all);
}

static void on_warn(void *ctx, const char *text)
{
	const struct progress *p = ctx;

	p->outer->warn(p->outer->ctx, text);
}

static bool on_should_stop(void *ctx)
{
	const struct progress *p = ctx;

	return p->outer->should_stop(p->outer->ctx);
}

void progress_init(struct progress *p, const struct ow_events *outer, uint64_t total)
{
	*p = (struct progress){.events.ctx = p, .outer = outer, .total = total};
	if (outer == NULL)
		return;
	p->events.progress = outer->progress == NULL ? NULL : on_progress;
	p->events.warn = outer->warn == NULL ? NULL : on_warn;
	p->events.should_stop = outer->should_stop == NULL ? NULL : on_should_stop;
}

void progress_add(struct progress *p, uint64_t bytes)
{
	p->before += bytes;
}
