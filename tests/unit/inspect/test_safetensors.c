/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "inspect/safetensors.h"
#include "support/support.h"

static void put_u64(struct buf *b, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		buf_add(b, &(uint8_t){(uint8_t)(v >> 8 * i)}, 1);
}

/* A file of this header and so many bytes of data. */
static void make(struct buf *b, const char *json, size_t n_data)
{
	buf_clear(b);
	put_u64(b, strlen(json));
	buf_text(b, json);
	for (size_t i = 0; i < n_data; i++)
		buf_add(b, "d", 1);
}

static int parse(const void *p, size_t n, struct safetensors *st, struct ow_error *err)
{
	struct ow_view v = {.p = p, .n = n};
	struct inspect_src src = inspect_memory(&v);

	return safetensors_read(&src, st, err);
}

static void refused(const struct buf *b, const char *what)
{
	struct ow_error err = {0};
	struct safetensors st = {0};

	if (parse(b->p, b->n, &st, &err) >= 0)
		ck_abort_msg("accepted: %.200s", what);
	ck_assert_msg(err.code == OW_E_FORMAT, "%.200s: %s", what, err.text);
}

static void all_refused(const char *const *headers, size_t n, size_t n_data)
{
	OW_AUTO(buf_done) struct buf b = {0};

	for (size_t i = 0; i < n; i++) {
		make(&b, headers[i], n_data);
		refused(&b, headers[i]);
	}
}

#define GOOD                                                                                       \
	"{\"__metadata__\":{\"format\":\"pt\",\"n\":\"2\"},"                                       \
	"\"b\":{\"dtype\":\"BF16\",\"shape\":[2,3],\"data_offsets\":[4,16]},"                      \
	"\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}   "

static int count_texts(void *ctx, const char *key, const char *text, struct ow_error *err)
{
	(void)err;
	ck_assert_ptr_nonnull(key);
	ck_assert_ptr_nonnull(text);
	++*(int *)ctx;
	return 0;
}

START_TEST(good_file_is_read)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(safetensors_done) struct safetensors st = {0};
	struct ow_error err;
	int texts = 0;

	make(&b, GOOD, 16);
	ck_ok(parse(b.p, b.n, &st, &err));
	ck_assert_uint_eq(st.n_tensors, 2);
	ck_assert_str_eq(st.tensors[0].name, "a");
	ck_assert_uint_eq(st.tensors[0].count, 1);
	ck_assert_uint_eq(st.tensors[0].off, st.data);
	ck_assert_str_eq(st.tensors[1].dtype, "BF16");
	ck_assert_uint_eq(st.tensors[1].off, st.data + 4);
	ck_assert_uint_eq(st.tensors[1].size, 12);
	ck_ok(safetensors_metadata(&st, count_texts, &texts, &err));
	ck_assert_int_eq(texts, 2);
}
END_TEST

START_TEST(attack_F23_header_lengths_that_lie)
{
	static const uint64_t lengths[] = {
	    0, 7, 100000001, 1000, UINT64_MAX, 1ULL << 63, SAFETENSORS_HEADER_MAX + 1};
	OW_AUTO(buf_done) struct buf b = {0};

	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		make(&b, GOOD, 16);
		memcpy(b.p, &lengths[i], 8);
		refused(&b, "length");
	}
	buf_clear(&b);
	buf_add(&b, "1234567", 7);
	refused(&b, "seven bytes");
}
END_TEST

START_TEST(attack_F24_what_stands_around_the_json)
{
	static const char *const bad[] = {
	    " {}",
	    "\xef\xbb\xbf{}",
	    "{}\n",
	    "{}x",
	    "{} \t",
	    "[]",
	    "",
	    "{",
	    "{}{}",
	    "null",
	    "{\"__metadata__\":{\"a\":\"\\u0000\"}}",
	};
	OW_AUTO(buf_done) struct buf b = {0};

	all_refused(bad, sizeof bad / sizeof bad[0], 0);
	make(&b, "{}", 0);
	buf_add(&b, "", 1);
	b.p[0] = 3; /* a NUL inside the header */
	refused(&b, "NUL");
}
END_TEST

START_TEST(attack_F25_names_twice)
{
	static const char *const bad[] = {
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
	    "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"data_offsets\":[0,1]}"
	    "}",
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
	    "\"\\u0061\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[1,1]}}",
	};

	all_refused(bad, sizeof bad / sizeof bad[0], 1);
}
END_TEST

START_TEST(attack_F26_places)
{
	static const char *const bad[] = {
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[0,5]},"
	    "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}",
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]},"
	    "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}",
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[7],\"data_offsets\":[1,8]}}",
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[7],\"data_offsets\":[0,7]}}",
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[0,9]}}",
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[8,0]}}",
	    "{}",
	};

	all_refused(bad, sizeof bad / sizeof bad[0], 8);
}
END_TEST

START_TEST(attack_F27_shapes_and_numbers)
{
	static const char *const bad[] = {
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296,1],\"data_offsets\":[0,8]}}",
	    "{\"a\":{\"dtype\":\"F64\",\"shape\":[2305843009213693953],\"data_offsets\":[0,8]}}",
	    "{\"a\":{\"dtype\":\"F32\",\"shape\":[8],\"data_offsets\":[0,8]}}",
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[-8],\"data_offsets\":[0,8]}}",
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[8.0],\"data_offsets\":[0,8]}}",
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[8e0],\"data_offsets\":[0,8]}}",
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[08],\"data_offsets\":[0,8]}}",
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[\"8\"],\"data_offsets\":[0,8]}}",
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":8,\"data_offsets\":[0,8]}}",
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8,8]}}",
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,1e1]}}",
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[8]}}",
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8],\"x\":1}}",
	    "{\"a\":[0,8]}",
	    "{\"a\":{\"dtype\":\"U8\",\"shape\":[0,4294967296,4294967296],\"data_offsets\":[0,0]}}",
	};

	all_refused(bad, sizeof bad / sizeof bad[0], 8);
}
END_TEST

START_TEST(attack_F28_empty_tensors_may_share_a_place)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(safetensors_done) struct safetensors st = {0};
	struct ow_error err;

	make(&b,
	     "{\"z\":{\"dtype\":\"U8\",\"shape\":[0,3],\"data_offsets\":[4,4]},"
	     "\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
	     "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}",
	     8);
	ck_ok(parse(b.p, b.n, &st, &err));
	ck_assert_uint_eq(st.n_empty, 1);
	make(&b,
	     "{\"z\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[2,2]},"
	     "\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}",
	     8);
	refused(&b, "an empty tensor inside another");
}
END_TEST

START_TEST(attack_F29_dtypes)
{
	static const char *const bad[] = {
	    "{\"a\":{\"dtype\":\"U9\",\"shape\":[8],\"data_offsets\":[0,8]}}",
	    "{\"a\":{\"dtype\":\"u8\",\"shape\":[8],\"data_offsets\":[0,8]}}",
	    "{\"a\":{\"dtype\":1,\"shape\":[8],\"data_offsets\":[0,8]}}",
	    "{\"a\":{\"dtype\":\"F4\",\"shape\":[15],\"data_offsets\":[0,8]}}",
	    "{\"a\":{\"dtype\":\"F6_E2M3\",\"shape\":[11],\"data_offsets\":[0,8]}}",
	};
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(safetensors_done) struct safetensors st = {0};
	struct ow_error err;

	all_refused(bad, sizeof bad / sizeof bad[0], 8);
	make(&b, "{\"a\":{\"dtype\":\"F4\",\"shape\":[16],\"data_offsets\":[0,8]}}", 8);
	ck_ok(parse(b.p, b.n, &st, &err));
}
END_TEST

START_TEST(attack_F30_metadata)
{
	static const char *const bad[] = {
	    "{\"__metadata__\":{\"a\":1}}",    "{\"__metadata__\":{\"a\":{\"b\":\"c\"}}}",
	    "{\"__metadata__\":{\"a\":null}}", "{\"__metadata__\":[\"a\"]}",
	    "{\"__metadata__\":\"a\"}",
	};
	OW_AUTO(buf_done) struct buf b = {0};
	uint8_t *big;

	all_refused(bad, sizeof bad / sizeof bad[0], 0);
	put_u64(&b, 50 * MIB);
	big = buf_room(&b, 50 * MIB);
	ck_assert_ptr_nonnull(big);
	memset(big, 'x', 50 * MIB);
	memcpy(big, "{\"__metadata__\":{\"a\":\"", 22);
	memcpy(big + 50 * MIB - 3, "\"}}", 3);
	refused(&b, "50 MiB of metadata");
}
END_TEST

START_TEST(attack_F31_depth_count_and_digits)
{
	OW_AUTO(buf_done) struct buf text = {0};
	OW_AUTO(buf_done) struct buf b = {0};

	buf_text(&text, "{\"a\":");
	for (int i = 0; i < 100000; i++)
		buf_text(&text, "[");
	for (int i = 0; i < 100000; i++)
		buf_text(&text, "]");
	buf_text(&text, "}");
	make(&b, buf_str(&text), 0);
	refused(&b, "depth 10^5");
	buf_clear(&text);
	buf_text(&text, "{\"a\":{\"dtype\":\"U8\",\"shape\":[");
	for (int i = 0; i < 1000000; i++)
		buf_text(&text, "1");
	buf_text(&text, "],\"data_offsets\":[0,1]}}");
	make(&b, buf_str(&text), 1);
	refused(&b, "10^6 digits");
	buf_clear(&text);
	buf_text(&text, "{");
	for (int i = 0; i <= TENSORS_MAX; i++)
		buf_printf(&text,
			   "%s\"%d\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}",
			   i == 0 ? "" : ",", i);
	buf_text(&text, "}");
	make(&b, buf_str(&text), 0);
	refused(&b, "65,537 tensors");
}
END_TEST

static bool cut_is_refused(void *ctx, const uint8_t *p, size_t n)
{
	struct ow_error err = {0};
	struct safetensors st = {0};
	int r = parse(p, n, &st, &err);

	(void)ctx;
	safetensors_done(&st);
	return r == OW_E_FORMAT;
}

static bool flip_is_survived(void *ctx, const uint8_t *p, size_t n)
{
	struct ow_error err = {0};
	struct safetensors st = {0};
	bool ok = true;

	(void)ctx;
	if (parse(p, n, &st, &err) < 0)
		return err.code == OW_E_FORMAT;
	for (size_t i = 0; i < st.n_tensors; i++)
		ok = ok && st.tensors[i].off >= st.data &&
		     st.tensors[i].off + st.tensors[i].size <= n;
	safetensors_done(&st);
	return ok;
}

START_TEST(every_truncation_is_refused_and_every_flip_survived)
{
	OW_AUTO(buf_done) struct buf b = {0};

	make(&b, GOOD, 16);
	sweep_truncations(b.p, b.n, cut_is_refused, NULL);
	sweep_flips(b.p, b.n, flip_is_survived, NULL);
}
END_TEST

SUITE_MAIN("inspect/safetensors", good_file_is_read, attack_F23_header_lengths_that_lie,
	   attack_F24_what_stands_around_the_json, attack_F25_names_twice, attack_F26_places,
	   attack_F27_shapes_and_numbers, attack_F28_empty_tensors_may_share_a_place,
	   attack_F29_dtypes, attack_F30_metadata, attack_F31_depth_count_and_digits,
	   every_truncation_is_refused_and_every_flip_survived)
