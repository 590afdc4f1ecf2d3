/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec/digest.h"
#include "intake/source.h"
#include "os/fd.h"
#include "os/path.h"
#include "support/support.h"
#include "support/tar_maker.h"

static const char *root_path;
static int root = -1;

/* Everything lies in a folder "in" of the scratch folder; what is beside it is outside. */
static void begin(void)
{
	int top;

	root_path = scratch(&top);
	ck_assert_int_eq(mkdirat(top, "in", 0700), 0);
	put_file(top, "outside", "secret", 6);
	root = openat(top, "in", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(root, 0);
}

static void put(const char *path, const char *text)
{
	char folder[256];

	for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		(void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
		(void)mkdirat(root, folder, 0700);
	}
	put_file(root, path, text, strlen(text));
}

static int list(const char *path, struct source *s, struct ow_error *err)
{
	static const struct source_options opts = {.stage = -1};
	char full[512];

	(void)snprintf(full, sizeof full, "%s/in/%s", root_path, path);
	return source_open(full, &opts, s, err);
}

static bool skipped(const struct source *s, const char *path)
{
	for (size_t i = 0; i < s->n_skips; i++) {
		if (strcmp(s->skips[i].path, path) == 0)
			return true;
	}
	return false;
}

START_TEST(folders_are_listed_in_order)
{
	OW_AUTO(source_close) struct source s = {.root = -1};
	struct ow_error err;

	begin();
	put("b.txt", "bb");
	put("a/z", "z");
	put("a-b", "");
	put(".gitattributes", "x");
	put(".git/config", "x");
	put(".git/objects/1", "x");
	put(".DS_Store", "x");
	put("w.gguf.incomplete", "x");
	put(".cache/x/y", "x");
	put("sub/.cache", "kept");
	ck_ok(list("", &s, &err));
	ck_assert_int_eq(s.kind, SOURCE_FOLDER);
	ck_assert_str_eq(s.name, "in");
	ck_assert_uint_eq(s.n_items, 4);
	ck_assert_str_eq(s.items[0].path, "a-b");
	ck_assert_str_eq(s.items[1].path, "a/z");
	ck_assert_str_eq(s.items[2].path, "b.txt");
	ck_assert_uint_eq(s.items[2].size, 2);
	ck_assert_str_eq(s.items[3].path, "sub/.cache");
	ck_assert_uint_eq(s.n_skips, 5);
	ck_assert(skipped(&s, ".git/") && skipped(&s, ".cache/") && skipped(&s, ".DS_Store"));
	ck_assert(skipped(&s, ".gitattributes") && skipped(&s, "w.gguf.incomplete"));
}
END_TEST

START_TEST(single_files_are_taken_alone)
{
	OW_AUTO(source_close) struct source s = {.root = -1};
	struct ow_error err;
	int fd;

	begin();
	put("My model (1).gguf", "m");
	put("other", "o");
	ck_ok(list("My model (1).gguf", &s, &err));
	ck_assert_int_eq(s.kind, SOURCE_FILE);
	ck_assert_uint_eq(s.n_items, 1);
	ck_assert_str_eq(s.items[0].path, "My model (1).gguf");
	ck_assert_str_eq(s.name, "My-model-1");
	fd = source_open_item(&s, 0, &err);
	ck_assert_int_ge(fd, 0);
	fd_close(fd);
	source_close(&s);
	ck_assert_int_eq(symlinkat("My model (1).gguf", root, "link.gguf"), 0);
	ck_ok(list("link.gguf", &s, &err)); /* named by the person */
	ck_assert_str_eq(s.items[0].path, "link.gguf");
	ck_assert_str_eq(s.items[0].at, "My model (1).gguf");
}
END_TEST

START_TEST(empty_folders_and_missing_paths_are_told)
{
	struct source s = {.root = -1};
	struct ow_error err;

	begin();
	ck_fails(list("", &s, &err), OW_E_USAGE);
	ck_fails(list("nothing", &s, &err), OW_E_IO);
	ck_assert_int_eq(s.root, -1);
}
END_TEST

START_TEST(attack_E19_links_out_are_refused_and_links_inside_followed)
{
	static const char *const out[] = {"../outside", "/etc/passwd", "../in/../outside",
					  "l",          "../../in",    "real/../../outside",
					  "dir"};
	OW_AUTO(source_close) struct source s = {.root = -1};
	struct ow_error err;

	begin();
	put("real/f", "file");
	ck_assert_int_eq(symlinkat("real", root, "dir"), 0);
	for (size_t i = 0; i < sizeof out / sizeof out[0]; i++) {
		ck_assert_int_eq(symlinkat(out[i], root, "l"), 0);
		ck_fails(list("", &s, &err), OW_E_UNSAFE);
		ck_assert_int_eq(unlinkat(root, "l", 0), 0);
	}
	ck_assert_int_eq(unlinkat(root, "dir", 0), 0);
	ck_assert_int_eq(symlinkat("./real/../real/f", root, "l"), 0);
	ck_assert_int_eq(symlinkat("l", root, "l2"), 0);
	ck_ok(list("", &s, &err));
	ck_assert_uint_eq(s.n_items, 3);
	ck_assert_str_eq(s.items[0].path, "l");
	ck_assert_str_eq(s.items[1].at, "real/f");
	source_close(&s);
	ck_assert_int_eq(symlinkat("gone", root, "l3"), 0);
	ck_fails(list("", &s, &err), OW_E_INCOMPLETE);
}
END_TEST

START_TEST(attack_E19_loops_fifos_and_sockets)
{
	struct source s = {.root = -1};
	struct ow_error err;

	begin();
	put("f", "x");
	ck_assert_int_eq(symlinkat("b", root, "a"), 0);
	ck_assert_int_eq(symlinkat("a", root, "b"), 0);
	ck_fails(list("", &s, &err), OW_E_UNSAFE);
	ck_assert_int_eq(unlinkat(root, "a", 0) + unlinkat(root, "b", 0), 0);
	ck_assert_int_eq(mkfifoat(root, "fifo", 0600), 0);
	ck_fails(list("", &s, &err), OW_E_UNSAFE); /* and does not hang */
	ck_fails(list("fifo", &s, &err), OW_E_UNSAFE);
	ck_assert_int_eq(symlinkat("fifo", root, "z"), 0);
	ck_fails(list("z", &s, &err), OW_E_UNSAFE);
}
END_TEST

START_TEST(attack_E19_the_file_behind_a_name_is_swapped_for_a_link)
{
	OW_AUTO(source_close) struct source s = {.root = -1};
	struct ow_error err;

	begin();
	put("a", "x");
	ck_ok(list("", &s, &err));
	ck_assert_int_eq(unlinkat(root, "a", 0), 0);
	ck_assert_int_eq(symlinkat("../outside", root, "a"), 0);
	ck_assert_int_lt(source_open_item(&s, 0, &err), 0);
}
END_TEST

START_TEST(attack_E20_changes_while_reading_are_noticed)
{
	OW_AUTO(source_close) struct source s = {.root = -1};
	OW_AUTO(fd_close) int fd = -1;
	struct timespec when[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 12345}};
	struct ow_error err;

	begin();
	put("a", "four");
	ck_ok(list("", &s, &err));
	fd = source_open_item(&s, 0, &err);
	ck_ok(source_unchanged(&s, 0, fd, &err));
	ck_assert_int_eq(utimensat(root, "a", when, 0), 0);
	ck_fails(source_unchanged(&s, 0, fd, &err), OW_E_INTEGRITY);
	put("a", "longer");
	ck_fails(source_unchanged(&s, 0, fd, &err), OW_E_INTEGRITY);
}
END_TEST

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define NOT "ca7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static int check(const struct source *s, const char *path, const char *text, struct ow_error *err)
{
	struct ow_id id;

	ck_assert_int_eq(digest_bytes(text, strlen(text), &id, err), 0);
	for (size_t i = 0; i < s->n_items; i++) {
		OW_AUTO(fd_close) int fd = -1;

		if (strcmp(s->items[i].path, path) != 0)
			continue;
		fd = source_open_item(s, i, err);
		ck_assert_int_ge(fd, 0);
		return source_check(s, i, fd, &id, err);
	}
	ck_abort_msg("%s is not listed", path);
	return -1;
}

START_TEST(checksum_files_promise)
{
	OW_AUTO(source_close) struct source s = {.root = -1};
	struct ow_error err;

	begin();
	put("a", "abc");
	put("sub/b", "abd");
	put("c", "abc");
	put("SHA256SUMS",
	    "# made by hand\n" ABC "  a\r\n" ABC " *./sub/b\n" ABC "  .gitattributes\n");
	put("c.sha256", ABC "\n");
	ck_ok(list("", &s, &err));
	ck_assert_uint_eq(s.n_items, 5);
	ck_ok(check(&s, "a", "abc", &err));
	ck_ok(check(&s, "c", "abc", &err));
	ck_fails(check(&s, "sub/b", "abd", &err), OW_E_INTEGRITY);
	ck_assert_ptr_nonnull(strstr(err.text, ABC));
}
END_TEST

START_TEST(checksum_files_that_do_not_fit_are_refused)
{
	struct source s = {.root = -1};
	struct ow_error err;

	begin();
	put("a", "abc");
	put("SHA256SUMS", ABC "  missing\n");
	ck_fails(list("", &s, &err), OW_E_INCOMPLETE);
	put("SHA256SUMS", "abc  a\n");
	ck_fails(list("", &s, &err), OW_E_FORMAT);
	put("SHA256SUMS", ABC " a\n");
	ck_fails(list("", &s, &err), OW_E_FORMAT);
	put("SHA256SUMS", ABC "  a\n" NOT "  a\n");
	ck_fails(list("", &s, &err), OW_E_INTEGRITY);
}
END_TEST

START_TEST(attack_F19_sets_must_be_complete)
{
	OW_AUTO(source_close) struct source s = {.root = -1};
	struct ow_error err;

	begin();
	put("m-00001-of-00003.gguf", "1");
	put("m-00003-of-00003.gguf", "3");
	put("other", "o");
	ck_fails(list("", &s, &err), OW_E_FORMAT);
	ck_assert_ptr_nonnull(strstr(err.text, "m-00002-of-00003.gguf is missing"));
	ck_fails(list("m-00001-of-00003.gguf", &s, &err), OW_E_FORMAT);
	put("m-00002-of-00003.gguf", "2");
	ck_ok(list("m-00003-of-00003.gguf", &s, &err));
	ck_assert_uint_eq(s.n_items, 3);
	ck_assert_str_eq(s.name, "m");
	source_close(&s);
	ck_ok(list("", &s, &err));
	ck_assert_uint_eq(s.n_items, 4);
}
END_TEST

START_TEST(archives_are_unpacked_and_listed)
{
	OW_AUTO(source_close) struct source s = {.root = -1};
	OW_AUTO(buf_done) struct buf b = {0};
	struct source_options opts = {.stage = -1};
	struct ow_error err;
	char path[512];

	begin();
	tar_header(&b, &(struct tar_head){.path = "top/s", .type = '0', .mode = 04755, .size = 3});
	tar_data(&b, "abc", 3);
	tar_file(&b, "top/SHA256SUMS", ABC "  s\n", 68);
	tar_file(&b, "top/.gitattributes", "x", 1);
	tar_end(&b);
	put_file(root, "model.tar", b.p, b.n);
	(void)snprintf(path, sizeof path, "%s/in/model.tar", root_path);
	ck_fails(source_open(path, &opts, &s, &err), OW_E_USAGE);
	ck_assert_int_eq(mkdirat(root, "stage", 0700), 0);
	opts.stage = openat(root, "stage", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_ok(source_open(path, &opts, &s, &err));
	ck_assert_int_eq(s.kind, SOURCE_ARCHIVE);
	ck_assert_str_eq(s.name, "model");
	ck_assert_uint_eq(s.n_items, 2);
	ck_assert_str_eq(s.items[1].path, "s");
	ck_assert_uint_eq(s.n_notes, 1);
	ck_assert(skipped(&s, ".gitattributes"));
	ck_ok(check(&s, "s", "abc", &err));
}
END_TEST

SUITE_MAIN("intake/source", folders_are_listed_in_order, single_files_are_taken_alone,
	   empty_folders_and_missing_paths_are_told,
	   attack_E19_links_out_are_refused_and_links_inside_followed,
	   attack_E19_loops_fifos_and_sockets,
	   attack_E19_the_file_behind_a_name_is_swapped_for_a_link,
	   attack_E20_changes_while_reading_are_noticed, checksum_files_promise,
	   checksum_files_that_do_not_fit_are_refused, attack_F19_sets_must_be_complete,
	   archives_are_unpacked_and_listed)
