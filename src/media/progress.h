/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One progress over work that is done batch by batch. Used inside this room only.
 */
#ifndef OW_MEDIA_PROGRESS_H
#define OW_MEDIA_PROGRESS_H

#include <owstore/event.h>

struct progress {
	struct ow_events events; /* to be given to each batch */
	const struct ow_events *outer;
	uint64_t before, total; /* bytes of the batches that are done, and of all */
};

/* `p` must stay where it is: its events point to it. `outer` may be NULL. */
void progress_init(struct progress *p, const struct ow_events *outer, uint64_t total);

/* A batch of so many bytes is done. */
void progress_add(struct progress *p, uint64_t bytes);

#endif
