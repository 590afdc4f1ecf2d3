/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Pages that are checked: a thin layer between SQLite and the file system which puts a checksum
 * into the last eight bytes of every page of a database it writes, and refuses pages that do not
 * carry theirs. SQLite alone would take a flipped bit in a row for the row.
 */
#ifndef OW_CATALOG_PAGES_H
#define OW_CATALOG_PAGES_H

enum {
	PAGE_SIZE = 4096,
	PAGE_RESERVED = 8 /* little-endian checksum of the rest and of the page's place */
};

/* The name to open databases with, once per process made known to SQLite; NULL if that failed. */
const char *pages_vfs(void);

#endif
