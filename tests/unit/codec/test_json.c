/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "codec/json.h"
#include "support/support.h"

static const char *written(const struct json_doc *doc, struct buf *out)
{
	struct ow_error err;

	buf_clear(out);
	ck_ok(json_write(doc, out, &err));
	return buf_str(out);
}

START_TEST(members_stand_in_the_order_they_were_put)
{
	struct ow_error err = {0};
	OW_AUTO(json_free) struct json_doc *doc = json_new(&err);
	OW_AUTO(buf_done) struct buf out = {0};
	struct ow_id id = {{0xab}};
	struct json list, item;

	json_put_text(json_root(doc), "z", "last first");
	json_put_u64(json_root(doc), "n", INT64_MAX);
	json_put_i64(json_root(doc), "m", -1);
	json_put_bool(json_root(doc), "b", true);
	json_put_text(json_root(doc), "none", NULL);
	list = json_put_list(json_root(doc), "list");
	json_put_real(list, NULL, 0.5);
	item = json_put_object(list, NULL);
	json_put_id(item, "id", &id);
	json_put_view(item, "v", (struct ow_view){.p = (const uint8_t *)"abc", .n = 2});
	json_put_view(item, "empty", (struct ow_view){0});
	ck_assert_str_eq(
	    written(doc, &out),
	    "{\"z\":\"last "
	    "first\",\"n\":9223372036854775807,\"m\":-1,\"b\":true,\"none\":null,\"list\":[0.5,"
	    "{\"id\":\"sha256:ab00000000000000000000000000000000000000000000000000000000000000\","
	    "\"v\":\"ab\",\"empty\":\"\"}]}\n");
}
END_TEST

/* What must not reach a terminal leaves as \u, and bytes that are no text are shown. */
START_TEST(attack_J06_hidden_characters_are_escaped)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {"\033[31m", "\\u001B[31m"}, {"\xc2\x9b", "\\u009B"},
	    {"\r\b", "\\r\\b"},          {"\xe2\x80\xae", "\\u202E"},
	    {"\xe2\x81\xa6", "\\u2066"}, {"\xe2\x80\x8b", "\\u200B"},
	    {"\xef\xbb\xbf", "\\uFEFF"}, {"\xf3\xa0\x81\x81", "\\uDB40\\uDC41"},
	    {"a\xff", "a\\\\xff"},       {"\xed\xa0\x80", "\\\\xed\\\\xa0\\\\x80"},
	};
	OW_AUTO(buf_done) struct buf out = {0};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct ow_error err = {0};
		OW_AUTO(json_free) struct json_doc *doc = json_new(&err);
		char want[80];

		json_put_text(json_root(doc), "t", cases[i].in);
		(void)snprintf(want, sizeof want, "{\"t\":\"%s\"}\n", cases[i].out);
		ck_assert_str_eq(written(doc, &out), want);
	}
}
END_TEST

START_TEST(a_failure_on_the_way_is_told_at_the_end)
{
	struct ow_error err = {0};
	OW_AUTO(json_free) struct json_doc *doc = json_new(&err);
	OW_AUTO(buf_done) struct buf out = {0};

	json_put_u64(json_root(doc), "too large", (uint64_t)INT64_MAX + 1);
	json_put_text(json_root(doc), "after", "it");
	ck_fails(json_write(doc, &out, &err), OW_E_IO);
}
END_TEST

START_TEST(a_handle_of_zeros_keeps_nothing)
{
	struct json none = {0}, list = json_put_list(none, "list");

	json_put_text(list, NULL, "a");
	json_put_u64(json_put_object(none, "o"), "n", 1);
	ck_assert_ptr_null(list.at);
	ck_assert_ptr_null(list.doc);
}
END_TEST

static int collect(void *ctx, const char *key, const struct json_t *value, struct ow_error *err)
{
	(void)value;
	(void)err;
	buf_text(ctx, key);
	return 0;
}

START_TEST(values_are_read)
{
	static const char text[] = "{\"b\": {\"dtype\": \"F16\"}, \"a\": [1, true, -1, 1.0]}";
	OW_AUTO(json_done) struct json_t *root = NULL;
	OW_AUTO(buf_done) struct buf keys = {0};
	struct ow_error err;
	const struct json_t *a;
	uint64_t n = 0;
	double d = 0;
	bool yes = false;

	ck_ok(json_parse(text, strlen(text), 2, &root, &err));
	ck_assert(json_is_map(root));
	ck_assert_uint_eq(json_count(root), 2);
	ck_assert_str_eq(json_text(json_get(json_get(root, "b"), "dtype")), "F16");
	a = json_get(root, "a");
	ck_assert(json_is_list(a));
	ck_assert_uint_eq(json_count(a), 4);
	ck_assert(json_u64(json_item(a, 0), &n) && n == 1);
	ck_assert(json_bool(json_item(a, 1), &yes) && yes);
	ck_assert(!json_u64(json_item(a, 2), &n));
	ck_assert(!json_u64(json_item(a, 3), &n));
	ck_assert(!json_u64(json_item(a, 4), &n));
	ck_assert(json_number(json_item(a, 2), &d) && d < 0);
	ck_assert(json_number(json_item(a, 3), &d) && d > 0.5);
	ck_assert(!json_number(json_item(a, 1), &d) && !json_number(NULL, &d));
	ck_assert_ptr_null(json_get(root, "c"));
	ck_assert_ptr_null(json_text(a));
	ck_ok(json_each(root, collect, &keys, &err));
	ck_assert_str_eq(buf_str(&keys), "ba");
}
END_TEST

START_TEST(what_is_not_strict_is_refused)
{
	static const char *const texts[] = {
	    "",
	    " ",
	    "1",
	    "{",
	    "{\"a\":1,\"a\":2}",
	    "{\"a\":1}x",
	    "{\"a\":1,}",
	    "{a:1}",
	    "[\"\\u0000\"]",
	    "[\"\xff\"]",
	    "[\"\xed\xa0\x80\"]",
	    "[18446744073709551616]",
	    "[NaN]",
	    "[01]",
	    "[\"a\nb\"]",
	    "[1e999]",
	};
	struct ow_error err;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct json_t *root = NULL;

		ck_fails(json_parse(texts[i], strlen(texts[i]), 8, &root, &err), OW_E_FORMAT);
		ck_assert_ptr_null(root);
	}
}
END_TEST

START_TEST(depth_is_bounded_and_brackets_in_texts_do_not_count)
{
	static const char deep[] = "[[[\"[[[\\\"[[\\\\\"]]]";
	struct json_t *root = NULL;
	struct ow_error err;

	ck_ok(json_parse(deep, strlen(deep), 3, &root, &err));
	json_done(root);
	ck_fails(json_parse(deep, strlen(deep), 2, &root, &err), OW_E_FORMAT);
	ck_assert_str_eq(err.text, "JSON: more than 2 levels at byte 2");
	ck_fails(json_parse("[\"\\\\\",[[", 8, 2, &root, &err), OW_E_FORMAT);
}
END_TEST

/* A list of k numbers; returns its length. */
static size_t numbers(char *text, size_t k)
{
	text[0] = '[';
	for (size_t i = 0; i < k; i++)
		memcpy(text + 1 + 2 * i, "1,", 2);
	text[2 * k] = ']';
	return 2 * k + 1;
}

START_TEST(the_number_of_values_is_bounded)
{
	char *text = malloc(2 * JSON_VALUES_MAX + 1);
	OW_AUTO(json_done) struct json_t *root = NULL;
	struct json_t *none = NULL;
	struct ow_error err;

	ck_assert_ptr_nonnull(text);
	ck_ok(json_parse(text, numbers(text, JSON_VALUES_MAX - 1), 2, &root,
			 &err)); /* the list itself is one */
	ck_assert_uint_eq(json_count(root), JSON_VALUES_MAX - 1);
	ck_fails(json_parse(text, numbers(text, JSON_VALUES_MAX), 2, &none, &err), OW_E_FORMAT);
	free(text);
}
END_TEST

/* A cut document never parses; a flipped one parses or does not, and nothing else happens. */
static bool cut(void *ctx, const uint8_t *p, size_t n)
{
	struct ow_error err = {0};
	struct json_t *root = NULL;
	bool refused = json_parse(p, n, 8, &root, &err) < 0;

	json_done(root);
	return refused || ctx != NULL;
}

START_TEST(every_truncation_is_refused_and_every_flip_survived)
{
	static const char text[] = "{\"__metadata__\":{\"format\":\"pt\"},\"w\":{\"shape\":[2,3],"
				   "\"x\":[\"\\u00e9\",null]}}";
	int flips = 0;

	sweep_truncations((const uint8_t *)text, strlen(text), cut, NULL);
	sweep_flips((const uint8_t *)text, strlen(text), cut, &flips);
}
END_TEST

SUITE_MAIN("codec/json", members_stand_in_the_order_they_were_put,
	   attack_J06_hidden_characters_are_escaped, a_failure_on_the_way_is_told_at_the_end,
	   a_handle_of_zeros_keeps_nothing, values_are_read, what_is_not_strict_is_refused,
	   depth_is_bounded_and_brackets_in_texts_do_not_count, the_number_of_values_is_bounded,
	   every_truncation_is_refused_and_every_flip_survived)
