/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "intake/unpack.h"
#include "os/dir.h"
#include "os/fd.h"
#include "support/support.h"
#include "support/tar_maker.h"
#include "support/zip_maker.h"

static int base = -1;
static unsigned folder;

/* Unpack the bytes into a fresh folder; it stays open as *into. b is emptied. */
static int try_bytes(struct buf *b, enum arc_format f, struct unpack_result *out, int *into,
		     struct ow_error *err)
{
	static const struct unpack_options opts = {0};
	char name[32];
	int fd, r;

	if (base < 0)
		(void)scratch(&base);
	put_file(base, "archive", b->p, b->n);
	fd = openat(base, "archive", O_RDONLY | O_CLOEXEC);
	(void)snprintf(name, sizeof name, "into%u", folder++);
	ck_assert_int_eq(mkdirat(base, name, 0700), 0);
	*into = openat(base, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(*into, 0);
	r = unpack(fd, "archive", f, *into, &opts, out, err);
	fd_close(fd);
	buf_clear(b);
	return r;
}

static int count(void *ctx, const struct dir_file *f, struct ow_error *err)
{
	(void)f;
	(void)err;
	++*(int *)ctx;
	return 0;
}

/* Refused with this code, and nothing that its names lead to was touched. */
static void refused(struct buf *b, enum arc_format f, enum ow_code code, const char *what)
{
	OW_AUTO(fd_close) int into = -1;
	struct unpack_result out;
	struct ow_error err = {0};

	if (try_bytes(b, f, &out, &into, &err) >= 0)
		ck_abort_msg("%s: accepted", what);
	ck_assert_msg(err.code == code, "%s: %d, expected %d: %s", what, err.code, code, err.text);
	ck_assert_int_lt(faccessat(base, "evil", F_OK, AT_SYMLINK_NOFOLLOW), 0);
}

START_TEST(files_come_out_and_the_top_folder_is_told)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(fd_close) int into = -1;
	struct unpack_result out;
	struct ow_error err;
	char text[8] = "";
	int fd;

	tar_header(&b, &(struct tar_head){.path = "model/", .type = '5'});
	tar_file(&b, "model/config.json", "{}", 2);
	tar_file(&b, "model/sub/weights", "wwww", 4);
	tar_end(&b);
	ck_ok(try_bytes(&b, ARC_TAR, &out, &into, &err));
	ck_assert_str_eq(out.top, "model");
	ck_assert_uint_eq(out.n_files, 2);
	ck_assert_uint_eq(out.size, 6);
	ck_assert_uint_eq(out.n_special, 0);
	ck_assert_uint_ne(out.report.layers & JAIL_SECCOMP, 0);
	fd = openat(into, "model/sub/weights", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(read(fd, text, 8), 4);
	fd_close(fd);
	fd_close(into);
	tar_file(&b, "a/x", "1", 1);
	tar_file(&b, "b", "2", 1);
	tar_end(&b);
	ck_ok(try_bytes(&b, ARC_TAR, &out, &into, &err));
	ck_assert_str_eq(out.top, "");
}
END_TEST

START_TEST(attack_E01_names_that_lead_out)
{
	static const char *const bad[] = {"../evil", "a/../../evil", "/evil", "//evil",
					  "C:\\x",   "a\\..\\b",     "",      ".",
					  "./",      "./a",          "a//b",  ".."};
	OW_AUTO(buf_done) struct buf b = {0};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		tar_file(&b, bad[i], "evil", 4);
		tar_end(&b);
		refused(&b, ARC_TAR, OW_E_UNSAFE, bad[i]);
	}
}
END_TEST

START_TEST(attack_E02_a_link_and_what_would_go_through_it)
{
	OW_AUTO(buf_done) struct buf b = {0};

	tar_header(&b, &(struct tar_head){.path = "s", .type = '2', .link = "/etc"});
	tar_file(&b, "s/passwd", "evil", 4);
	tar_end(&b);
	refused(&b, ARC_TAR, OW_E_UNSAFE, "link");
}
END_TEST

START_TEST(attack_E03_hard_links)
{
	OW_AUTO(buf_done) struct buf b = {0};

	tar_header(&b, &(struct tar_head){.path = "h", .type = '1', .link = "/etc/shadow"});
	tar_end(&b);
	refused(&b, ARC_TAR, OW_E_UNSAFE, "hard link out");
	tar_file(&b, "a", "x", 1);
	tar_header(&b, &(struct tar_head){.path = "h", .type = '1', .link = "a"});
	tar_end(&b);
	refused(&b, ARC_TAR, OW_E_UNSAFE, "hard link inside");
	tar_header(&b, &(struct tar_head){.path = "h", .type = '1', .link = "a", .size = 4});
	tar_data(&b, "evil", 4);
	tar_end(&b);
	refused(&b, ARC_TAR, OW_E_UNSAFE, "hard link with data");
}
END_TEST

START_TEST(attack_E04_devices_and_fifos)
{
	OW_AUTO(buf_done) struct buf b = {0};

	for (char type = '3'; type <= '6'; type++) {
		if (type == '5')
			continue;
		tar_header(&b, &(struct tar_head){.path = "d", .type = type});
		tar_end(&b);
		refused(&b, ARC_TAR, OW_E_UNSAFE, "special");
	}
}
END_TEST

START_TEST(attack_E05_set_id_bits_are_dropped)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(fd_close) int into = -1;
	struct unpack_result out;
	struct ow_error err;
	struct stat st;

	tar_header(&b, &(struct tar_head){.path = "s", .type = '0', .mode = 06755, .size = 1});
	tar_data(&b, "x", 1);
	tar_header(&b, &(struct tar_head){.path = "x", .type = 'x', .size = 41});
	tar_data(&b, "41 SCHILY.xattr.security.capability=evil\n", 41);
	tar_file(&b, "t", "y", 1);
	tar_end(&b);
	ck_ok(try_bytes(&b, ARC_TAR, &out, &into, &err));
	ck_assert_uint_eq(out.n_special, 2);
	ck_assert_str_eq(out.special, "s");
	ck_assert_int_eq(fstatat(into, "s", &st, 0), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
}
END_TEST

START_TEST(attack_E06_names_that_are_the_same)
{
	static const char *const pairs[][2] = {
	    {"a", "a"}, {"Model", "model"}, {"u\xcc\x88", "\xc3\xbc"}, {"a", "a/b"}, {"A/x", "a"},
	};
	OW_AUTO(buf_done) struct buf b = {0};

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		tar_file(&b, pairs[i][0], "1", 1);
		tar_file(&b, pairs[i][1], "2", 1);
		tar_end(&b);
		refused(&b, ARC_TAR, OW_E_FORMAT, pairs[i][1]);
	}
}
END_TEST

START_TEST(attack_E08_sizes_and_paths_that_lie)
{
	static const char *const raw[] = {
	    "\x80\0\0\0\x80\0\0\0\0\0\0\0",
	    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
	    "-0000000001",
	    "\x80\0\0\0\0\0\1\0\0\0\0\0",
	};
	static const char *const pax[] = {"28 size=9223372036854775808\n", "11 size=-1\n",
					  "22 size=1099511627776\n"};
	OW_AUTO(buf_done) struct buf b = {0};

	for (size_t i = 0; i < sizeof raw / sizeof raw[0]; i++) {
		tar_header(&b, &(struct tar_head){.path = "big", .type = '0', .raw_size = raw[i]});
		tar_data(&b, "x", 1);
		tar_end(&b);
		refused(&b, ARC_TAR, OW_E_FORMAT, "size field");
	}
	for (size_t i = 0; i < sizeof pax / sizeof pax[0]; i++) {
		tar_header(&b,
			   &(struct tar_head){.path = "p", .type = 'x', .size = strlen(pax[i])});
		tar_data(&b, pax[i], strlen(pax[i]));
		tar_file(&b, "big", "x", 1);
		tar_end(&b);
		refused(&b, ARC_TAR, OW_E_FORMAT, pax[i]);
	}
	/* a path of 64 KiB */
	{
		char record[65548];

		memset(record, 'a', sizeof record);
		memcpy(record, "65548 path=", 11);
		record[sizeof record - 1] = '\n';
		tar_header(&b, &(struct tar_head){.path = "p", .type = 'x', .size = sizeof record});
		tar_data(&b, record, sizeof record);
		tar_file(&b, "short", "x", 1);
		tar_end(&b);
		refused(&b, ARC_TAR, OW_E_FORMAT, "pax path");
	}
}
END_TEST

/* GNU sparse 1.0 by pax: a file of 1 TiB in a few KiB. */
static void sparse_file(struct buf *b)
{
	static const char pax[] = "22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n"
				  "23 GNU.sparse.name=big\n37 GNU.sparse.realsize=1099511627776\n";

	tar_header(b, &(struct tar_head){.path = "p", .type = 'x', .size = sizeof pax - 1});
	tar_data(b, pax, sizeof pax - 1);
	tar_header(b, &(struct tar_head){.path = "GNUSparseFile.0/big", .type = '0', .size = 1024});
	tar_data(b, "1\n0\n512\n", 8);
	tar_data(b, "sparse", 6);
	tar_end(b);
}

START_TEST(attack_E07_bombs_are_refused_before_they_are_written)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(fd_close) int into = -1;
	struct unpack_result out;
	struct ow_error err = {0};
	int files = 0;

	for (int i = 0; i < 2; i++) {
		if (i == 0)
			tar_header(&b, &(struct tar_head){
					   .path = "big", .type = '0', .size = 077777777777});
		if (i == 0)
			tar_end(&b);
		else
			sparse_file(&b);
		err = (struct ow_error){0};
		ck_assert_int_eq(try_bytes(&b, ARC_TAR, &out, &into, &err), OW_E_FORMAT);
		ck_assert_msg(strstr(err.text, "come out of an archive") != NULL, "%s", err.text);
		ck_ok(dir_walk(into, 10, count, &files, &err));
		ck_assert_int_eq(files, 0);
		fd_close(fd_steal(&into));
	}
}
END_TEST

START_TEST(attack_E09_long_names_cut_in_the_middle)
{
	OW_AUTO(buf_done) struct buf b = {0};

	tar_header(&b, &(struct tar_head){.path = "././@LongLink", .type = 'L', .size = 3000});
	tar_data(&b, "long", 4);
	tar_end(&b);
	refused(&b, ARC_TAR, OW_E_FORMAT, "long name");
	tar_header(&b, &(struct tar_head){.path = "p", .type = 'x', .size = 4000});
	tar_data(&b, "4000 path=x", 11);
	tar_end(&b);
	refused(&b, ARC_TAR, OW_E_FORMAT, "pax name");
}
END_TEST

START_TEST(attack_E10_a_million_members)
{
	OW_AUTO(buf_done) struct buf b = {0};
	uint8_t *one;
	size_t n;

	tar_header(&b, &(struct tar_head){.path = "d/", .type = '5'});
	one = b.p;
	n = COMPONENTS_MAX + 1;
	ck_assert_ptr_nonnull(one);
	for (size_t i = 1; i < n; i++) {
		uint8_t copy[512];

		memcpy(copy, b.p, sizeof copy);
		buf_add(&b, copy, sizeof copy);
	}
	tar_end(&b);
	refused(&b, ARC_TAR, OW_E_FORMAT, "members");
}
END_TEST

START_TEST(attack_E12_E13_names_too_long_deep_or_strange)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(buf_done) struct buf name = {0};
	static const char *const strange[] = {"a\nb", "a\033b", "\xff\xfe", "a\x7f"};

	for (int i = 0; i < 3; i++) {
		buf_clear(&name);
		for (int k = 0; k < (i == 0 ? 4096 : i == 1 ? 256 : 300); k++)
			buf_text(&name, i == 2 ? "d/" : i == 0 && k % 200 == 199 ? "/" : "n");
		buf_text(&name, "x");
		tar_header(&b, &(struct tar_head){
				   .path = "././@LongLink", .type = 'L', .size = name.n + 1});
		tar_data(&b, buf_str(&name), name.n + 1);
		tar_file(&b, "short", "x", 1);
		tar_end(&b);
		refused(&b, ARC_TAR, OW_E_FORMAT, "long");
	}
	for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
		tar_file(&b, strange[i], "x", 1);
		tar_end(&b);
		refused(&b, ARC_TAR, OW_E_FORMAT, "strange");
	}
}
END_TEST

START_TEST(attack_E13_bidirectional_names_are_kept_and_escaped_on_show)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(fd_close) int into = -1;
	struct unpack_result out;
	struct ow_error err;

	tar_file(&b, "a\xe2\x80\xae", "x", 1);
	tar_end(&b);
	ck_ok(try_bytes(&b, ARC_TAR, &out, &into, &err));
}
END_TEST

START_TEST(attack_E18_zips_that_lie)
{
	static const struct {
		struct zip_entry e;
		enum ow_code code;
	} cases[] = {
	    {{.name = "a", .local_name = "b", .bytes = "x"}, OW_E_UNSAFE},
	    {{.name = "a", .bytes = "x", .flags = 1}, OW_E_UNSAFE},
	    {{.name = "a", .bytes = "x", .crc_plus = 1}, OW_E_FORMAT},
	    {{.name = "../evil", .bytes = "x"}, OW_E_UNSAFE},
	    {{.name = "link", .bytes = "/etc", .attributes = 0120777u << 16}, OW_E_UNSAFE},
	};
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(fd_close) int into = -1;
	struct unpack_result out;
	struct ow_error err;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		zip_make(&b, &cases[i].e, 1);
		refused(&b, ARC_ZIP, cases[i].code, cases[i].e.name);
	}
	zip_make(&b, &(struct zip_entry){.name = "m/a", .bytes = "good"}, 1);
	ck_ok(try_bytes(&b, ARC_ZIP, &out, &into, &err));
	ck_assert_str_eq(out.top, "m");
}
END_TEST

SUITE_MAIN("intake/unpack", files_come_out_and_the_top_folder_is_told,
	   attack_E01_names_that_lead_out, attack_E02_a_link_and_what_would_go_through_it,
	   attack_E03_hard_links, attack_E04_devices_and_fifos, attack_E05_set_id_bits_are_dropped,
	   attack_E06_names_that_are_the_same, attack_E08_sizes_and_paths_that_lie,
	   attack_E07_bombs_are_refused_before_they_are_written,
	   attack_E09_long_names_cut_in_the_middle, attack_E10_a_million_members,
	   attack_E12_E13_names_too_long_deep_or_strange,
	   attack_E13_bidirectional_names_are_kept_and_escaped_on_show, attack_E18_zips_that_lie)
