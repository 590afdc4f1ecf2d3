/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/mem.h"
#include "unit/trust/kit.h"

/* A root with every field in use. */
static struct root *rich(void)
{
	struct ow_error err = {0};
	struct secret_key *const keys[] = {
	    kit_key("root-a", OW_ROLE_ROOT),  kit_key("root-b", OW_ROLE_ROOT),
	    kit_key("rel", OW_ROLE_RELEASE),  kit_key("ann", OW_ROLE_APPROVER),
	    kit_key("bob", OW_ROLE_APPROVER), NULL,
	};
	struct root *r = kit_root((const struct secret_key *const *)keys);
	struct root_destination *d;

	r->role[OW_ROLE_ROOT].threshold = 2;
	r->version = 3;
	r->has_prev = true;
	r->prev.b[0] = 0x5a;
	r->epoch = 2;
	r->not_after = 1900000000;
	ck_ok(root_set_destination(r, "site-b", "customer", &err));
	ck_ok(root_set_destination(r, "lab", "research", &err));
	ck_ok(root_set_destination(r, "a-very-long-name-of-a-site-far-away", "internal", &err));
	d = &r->destination[1];
	d->n_recipients = 2;
	memset(d->recipient[1], 7, 32);
	ck_ok(mem_grow(&d->fact, 0, &d->cap_facts, sizeof d->fact[0], &err));
	text_copy(d->fact[0].name, sizeof d->fact[0].name, "domicile");
	text_copy(d->fact[0].value, sizeof d->fact[0].value, "DE");
	d->n_facts = 1;
	for (size_t i = 0; keys[i] != NULL; i++)
		secret_key_free(keys[i]);
	return r;
}

START_TEST(root_is_written_and_read)
{
	struct ow_error err = {0};
	OW_AUTO(root_free) struct root *r = rich();
	OW_AUTO(root_free) struct root *back = NULL;
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(buf_done) struct buf again = {0};

	ck_ok(root_encode(r, &b, &err));
	ck_ok(root_decode(b.p, b.n, &back, &err));
	ck_ok(root_encode(back, &again, &err));
	ck_assert_uint_eq(b.n, again.n);
	ck_assert_mem_eq(b.p, again.p, b.n);
	ck_assert_str_eq(back->origin, "acme");
	ck_assert_uint_eq(back->version, 3);
	ck_assert_uint_eq(back->epoch, 2);
	ck_assert_uint_eq(back->not_after, 1900000000);
	ck_assert_uint_eq(back->n_keys, 5);
	ck_assert_uint_eq(back->role[OW_ROLE_ROOT].threshold, 2);
	ck_assert_uint_eq(back->role[OW_ROLE_APPROVER].n, 2);
	ck_assert_uint_eq(back->role[OW_ROLE_SITE].n, 0);
	ck_assert_str_eq(root_find_destination(back, "site-b")->class, "customer");
	ck_assert_str_eq(root_find_destination(back, "site-b")->fact[0].value, "DE");
	ck_assert_ptr_null(root_find_destination(back, "site-c"));
}
END_TEST

static bool refused(void *ctx, const uint8_t *p, size_t n)
{
	struct ow_error err = {0};
	OW_AUTO(root_free) struct root *r = NULL;

	(void)ctx;
	return root_decode(p, n, &r, &err) == OW_E_FORMAT;
}

static bool refused_or_canonical(void *ctx, const uint8_t *p, size_t n)
{
	struct ow_error err = {0};
	OW_AUTO(root_free) struct root *r = NULL;
	OW_AUTO(buf_done) struct buf again = {0};

	(void)ctx;
	if (root_decode(p, n, &r, &err) < 0)
		return err.code == OW_E_FORMAT;
	return root_encode(r, &again, &err) == 0 && again.n == n && memcmp(again.p, p, n) == 0;
}

START_TEST(every_variant_is_refused_or_means_what_it_says)
{
	struct ow_error err = {0};
	OW_AUTO(root_free) struct root *r = rich();
	OW_AUTO(buf_done) struct buf b = {0};

	ck_ok(root_encode(r, &b, &err));
	sweep_truncations(b.p, b.n, refused, NULL);
	sweep_flips(b.p, b.n, refused_or_canonical, NULL);
}
END_TEST

/* Replace the first occurrence of `from` and expect a refusal that speaks of `about`. */
static void refuse_changed(const struct buf *b, const void *from, const void *to, size_t n,
			   size_t m, const char *about)
{
	struct ow_error err = {0};
	OW_AUTO(buf_done) struct buf bad = {0};
	OW_AUTO(root_free) struct root *r = NULL;
	const uint8_t *at = memmem(b->p, b->n, from, n);

	ck_assert_ptr_nonnull(at);
	buf_add(&bad, b->p, (size_t)(at - b->p));
	buf_add(&bad, to, m);
	buf_add(&bad, at + n, b->n - n - (size_t)(at - b->p));
	ck_assert_msg(root_decode(bad.p, bad.n, &r, &err) == OW_E_FORMAT, "%s: %s", about,
		      err.text);
	ck_assert_msg(strstr(err.text, about) != NULL, "expected \"%s\" in: %s", about, err.text);
}

/* A small root of one root key and one release key, and where its parts are. */
static struct buf small(struct root **out)
{
	struct ow_error err = {0};
	struct secret_key *const keys[] = {kit_key("ra", OW_ROLE_ROOT),
					   kit_key("rel", OW_ROLE_RELEASE), NULL};
	struct buf b = {0};

	*out = kit_root((const struct secret_key *const *)keys);
	ck_ok(root_encode(*out, &b, &err));
	secret_key_free(keys[0]);
	secret_key_free(keys[1]);
	return b;
}

START_TEST(attack_A14_threshold_out_of_range_is_refused)
{
	struct ow_error err = {0};
	OW_AUTO(root_free) struct root *r = NULL;
	OW_AUTO(buf_done) struct buf b = small(&r);

	/* key 1 of a role, its threshold, key 2 and a list of the one scheme */
	refuse_changed(&b, "\x01\x01\x02\x81\x01", "\x01\x00\x02\x81\x01", 5, 5, "threshold");
	refuse_changed(&b, "\x01\x01\x02\x81\x01", "\x01\x02\x02\x81\x01", 5, 5, "threshold");
	refuse_changed(&b, "\x01\x01\x02\x81\x01", "\x01\x20\x02\x81\x01", 5, 5, "unsigned");
	r->role[OW_ROLE_RELEASE].threshold = 0;
	ck_fails(root_check(r, OW_E_FORMAT, &err), OW_E_FORMAT);
	r->role[OW_ROLE_RELEASE].threshold = 3;
	ck_fails(root_check(r, OW_E_USAGE, &err), OW_E_USAGE);
}
END_TEST

START_TEST(unknown_schemes_are_refused)
{
	OW_AUTO(root_free) struct root *r = NULL;
	OW_AUTO(buf_done) struct buf b = small(&r);

	refuse_changed(&b, "\x01\x01\x02\x81\x01", "\x01\x01\x02\x81\x02", 5, 5, "scheme");
	refuse_changed(&b, "\x01\x01\x02\x81\x01", "\x01\x01\x02\x82\x01\x02", 5, 6, "scheme");
	refuse_changed(&b, "\x01\x01\x02\x81\x01", "\x01\x01\x02\x80", 5, 4, "scheme");
	refuse_changed(&b, "\x01\x01\x02\x58\x20", "\x01\x02\x02\x58\x20", 5, 5, "scheme");
}
END_TEST

START_TEST(attack_A15_two_keys_with_one_id_are_refused)
{
	struct ow_error err = {0};
	OW_AUTO(root_free) struct root *r = NULL;
	OW_AUTO(buf_done) struct buf b = small(&r);
	OW_AUTO(buf_done) struct buf out = {0};

	refuse_changed(&b, r->key[1].id, r->key[0].id, SIGN_KEY_ID, SIGN_KEY_ID, "");
	memcpy(r->key[1].id, r->key[0].id, SIGN_KEY_ID);
	ck_fails(root_encode(r, &out, &err), OW_E_USAGE);
}
END_TEST

START_TEST(attack_A16_one_public_key_under_two_ids_is_refused)
{
	struct ow_error err = {0};
	OW_AUTO(root_free) struct root *r = NULL;
	OW_AUTO(buf_done) struct buf b = small(&r);

	refuse_changed(&b, r->key[1].pk, r->key[0].pk, SIGN_PUBLIC, SIGN_PUBLIC,
		       "id does not belong");
	ck_fails(root_add_key(r, OW_ROLE_ROOT, "other", r->key[0].pk, &err), OW_E_USAGE);
}
END_TEST

START_TEST(attack_J05_a_key_never_has_two_roles)
{
	struct ow_error err = {0};
	OW_AUTO(root_free) struct root *r = NULL;
	OW_AUTO(buf_done) struct buf b = small(&r);
	const struct root_key *rel = &r->key[r->key[0].role == OW_ROLE_RELEASE ? 0 : 1];
	uint8_t from[2 + SIGN_KEY_ID] = {0x81, 0x48}, to[3 + 2 * SIGN_KEY_ID] = {0x82, 0x48};

	ck_fails(root_add_key(r, OW_ROLE_SITE, "again", rel->pk, &err), OW_E_USAGE);
	ck_assert_ptr_nonnull(strstr(err.text, "release"));
	/* the list of root keys, with the release key added in its order */
	memcpy(from + 2, r->key[r->key[0].role == OW_ROLE_RELEASE ? 1 : 0].id, SIGN_KEY_ID);
	memcpy(to + 2, r->key[0].id, SIGN_KEY_ID);
	to[2 + SIGN_KEY_ID] = 0x48;
	memcpy(to + 3 + SIGN_KEY_ID, r->key[1].id, SIGN_KEY_ID);
	refuse_changed(&b, from, to, sizeof from, sizeof to, "two roles");
}
END_TEST

START_TEST(attack_B06_root_with_an_unsound_public_key_is_refused)
{
	struct ow_error err = {0};
	OW_AUTO(root_free) struct root *r = NULL;
	OW_AUTO(buf_done) struct buf b = small(&r);
	static const uint8_t identity[SIGN_PUBLIC] = {1};

	ck_assert_uint_gt(b.n, 0);
	ck_ok(root_add_key(r, OW_ROLE_SITE, "site", identity, &err));
	r->role[OW_ROLE_SITE].threshold = 1;
	ck_fails(root_check(r, OW_E_FORMAT, &err), OW_E_FORMAT);
	ck_assert_ptr_nonnull(strstr(err.text, "sound Ed25519"));
}
END_TEST

START_TEST(attack_A13_root_beyond_64_kib_is_refused)
{
	struct ow_error err = {0};
	OW_AUTO(root_free) struct root *r = NULL;
	static uint8_t big[65537];

	ck_fails(root_decode(big, sizeof big, &r, &err), OW_E_FORMAT);
	ck_assert_ptr_nonnull(strstr(err.text, "65537"));
}
END_TEST

START_TEST(attack_B17_to_B23_only_deterministic_cbor_is_read)
{
	static const struct {
		const char *id, *bytes;
		size_t n;
	} cases[] = {
	    {"B17 duplicate key", "\xa2\x01\x01\x01\x02", 5},
	    {"B18 unsorted keys", "\xa2\x02\x01\x01\x02", 5},
	    {"B18 longer head", "\xa1\x18\x01\x01", 4},
	    {"B18 indefinite array", "\x9f\xff", 2},
	    {"B18 float", "\xf9\x3c\x00", 3},
	    {"B18 NaN", "\xf9\x7e\x00", 3},
	    {"B18 undefined", "\xf7", 1},
	    {"B18 simple value", "\xf8\x63", 2},
	    {"B19 trailing byte", "\xa0\x00", 2},
	    {"B20 array header that lies", "\x9a\x10\x00\x00\x00", 5},
	    {"B21 map count 2^63", "\xbb\x80\x00\x00\x00\x00\x00\x00\x00", 9},
	    {"B21 string of 2^64-1", "\x5b\xff\xff\xff\xff\xff\xff\xff\xff", 9},
	    {"B23 overlong text", "\xa1\x00\x62\xc0\xaf", 5},
	    {"B23 surrogate", "\xa1\x00\x63\xed\xa0\x80", 6},
	    {"B24 must understand", "\xa1\x24\x00", 3},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct ow_error err = {0};
		OW_AUTO(root_free) struct root *r = NULL;

		ck_assert_msg(root_decode((const uint8_t *)cases[i].bytes, cases[i].n, &r, &err) ==
				  OW_E_FORMAT,
			      "%s", cases[i].id);
	}
}
END_TEST

START_TEST(attack_B22_deep_nesting_is_refused)
{
	struct ow_error err = {0};
	OW_AUTO(root_free) struct root *r = NULL;
	static uint8_t deep[60000];

	memset(deep, 0x81, sizeof deep);
	ck_fails(root_decode(deep, sizeof deep, &r, &err), OW_E_FORMAT);
	/* inside of what may be ignored */
	memcpy(deep, "\xa1\x19\x03\xe8", 4);
	ck_fails(root_decode(deep, sizeof deep, &r, &err), OW_E_FORMAT);
}
END_TEST

START_TEST(attack_B24_unknown_keys_are_ignored_or_refused_by_their_number)
{
	struct ow_error err = {0};
	OW_AUTO(root_free) struct root *r = NULL;
	OW_AUTO(root_free) struct root *read = NULL;
	OW_AUTO(buf_done) struct buf b = small(&r);
	OW_AUTO(buf_done) struct buf more = {0};

	buf_add(&more, b.p, b.n);
	more.p[0]++; /* one more entry */
	buf_add(&more, "\x19\x03\xe8\x61x", 5);
	ck_ok(root_decode(more.p, more.n, &read, &err));
	root_free(read);
	read = NULL;
	more.n = b.n;
	buf_add(&more, "\x18\x63\x61x", 4);
	ck_fails(root_decode(more.p, more.n, &read, &err), OW_E_FORMAT);
	more.n = b.n;
	buf_add(&more, "\x24\x61x", 3);
	ck_fails(root_decode(more.p, more.n, &read, &err), OW_E_FORMAT);
	ck_assert_ptr_nonnull(strstr(err.text, "must be understood"));
}
END_TEST

START_TEST(keys_and_destinations_come_and_go)
{
	struct ow_error err = {0};
	OW_AUTO(root_free) struct root *r = rich();
	OW_AUTO(root_free) struct root *copy = NULL;
	OW_AUTO(buf_done) struct buf b = {0};
	char id[KEY_ID_TEXT];

	ck_ok(root_copy(r, &copy, &err));
	ck_ok(root_remove_key(copy, "bob", &err));
	ck_ok(root_remove_key(copy, key_id_text(copy->key[0].id, id), &err));
	ck_fails(root_remove_key(copy, "bob", &err), OW_E_USAGE);
	ck_assert_uint_eq(copy->n_keys, 3);
	ck_ok(root_set_destination(copy, "lab", "internal", &err));
	ck_assert_str_eq(root_find_destination(copy, "lab")->class, "internal");
	ck_ok(root_remove_destination(copy, "site-b", &err));
	ck_assert_ptr_null(root_find_destination(copy, "site-b"));
	ck_fails(root_remove_destination(copy, "site-b", &err), OW_E_USAGE);
	ck_fails(root_set_destination(copy, "x", "quarantine", &err), OW_E_USAGE);
	ck_fails(root_set_destination(copy, "X", "internal", &err), OW_E_USAGE);
	/* the original is untouched */
	ck_assert_uint_eq(r->n_keys, 5);
	ck_ok(root_encode(r, &b, &err));
}
END_TEST

START_TEST(a_root_without_its_essentials_is_not_written)
{
	struct ow_error err = {0};
	OW_AUTO(root_free) struct root *r = NULL;
	OW_AUTO(buf_done) struct buf b = small(&r);
	OW_AUTO(buf_done) struct buf out = {0};

	ck_assert_uint_gt(b.n, 0);
	r->version = 0;
	ck_fails(root_encode(r, &out, &err), OW_E_USAGE);
	r->version = 2; /* without a predecessor */
	ck_fails(root_encode(r, &out, &err), OW_E_USAGE);
	r->version = 1;
	r->epoch = 0;
	ck_fails(root_encode(r, &out, &err), OW_E_USAGE);
	r->epoch = 1;
	r->not_after = UINT64_MAX;
	ck_fails(root_encode(r, &out, &err), OW_E_USAGE);
	r->not_after = 0;
	text_copy(r->origin, sizeof r->origin, "Acme");
	ck_fails(root_encode(r, &out, &err), OW_E_USAGE);
	text_copy(r->origin, sizeof r->origin, "acme");
	ck_ok(root_remove_key(r, "ra", &err));
	r->role[OW_ROLE_ROOT].threshold = 0;
	ck_fails(root_encode(r, &out, &err), OW_E_USAGE);
	ck_assert_ptr_nonnull(strstr(err.text, "nobody has the role root"));
}
END_TEST

START_TEST(without_memory_nothing_leaks)
{
	struct ow_error first = {0};
	OW_AUTO(root_free) struct root *r = rich();
	OW_AUTO(buf_done) struct buf b = {0};

	ck_assert_int_eq(root_encode(r, &b, &first), 0);
	for (unsigned long n = 1;; n++) {
		struct ow_error err = {0};
		OW_AUTO(root_free) struct root *back = NULL;
		int result;

		(void)mem_fail_at(n);
		result = root_decode(b.p, b.n, &back, &err);
		(void)mem_fail_at(0);
		if (result == 0)
			break;
		ck_assert_int_eq(err.code, OW_E_IO);
		ck_assert_uint_lt(n, 100);
	}
}
END_TEST

SUITE_MAIN("trust/root", root_is_written_and_read, every_variant_is_refused_or_means_what_it_says,
	   attack_A14_threshold_out_of_range_is_refused, unknown_schemes_are_refused,
	   attack_A15_two_keys_with_one_id_are_refused,
	   attack_A16_one_public_key_under_two_ids_is_refused, attack_J05_a_key_never_has_two_roles,
	   attack_B06_root_with_an_unsound_public_key_is_refused,
	   attack_A13_root_beyond_64_kib_is_refused,
	   attack_B17_to_B23_only_deterministic_cbor_is_read, attack_B22_deep_nesting_is_refused,
	   attack_B24_unknown_keys_are_ignored_or_refused_by_their_number,
	   keys_and_destinations_come_and_go, a_root_without_its_essentials_is_not_written,
	   without_memory_nothing_leaks)
