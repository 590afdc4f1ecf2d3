/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One writer: an exclusive lock that dies with its holder and tells who holds it. Readers take
 * none.
 */
#ifndef OW_OS_LOCK_H
#define OW_OS_LOCK_H

#include <stdbool.h>

#include <owstore/error.h>

#include "base/auto.h"

struct lock {
	int fd;    /* < 0: not held */
	bool torn; /* the previous holder died without releasing: its work is to be tidied up */
};

/* Take the lock file `name` below `dir` without waiting, and write "pid <n> <what>" into it. Held
 * by somebody else: OW_E_BUSY naming that holder.
 */
OW_MUST_USE int lock_take(int dir, const char *name, const char *what, struct lock *out,
			  struct ow_error *err);

/* From here on the holder's work is half done: were it to end now, the next holder would have to tidy up. */
void lock_tear(struct lock *l);

/* After the torn state has been dealt with: release says "clean" again. */
void lock_mended(struct lock *l);

/* Is the lock held, or did its last holder die? For those who take none. */
bool lock_marked(int dir, const char *name);

/* Release; a lock that is still torn stays marked so for the next holder. */
void lock_release(struct lock *l);
OW_DEFINE_AUTO_DONE(struct lock, lock_release)

#endif
