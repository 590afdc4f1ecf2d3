/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <owstore/id.h>

#include "base/text.h"
#include "support/support.h"

START_TEST(escape_shows_what_a_terminal_must_not_see)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {"plain", "plain"},
	    {"a\nb", "a\\nb"},
	    {"a\033[31mb", "a\\u{1b}[31mb"},
	    {"back\\slash", "back\\\\slash"},
	    {"\xe2\x80\xaegpj.exe", "\\u{202e}gpj.exe"},
	    {"\xff\xfe", "\\xff\\xfe"},
	    {"\xc2\x9b", "\\u{9b}"},
	    {"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char out[64];

		text_escape(cases[i].in, strlen(cases[i].in), out, sizeof out);
		ck_assert_str_eq(out, cases[i].out);
	}
}
END_TEST

START_TEST(escape_cuts_at_whole_characters)
{
	char out[4];

	ck_assert_uint_eq(text_escape("ab\033", 3, out, sizeof out), 2);
	ck_assert_str_eq(out, "ab");
	ck_assert_uint_eq(text_escape("\xc3\xbc\xc3\xbc", 4, out, sizeof out), 2);
}
END_TEST

START_TEST(sizes_are_read_and_written)
{
	static const struct {
		const char *text;
		uint64_t value;
	} good[] = {{"0", 0},
		    {"4096", 4096},
		    {"2GiB", 2147483648},
		    {"25GB", 25000000000},
		    {"700M", 700000000},
		    {"1k", 1000}};
	static const char *const bad[] = {
	    "", "GB", "1.5GB", "-1", "1 GB", "18446744073709551616", "99999999T"};
	uint64_t v;
	char out[TEXT_SIZE];

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		ck_assert(text_parse_size(good[i].text, &v));
		ck_assert_uint_eq(v, good[i].value);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(!text_parse_size(bad[i], &v), "%s", bad[i]);
	ck_assert_str_eq(text_size(98362432, out), "98.4 MB");
	ck_assert_str_eq(text_size(999, out), "999 B");
	ck_assert_str_eq(text_size(999999, out), "1.00 MB");
}
END_TEST

START_TEST(ids_are_short_and_lower_case)
{
	ck_assert(text_is_id("site-b"));
	ck_assert(text_is_id("0.a_b"));
	ck_assert(!text_is_id(""));
	ck_assert(!text_is_id("-a"));
	ck_assert(!text_is_id("Site"));
	ck_assert(
	    !text_is_id("0123456789012345678901234567890123456789012345678901234567890123456"));
}
END_TEST

START_TEST(distance_counts_edits)
{
	ck_assert_uint_eq(text_distance("verify", "verify", 2), 0);
	ck_assert_uint_eq(text_distance("verfy", "verify", 2), 1);
	ck_assert_uint_eq(text_distance("export", "import", 2), 2);
	ck_assert_uint_eq(text_distance("add", "verify", 2), 3);
}
END_TEST

START_TEST(texts_are_ordered_by_their_bytes)
{
	const char *names[] = {"b", "B", "\xc3\xbc", "a", ""};
	char rows[][4] = {"b", "B", "\xc3\xbc", "a", ""};
	static const char *const want[] = {"", "B", "a", "b", "\xc3\xbc"};

	qsort(names, 5, sizeof names[0], text_order);
	qsort(rows, 5, sizeof rows[0], text_order_rows);
	for (size_t i = 0; i < 5; i++) {
		ck_assert_str_eq(names[i], want[i]);
		ck_assert_str_eq(rows[i], want[i]);
	}
}
END_TEST

#define HEX63 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde"

START_TEST(attack_B26_ids_are_lower_case_sha256)
{
	static const char *const bad[] = {
	    "",
	    HEX63,
	    HEX63 "ff",
	    HEX63 "F",
	    "sha256:" HEX63 "F",
	    "SHA256:" HEX63 "f",
	    "md5:" HEX63 "f",
	    "sha1:" HEX63 "f",
	    "sha256:",
	    " " HEX63,
	    "sha256: " HEX63,
	    "0x" HEX63,
	};
	struct ow_id id;

	ck_assert(ow_id_parse(HEX63 "f", &id));
	ck_assert(ow_id_parse("sha256:" HEX63 "f", &id));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(!ow_id_parse(bad[i], &id), "%s", bad[i]);
}
END_TEST

SUITE_MAIN("base/text", escape_shows_what_a_terminal_must_not_see, escape_cuts_at_whole_characters,
	   sizes_are_read_and_written, ids_are_short_and_lower_case, distance_counts_edits,
	   texts_are_ordered_by_their_bytes, attack_B26_ids_are_lower_case_sha256)
