/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Copying files of any size with their digests, at the speed of the slower of disk and hashing:
 * read, hash and write of neighbouring blocks run at the same time, writing goes around the page
 * cache where the file system can, several files are copied at once. The bytes that were hashed are
 * the bytes that were written: each is read once.
 */
#ifndef OW_BULK_COPY_H
#define OW_BULK_COPY_H

#include <stdbool.h>

#include <owstore/error.h>
#include <owstore/event.h>

#include "bulk/chunks.h"

/* A stretch of a source file; sources of one copy are read one after the other (parts of a blob).
 */
struct copy_source {
	int fd;
	uint64_t off, len;
	const char *name; /* for error texts; borrowed */
};

struct copy_target {
	int fd; /* a file opened for writing (with resume: and reading), empty or to be overwritten,
		 * of this job alone; < 0: only hash */
	uint64_t off; /* where the first byte goes */
	const char *name;
};

/* One file to copy. */
struct copy_job {
	const struct copy_source *from;
	size_t n_from;
	struct copy_target to;
	uint64_t size; /* the sum of from[].len */

	/* Exactly one of the two: */
	struct cuts cuts; /* `out` (empty) is filled with new digests, or */
	const struct chunks
	    *expect;        /* every chunk and the whole must be these, or OW_E_INTEGRITY naming the
			     * file, the chunk, its byte range and both digests */
	struct chunks *out; /* filled when cuts are used; ignored with expect */

	bool resume; /* with expect: bytes of the target that already are a chunk are kept, not read
			again */
};

/* What went wrong with which job, or err.code OW_OK. Other jobs still run to their end.
 *
 * A copy without `expect` that failed leaves the target as it is, to be thrown away. With `expect`
 * copying goes on behind a chunk that differs or cannot be read, and the target is cut to its size
 * and synced all the same: a later copy with `resume`, also from another medium, then fetches the
 * bad chunks alone.
 */
struct copy_result {
	struct ow_error err;
	bool begun;      /* false: the copy was ended before, by the failure of another job */
	bool ended;      /* this is the failure that ended it: of the target, or on request */
	uint64_t reused; /* bytes that a resumed target had already */
	size_t n_bad;    /* with expect: chunks that differ or could not be read */
};

enum {
	COPY_LANES = 4 /* jobs in flight at most: 80 MiB of buffers */
};

/* Copy all jobs, big files first, on `threads` threads (at most COPY_LANES), each pipelined with a
 * writing thread of its own. On return every target of a job that went well is written in full, cut
 * to its size (which is to.off + size) and synced (fsync); names and directories are the caller's.
 * results has n items. Progress counts bytes of all jobs. Returns 0 if all went well, or the
 * gravest code with `err` set to that job's error. Stops early only for should_stop (OW_E_IO with
 * err->sys ECANCELED) and for OW_E_IO on a target (no space); jobs that were not begun then have an
 * error too. Memory: 21 MiB a thread. Descriptors are left without O_DIRECT.
 */
OW_MUST_USE int copy_run(const struct copy_job *jobs, size_t n, unsigned threads, const char *phase,
			 const struct ow_events *events, struct copy_result *results,
			 struct ow_error *err);

#endif
