/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every path against the published vectors, and the kernels of this CPU against EVP.
 */
#include <string.h>

#include <owstore/id.h>

#include "codec/digest.h"
#include "codec/digest_kernels.h"
#include "support/support.h"

/* EVP, the kernels, the kernels with the wide one (skipped where the CPU has none). */
enum {
	N_PATHS = 3
};

static bool path_at(int i, const struct digest_kernels **out)
{
	*out = i == 0 ? NULL : i == 1 ? digest_shani() : digest_wide();
	return i == 0 || *out != NULL;
}

static void ck_digest(struct digest *d, const struct ow_id *want)
{
	struct ow_error err;
	struct ow_id got;

	ck_ok(digest_final(d, &got, &err));
	ck_assert_mem_eq(got.b, want->b, sizeof got.b);
}

/* What EVP says, all at once. */
static struct ow_id reference(const uint8_t *p, size_t n)
{
	struct ow_error err;
	struct digest d;
	struct ow_id id;

	digest_init_by(&d, NULL);
	digest_update(&d, p, n);
	ck_ok(digest_final(&d, &id, &err));
	return id;
}

START_TEST(published_vectors_on_every_path)
{
	/* FIPS 180-4 example computations, NIST */
	static const struct {
		const char *text, *digest;
		unsigned times;
	} vectors[] = {
	    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 1},
	    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 1},
	    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", 1},
	    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmno"
	     "pqr"
	     "lmnopqrsmnopqrstnopqrstu",
	     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1", 1},
	    {"a", "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", 1000000},
	};

	for (int path = 0; path < N_PATHS; path++) {
		const struct digest_kernels *k;

		for (size_t i = 0; path_at(path, &k) && i < sizeof vectors / sizeof vectors[0];
		     i++) {
			struct digest d;
			struct ow_id want;

			digest_init_by(&d, k);
			for (unsigned t = 0; t < vectors[i].times; t++)
				digest_update(&d, vectors[i].text, strlen(vectors[i].text));
			ck_assert(ow_id_parse(vectors[i].digest, &want));
			ck_digest(&d, &want);
		}
	}
}
END_TEST

START_TEST(every_length_up_to_300_agrees_with_evp)
{
	const struct digest_kernels *k = digest_shani();
	uint8_t m[300];
	uint64_t seed = 1;

	rnd_fill(&seed, m, sizeof m);
	for (size_t n = 0; k != NULL && n <= sizeof m; n++) {
		struct ow_id want = reference(m, n);
		struct digest d;

		digest_init_by(&d, k);
		digest_update(&d, m, n);
		ck_digest(&d, &want);
		digest_init_by(&d, k); /* and byte by byte */
		for (size_t i = 0; i < n; i++)
			digest_update(&d, m + i, 1);
		ck_digest(&d, &want);
	}
}
END_TEST

START_TEST(random_splits_agree_with_evp)
{
	const struct digest_kernels *k = digest_shani();
	static uint8_t m[20000];
	uint64_t seed = 2;

	rnd_fill(&seed, m, sizeof m);
	for (int round = 0; k != NULL && round < 200; round++) {
		size_t from = rnd(&seed) % 64, n = rnd(&seed) % (sizeof m - from);
		struct ow_id want = reference(m + from, n);
		struct digest d;

		digest_init_by(&d, k);
		for (size_t at = 0; at < n;) {
			size_t take = rnd(&seed) % (round % 2 == 0 ? 200 : 5000);

			take = take > n - at ? n - at : take;
			digest_update(&d, m + from + at, take);
			at += take;
		}
		ck_digest(&d, &want);
	}
}
END_TEST

START_TEST(two_messages_in_every_pair_of_phases)
{
	static uint8_t ma[700], mb[700];
	uint64_t seed = 3;

	rnd_fill(&seed, ma, sizeof ma);
	rnd_fill(&seed, mb, sizeof mb);
	for (unsigned i = 0; i < N_PATHS * 64 * 64; i++) {
		size_t pa = i / N_PATHS / 64, pb = i / N_PATHS % 64,
		       n = rnd(&seed) % (sizeof ma - 64);
		struct ow_id want_a = reference(ma, pa + n), want_b = reference(mb, pb + n);
		const struct digest_kernels *k;
		struct digest a, b;

		if (!path_at((int)(i % N_PATHS), &k))
			continue;
		digest_init_by(&a, k);
		digest_init_by(&b, k);
		digest_update(&a, ma, pa);
		digest_update(&b, mb, pb);
		digest_update_many((struct digest *const[]){&a, &b},
				   (const uint8_t *const[]){ma + pa, mb + pb}, 2, n);
		ck_digest(&a, &want_a);
		ck_digest(&b, &want_b);
	}
}
END_TEST

START_TEST(up_to_sixteen_messages_in_any_phase)
{
	static uint8_t m[DIGEST_LANES][1300];
	uint64_t seed = 5;

	rnd_fill(&seed, m[0], sizeof m);
	for (unsigned i = 0; i < N_PATHS * DIGEST_LANES * 100; i++) {
		unsigned count = 1 + i / N_PATHS % DIGEST_LANES;
		size_t before[DIGEST_LANES], n = rnd(&seed) % (sizeof m[0] - 130);
		struct digest d[DIGEST_LANES], *to[DIGEST_LANES];
		const uint8_t *p[DIGEST_LANES];
		const struct digest_kernels *k;

		if (!path_at((int)(i % N_PATHS), &k))
			continue;
		for (unsigned j = 0; j < count; j++) {
			before[j] = rnd(&seed) % 2 * (rnd(&seed) % 130);
			to[j] = &d[j];
			p[j] = m[j] + before[j];
			digest_init_by(&d[j], k);
			digest_update(&d[j], m[j], before[j]);
		}
		digest_update_many(to, p, count, n);
		for (unsigned j = 0; j < count; j++) {
			struct ow_id want = reference(m[j], before[j] + n);

			ck_digest(&d[j], &want);
		}
	}
}
END_TEST

START_TEST(whole_and_part_in_every_phase)
{
	static uint8_t m[2000];
	uint64_t seed = 4;

	rnd_fill(&seed, m, sizeof m);
	for (unsigned i = 0; i < N_PATHS * 130 * 65; i++) {
		size_t from = i / N_PATHS % 130, before = i / N_PATHS / 130;
		size_t n = rnd(&seed) % (sizeof m - from - before);
		struct ow_id want_whole = reference(m, from + before + n);
		struct ow_id want_part = reference(m + from, before + n);
		const struct digest_kernels *k;
		struct digest whole, part;

		if (!path_at((int)(i % N_PATHS), &k))
			continue;
		digest_init_by(&whole, k);
		digest_init_by(&part, k);
		digest_update(&whole, m, from);
		digest_update_both(&whole, &part, m + from, before);
		digest_update_both(&whole, &part, m + from + before, n);
		ck_digest(&whole, &want_whole);
		ck_digest(&part, &want_part);
	}
}
END_TEST

START_TEST(different_backends_side_by_side)
{
	static const uint8_t m[300] = {1, 2, 3};
	struct ow_id want = reference(m, sizeof m);
	struct digest a, b;

	digest_init_by(&a, NULL);
	digest_init_by(&b, digest_shani());
	digest_update_many((struct digest *const[]){&a, &b}, (const uint8_t *const[]){m, m}, 2,
			   100);
	digest_update_both(&a, &b, m + 100, 200);
	ck_digest(&a, &want);
	ck_digest(&b, &want);
}
END_TEST

START_TEST(size_beyond_32_bits_of_bits)
{
	static uint8_t m[1 << 20];
	struct digest d;
	struct ow_id want;

	/* 576 MiB of zeros: more than 2^32 bits */
	ck_assert(
	    ow_id_parse("07081ab506eb0f2e10d0fdf35c376d456d74eaf2840ea3ea391f2cfe3295799c", &want));
	digest_init(&d);
	for (int i = 0; i < 576; i++)
		digest_update(&d, m, sizeof m);
	ck_digest(&d, &want);
}
END_TEST

START_TEST(a_dropped_digest_may_be_begun_again)
{
	const struct ow_id want = reference((const uint8_t *)"abc", 3);
	struct digest d;

	for (int path = 0; path < N_PATHS; path++) {
		const struct digest_kernels *k;

		if (!path_at(path, &k))
			continue;
		digest_init_by(&d, k);
		digest_update(&d, "xyz", 3);
		digest_drop(&d);
		digest_init_by(&d, k);
		digest_update(&d, "abc", 3);
		digest_update(&d, NULL, 0);
		ck_digest(&d, &want);
	}
}
END_TEST

START_TEST(selftest_passes_on_the_chosen_backend)
{
	struct ow_error err;

	ck_assert_int_eq(unsetenv("OWSTORE_SHA"), 0);
	ck_ok(digest_selftest(&err));
	ck_assert_str_eq(digest_backend(), digest_wide() != NULL    ? digest_wide()->name
					   : digest_shani() != NULL ? "sha-ni"
								    : "evp");
}
END_TEST

START_TEST(selftest_passes_on_evp)
{
	struct ow_error err;

	ck_assert_int_eq(setenv("OWSTORE_SHA", "evp", 1), 0);
	ck_ok(digest_selftest(&err));
	ck_assert_str_eq(digest_backend(), "evp");
}
END_TEST

START_TEST(attack_B27_wrong_backend_is_refused)
{
#ifdef OW_FAULTS
	struct ow_error err;

	ck_assert_int_eq(setenv("OWSTORE_SHA", "wrong", 1), 0);
	ck_fails(digest_selftest(&err), OW_E_INTERNAL);
	ck_assert_int_eq(ow_code_exit(err.code), 70);
	ck_assert_ptr_nonnull(strstr(err.text, "wrong digests"));
#endif
}
END_TEST

SUITE_MAIN("codec/digest", published_vectors_on_every_path, every_length_up_to_300_agrees_with_evp,
	   random_splits_agree_with_evp, two_messages_in_every_pair_of_phases,
	   up_to_sixteen_messages_in_any_phase, whole_and_part_in_every_phase,
	   different_backends_side_by_side, size_beyond_32_bits_of_bits,
	   a_dropped_digest_may_be_begun_again, selftest_passes_on_the_chosen_backend,
	   selftest_passes_on_evp, attack_B27_wrong_backend_is_refused)
