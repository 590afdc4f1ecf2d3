/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/limits.h"
#include "media/preset.h"
#include "support/support.h"

static struct ow_error err;

START_TEST(every_preset_is_usable)
{
	for (const struct preset *p = preset_table; p->name != NULL; p++) {
		struct media_limits l;

		ck_assert_ptr_eq(preset_find(p->name), p);
		ck_ok(preset_limits(p->name, NULL, NULL, &l, &err));
		ck_assert_uint_ge(l.part_limit, PART_MIN);
		ck_assert_uint_eq(l.capacity, p->capacity);
		ck_assert(p->capacity == 0 || p->part_limit < p->capacity);
	}
	ck_assert_ptr_null(preset_find("vhs"));
}
END_TEST

START_TEST(the_default_fits_everywhere)
{
	struct media_limits l;

	ck_ok(preset_limits(NULL, NULL, NULL, &l, &err));
	ck_assert_uint_eq(l.part_limit, 2 * GIB);
	ck_assert_uint_eq(l.capacity, 0);
}
END_TEST

START_TEST(words_override_the_preset)
{
	struct media_limits l;

	ck_ok(preset_limits("dvd5", "4GB", "100MiB", &l, &err));
	ck_assert_uint_eq(l.capacity, 4000000000);
	ck_assert_uint_eq(l.part_limit, 100 * MIB);
	ck_ok(preset_limits("fat32", NULL, "4294967295", &l, &err));
	ck_ok(preset_limits(NULL, NULL, "16MiB", &l, &err));
}
END_TEST

START_TEST(what_makes_no_sense_is_a_usage_error)
{
	struct media_limits l = {.part_limit = 1};

	ck_fails(preset_limits("floppy", NULL, NULL, &l, &err), OW_E_USAGE);
	ck_fails(preset_limits(NULL, "much", NULL, &l, &err), OW_E_USAGE);
	ck_fails(preset_limits(NULL, "0", NULL, &l, &err), OW_E_USAGE);
	ck_fails(preset_limits(NULL, NULL, "16777215", &l, &err), OW_E_USAGE);
	ck_assert_uint_eq(l.part_limit, 1);
}
END_TEST

START_TEST(attack_D26_fat32_holds_no_file_of_4_GiB)
{
	struct media_limits l;

	ck_fails(preset_limits("fat32", NULL, "4GiB", &l, &err), OW_E_USAGE);
	ck_assert_ptr_nonnull(strstr(err.text, "4294967295"));
}
END_TEST

SUITE_MAIN("media/preset", every_preset_is_usable, the_default_fits_everywhere,
	   words_override_the_preset, what_makes_no_sense_is_a_usage_error,
	   attack_D26_fat32_holds_no_file_of_4_GiB)
