/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Points in time as seconds since 1970 in UTC, and their RFC 3339 text. Reading the clock is
 * os/clock.
 */
#ifndef OW_BASE_TIME_H
#define OW_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

enum {
	TIME_TEXT = 24 /* "2026-11-21T00:00:00Z" and room */
};

/* 9999-12-31T23:59:59Z: the last moment a document may name. */
#define TIME_MAX 253402300799ULL

/* Write "YYYY-MM-DDThh:mm:ssZ" (RFC 3339, UTC); a time past TIME_MAX is written as that. Returns
 * out. */
const char *time_text(uint64_t t, char out[TIME_TEXT]);

/* Read exactly that form, or a bare date as its midnight; false for anything else or before 1970.
 */
bool time_parse(const char *s, uint64_t *out);

#endif
