/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Capacities of discs are their sectors of 2,048 bytes; where two kinds of one name differ (DVD+R,
 * DVD-R) the smaller. ECMA-130 (CD, 80 minutes), ECMA-267, ECMA-337, ECMA-359 (DVD), Blu-ray Disc
 * white paper BD-R.
 */
#include "media/preset.h"

#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/text.h"

#define SECTOR 2048ULL

const struct preset preset_table[] = {
    {"cd", "CD-R, 80 minutes, 737 MB", 359847 * SECTOR, 128 * MIB},
    {"dvd5", "DVD, one layer, 4.7 GB", 2295104 * SECTOR, GIB},
    {"dvd9", "DVD, two layers, 8.5 GB", 4171712 * SECTOR, GIB},
    {"bd25", "Blu-ray disc, one layer, 25 GB", 12219392 * SECTOR, PART_DEFAULT},
    {"bd50", "Blu-ray disc, two layers, 50 GB", 24438784 * SECTOR, PART_DEFAULT},
    {"fat32", "stick with FAT32: files below 4 GiB", 0, PART_DEFAULT},
    {"exfat", "stick with exFAT: files up to 1 TiB stay whole", 0, 1024 * GIB},
    {NULL, NULL, 0, 0},
};

const struct preset *preset_find(const char *name)
{
	for (const struct preset *p = preset_table; p->name != NULL; p++) {
		if (strcmp(p->name, name) == 0)
			return p;
	}
	return NULL;
}

static int parse_size(const char *what, const char *text, uint64_t *out, struct ow_error *err)
{
	if (text == NULL)
		return 0;
	if (text_parse_size(text, out) && *out > 0)
		return 0;
	(void)err_set(err, OW_E_USAGE, "%s \"%s\" is not a size", what, text);
	return err_hint(err, "sizes are like 4700000000, 25GB or 2GiB");
}

int preset_limits(const char *preset, const char *capacity, const char *part_limit,
		  struct media_limits *out, struct ow_error *err)
{
	struct media_limits l = {.part_limit = PART_DEFAULT};

	if (preset != NULL) {
		const struct preset *p = preset_find(preset);

		if (p == NULL) {
			(void)err_set(err, OW_E_USAGE, "no kind of medium is called \"%s\"",
				      preset);
			return err_hint(err,
					"there are cd, dvd5, dvd9, bd25, bd50, fat32 and exfat");
		}
		l = (struct media_limits){.capacity = p->capacity, .part_limit = p->part_limit};
	}
	if (parse_size("capacity", capacity, &l.capacity, err) < 0 ||
	    parse_size("part limit", part_limit, &l.part_limit, err) < 0)
		return err->code;
	if (l.part_limit < PART_MIN)
		return err_set(err, OW_E_USAGE, "parts of at most %llu bytes, the least is %llu",
			       (unsigned long long)l.part_limit, PART_MIN);
	if (preset != NULL && strcmp(preset, "fat32") == 0 && l.part_limit > FAT_FILE_MAX)
		return err_set(err, OW_E_USAGE,
			       "parts of at most %llu bytes, a file on FAT32 has at most %llu",
			       (unsigned long long)l.part_limit, FAT_FILE_MAX);
	*out = l;
	return 0;
}
