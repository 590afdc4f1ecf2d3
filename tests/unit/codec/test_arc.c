/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <archive.h>
#include <archive_entry.h>

#include "codec/arc.h"
#include "support/support.h"
#include "support/tar_maker.h"

struct bytes {
	const uint8_t *p;
	size_t n;
};

static int read_at(void *ctx, void *p, size_t n, uint64_t off, struct ow_error *err)
{
	const struct bytes *b = ctx;

	(void)err;
	ck_assert_uint_le(off + n, b->n);
	memcpy(p, b->p + off, n);
	return 0;
}

/* Read to the end; how many entries, or < 0. Contents are appended to `all` if not NULL. */
static int drain(const void *p, size_t n, enum arc_format f, struct buf *all, struct ow_error *err)
{
	struct bytes bytes = {p, n};
	struct arc_input in = {.size = n, .read_at = read_at, .ctx = &bytes};
	OW_AUTO(arc_free) struct arc *a = NULL;
	struct arc_entry e;
	uint8_t block[1000];
	int entries = 0, r;

	if (arc_new(&a, err) < 0 || arc_open(a, &in, f, err) < 0)
		return err->code;
	while ((r = arc_next(a, &e, err)) > 0) {
		int64_t got;

		entries++;
		while ((got = arc_read(a, block, sizeof block, err)) > 0) {
			if (all != NULL)
				buf_add(all, block, (size_t)got);
		}
		if (got < 0)
			return (int)got;
	}
	return r < 0 ? r : entries;
}

static void packed(struct buf *out, enum arc_format f, const char *path)
{
	struct archive *w = archive_write_new();
	struct archive_entry *e = archive_entry_new();
	size_t used = 0;

	out->n = 0;
	ck_assert_ptr_nonnull(buf_room(out, 1 << 16));
	if (f == ARC_ZIP)
		ck_assert_int_eq(archive_write_set_format_zip(w), ARCHIVE_OK);
	else if (f == ARC_7Z)
		ck_assert_int_eq(archive_write_set_format_7zip(w), ARCHIVE_OK);
	else
		ck_assert_int_eq(archive_write_set_format_ustar(w), ARCHIVE_OK);
	if (f == ARC_TAR_GZ)
		ck_assert_int_eq(archive_write_add_filter_gzip(w), ARCHIVE_OK);
	else if (f == ARC_TAR_XZ)
		ck_assert_int_eq(archive_write_add_filter_xz(w), ARCHIVE_OK);
	else if (f == ARC_TAR_ZST)
		ck_assert_int_eq(archive_write_add_filter_zstd(w), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_open_memory(w, out->p, 1 << 16, &used), ARCHIVE_OK);
	archive_entry_set_pathname(e, path);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, 5);
	ck_assert_int_eq(archive_write_header(w, e), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_data(w, "hello", 5), 5);
	ck_assert_int_eq(archive_write_free(w), ARCHIVE_OK);
	archive_entry_free(e);
	out->n = used;
}

START_TEST(every_format_is_read)
{
	for (int f = ARC_TAR; f <= ARC_7Z; f++) {
		OW_AUTO(buf_done) struct buf b = {0};
		OW_AUTO(buf_done) struct buf all = {0};
		struct ow_error err;

		packed(&b, (enum arc_format)f, "a/hello.txt");
		ck_ok(drain(b.p, b.n, (enum arc_format)f, &all, &err));
		ck_assert_uint_eq(all.n, 5);
		ck_assert_mem_eq(all.p, "hello", 5);
	}
}
END_TEST

START_TEST(formats_are_told_by_name)
{
	enum arc_format f;

	ck_assert(arc_format_of_name("m.TAR.GZ", &f) && f == ARC_TAR_GZ);
	ck_assert(arc_format_of_name("m.tar", &f) && f == ARC_TAR);
	ck_assert(arc_format_of_name("m.7z", &f) && f == ARC_7Z);
	ck_assert(!arc_format_of_name(".zip", &f));
	ck_assert(!arc_format_of_name("m.gguf", &f));
	ck_assert(!arc_format_of_name("m.rar", &f));
}
END_TEST

START_TEST(attack_E11_content_of_another_kind_is_refused)
{
	for (int made = ARC_TAR; made <= ARC_7Z; made++) {
		for (int named = ARC_TAR; named <= ARC_7Z; named++) {
			OW_AUTO(buf_done) struct buf b = {0};
			struct ow_error err;

			if (made == named)
				continue;
			packed(&b, (enum arc_format)made, "a");
			ck_fails(drain(b.p, b.n, (enum arc_format)named, NULL, &err), OW_E_FORMAT);
		}
	}
}
END_TEST

START_TEST(kinds_sizes_and_special_bits_are_told)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(arc_free) struct arc *a = NULL;
	struct bytes bytes;
	struct arc_input in = {.read_at = read_at, .ctx = &bytes};
	struct ow_error err;
	struct arc_entry e;

	tar_header(&b, &(struct tar_head){.path = "d/", .type = '5'});
	tar_header(&b, &(struct tar_head){.path = "d/s", .type = '0', .size = 3, .mode = 04755});
	tar_data(&b, "abc", 3);
	tar_header(&b, &(struct tar_head){.path = "l", .type = '2', .link = "/etc"});
	tar_header(&b, &(struct tar_head){.path = "h", .type = '1', .link = "d/s"});
	tar_header(&b, &(struct tar_head){.path = "f", .type = '6'});
	tar_end(&b);
	bytes = (struct bytes){b.p, b.n};
	in.size = b.n;
	ck_ok(arc_new(&a, &err));
	ck_ok(arc_open(a, &in, ARC_TAR, &err));
	ck_assert_int_eq(arc_next(a, &e, &err), 1);
	ck_assert_int_eq(e.kind, ARC_FOLDER);
	ck_assert_int_eq(arc_next(a, &e, &err), 1);
	ck_assert(e.kind == ARC_FILE && e.size == 3 && e.special);
	ck_assert_int_eq(arc_next(a, &e, &err), 1);
	ck_assert_int_eq(e.kind, ARC_LINK);
	ck_assert_int_eq(arc_next(a, &e, &err), 1);
	ck_assert_int_eq(e.kind, ARC_HARD_LINK);
	ck_assert_int_eq(arc_next(a, &e, &err), 1);
	ck_assert_int_eq(e.kind, ARC_SPECIAL);
	ck_assert_int_eq(arc_next(a, &e, &err), 0);
}
END_TEST

START_TEST(names_are_utf8_whatever_the_locale)
{
	static const char name[] = "gr\xc3\xbc\xc3\x9f.txt";

	for (int f = ARC_TAR; f <= ARC_ZIP; f++) {
		OW_AUTO(buf_done) struct buf b = {0};
		OW_AUTO(arc_free) struct arc *a = NULL;
		struct bytes bytes;
		struct arc_input in = {.read_at = read_at, .ctx = &bytes};
		struct ow_error err;
		struct arc_entry e;

		packed(&b, (enum arc_format)f, name);
		bytes = (struct bytes){b.p, b.n};
		in.size = b.n;
		ck_ok(arc_new(&a, &err));
		ck_ok(arc_open(a, &in, (enum arc_format)f, &err));
		ck_assert_int_eq(arc_next(a, &e, &err), 1);
		ck_assert_str_eq(e.path, name);
	}
}
END_TEST

static bool cut_is_refused(void *ctx, const uint8_t *p, size_t n)
{
	struct ow_error err = {0};

	return drain(p, n, *(const enum arc_format *)ctx, NULL, &err) < 0;
}

START_TEST(every_truncation_is_refused)
{
	static const enum arc_format fs[] = {ARC_TAR,     ARC_TAR_GZ, ARC_TAR_XZ,
					     ARC_TAR_ZST, ARC_ZIP,    ARC_7Z};

	for (size_t i = 0; i < sizeof fs / sizeof fs[0]; i++) {
		OW_AUTO(buf_done) struct buf b = {0};
		enum arc_format f = fs[i];

		if (f == ARC_TAR) {
			tar_file(&b, "a", "bytes", 5);
			tar_end(&b);
		} else {
			packed(&b, f, "a");
		}
		sweep_truncations(b.p, b.n, cut_is_refused, &f);
	}
}
END_TEST

static bool flip_is_survived(void *ctx, const uint8_t *p, size_t n)
{
	struct ow_error err = {0};

	(void)drain(p, n, *(const enum arc_format *)ctx, NULL, &err);
	return err.code == OW_OK || err.code == OW_E_FORMAT;
}

START_TEST(flips_are_survived)
{
	OW_AUTO(buf_done) struct buf b = {0};
	enum arc_format f = ARC_TAR;

	tar_file(&b, "a", "bytes", 5);
	tar_end(&b);
	sweep_flips(b.p, 600, flip_is_survived, &f);
}
END_TEST

SUITE_MAIN("codec/arc", every_format_is_read, formats_are_told_by_name,
	   attack_E11_content_of_another_kind_is_refused, kinds_sizes_and_special_bits_are_told,
	   names_are_utf8_whatever_the_locale, every_truncation_is_refused, flips_are_survived)
