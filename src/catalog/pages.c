/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * An SQLite VFS (sqlite.org/vfs.html) in front of the default one. Only database files are wrapped;
 * journals carry checksums of SQLite's own. The file methods are of version 1, which rules out
 * shared memory and mapping, so every page passes through here.
 */
#include "catalog/pages.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <sqlite3.h>

#define VFS_NAME "owstore-pages"

/* What SQLite has us keep for an open database: ours, and behind it the file of the default VFS. */
struct pages_file {
	sqlite3_file base; /* must be first */
	sqlite3_file *real;
};

static sqlite3_file *real_of(sqlite3_file *f)
{
	return ((struct pages_file *)f)->real;
}

static sqlite3_vfs *real_vfs(const sqlite3_vfs *v)
{
	return v->pAppData;
}

/* FNV-1a over 64-bit words, each step a bijection, so that any one changed word changes the sum.
 * The place goes in too: a sound page in the wrong place is damage.
 */
static uint64_t checksum(const uint8_t *page, uint64_t off)
{
	uint64_t h = 0xcbf29ce484222325 ^ off;

	for (size_t i = 0; i < PAGE_SIZE - PAGE_RESERVED; i += 8) {
		uint64_t w = 0;

		for (unsigned j = 0; j < 8; j++)
			w |= (uint64_t)page[i + j] << 8 * j;
		h = (h ^ w) * 0x100000001b3;
		h ^= h >> 29;
	}
	return h;
}

static void put_sum(uint8_t *page, uint64_t off)
{
	uint64_t h = checksum(page, off);

	for (unsigned j = 0; j < 8; j++)
		page[PAGE_SIZE - PAGE_RESERVED + j] = (uint8_t)(h >> 8 * j);
}

static bool sum_ok(const uint8_t *page, uint64_t off)
{
	uint64_t h = 0;

	for (unsigned j = 0; j < 8; j++)
		h |= (uint64_t)page[PAGE_SIZE - PAGE_RESERVED + j] << 8 * j;
	return h == checksum(page, off);
}

/* ---- files ----------------------------------------------------------------------------------- */

static int file_close(sqlite3_file *f)
{
	return real_of(f)->pMethods->xClose(real_of(f));
}

/* Whole pages are checked. The few bytes of the header that SQLite reads by themselves (page size,
 * change counter) come again as part of the first page before anything depends on them.
 */
static int file_read(sqlite3_file *f, void *p, int n, sqlite3_int64 off)
{
	int rc = real_of(f)->pMethods->xRead(real_of(f), p, n, off);

	if (rc != SQLITE_OK || n < 512)
		return rc;
	return n == PAGE_SIZE && off % PAGE_SIZE == 0 && sum_ok(p, (uint64_t)off)
		   ? SQLITE_OK
		   : SQLITE_IOERR_DATA;
}

static int file_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 off)
{
	uint8_t page[PAGE_SIZE];

	if (n != PAGE_SIZE || off % PAGE_SIZE != 0)
		return SQLITE_IOERR_WRITE;
	memcpy(page, p, PAGE_SIZE);
	put_sum(page, (uint64_t)off);
	return real_of(f)->pMethods->xWrite(real_of(f), page, n, off);
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	return real_of(f)->pMethods->xTruncate(real_of(f), size);
}

static int file_sync(sqlite3_file *f, int flags)
{
	return real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int file_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int file_lock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int file_unlock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int file_check_reserved(sqlite3_file *f, int *held)
{
	return real_of(f)->pMethods->xCheckReservedLock(real_of(f), held);
}

static int file_control(sqlite3_file *f, int op, void *arg)
{
	return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int file_sector(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int file_traits(sqlite3_file *f)
{
	return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
};

/* ---- the file system ------------------------------------------------------------------------- */

static int vfs_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out_flags)
{
	struct pages_file *p = (struct pages_file *)f;
	int rc;

	if ((flags & SQLITE_OPEN_MAIN_DB) == 0)
		return real_vfs(v)->xOpen(real_vfs(v), name, f, flags, out_flags);
	*p = (struct pages_file){.real = (sqlite3_file *)(p + 1)};
	rc = real_vfs(v)->xOpen(real_vfs(v), name, p->real, flags, out_flags);
	/* SQLite closes what has methods, also after a failure */
	p->base.pMethods = p->real->pMethods == NULL ? NULL : &methods;
	return rc;
}

static int vfs_delete(sqlite3_vfs *v, const char *name, int sync_dir)
{
	return real_vfs(v)->xDelete(real_vfs(v), name, sync_dir);
}

static int vfs_access(sqlite3_vfs *v, const char *name, int flags, int *out)
{
	return real_vfs(v)->xAccess(real_vfs(v), name, flags, out);
}

static int vfs_full_path(sqlite3_vfs *v, const char *name, int n, char *out)
{
	return real_vfs(v)->xFullPathname(real_vfs(v), name, n, out);
}

static int vfs_random(sqlite3_vfs *v, int n, char *out)
{
	return real_vfs(v)->xRandomness(real_vfs(v), n, out);
}

static int vfs_sleep(sqlite3_vfs *v, int us)
{
	return real_vfs(v)->xSleep(real_vfs(v), us);
}

static int vfs_time(sqlite3_vfs *v, double *out)
{
	return real_vfs(v)->xCurrentTime(real_vfs(v), out);
}

static int vfs_last_error(sqlite3_vfs *v, int n, char *out)
{
	return real_vfs(v)->xGetLastError == NULL ? 0
						  : real_vfs(v)->xGetLastError(real_vfs(v), n, out);
}

/* SQLite keeps a list of these and links them through themselves, so this one cannot be const. */
static sqlite3_vfs vfs = {
    .iVersion = 1,
    .zName = VFS_NAME,
    .xOpen = vfs_open,
    .xDelete = vfs_delete,
    .xAccess = vfs_access,
    .xFullPathname = vfs_full_path,
    .xRandomness = vfs_random,
    .xSleep = vfs_sleep,
    .xCurrentTime = vfs_time,
    .xGetLastError = vfs_last_error,
};

static void make_known(void)
{
	sqlite3_vfs *real = sqlite3_vfs_find(NULL); /* initializes SQLite */

	if (real == NULL)
		return;
	vfs.szOsFile = (int)sizeof(struct pages_file) + real->szOsFile;
	vfs.mxPathname = real->mxPathname;
	vfs.pAppData = real;
	(void)sqlite3_vfs_register(&vfs, 0);
}

const char *pages_vfs(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, make_known);
	return sqlite3_vfs_find(VFS_NAME) == NULL ? NULL : VFS_NAME;
}
