/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <sodium.h>

#include "base/hex.h"
#include "codec/sign.h"
#include "support/support.h"

static void unhex(const char *text, uint8_t *out)
{
	ck_assert(hex_decode(text, strlen(text), out));
}

START_TEST(ed25519_gives_the_answers_of_rfc_8032)
{
	struct ow_error err = {0};
	uint8_t seed[SIGN_SEED], pk[SIGN_PUBLIC], want_pk[SIGN_PUBLIC], sig[SIGN_BYTES],
	    want[SIGN_BYTES];

	/* RFC 8032 §7.1, TEST 2 */
	unhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", seed);
	unhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", want_pk);
	unhex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
	      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
	      want);
	ck_ok(sign_public(seed, pk, &err));
	ck_assert_mem_eq(pk, want_pk, sizeof pk);
	ck_ok(sign_make(seed, "\x72", 1, sig, &err));
	ck_assert_mem_eq(sig, want, sizeof sig);
	ck_assert(sign_check(pk, "\x72", 1, sig));
	ck_assert(!sign_check(pk, "\x73", 1, sig));
	ck_assert(sign_public_ok(pk));
}
END_TEST

START_TEST(prehash_is_blake2b_512)
{
	uint8_t got[SIGN_PREHASH], want[SIGN_PREHASH];

	/* RFC 7693, Appendix A */
	unhex("ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
	      "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
	      want);
	sign_prehash("abc", 3, got);
	ck_assert_mem_eq(got, want, sizeof got);
}
END_TEST

/* The points of order 1, 2, 4 and 8, and what encodes them although it should not. */
static const char *const small_order[] = {
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    /* y = p and y = p + 1: other spellings of 0 and 1 */
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

START_TEST(attack_B06_small_order_and_non_canonical_keys_verify_nothing)
{
	struct ow_error err = {0};
	uint8_t s[32], sig[SIGN_BYTES], pk[SIGN_PUBLIC];

	ck_ok(random_fill(s, sizeof s, &err));
	crypto_core_ed25519_scalar_random(s);
	/* R = sB, S = s: with a key of order 1 this satisfies the equation for every message */
	ck_assert_int_eq(crypto_scalarmult_ed25519_base_noclamp(sig, s), 0);
	memcpy(sig + 32, s, 32);
	for (size_t i = 0; i < sizeof small_order / sizeof small_order[0]; i++) {
		unhex(small_order[i], pk);
		ck_assert_msg(!sign_check(pk, "any", 3, sig), "%s", small_order[i]);
		ck_assert_msg(!sign_public_ok(pk), "%s", small_order[i]);
	}
}
END_TEST

START_TEST(attack_B06_signature_with_small_order_r_or_large_s_is_refused)
{
	/* the group order, RFC 8032 §5.1 */
	static const char order[] =
	    "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
	struct ow_error err = {0};
	OW_AUTO(secret_free) uint8_t *seed = secret_new(SIGN_SEED, &err);
	uint8_t pk[SIGN_PUBLIC], sig[SIGN_BYTES], bad[SIGN_BYTES], l[32];
	unsigned carry = 0;

	ck_ok(sign_seed_new(seed, pk, &err));
	ck_ok(sign_make(seed, "any", 3, sig, &err));
	ck_assert(sign_check(pk, "any", 3, sig));
	memcpy(bad, sig, sizeof bad);
	unhex(order, l);
	for (unsigned i = 0; i < 32; i++) {
		carry += (unsigned)sig[32 + i] + l[i];
		bad[32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	ck_assert(!sign_check(pk, "any", 3, bad));
	for (size_t i = 0; i < sizeof small_order / sizeof small_order[0]; i++) {
		memcpy(bad, sig, sizeof bad);
		unhex(small_order[i], bad);
		ck_assert_msg(!sign_check(pk, "any", 3, bad), "%s", small_order[i]);
	}
}
END_TEST

START_TEST(base64_has_one_spelling)
{
	static const char *const bad[] = {
	    "", "AAE", "AAE =", " AAE=", "AAE=\n", "AAE==", "AAF=", "AA-=", "AAE*", "AAEC", "AA==",
	};
	uint8_t out[2];
	char text[BASE64_TEXT(2)];

	base64_encode((const uint8_t *)"\0\1", 2, text);
	ck_assert_str_eq(text, "AAE=");
	ck_assert(base64_decode("AAE=", 4, out, 2));
	ck_assert_mem_eq(out, "\0\1", 2);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(!base64_decode(bad[i], strlen(bad[i]), out, 2), "%s", bad[i]);
}
END_TEST

START_TEST(box_opens_for_its_passphrase_and_header_alone)
{
	struct box_lock lock = {.cost = {.passes = BOX_PASSES_MIN, .mem_kib = BOX_MEM_KIB_MIN}};
	struct ow_view pass = {.p = (const uint8_t *)"pass", .n = 4};
	struct ow_view other = {.p = (const uint8_t *)"Pass", .n = 4};
	struct ow_view secret = {.p = (const uint8_t *)"0123456789abcdef", .n = 16};
	struct ow_error err = {0};
	uint8_t box[16 + BOX_TAG], out[16];
	struct ow_view sealed = {.p = box, .n = sizeof box};

	ck_ok(random_fill(lock.salt, sizeof lock.salt, &err));
	ck_ok(random_fill(lock.nonce, sizeof lock.nonce, &err));
	ck_ok(box_seal(&lock, pass, pass, secret, box, &err));
	ck_ok(box_open(&lock, pass, pass, sealed, out, &err));
	ck_assert_mem_eq(out, secret.p, sizeof out);
	ck_fails(box_open(&lock, other, pass, sealed, out, &err), OW_E_TRUST);
	ck_fails(box_open(&lock, pass, other, sealed, out, &err), OW_E_TRUST);
	lock.cost.passes++;
	ck_fails(box_open(&lock, pass, pass, sealed, out, &err), OW_E_TRUST);
}
END_TEST

START_TEST(costs_are_bounded_on_both_sides)
{
	static const struct {
		uint64_t passes, mem_kib;
		bool ok;
	} cases[] = {
	    {BOX_PASSES_MIN, BOX_MEM_KIB_MIN, true},
	    {BOX_PASSES_MAX, BOX_MEM_KIB_MAX, true},
	    {BOX_PASSES_MIN - 1, BOX_MEM_KIB_MIN, false},
	    {BOX_PASSES_MIN, BOX_MEM_KIB_MIN - 1, false},
	    {BOX_PASSES_MAX + 1, BOX_MEM_KIB_MIN, false},
	    {BOX_PASSES_MIN, BOX_MEM_KIB_MAX + 1, false},
	    {1ULL << 31, BOX_MEM_KIB_MIN, false},
	    {BOX_PASSES_MIN, 1ULL << 54, false},
	};
	struct box_cost cost = box_cost_default();

	ck_assert(box_cost_ok(&cost));
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		cost = (struct box_cost){.passes = cases[i].passes, .mem_kib = cases[i].mem_kib};
		ck_assert_msg(box_cost_ok(&cost) == cases[i].ok, "case %zu", i);
	}
}
END_TEST

SUITE_MAIN("codec/sign", ed25519_gives_the_answers_of_rfc_8032, prehash_is_blake2b_512,
	   attack_B06_small_order_and_non_canonical_keys_verify_nothing,
	   attack_B06_signature_with_small_order_r_or_large_s_is_refused, base64_has_one_spelling,
	   box_opens_for_its_passphrase_and_header_alone, costs_are_bounded_on_both_sides)
