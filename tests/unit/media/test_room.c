/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "media/room.h"
#include "support/support.h"

static struct ow_error err;

static const struct fs_type plain = {FS_LOCAL, ""}, fat = {FS_FOREIGN, "FAT"};

START_TEST(long_names_take_more_entries_of_a_fat_folder)
{
	ck_assert_uint_eq(room_fat_entries("README.TXT"), 1);
	ck_assert_uint_eq(room_fat_entries("MANIFEST.CBR"), 1);
	ck_assert_uint_eq(room_fat_entries("SHA256SUM.TXT"), 2);
	ck_assert_uint_eq(room_fat_entries("0123456789ABCDEF.GGUF"), 3);
	ck_assert_uint_eq(room_fat_entries("SPDX.JSON"), 2);
}
END_TEST

START_TEST(a_small_bundle_fits)
{
	const struct media_item part = {.path = "DATA/X.BIN", .size = 1};
	const struct target_need need = {.parts = &part, .n_parts = 1, .other = 1000, .n_other = 4};
	const struct media_limits limits = {.part_limit = PART_DEFAULT};
	int dir;

	(void)scratch(&dir);
	ck_ok(room_check(dir, "here", &plain, &limits, &need, &err));
	ck_ok(room_check(dir, "here", &fat, &limits, &need, &err));
	(void)close(dir);
}
END_TEST

START_TEST(sizes_are_rounded_to_blocks_and_compared_with_the_capacity)
{
	struct media_item parts[100];
	const struct target_need need = {.parts = parts, .n_parts = 100};
	struct media_limits limits = {.part_limit = PART_DEFAULT, .capacity = 100 * 512};
	int dir;

	(void)scratch(&dir);
	for (size_t i = 0; i < 100; i++)
		parts[i] = (struct media_item){.path = "DATA/X.BIN", .size = 1};
	ck_fails(room_check(dir, "here", &plain, &limits, &need, &err), OW_E_USAGE);
	ck_assert_ptr_nonnull(strstr(err.text, "51200"));
	limits.capacity = 100 * MIB;
	ck_ok(room_check(dir, "here", &plain, &limits, &need, &err));
	(void)close(dir);
}
END_TEST

START_TEST(attack_H09_more_than_what_is_free_is_refused_with_both_numbers)
{
	const struct media_item part = {.path = "DATA/X.BIN", .size = 1ull << 60};
	const struct target_need need = {.parts = &part, .n_parts = 1};
	const struct media_limits limits = {.part_limit = PART_DEFAULT};
	int dir;

	(void)scratch(&dir);
	ck_fails(room_check(dir, "here", &plain, &limits, &need, &err), OW_E_IO);
	ck_assert_ptr_nonnull(strstr(err.text, "the bundle takes 11529215046068"));
	ck_assert_ptr_nonnull(strstr(err.text, "free"));
	(void)close(dir);
}
END_TEST

START_TEST(attack_D26_a_fat_medium_refuses_parts_of_4_GiB)
{
	const struct target_need need = {0};
	struct media_limits limits = {.part_limit = FAT_FILE_MAX + 1};
	int dir;

	(void)scratch(&dir);
	ck_fails(room_check(dir, "stick", &fat, &limits, &need, &err), OW_E_USAGE);
	ck_assert_ptr_nonnull(strstr(err.text, "4294967295"));
	limits.part_limit--;
	ck_ok(room_check(dir, "stick", &fat, &limits, &need, &err));
	(void)close(dir);
}
END_TEST

START_TEST(a_fat_folder_holds_so_many_names)
{
	static struct media_item parts[21845];
	struct target_need need = {.parts = parts, .n_parts = 21844};
	const struct media_limits limits = {.part_limit = PART_DEFAULT};
	int dir;

	(void)scratch(&dir);
	for (size_t i = 0; i < 21845; i++)
		parts[i].path = "DATA/0123456789ABCDEF.GGUF";
	ck_ok(room_check(dir, "stick", &fat, &limits, &need, &err));
	need.n_parts++;
	ck_fails(room_check(dir, "stick", &fat, &limits, &need, &err), OW_E_USAGE);
	(void)close(dir);
}
END_TEST

SUITE_MAIN("media/room", long_names_take_more_entries_of_a_fat_folder, a_small_bundle_fits,
	   sizes_are_rounded_to_blocks_and_compared_with_the_capacity,
	   attack_H09_more_than_what_is_free_is_refused_with_both_numbers,
	   attack_D26_a_fat_medium_refuses_parts_of_4_GiB, a_fat_folder_holds_so_many_names)
