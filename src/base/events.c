/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/events.h"

#include <stdarg.h>
#include <stdio.h>

void events_progress(const struct ow_events *ev, const struct ow_progress *p)
{
	if (ev != NULL && ev->progress != NULL)
		ev->progress(ev->ctx, p);
}

void events_warn(const struct ow_events *ev, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	if (ev == NULL || ev->warn == NULL)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	ev->warn(ev->ctx, text);
}

bool events_should_stop(const struct ow_events *ev)
{
	return ev != NULL && ev->should_stop != NULL && ev->should_stop(ev->ctx);
}
