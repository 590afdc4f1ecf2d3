/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Telling a caller what it asked to hear. `ev` and each of its members may be NULL: then nobody listens.
 */
#ifndef OW_BASE_EVENTS_H
#define OW_BASE_EVENTS_H

#include <stdbool.h>

#include <owstore/event.h>

#include "base/err.h"

void events_progress(const struct ow_events *ev, const struct ow_progress *p);

/* One line; what is longer than 599 bytes is cut. */
void events_warn(const struct ow_events *ev, const char *fmt, ...) OW_PRINTF(2, 3);

/* Is the work to end early? */
bool events_should_stop(const struct ow_events *ev);

#endif
