/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/mem.h"
#include "inspect/zip.h"
#include "support/support.h"
#include "support/zip_maker.h"

static int check(const void *p, size_t n, struct ow_error *err)
{
	struct ow_view v = {.p = p, .n = n};
	struct inspect_src src = inspect_memory(&v);

	return zip_check(&src, err);
}

static void must_be(const struct zip_entry *e, size_t n, enum ow_code code, const char *what)
{
	OW_AUTO(buf_done) struct buf b = {0};
	struct ow_error err = {0};

	zip_make(&b, e, n);
	if (check(b.p, b.n, &err) != (int)code)
		ck_abort_msg("%s: %d %s", what, err.code, err.text);
}

static const struct zip_entry good[] = {
    {.name = "m/config.json", .bytes = "{}"},
    {.name = "m/empty", .bytes = ""},
    {.name = "m/weights", .bytes = "weights"},
};

START_TEST(good_zip_passes)
{
	must_be(good, 3, OW_OK, "good");
	must_be(good, 0, OW_OK, "empty");
}
END_TEST

START_TEST(attack_E18_readers_that_would_disagree)
{
	static const struct {
		const char *what;
		struct zip_entry e;
		enum ow_code code;
	} cases[] = {
	    {"encrypted", {.name = "a", .bytes = "x", .flags = 0x1}, OW_E_UNSAFE},
	    {"patch", {.name = "a", .bytes = "x", .flags = 0x20}, OW_E_UNSAFE},
	    {"strong encryption", {.name = "a", .bytes = "x", .flags = 0x40}, OW_E_UNSAFE},
	    {"masked", {.name = "a", .bytes = "x", .flags = 0x2000}, OW_E_UNSAFE},
	    {"names", {.name = "a", .local_name = "b", .bytes = "x"}, OW_E_UNSAFE},
	    {"name lengths", {.name = "a", .local_name = "ab", .bytes = "x"}, OW_E_UNSAFE},
	    {"sizes", {.name = "a", .bytes = "x", .local_size_plus = 1}, OW_E_UNSAFE},
	    {"checksums", {.name = "a", .bytes = "x", .local_crc_plus = 1}, OW_E_UNSAFE},
	    {"place", {.name = "a", .bytes = "x", .off_plus = 1}, OW_E_UNSAFE},
	    {"method", {.name = "a", .bytes = "x", .method = 12}, OW_E_FORMAT},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		must_be(&cases[i].e, 1, cases[i].code, cases[i].what);
}
END_TEST

START_TEST(attack_E18_bytes_that_belong_to_nothing)
{
	struct ow_error err;
	struct zip_entry two[] = {{.name = "a", .bytes = "x"}, {.name = "b", .bytes = "y"}};

	for (int i = 0; i < 3; i++) {
		OW_AUTO(buf_done) struct buf b = {0};

		if (i == 0)
			buf_text(&b, "MZ stub"); /* prepended */
		zip_make(&b, two, 2);
		if (i == 1)
			buf_text(&b, "behind"); /* appended */
		if (i == 2) { /* a longer directory end, with a second one inside the comment */
			b.p[b.n - 2] = 22;
			zip_u32(&b, 0x06054b50);
			for (int k = 0; k < 18; k++)
				buf_add(&b, "", 1);
		}
		ck_assert_int_lt(check(b.p, b.n, memset(&err, 0, sizeof err)), 0);
	}
	two[1].off_plus =
	    (uint64_t)-32; /* both members at one place: 30 bytes of header, name, byte */
	must_be(two, 2, OW_E_UNSAFE, "overlap");
}
END_TEST

static bool cut_is_refused(void *ctx, const uint8_t *p, size_t n)
{
	struct ow_error err = {0};

	(void)ctx;
	return check(p, n, &err) < 0;
}

static bool flip_is_survived(void *ctx, const uint8_t *p, size_t n)
{
	struct ow_error err = {0};

	(void)ctx;
	return check(p, n, &err) == 0 || err.code == OW_E_FORMAT || err.code == OW_E_UNSAFE;
}

START_TEST(every_truncation_is_refused_and_every_flip_survived)
{
	OW_AUTO(buf_done) struct buf b = {0};

	zip_make(&b, good, 3);
	sweep_truncations(b.p, b.n, cut_is_refused, NULL);
	sweep_flips(b.p, b.n, flip_is_survived, NULL);
}
END_TEST

SUITE_MAIN("inspect/zip", good_zip_passes, attack_E18_readers_that_would_disagree,
	   attack_E18_bytes_that_belong_to_nothing,
	   every_truncation_is_refused_and_every_flip_survived)
