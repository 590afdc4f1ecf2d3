/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "codec/digest.h"
#include "unit/trust/kit.h"

static struct ow_id digest_of(const struct signed_doc *d)
{
	struct ow_error err = {0};
	struct ow_id id;

	ck_ok(digest_bytes(d->doc.p, d->doc.n, &id, &err));
	return id;
}

/* Old and new root keys, and the roots made with them. */
struct cast {
	struct secret_key *old1, *old2, *new1, *rel;
	struct root *one; /* version 1: old1, old2 with threshold 2 */
	struct root *two; /* version 2: old2, new1 with threshold 2 */
	struct ow_id anchor;
};

/* The version after `from`, whose document has this digest. */
static struct root *next_of(const struct root *from, const struct ow_id *prev)
{
	struct ow_error err = {0};
	struct root *r = NULL;

	ck_ok(root_copy(from, &r, &err));
	r->version++;
	r->has_prev = true;
	r->prev = *prev;
	return r;
}

static struct signed_doc doc_one(const struct cast *c)
{
	return kit_root_doc(c->one, (const struct secret_key *const[]){c->old1, c->old2, NULL});
}

static struct signed_doc doc_two(const struct cast *c)
{
	return kit_root_doc(c->two,
			    (const struct secret_key *const[]){c->old1, c->old2, c->new1, NULL});
}

static struct cast cast(void)
{
	struct ow_error err = {0};
	struct cast c = {
	    .old1 = kit_key("old1", OW_ROLE_ROOT),
	    .old2 = kit_key("old2", OW_ROLE_ROOT),
	    .new1 = kit_key("new1", OW_ROLE_ROOT),
	    .rel = kit_key("rel", OW_ROLE_RELEASE),
	};
	const struct secret_key *const keys[] = {c.old1, c.old2, c.rel, NULL};
	struct signed_doc one;

	c.one = kit_root(keys);
	c.one->role[OW_ROLE_ROOT].threshold = 2;
	one = doc_one(&c);
	c.anchor = digest_of(&one);
	signed_done(&one);
	c.two = next_of(c.one, &c.anchor);
	ck_ok(root_remove_key(c.two, "old1", &err));
	ck_ok(root_add_key(c.two, OW_ROLE_ROOT, "new1", secret_key_info(c.new1)->pk, &err));
	return c;
}

static void cast_done(struct cast *c)
{
	secret_key_free(c->old1);
	secret_key_free(c->old2);
	secret_key_free(c->new1);
	secret_key_free(c->rel);
	root_free(c->one);
	root_free(c->two);
}
OW_DEFINE_AUTO_DONE(struct cast, cast_done)

static struct chain begin(const struct cast *c)
{
	struct ow_error err = {0};
	struct signed_doc one = doc_one(c);
	struct chain chain = {0};

	ck_ok(chain_begin(&chain, &one, &c->anchor, &err));
	return chain;
}

/* Extend by one candidate; it is freed. */
static int extend(struct chain *chain, uint64_t version, struct signed_doc doc,
		  struct ow_error *err)
{
	struct chain_candidate k = {.version = version, .doc = doc};
	int r;

	*err = (struct ow_error){0};
	r = chain_extend(chain, &k, 1, NULL, err);
	signed_done(&k.doc);
	return r;
}

START_TEST(attack_A02_other_fingerprint_is_refused)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast();
	OW_AUTO(chain_done) struct chain chain = {0};
	OW_AUTO(signed_done) struct signed_doc one = doc_one(&c);
	struct ow_id other = c.anchor;

	other.b[31] ^= 1;
	ck_fails(chain_begin(&chain, &one, &other, &err), OW_E_TRUST);
	ck_ok(chain_begin(&chain, &one, &c.anchor, &err));
}
END_TEST

START_TEST(anchor_must_be_signed_by_its_own_keys)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast();
	OW_AUTO(chain_done) struct chain chain = {0};
	OW_AUTO(signed_done)
	struct signed_doc one =
	    kit_root_doc(c.one, (const struct secret_key *const[]){c.old1, NULL});

	ck_fails(chain_begin(&chain, &one, &c.anchor, &err), OW_E_TRUST);
	ck_assert_ptr_nonnull(strstr(err.text, "1 of the 2 root keys"));
}
END_TEST

START_TEST(attack_A04_chain_is_walked_to_its_end)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast();
	OW_AUTO(chain_done) struct chain chain = begin(&c);
	struct chain_candidate k[3] = {
	    {.version = 1, .doc = doc_one(&c)}, {.version = 2, .doc = doc_two(&c)}, {.version = 3}};
	struct ow_id two = digest_of(&k[1].doc);
	OW_AUTO(root_free) struct root *three = next_of(c.two, &two);

	k[2].doc = kit_root_doc(three, (const struct secret_key *const[]){c.old2, c.new1, NULL});
	ck_assert_int_eq(chain_extend(&chain, k, 3, NULL, &err), 2);
	ck_assert_uint_eq(chain_newest(&chain)->version, 3);
	ck_assert(!k[0].taken && k[1].taken && k[2].taken);
	signed_done(&k[0].doc);
}
END_TEST

START_TEST(attack_A05_root_signed_by_new_keys_alone_is_refused)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast();
	OW_AUTO(chain_done) struct chain chain = begin(&c);
	const struct secret_key *const signers[] = {c.old2, c.new1, NULL};

	ck_assert_int_eq(extend(&chain, 2, kit_root_doc(c.two, signers), &err), OW_E_TRUST);
	ck_assert_ptr_nonnull(strstr(err.text, "root version 1"));
	ck_assert_uint_eq(chain_newest(&chain)->version, 1);
}
END_TEST

START_TEST(attack_A06_root_signed_by_old_keys_alone_is_refused)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast();
	OW_AUTO(chain_done) struct chain chain = begin(&c);
	const struct secret_key *const signers[] = {c.old1, c.old2, NULL};

	ck_assert_int_eq(extend(&chain, 2, kit_root_doc(c.two, signers), &err), OW_E_TRUST);
	ck_assert_ptr_nonnull(strstr(err.text, "root version 2"));
	ck_assert_uint_eq(chain_newest(&chain)->version, 1);
}
END_TEST

START_TEST(attack_A07_missing_version_is_named)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast();
	OW_AUTO(chain_done) struct chain chain = begin(&c);
	OW_AUTO(root_free) struct root *three = next_of(c.two, &c.anchor);
	const struct secret_key *const signers[] = {c.old2, c.new1, NULL};

	ck_assert_int_eq(extend(&chain, 3, kit_root_doc(three, signers), &err), OW_E_TRUST);
	ck_assert_ptr_nonnull(strstr(err.text, "version 2 is missing"));
}
END_TEST

START_TEST(attack_A08_version_must_be_the_one_of_the_name)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast();
	OW_AUTO(chain_done) struct chain chain = begin(&c);
	const struct secret_key *const signers[] = {c.old1, c.old2, c.new1, NULL};

	c.two->version = 3;
	ck_assert_int_eq(extend(&chain, 2, kit_root_doc(c.two, signers), &err), OW_E_TRUST);
	ck_assert_ptr_nonnull(strstr(err.text, "holds root version 3, expected 2"));
	/* also where version 2 is known already */
	c.two->version = 2;
	ck_assert_int_eq(extend(&chain, 2, doc_two(&c), &err), 1);
	c.two->version = 3;
	ck_assert_int_eq(extend(&chain, 2, kit_root_doc(c.two, signers), &err), OW_E_TRUST);
	c.one->version = 2;
	c.one->has_prev = true;
	ck_assert_int_eq(extend(&chain, 1, kit_root_doc(c.one, signers), &err), OW_E_TRUST);
}
END_TEST

START_TEST(attack_A09_two_signed_roots_of_one_version_are_equivocation)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast();
	OW_AUTO(chain_done) struct chain chain = begin(&c);
	struct chain_candidate k = {.version = 2};
	const struct chain_candidate *odd = NULL;
	const struct secret_key *const all[] = {c.old1, c.old2, c.new1, NULL};
	struct ow_id first;

	ck_assert_int_eq(extend(&chain, 2, doc_two(&c), &err), 1);
	first = chain.link[1].digest;
	c.two->issued++;
	k.doc = kit_root_doc(c.two, all);
	ck_fails(chain_extend(&chain, &k, 1, &odd, &err), OW_E_STALE);
	ck_assert_ptr_eq(odd, &k);
	ck_assert(ow_id_equal(&chain.link[1].digest, &first));
	/* not signed well enough, it is only a wrong file */
	signed_done(&k.doc);
	odd = NULL;
	k.doc = kit_root_doc(c.two, (const struct secret_key *const[]){c.new1, NULL});
	ck_fails(chain_extend(&chain, &k, 1, &odd, &err), OW_E_TRUST);
	ck_assert_ptr_null(odd);
	signed_done(&k.doc);
	/* and the anchor's own version may be contradicted as well */
	c.one->issued++;
	k = (struct chain_candidate){.version = 1, .doc = doc_one(&c)};
	ck_fails(chain_extend(&chain, &k, 1, &odd, &err), OW_E_STALE);
	signed_done(&k.doc);
}
END_TEST

START_TEST(attack_A10_expired_intermediate_root_is_walked_over)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast();
	OW_AUTO(chain_done) struct chain chain = begin(&c);
	OW_AUTO(root_free) struct root *three = NULL;

	c.two->not_after = 1; /* 1970 */
	ck_assert_int_eq(extend(&chain, 2, doc_two(&c), &err), 1);
	three = next_of(c.two, &chain.link[1].digest);
	three->not_after = 0;
	ck_assert_int_eq(
	    extend(&chain, 3,
		   kit_root_doc(three, (const struct secret_key *const[]){c.old2, c.new1, NULL}),
		   &err),
	    1);
}
END_TEST

START_TEST(step_must_name_its_predecessor_origin_and_epoch)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast();
	OW_AUTO(chain_done) struct chain chain = begin(&c);

	c.two->prev.b[0] ^= 1;
	ck_assert_int_eq(extend(&chain, 2, doc_two(&c), &err), OW_E_TRUST);
	ck_assert_ptr_nonnull(strstr(err.text, "follows version 1"));
	c.two->prev.b[0] ^= 1;
	text_copy(c.two->origin, sizeof c.two->origin, "umbrella");
	ck_assert_int_eq(extend(&chain, 2, doc_two(&c), &err), OW_E_TRUST);
	text_copy(c.two->origin, sizeof c.two->origin, "acme");
	ck_assert_int_eq(extend(&chain, 2, doc_two(&c), &err), 1);
	c.one->epoch = 5; /* as if the first had been further on */
	chain_done(&chain);
	{
		OW_AUTO(signed_done) struct signed_doc one = doc_one(&c);
		struct ow_id anchor = digest_of(&one);

		ck_ok(chain_begin(&chain, &one, &anchor, &err));
		c.two->prev = anchor;
	}
	ck_assert_int_eq(extend(&chain, 2, doc_two(&c), &err), OW_E_TRUST);
	ck_assert_ptr_nonnull(strstr(err.text, "epoch 5 to 1"));
}
END_TEST

START_TEST(anchored_later_earlier_versions_are_left_alone)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast();
	OW_AUTO(chain_done) struct chain chain = {0};
	struct signed_doc two =
	    kit_root_doc(c.two, (const struct secret_key *const[]){c.old2, c.new1, NULL});
	struct ow_id anchor = digest_of(&two);

	ck_ok(chain_begin(&chain, &two, &anchor, &err));
	ck_assert_int_eq(extend(&chain, 1, kit_doc("ROOT0001.CBR", "junk", 4), &err), 0);
}
END_TEST

START_TEST(attack_A12_chain_of_1025_roots_stops_at_1024)
{
	struct ow_error err = {0};
	struct secret_key *ra = kit_key("ra", OW_ROLE_ROOT);
	const struct secret_key *const signers[] = {ra, NULL};
	struct root *r = kit_root(signers);
	OW_AUTO(chain_done) struct chain chain = {0};
	struct signed_doc doc = kit_root_doc(r, signers);
	struct ow_id prev = digest_of(&doc);
	struct chain_candidate *k = calloc(ROOT_CHAIN_MAX, sizeof *k);
	struct timespec from, to;

	ck_ok(chain_begin(&chain, &doc, &prev, &err));
	for (size_t i = 0; i < ROOT_CHAIN_MAX; i++) {
		r->version++;
		r->has_prev = true;
		r->prev = prev;
		k[i] = (struct chain_candidate){.version = r->version,
						.doc = kit_root_doc(r, signers)};
		prev = digest_of(&k[i].doc);
	}
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	ck_fails(chain_extend(&chain, k, ROOT_CHAIN_MAX, NULL, &err), OW_E_TRUST);
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	ck_assert_ptr_nonnull(strstr(err.text, "at most 1024"));
	ck_assert_uint_eq(chain.n, ROOT_CHAIN_MAX);
	ck_assert_int_lt(to.tv_sec - from.tv_sec, 5);
	signed_done(&k[ROOT_CHAIN_MAX - 1].doc);
	free(k);
	root_free(r);
	secret_key_free(ra);
}
END_TEST

START_TEST(stems_carry_the_version)
{
	static const char *const bad[] = {"",
					  "ROOT",
					  "ROOT1.CBR",
					  "ROOT00001.CBR",
					  "ROOT0001.CB",
					  "ROOT0001.CBRX",
					  "ROOT0001.S01",
					  "XOOT0001.CBR",
					  "ROOT000A.CBR",
					  "ROOT0000.CBR",
					  "ROOT0001"};
	char stem[ROOT_STEM];

	ck_assert_str_eq(root_stem(7, stem), "ROOT0007");
	ck_assert_uint_eq(root_stem_parse("ROOT0007.CBR"), 7);
	ck_assert_uint_eq(root_stem_parse("root9999.cbr"), 9999);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(root_stem_parse(bad[i]) == 0, "%s", bad[i]);
}
END_TEST

START_TEST(documents_lie_in_a_folder_with_their_signatures)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast();
	OW_AUTO(signed_done) struct signed_doc one = doc_one(&c);
	OW_AUTO(signed_done) struct signed_doc back = {0};
	OW_AUTO(candidates_done) struct candidate_list all = {0};
	int dir;

	(void)scratch(&dir);
	/* a signature that an earlier attempt left */
	put_file(dir, "ROOT0001.S07", "left", 4);
	ck_ok(signed_write(dir, "ROOT0001", &one, &err));
	put_file(dir, "README.TXT", "words", 5);
	put_file(dir, "root0002.cbr", "lower case", 10);
	put_file(dir, "root0002.s03", "sig", 3);
	ck_ok(signed_read(dir, "ROOT0001", DOCUMENT_MAX, &back, &err));
	ck_assert_uint_eq(back.n_sigs, 2);
	ck_assert_uint_eq(back.n_more, 0);
	ck_assert_mem_eq(back.sig[1].text, one.sig[1].text, one.sig[1].n);
	ck_assert_uint_eq(back.doc.n, one.doc.n);
	ck_ok(candidates_read(dir, &all, &err));
	ck_assert_uint_eq(all.n, 2);
	ck_assert_uint_eq(all.at[1].version, 2);
	ck_assert_uint_eq(all.at[1].doc.n_sigs, 1);
	/* case A13: one byte too many is not read */
	{
		static uint8_t big[DOCUMENT_MAX + 1];

		put_file(dir, "ROOT0003.CBR", big, sizeof big);
		candidates_done(&all);
		ck_fails(candidates_read(dir, &all, &err), OW_E_FORMAT);
		ck_assert_ptr_nonnull(strstr(err.text, "65537"));
	}
	(void)close(dir);
}
END_TEST

START_TEST(attack_B07_files_beyond_sixteen_are_counted_unread)
{
	struct ow_error err = {0};
	OW_AUTO(signed_done) struct signed_doc d = {0};
	int dir;

	(void)scratch(&dir);
	put_file(dir, "MANIFEST.CBR", "x", 1);
	for (unsigned i = 1; i <= 17; i++) {
		char name[32];

		(void)snprintf(name, sizeof name, "MANIFEST.S%02u", i);
		put_file(dir, name, name, strlen(name));
	}
	ck_ok(signed_read(dir, "MANIFEST", DOCUMENT_MAX, &d, &err));
	ck_assert_uint_eq(d.n_sigs, SIGNATURES_MAX);
	ck_assert_uint_eq(d.n_more, 1);
	ck_assert_str_eq(d.sig[0].name, "MANIFEST.S01");
	ck_assert_str_eq(d.sig[15].name, "MANIFEST.S16");
	(void)close(dir);
}
END_TEST

START_TEST(without_memory_the_chain_stays_sound)
{
	OW_AUTO(cast_done) struct cast c = cast();
	OW_AUTO(chain_done) struct chain chain = begin(&c);
	struct chain_candidate k = {.version = 2, .doc = doc_two(&c)};

	for (unsigned long n = 1;; n++) {
		struct ow_error err = {0};
		int r;

		(void)mem_fail_at(n);
		r = chain_extend(&chain, &k, 1, NULL, &err);
		(void)mem_fail_at(0);
		if (r == 1)
			break;
		ck_assert_int_eq(err.code, OW_E_IO);
		ck_assert_uint_eq(chain.n, 1);
		ck_assert(!k.taken);
		ck_assert_uint_lt(n, 200);
	}
	ck_assert_uint_eq(chain.n, 2);
}
END_TEST

SUITE_MAIN("trust/chain", attack_A02_other_fingerprint_is_refused,
	   anchor_must_be_signed_by_its_own_keys, attack_A04_chain_is_walked_to_its_end,
	   attack_A05_root_signed_by_new_keys_alone_is_refused,
	   attack_A06_root_signed_by_old_keys_alone_is_refused, attack_A07_missing_version_is_named,
	   attack_A08_version_must_be_the_one_of_the_name,
	   attack_A09_two_signed_roots_of_one_version_are_equivocation,
	   attack_A10_expired_intermediate_root_is_walked_over,
	   step_must_name_its_predecessor_origin_and_epoch,
	   anchored_later_earlier_versions_are_left_alone,
	   attack_A12_chain_of_1025_roots_stops_at_1024, stems_carry_the_version,
	   documents_lie_in_a_folder_with_their_signatures,
	   attack_B07_files_beyond_sixteen_are_counted_unread, without_memory_the_chain_stays_sound)
