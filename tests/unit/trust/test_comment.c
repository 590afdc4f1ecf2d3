/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "unit/trust/kit.h"

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char good[] =
    "owstore manifest v1 origin=acme stream=main seq=7 role=release sha256=" HEX64;

START_TEST(comment_is_read_and_written)
{
	struct ow_error err = {0};
	struct comment c;
	char again[COMMENT_TEXT];

	ck_ok(comment_parse(good, strlen(good), &c, &err));
	ck_assert_str_eq(c.type, "manifest");
	ck_assert_str_eq(c.origin, "acme");
	ck_assert_str_eq(c.stream, "main");
	ck_assert_uint_eq(c.seq, 7);
	ck_assert_int_eq(c.role, OW_ROLE_RELEASE);
	ck_ok(comment_format(&c, again, &err));
	ck_assert_str_eq(again, good);
}
END_TEST

START_TEST(longest_comment_fits)
{
	struct ow_error err = {0};
	struct comment c = {.seq = UINT64_MAX, .role = OW_ROLE_APPROVER}, again;
	char text[COMMENT_TEXT];

	memset(c.type, 't', sizeof c.type - 1);
	memset(c.origin, 'o', sizeof c.origin - 1);
	memset(c.stream, 's', sizeof c.stream - 1);
	ck_ok(comment_format(&c, text, &err));
	ck_ok(comment_parse(text, strlen(text), &again, &err));
	ck_assert_uint_eq(again.seq, UINT64_MAX);
}
END_TEST

START_TEST(anything_but_the_one_form_is_refused)
{
	static const char *const bad[] = {
	    "",
	    "timestamp:1795000000\tfile:MANIFEST.CBR\thashed",
	    "owstore manifest v2 origin=acme stream=main seq=7 role=release sha256=" HEX64,
	    "owstore  manifest v1 origin=acme stream=main seq=7 role=release sha256=" HEX64,
	    " owstore manifest v1 origin=acme stream=main seq=7 role=release sha256=" HEX64,
	    "owstore manifest v1 origin=acme stream=main seq=7 role=release sha256=" HEX64 " ",
	    "owstore manifest v1 origin=acme stream=main seq=7 role=release sha256=" HEX64 "0",
	    "owstore manifest v1 origin=acme stream=main seq=07 role=release sha256=" HEX64,
	    "owstore manifest v1 origin=acme stream=main seq=-1 role=release sha256=" HEX64,
	    "owstore manifest v1 origin=acme stream=main seq=18446744073709551616 role=release "
	    "sha256=" HEX64,
	    "owstore manifest v1 origin=acme stream=main seq= role=release sha256=" HEX64,
	    "owstore manifest v1 origin=Acme stream=main seq=7 role=release sha256=" HEX64,
	    "owstore manifest v1 origin=../x stream=main seq=7 role=release sha256=" HEX64,
	    "owstore manifest v1 origin=- stream=main seq=7 role=release sha256=" HEX64,
	    "owstore manifest v1 origin=acme stream=main seq=7 role=owner sha256=" HEX64,
	    "owstore manifest v1 stream=main origin=acme seq=7 role=release sha256=" HEX64,
	    "owstore -x v1 origin=acme stream=main seq=7 role=release sha256=" HEX64,
	};
	struct ow_error err = {0};
	struct comment c;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		err = (struct ow_error){0};
		ck_assert_msg(comment_parse(bad[i], strlen(bad[i]), &c, &err) == OW_E_TRUST, "%s",
			      bad[i]);
	}
	ck_fails(comment_parse(good, sizeof good, &c, &err), OW_E_TRUST); /* with its NUL */
}
END_TEST

START_TEST(attack_B26_digests_of_another_algorithm_length_or_case)
{
	static const char *const bad[] = {
	    "sha256=0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
	    "sha256=0123456789abcdef",
	    "sha256=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd",
	    "sha256=0x23456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
	    "md5=" HEX64,
	    "md5=0123456789abcdef0123456789abcdef",
	    "sha1=0123456789abcdef0123456789abcdef01234567",
	    "sha512=" HEX64 HEX64,
	    "SHA256=" HEX64,
	    "blake3=" HEX64,
	};
	struct comment c;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct ow_error err = {0};
		char text[COMMENT_TEXT];

		(void)snprintf(text, sizeof text,
			       "owstore manifest v1 origin=acme stream=main seq=7 role=release %s",
			       bad[i]);
		ck_assert_msg(comment_parse(text, strlen(text), &c, &err) == OW_E_TRUST, "%s",
			      text);
	}
}
END_TEST

static bool refused_or_canonical(void *ctx, const uint8_t *p, size_t n)
{
	struct ow_error err = {0};
	struct comment c;
	char again[COMMENT_TEXT];

	(void)ctx;
	if (comment_parse((const char *)p, n, &c, &err) < 0)
		return true;
	return comment_format(&c, again, &err) == 0 && strlen(again) == n &&
	       memcmp(again, p, n) == 0;
}

START_TEST(every_variant_is_refused_or_means_what_it_says)
{
	sweep_truncations((const uint8_t *)good, strlen(good), refused_or_canonical, NULL);
	sweep_flips((const uint8_t *)good, strlen(good), refused_or_canonical, NULL);
}
END_TEST

START_TEST(ids_and_roles_have_texts)
{
	static const uint8_t id[SIGN_KEY_ID] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
	char text[KEY_ID_TEXT];
	enum ow_role role;

	ck_assert_str_eq(key_id_text(id, text), "EFCDAB8967452301");
	for (unsigned i = 0; i < OW_ROLES; i++) {
		ck_assert(role_parse(role_name((enum ow_role)i), &role));
		ck_assert_uint_eq(role, i);
	}
	ck_assert(!role_parse("Root", &role));
	ck_assert(!role_parse("", &role));
}
END_TEST

SUITE_MAIN("trust/comment", comment_is_read_and_written, longest_comment_fits,
	   anything_but_the_one_form_is_refused,
	   attack_B26_digests_of_another_algorithm_length_or_case,
	   every_variant_is_refused_or_means_what_it_says, ids_and_roles_have_texts)
