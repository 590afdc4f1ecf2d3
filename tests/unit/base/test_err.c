/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "support/support.h"

START_TEST(the_file_is_below_the_folders_that_follow)
{
	struct ow_error err = {0};

	(void)err_sys_file(&err, ENOENT, "records/ab");
	ck_assert_str_eq(err.path, "records/ab");
	ck_assert_int_eq(err.sys, ENOENT);
	(void)err_ctx(&err, "class internal");
	(void)err_file(&err, "store/");
	ck_assert_str_eq(err.path, "store/records/ab");
	ck_assert_str_eq(err.text, "store/: class internal: records/ab: No such file or directory");
	(void)err_file(&err, "/srv");
	(void)err_file(&err, "elsewhere"); /* it is complete */
	ck_assert_str_eq(err.path, "/srv/store/records/ab");
}
END_TEST

START_TEST(a_folder_from_inside_is_the_folder)
{
	struct ow_error err = {0};

	(void)err_sys_file(&err, EACCES, ".");
	(void)err_file(&err, "keys");
	ck_assert_str_eq(err.path, "keys");
}
END_TEST

START_TEST(what_has_no_room_is_left_out_and_nothing_is_half)
{
	struct ow_error err = {0};
	char folder[300];

	memset(folder, 'x', sizeof folder - 1);
	folder[sizeof folder - 1] = '\0';
	(void)err_set(&err, OW_E_FORMAT, "needs 4 bytes at byte 12");
	(void)err_byte(&err, 12);
	(void)err_file(&err, "a\x1b");
	(void)err_file(&err, folder);
	ck_assert_uint_eq(strlen(err.path), strlen(folder) + 1 + strlen("a\\u{1b}"));
	(void)err_file(&err, folder);
	ck_assert_uint_eq(strlen(err.path), strlen(folder) + 1 + strlen("a\\u{1b}"));
	ck_assert(err.placed && err.off == 12);
}
END_TEST

SUITE_MAIN("base/err", the_file_is_below_the_folders_that_follow,
	   a_folder_from_inside_is_the_folder, what_has_no_room_is_left_out_and_nothing_is_half)
