/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A file on its way through memory in blocks: one thread reads, the caller looks at each block
 *(hashes it), one thread writes, all at the same time on neighbouring blocks.
 *
 *	pipe_begin(pipe, &run);
 *	while ((b = pipe_next(pipe)) != NULL) {
 *		…look at b->p…
 *		pipe_pass(pipe, true);
 *	}
 *	if (pipe_end(pipe, err) < 0)
 *		return err->code;
 */
#ifndef OW_BULK_PIPE_H
#define OW_BULK_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>

#include "base/auto.h"
#include "os/direct.h"

struct pipe;

struct pipe_block {
	uint8_t *p; /* room for IO_BLOCK bytes, aligned for O_DIRECT */
	size_t n;
	uint64_t off;        /* in the file */
	struct ow_error err; /* why it could not be read */
	bool write;
};

/* Read n bytes of the file at `off` into p; called on the reading thread. A failure goes with the
 * block. */
typedef int (*pipe_read)(void *ctx, uint8_t *p, size_t n, uint64_t off, struct ow_error *err);

struct pipe_run {
	uint64_t size;
	pipe_read read;
	void *ctx;
	struct direct *to; /* where passed blocks are written, and where the file begins in it */
	uint64_t to_off;
};

/* Memory for a few blocks, and the two threads (what a thread that cannot be had should do, the
 * caller's does). May be used for any number of runs, one after the other.
 */
OW_MUST_USE int pipe_open(struct pipe **out, struct ow_error *err);

/* Begin a run, which is borrowed until its end. */
void pipe_begin(struct pipe *p, const struct pipe_run *run);

/* The next block, in order; waits until it was read. NULL at the end of the file and when writing
 * failed. */
struct pipe_block *pipe_next(struct pipe *p);

/* The caller is done with the block that pipe_next gave: write it, or let it go. */
void pipe_pass(struct pipe *p, bool write);

/* Wait until what was passed is written, and end the run, also before its last block. The first
 * failure of writing is told here.
 */
OW_MUST_USE int pipe_end(struct pipe *p, struct ow_error *err);

/* IO_BLOCK aligned bytes for the caller between two runs. */
uint8_t *pipe_room(struct pipe *p);

void pipe_close(struct pipe *p);
OW_DEFINE_AUTO(struct pipe *, pipe_close)

#endif
