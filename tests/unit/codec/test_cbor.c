/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/hex.h"
#include "codec/cbor_rd.h"
#include "codec/cbor_wr.h"
#include "os/clock.h"
#include "support/support.h"

static struct ow_error err;

/* Is the document whose bytes these hex digits are well-formed and deterministic? */
static bool sound(const char *hex)
{
	uint8_t bytes[64];
	struct ow_error e = {0};
	size_t n = strlen(hex);

	ck_assert_uint_le(n / 2, sizeof bytes);
	ck_assert(hex_decode(hex, n, bytes));
	return cbor_check(bytes, n / 2, "document", &e) == 0;
}

static void refuse_all(const char *const *hex, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(!sound(hex[i]), "%s", hex[i]);
}

#define REFUSE(...)                                                                                \
	do {                                                                                       \
		static const char *const cases_[] = {__VA_ARGS__};                                 \
		refuse_all(cases_, sizeof cases_ / sizeof cases_[0]);                              \
	} while (0)

START_TEST(what_is_deterministic_is_accepted)
{
	static const char *const good[] = {
	    "00", "17",   "1818", "18ff",   "190100",     "1a00010000",   "1b0000000100000000",
	    "20", "3818", "40",   "4101",   "60",         "6161",         "62c3bc",
	    "80", "8101", "a0",   "a10001", "a2000020f6", "a200016161f5", "f4",
	    "f5", "f6",
	};

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		ck_assert_msg(sound(good[i]), "%s", good[i]);
}
END_TEST

START_TEST(attack_B17_keys_given_twice)
{
	REFUSE("a201010102", "a2616101616102");
}
END_TEST

START_TEST(attack_B18_every_other_encoding)
{
	/* keys out of order */
	REFUSE("a202010102", "a2616201616101", "a220010001");
	/* longer heads than needed, in every place a head stands */
	REFUSE("1801", "1817", "190001", "1900ff", "1a0000ffff", "1b00000000ffffffff", "580101",
	       "780161", "980101", "b8010101", "3800");
	/* indefinite lengths */
	REFUSE("9fff", "bfff", "5f4101ff", "7f6161ff", "ff");
	/* floats, NaN, undefined, other simple values, tags, reserved heads */
	REFUSE("f90000", "fa00000000", "fb0000000000000000", "f97e00", "f7", "f863", "f8ff", "e0",
	       "c000", "c11a00000000", "1c", "1d", "1e", "fc");
}
END_TEST

START_TEST(attack_B19_bytes_after_the_end)
{
	REFUSE("0000", "a000", "f6f6");
}
END_TEST

START_TEST(attack_B20_an_array_head_that_lies)
{
	uint64_t began = clock_ticks();

	REFUSE("9a10000000", "9b0000000010000000", "ba08000000");
	ck_assert_uint_lt(clock_ticks() - began, 50000000);
}
END_TEST

START_TEST(attack_B21_counts_and_lengths_that_wrap)
{
	REFUSE("bbffffffffffffffff", "bb8000000000000000", "9bffffffffffffffff",
	       "5bffffffffffffffff", "7bffffffffffffffff", "bb7fffffffffffffff0000");
}
END_TEST

START_TEST(attack_B22_nested_too_deep)
{
	static uint8_t deep[1000001];
	struct ow_error e = {0};

	for (size_t n = 1; n <= 17; n++) {
		memset(deep, 0x81, n);
		deep[n] = 0xf6;
		e = (struct ow_error){0};
		ck_assert_int_eq(cbor_check(deep, n + 1, "document", &e) == 0, n <= CBOR_DEPTH_MAX);
	}
	memset(deep, 0x81, 1000000);
	e = (struct ow_error){0};
	ck_assert_int_lt(cbor_check(deep, sizeof deep, "document", &e), 0);
}
END_TEST

START_TEST(attack_B23_texts_that_are_not_utf8)
{
	REFUSE("61ff", "62c080", "63eda080", "64f4908080", "61c3", "63e08080");
}
END_TEST

START_TEST(attack_B26_a_digest_has_32_bytes)
{
	uint8_t doc[40];

	for (size_t n = 28; n <= 36; n++) {
		struct ow_error e = {0};
		struct cbor_rd r;

		memset(doc, 7, sizeof doc);
		doc[0] = 0x58;
		doc[1] = (uint8_t)n;
		cbor_rd_init(&r, doc, n + 2);
		(void)cbor_rd_id(&r);
		ck_assert_int_eq(cbor_rd_finish(&r, "digest", &e) == 0, n == 32);
	}
	{
		/* neither is a text of as many, nor of its digits */
		struct ow_error e = {0};
		struct cbor_rd r;

		doc[0] = 0x78;
		doc[1] = 32;
		memset(doc + 2, 'a', 32);
		cbor_rd_init(&r, doc, 34);
		(void)cbor_rd_id(&r);
		ck_assert_int_lt(cbor_rd_finish(&r, "digest", &e), 0);
	}
}
END_TEST

START_TEST(lists_are_left_by_hearing_no)
{
	static const uint8_t doc[] = {0x82, 0x82, 0x01, 0x02, 0x03}; /* [[1, 2], 3] */
	struct cbor_rd r;

	cbor_rd_init(&r, doc, sizeof doc);
	ck_assert_uint_eq(cbor_rd_array(&r), 2);
	ck_assert_uint_eq(cbor_rd_array(&r), 2);
	ck_assert_uint_eq(cbor_rd_uint(&r), 1);
	ck_assert_uint_eq(cbor_rd_uint(&r), 2);
	ck_assert(!cbor_rd_more(&r));
	ck_assert_uint_eq(cbor_rd_uint(&r), 3);
	ck_ok(cbor_rd_finish(&r, "document", &err));
	/* one item too many is an error, not the first of the next list */
	cbor_rd_init(&r, doc, sizeof doc);
	(void)cbor_rd_array(&r);
	(void)cbor_rd_array(&r);
	for (int i = 0; i < 3; i++)
		(void)cbor_rd_uint(&r);
	ck_fails(cbor_rd_finish(&r, "document", &err), OW_E_FORMAT);
	/* and so is one too few */
	cbor_rd_init(&r, doc, sizeof doc);
	(void)cbor_rd_array(&r);
	(void)cbor_rd_array(&r);
	ck_fails(cbor_rd_finish(&r, "document", &err), OW_E_FORMAT);
}
END_TEST

START_TEST(the_writer_gives_shortest_heads)
{
	static const uint64_t values[] = {0,     23,    24,         255,        256,
					  65535, 65536, 4294967295, 4294967296, UINT64_MAX};

	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		OW_AUTO(buf_done) struct buf b = {0};
		struct cbor_rd r;

		cbor_wr_uint(&b, values[i]);
		cbor_rd_init(&r, b.p, b.n);
		ck_assert_uint_eq(cbor_rd_uint(&r), values[i]);
		ck_ok(cbor_rd_finish(&r, "number", &err));
	}
}
END_TEST

SUITE_MAIN("codec/cbor", what_is_deterministic_is_accepted, attack_B17_keys_given_twice,
	   attack_B18_every_other_encoding, attack_B19_bytes_after_the_end,
	   attack_B20_an_array_head_that_lies, attack_B21_counts_and_lengths_that_wrap,
	   attack_B22_nested_too_deep, attack_B23_texts_that_are_not_utf8,
	   attack_B26_a_digest_has_32_bytes, lists_are_left_by_hearing_no,
	   the_writer_gives_shortest_heads)
