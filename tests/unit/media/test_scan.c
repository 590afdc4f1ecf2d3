/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "media/scan.h"
#include "os/clock.h"
#include "support/support.h"

static struct ow_error err;

static void folder(int dir, const char *path)
{
	ck_assert_int_eq(mkdirat(dir, path, 0755), 0);
}

/* A path below the scratch folder. */
static const char *below(const char *base, const char *path)
{
	static char all[300];

	(void)snprintf(all, sizeof all, "%s/%s", base, path);
	return all;
}

START_TEST(bundles_are_found_from_wherever_one_points)
{
	static const char *const points[] = {"", "OWSTORE", "OWSTORE/", "OWSTORE/B_000001",
					     "OWSTORE/B_000001//"};
	int dir;
	const char *base = scratch(&dir);

	folder(dir, "OWSTORE");
	folder(dir, "OWSTORE/B_000001");
	put_file(dir, "OWSTORE/B_000001/MANIFEST.CBR", "x", 1);
	for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
		OW_AUTO(scan_done) struct scan s = {0};

		ck_ok(scan_media(below(base, points[i]), &s, &err));
		ck_assert_uint_eq(s.n, 1);
		ck_assert_str_eq(s.at[0].path, below(base, "OWSTORE/B_000001"));
		ck_assert_str_eq(s.at[0].name, "B_000001");
		ck_assert_int_eq(faccessat(s.at[0].dir, "MANIFEST.CBR", F_OK, 0), 0);
		ck_assert_uint_eq(s.n_unfinished, 0);
		ck_assert(!s.cut);
	}
}
END_TEST

START_TEST(several_bundles_are_sorted_and_unfinished_ones_told)
{
	OW_AUTO(scan_done) struct scan s = {0};
	int dir;
	const char *base = scratch(&dir);

	folder(dir, "OWSTORE");
	folder(dir, "OWSTORE/B");
	folder(dir, "OWSTORE/A");
	folder(dir, "OWSTORE/HALF");
	folder(dir, "COPY");
	folder(dir, "PHOTOS");
	put_file(dir, "OWSTORE/B/MANIFEST.CBR", "x", 1);
	put_file(dir, "OWSTORE/A/MANIFEST.CBR", "x", 1);
	put_file(dir, "COPY/MANIFEST.CBR", "x", 1);
	put_file(dir, "OWSTORE/NOTE.TXT", "x", 1);
	ck_ok(scan_media(base, &s, &err));
	ck_assert_uint_eq(s.n, 3);
	ck_assert_str_eq(s.at[0].name, "COPY");
	ck_assert_str_eq(s.at[1].name, "A");
	ck_assert_str_eq(s.at[2].name, "B");
	ck_assert_uint_eq(s.n_unfinished, 1);
	ck_assert_str_eq(s.unfinished[0], below(base, "OWSTORE/HALF"));
}
END_TEST

START_TEST(media_may_show_names_in_lower_case)
{
	OW_AUTO(scan_done) struct scan s = {0};
	OW_AUTO(scan_extras_done) struct scan_extras x = {0};
	static const char *const known[] = {"DATA/A.BIN", "MANIFEST.CBR", "README.TXT"};
	int dir;
	const char *base = scratch(&dir);

	folder(dir, "owstore");
	folder(dir, "owstore/b_000001");
	folder(dir, "owstore/b_000001/data");
	put_file(dir, "owstore/b_000001/manifest.cbr", "x", 1);
	put_file(dir, "owstore/b_000001/readme.txt", "x", 1);
	put_file(dir, "owstore/b_000001/data/a.bin", "x", 1);
	put_file(dir, "owstore/b_000001/data/A.bin", "x", 1); /* neither form */
	ck_ok(scan_media(base, &s, &err));
	ck_assert_uint_eq(s.n, 1);
	ck_assert_str_eq(s.at[0].name, "B_000001");
	ck_ok(scan_extras(&s.at[0], known, 3, &x, &err));
	ck_assert_uint_eq(x.n, 1);
	ck_assert_str_eq(x.at[0].path, "data/A.bin");
}
END_TEST

START_TEST(nothing_there_is_no_error_but_no_folder_is)
{
	OW_AUTO(scan_done) struct scan s = {0};
	int dir;
	const char *base = scratch(&dir);

	ck_ok(scan_media(base, &s, &err));
	ck_assert_uint_eq(s.n, 0);
	ck_fails(scan_media(below(base, "NOWHERE"), &s, &err), OW_E_USAGE);
	put_file(dir, "FILE", "x", 1);
	ck_fails(scan_media(below(base, "FILE"), &s, &err), OW_E_USAGE);
	ck_assert_str_ne(err.hint, "");
}
END_TEST

START_TEST(attack_D10_links_lead_nowhere)
{
	OW_AUTO(scan_done) struct scan s = {0};
	int dir;
	const char *base = scratch(&dir);

	folder(dir, "ELSEWHERE");
	folder(dir, "ELSEWHERE/B");
	folder(dir, "OWSTORE");
	put_file(dir, "ELSEWHERE/B/MANIFEST.CBR", "x", 1);
	ck_assert_int_eq(symlinkat("../ELSEWHERE/B", dir, "OWSTORE/B"), 0);
	ck_assert_int_eq(mkfifoat(dir, "OWSTORE/FIFO", 0644), 0);
	ck_ok(scan_media(base, &s, &err));
	ck_assert_uint_eq(s.n, 0);
	ck_assert_uint_eq(s.n_unfinished, 0);
}
END_TEST

START_TEST(attack_D13_strange_files_cost_little)
{
	OW_AUTO(scan_done) struct scan s = {0};
	char name[32];
	uint64_t began;
	int dir;
	const char *base = scratch(&dir);

	folder(dir, "OWSTORE");
	folder(dir, "OWSTORE/B");
	put_file(dir, "OWSTORE/B/MANIFEST.CBR", "x", 1);
	for (unsigned i = 0; i < 4200; i++) {
		(void)snprintf(name, sizeof name, "JUNK%06u", i);
		ck_assert_int_eq(mknodat(dir, name, S_IFREG | 0644, 0), 0);
	}
	began = clock_ticks();
	ck_ok(scan_media(base, &s, &err));
	ck_assert_uint_lt(clock_ticks() - began, 1000000000);
	ck_assert_uint_eq(s.n, 1);
	ck_assert(s.cut);
}
END_TEST

START_TEST(a_medium_full_of_bundles_does_not_take_all_descriptors)
{
	OW_AUTO(scan_done) struct scan s = {0};
	char name[64];
	int dir;
	const char *base = scratch(&dir);

	folder(dir, "OWSTORE");
	for (unsigned i = 0; i < SCAN_BUNDLES_MAX + 1; i++) {
		(void)snprintf(name, sizeof name, "OWSTORE/B%04u", i);
		folder(dir, name);
		(void)snprintf(name, sizeof name, "OWSTORE/B%04u/MANIFEST.CBR", i);
		put_file(dir, name, "x", 1);
	}
	ck_ok(scan_media(base, &s, &err));
	ck_assert_uint_eq(s.n, SCAN_BUNDLES_MAX);
	ck_assert(s.cut);
}
END_TEST

/* A bundle folder with three known files. */
static const char *const known[] = {"DATA/A.BIN", "MANIFEST.CBR", "SBOM/SPDX.JSON"};

static void make(int *dir, struct scan *s)
{
	const char *base = scratch(dir);

	folder(*dir, "DATA");
	folder(*dir, "SBOM");
	for (size_t i = 0; i < 3; i++)
		put_file(*dir, known[i], "x", 1);
	ck_ok(scan_media(base, s, &err));
	ck_assert_uint_eq(s->n, 1);
}

START_TEST(everything_that_is_not_known_is_extra)
{
	OW_AUTO(scan_done) struct scan s = {0};
	OW_AUTO(scan_extras_done) struct scan_extras x = {0}, none = {0};
	static const struct {
		const char *path;
		enum dir_kind kind;
	} extra[] = {
	    {"AUTORUN.INF", DIR_FILE}, {"DATA/A", DIR_DIR}, {"DATA/A.BIN2", DIR_FILE},
	    {"FIFO", DIR_OTHER},       {"LINK", DIR_LINK},  {"SBOM/SPDX.json", DIR_FILE},
	    {"ZDIR", DIR_DIR},         {"data", DIR_DIR},
	};
	int dir;

	make(&dir, &s);
	ck_ok(scan_extras(&s.at[0], known, 3, &none, &err));
	ck_assert_uint_eq(none.n, 0);
	folder(dir, "DATA/A");
	put_file(dir, "DATA/A/INSIDE", "x", 1);
	folder(dir, "ZDIR");
	folder(dir, "data");
	put_file(dir, "data/a.bin", "x", 1);
	put_file(dir, "AUTORUN.INF", "x", 1);
	put_file(dir, "DATA/A.BIN2", "x", 1);
	put_file(dir, "SBOM/SPDX.json", "x", 1);
	ck_assert_int_eq(mkfifoat(dir, "FIFO", 0644), 0);
	ck_assert_int_eq(symlinkat("/etc", dir, "LINK"), 0);
	ck_ok(scan_extras(&s.at[0], known, 3, &x, &err));
	ck_assert_uint_eq(x.n, sizeof extra / sizeof extra[0]);
	for (size_t i = 0; i < x.n; i++) {
		ck_assert_str_eq(x.at[i].path, extra[i].path);
		ck_assert_int_eq(x.at[i].kind, extra[i].kind);
	}
	ck_assert(!x.more);
}
END_TEST

START_TEST(attack_D13_many_extras_are_counted_no_further_than_shown)
{
	OW_AUTO(scan_done) struct scan s = {0};
	OW_AUTO(scan_extras_done) struct scan_extras x = {0};
	char name[32];
	int dir;

	make(&dir, &s);
	for (unsigned i = 0; i < 4200; i++) {
		(void)snprintf(name, sizeof name, "DATA/JUNK%06u", i);
		ck_assert_int_eq(mknodat(dir, name, S_IFREG | 0644, 0), 0);
	}
	ck_ok(scan_extras(&s.at[0], known, 3, &x, &err));
	ck_assert_uint_eq(x.n, SCAN_EXTRAS_MAX);
	ck_assert(x.more);
}
END_TEST

START_TEST(attack_D14_names_come_raw_and_can_be_shown_escaped)
{
	OW_AUTO(scan_done) struct scan s = {0};
	OW_AUTO(scan_extras_done) struct scan_extras x = {0};
	static const char *const names[] = {"a\nb", "\033[2J", "\xe2\x80\xaegpj.exe", "\xff\xfe"};
	char shown[64];
	int dir;

	make(&dir, &s);
	for (size_t i = 0; i < 4; i++)
		put_file(dir, names[i], "x", 1);
	ck_ok(scan_extras(&s.at[0], known, 3, &x, &err));
	ck_assert_uint_eq(x.n, 4);
	for (size_t i = 0; i < 4; i++) {
		text_escape(x.at[i].path, strlen(x.at[i].path), shown, sizeof shown);
		for (const char *c = shown; *c != '\0'; c++)
			ck_assert(*c >= 0x20 && *c < 0x7f);
	}
}
END_TEST

START_TEST(allocation_failures_leave_nothing_behind)
{
	OW_AUTO(scan_done) struct scan found = {0};
	int dir;

	make(&dir, &found);
	put_file(dir, "EXTRA", "x", 1);
	for (unsigned long nth = 1;; nth++) {
		OW_AUTO(scan_done) struct scan s = {0};
		OW_AUTO(scan_extras_done) struct scan_extras x = {0};
		int r;

		err = (struct ow_error){0};
		(void)mem_fail_at(nth);
		r = scan_media(found.at[0].path, &s, &err);
		if (r == 0)
			r = scan_extras(&found.at[0], known, 3, &x, &err);
		(void)mem_fail_at(0);
		if (r == 0)
			break;
		ck_assert_int_eq(err.code, OW_E_IO);
	}
}
END_TEST

SUITE_MAIN("media/scan", bundles_are_found_from_wherever_one_points,
	   several_bundles_are_sorted_and_unfinished_ones_told, media_may_show_names_in_lower_case,
	   nothing_there_is_no_error_but_no_folder_is, attack_D10_links_lead_nowhere,
	   attack_D13_strange_files_cost_little,
	   a_medium_full_of_bundles_does_not_take_all_descriptors,
	   everything_that_is_not_known_is_extra,
	   attack_D13_many_extras_are_counted_no_further_than_shown,
	   attack_D14_names_come_raw_and_can_be_shown_escaped,
	   allocation_failures_leave_nothing_behind)
