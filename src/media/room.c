/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "media/room.h"

#include <stdbool.h>
#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/limits.h"
#include "os/path.h"

enum {
	FOLDERS = 8,            /* that a bundle has, at most, with room to spare */
	NAME_COST = 128,        /* bytes that a name takes in its folder, at most */
	FAT_FOLDER_MAX = 65534, /* entries of a folder on FAT, without "." and ".." */
	FAT_ENTRY_CHARACTERS = 13
};

unsigned room_fat_entries(const char *name)
{
	size_t stem = strcspn(name, "."), n = strlen(name);
	size_t ext = n > stem ? n - stem - 1 : 0;

	if (stem <= 8 && ext <= 3)
		return 1;
	return 1 + (unsigned)((n + FAT_ENTRY_CHARACTERS - 1) / FAT_ENTRY_CHARACTERS);
}

/* What files take on the medium, each a multiple of its blocks; UINT64_MAX if that cannot be
 * counted.
 */
static uint64_t room_taken(const struct target_need *need, uint64_t block)
{
	uint64_t sum = need->other, rounded;

	for (size_t i = 0; i < need->n_parts; i++) {
		if (!align_up_ok(need->parts[i].size, block, &rounded) ||
		    !add_ok(sum, rounded, &sum))
			return UINT64_MAX;
	}
	/* the other files end inside a block each, every folder has one, and names take room too */
	if (!add_ok(sum, (need->n_other + FOLDERS) * block, &sum) ||
	    !add_ok(sum, (need->n_parts + need->n_other) * NAME_COST, &sum))
		return UINT64_MAX;
	return sum;
}

static int check_space(int dir, const char *path, const struct media_limits *limits,
		       const struct target_need *need, struct ow_error *err)
{
	uint64_t n_files = need->n_parts + need->n_other + FOLDERS, taken;
	struct fs_space space;
	bool is_power;

	if (fs_space(dir, path, &space, err) < 0)
		return err->code;
	if (space.read_only)
		return err_set(err, OW_E_IO, "%s is mounted read-only", path);
	is_power = (space.block & (space.block - 1)) == 0; /* as every file system in use has it */
	taken = room_taken(need, is_power ? space.block : 1);
	if (limits->capacity != 0 && taken > limits->capacity) {
		(void)err_set(err, OW_E_USAGE,
			      "the bundle takes %llu bytes, the medium shall hold %llu",
			      (unsigned long long)taken, (unsigned long long)limits->capacity);
		return err_hint(err, "export fewer artifacts at a time, or to a larger medium");
	}
	if (taken > space.free) {
		(void)err_set(err, OW_E_IO, "the bundle takes %llu bytes, %s has %llu free",
			      (unsigned long long)taken, path, (unsigned long long)space.free);
		return err_hint(err, "make room on the medium, or take a larger one");
	}
	if (n_files > space.files)
		return err_set(err, OW_E_IO,
			       "the bundle has %llu files and folders, %s has room for %llu",
			       (unsigned long long)n_files, path, (unsigned long long)space.files);
	return 0;
}

static int check_fat(const char *path, const struct media_limits *limits,
		     const struct target_need *need, struct ow_error *err)
{
	uint64_t entries = 0;

	if (limits->part_limit > FAT_FILE_MAX) {
		(void)err_set(
		    err, OW_E_USAGE,
		    "parts of at most %llu bytes; %s is FAT, where a file has at most %llu",
		    (unsigned long long)limits->part_limit, path, FAT_FILE_MAX);
		return err_hint(err, "without a part limit it is 2 GiB, which fits");
	}
	for (size_t i = 0; i < need->n_parts; i++)
		entries += room_fat_entries(path_base(need->parts[i].path));
	if (entries > FAT_FOLDER_MAX) {
		(void)err_set(
		    err, OW_E_USAGE,
		    "the names take %llu entries; %s is FAT, where a folder has at most %d",
		    (unsigned long long)entries, path, FAT_FOLDER_MAX);
		return err_hint(err,
				"export fewer artifacts at a time, or format the medium as exFAT");
	}
	return 0;
}

int room_check(int dir, const char *path, const struct fs_type *fs,
	       const struct media_limits *limits, const struct target_need *need,
	       struct ow_error *err)
{
	if (strcmp(fs->name, "FAT") == 0 && check_fat(path, limits, need, err) < 0)
		return err->code;
	return check_space(dir, path, limits, need, err);
}
