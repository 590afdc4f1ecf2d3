/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Big files past the page cache: faster to write, and the only way to read what a medium really
 * holds. Everything here works on descriptors that are already open (it sets O_DIRECT on the open
 * file, which is shared by duplicates of the descriptor), so that a jail without openat can use it.
 */
#ifndef OW_OS_DIRECT_H
#define OW_OS_DIRECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>

/* What O_DIRECT wants of memory, offset and size on every disk in use. */
enum {
	DIRECT_ALIGN = 4096
};

static inline uint64_t direct_floor(uint64_t off)
{
	return off & ~(uint64_t)(DIRECT_ALIGN - 1);
}

static inline uint64_t direct_ceil(uint64_t off)
{
	return direct_floor(off + DIRECT_ALIGN - 1);
}

/* The first aligned byte at or behind p. */
static inline uint8_t *direct_align(uint8_t *p)
{
	return p + (direct_ceil((uintptr_t)p) - (uintptr_t)p);
}

/* Turn O_DIRECT on or off. Returns 1 if it was so already, 0 if it is so now, < 0 if the file
 * system has none. */
int direct_set(int fd, bool on);

/* Read at least `need` bytes, and up to n if that costs nothing; fewer than `need` only at the end
 * of the file. Gives up O_DIRECT for this file where the file system refuses such a read. Returns
 * how many, or < 0 with OW_E_IO "read at byte n: …".
 */
OW_MUST_USE int64_t direct_read(int fd, void *p, size_t n, size_t need, uint64_t off,
				struct ow_error *err);

/* Forget cached bytes of the file that are on the disk already. */
void direct_forget(int fd);

/* Is the byte at `off` in the page cache? False where the kernel does not tell. */
bool direct_is_cached(int fd, uint64_t off);

/* Is any byte of the file in the page cache? True where that cannot be known. */
bool direct_holds_cached(int fd);

/* Begin to read these bytes into the page cache, without waiting. */
void direct_read_ahead(int fd, uint64_t off, uint64_t n);

/* A file being written from one end to the other. */
struct direct {
	int fd;
	bool on; /* O_DIRECT is set */
	const char *name;
};

/* Begin to write `size` bytes from `off` on: reserve the room, where the file system can, without
 * changing the file's size. No space is OW_E_IO with err->sys ENOSPC. Small files are written
 * through the page cache.
 */
OW_MUST_USE int direct_begin(struct direct *d, int fd, uint64_t off, uint64_t size,
			     const char *name, struct ow_error *err);

/* Write all n bytes: past the page cache if p, n and off are aligned and the file system can. */
OW_MUST_USE int direct_write(struct direct *d, const void *p, size_t n, uint64_t off,
			     struct ow_error *err);

/* Cut the file to `size` and sync it. As with fd_sync, after a failure the file must be thrown
 * away. */
OW_MUST_USE int direct_commit(struct direct *d, uint64_t size, struct ow_error *err);

/* Leave the descriptor as an ordinary one. */
void direct_end(struct direct *d);

#endif
