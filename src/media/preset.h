/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Kinds of media by name, and what `export` may put on one.
 */
#ifndef OW_MEDIA_PRESET_H
#define OW_MEDIA_PRESET_H

#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>

struct preset {
	const char *name;    /* "dvd5" */
	const char *what;    /* for help: "DVD, one layer, 4.7 GB" */
	uint64_t capacity;   /* bytes, 0: what is free */
	uint64_t part_limit; /* bytes */
};

/* All presets, ending with a NULL name; for help and completion. */
extern const struct preset preset_table[];

/* By name, or NULL. */
const struct preset *preset_find(const char *name);

struct media_limits {
	uint64_t capacity;   /* what the bundle may take in all, 0: what is free */
	uint64_t part_limit; /* no file of a blob is larger; PART_MIN or more */
};

/* What the user asked for. Each text may be NULL: then the preset's value, or PART_DEFAULT and no
 * capacity. Errors: OW_E_USAGE (unknown preset, not a size, part limit below PART_MIN).
 */
OW_MUST_USE int preset_limits(const char *preset, const char *capacity, const char *part_limit,
			      struct media_limits *out, struct ow_error *err);

#endif
