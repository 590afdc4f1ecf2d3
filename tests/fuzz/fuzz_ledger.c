/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A ledger segment of any bytes: reading forward ends, stays inside, and agrees with finding the
 * end backward.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "store/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(int ok)
{
	if (!ok)
		abort();
}

/* Read all frames; returns where the last whole one ends, and what stopped it in *why. */
static uint64_t forward(int fd, size_t n, int *why, struct ow_id *last)
{
	OW_AUTO(segment_done) struct segment s = {0};
	struct ow_error err = {0};
	struct frame f;
	uint64_t end = 0;

	demand(segment_begin(&s, fd, "fuzz", n, &err) == 0);
	while ((*why = segment_next(&s, &f, &err)) == FRAME_OK) {
		struct ledger_entry e;

		demand(f.off == end && f.size > f.entry.n && f.off + f.size <= n);
		end = f.off + f.size;
		*last = f.id;
		if (ledger_entry_decode(f.entry.p, f.entry.n, &e, &err) == 0) {
			for (size_t i = 0; i < ledger_n_digests(&e); i++)
				(void)ledger_digest(&e, i);
		}
		err = (struct ow_error){0};
	}
	demand(*why >= 0 && s.off == end);
	return end;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	OW_AUTO(buf_done) struct buf entry = {0};
	struct ow_error err = {0};
	struct ledger_entry e;
	struct ow_id id = {{0}};
	struct frame f = {0};
	uint64_t end;
	int why, found, fd = memfd_create("fuzz", MFD_CLOEXEC);

	demand(fd >= 0 && write(fd, p, n) == (ssize_t)n);
	end = forward(fd, n, &why, &id);
	found = segment_last(fd, "fuzz", n, &entry, &f, &err);
	demand(found >= 0 && (found == 0 || f.off + f.size <= n));
	if (why == FRAME_END || why == FRAME_TORN) {
		/* nothing whole lies behind the last frame that was read */
		demand(found == (end > 0));
		demand(found == 0 || (f.off + f.size == end && memcmp(&f.id, &id, sizeof id) == 0));
	}
	(void)close(fd);
	err = (struct ow_error){0};
	(void)(ledger_entry_decode(p, n, &e, &err) < 0);
	return 0;
}
