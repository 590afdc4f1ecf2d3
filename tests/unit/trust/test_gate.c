/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codec/digest.h"
#include "unit/trust/kit.h"

static const char document[] = "\xff\xff these bytes are no CBOR: the gate does not care";
static const struct gate_rules strict = {.tolerate_damaged = false};
static const struct gate_rules tolerant = {.tolerate_damaged = true};

/* Two release keys, a site key, a root key; a stranger whom the root does not know. */
struct cast {
	struct secret_key *ra, *rel1, *rel2, *site, *stranger;
	struct root *root;
	struct comment what;
};

static struct cast cast(unsigned threshold)
{
	struct cast c = {
	    .ra = kit_key("ra", OW_ROLE_ROOT),
	    .rel1 = kit_key("rel1", OW_ROLE_RELEASE),
	    .rel2 = kit_key("rel2", OW_ROLE_RELEASE),
	    .site = kit_key("site", OW_ROLE_SITE),
	    .stranger = kit_key("stranger", OW_ROLE_RELEASE),
	    .what = kit_comment("manifest", "main", 7),
	};
	const struct secret_key *const keys[] = {c.ra, c.rel1, c.rel2, c.site, NULL};

	c.root = kit_root(keys);
	c.root->role[OW_ROLE_RELEASE].threshold = threshold;
	return c;
}

static void cast_done(struct cast *c)
{
	secret_key_free(c->ra);
	secret_key_free(c->rel1);
	secret_key_free(c->rel2);
	secret_key_free(c->site);
	secret_key_free(c->stranger);
	root_free(c->root);
}
OW_DEFINE_AUTO_DONE(struct cast, cast_done)

static struct signed_doc doc(void)
{
	return kit_doc("MANIFEST", document, strlen(document));
}

static int pass(const struct cast *c, const struct signed_doc *d, const struct gate_rules *rules,
		struct gate_report *report, struct ow_error *err)
{
	*err = (struct ow_error){0};
	return gate_check(d, c->root, OW_ROLE_RELEASE, "manifest", rules, report, err);
}

START_TEST(good_signatures_make_sealed_bytes)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast(2);
	OW_AUTO(signed_done) struct signed_doc d = doc();
	OW_AUTO(sealed_free) struct sealed *s = NULL;
	struct gate_report report;

	kit_sign(&d, c.rel1, &c.what);
	ck_fails(gate_open(&d, c.root, OW_ROLE_RELEASE, "manifest", &strict, &report, &s, &err),
		 OW_E_TRUST);
	ck_assert_uint_eq(d.doc.n, strlen(document));
	kit_sign(&d, c.rel2, &c.what);
	ck_ok(gate_open(&d, c.root, OW_ROLE_RELEASE, "manifest", &strict, &report, &s, &err));
	ck_assert_uint_eq(d.doc.n, 0);
	ck_assert_uint_eq(sealed_bytes(s).n, strlen(document));
	ck_assert_mem_eq(sealed_bytes(s).p, document, strlen(document));
	ck_assert_uint_eq(sealed_report(s)->good, 2);
	ck_assert_uint_eq(sealed_root_version(s), 1);
	ck_assert_str_eq(sealed_claim(s)->stream, "main");
	ck_assert_str_eq(report.signer[1].name, "rel2");
	ck_ok(sealed_matches(s, "acme", "main", 7, &err));
	ck_fails(sealed_matches(s, "acme", "main", 8, &err), OW_E_TRUST);
	ck_fails(sealed_matches(s, "acme", "other", 7, &err), OW_E_TRUST);
	ck_fails(sealed_matches(s, "acme", NULL, 7, &err), OW_E_TRUST);
	ck_fails(sealed_matches(s, "umbrella", "main", 7, &err), OW_E_TRUST);
}
END_TEST

START_TEST(attack_A18_signature_of_another_role_does_not_count)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast(1);
	OW_AUTO(signed_done) struct signed_doc d = doc();
	struct gate_report report;

	kit_sign(&d, c.site, &c.what);
	ck_assert_int_eq(pass(&c, &d, &strict, &report, &err), OW_E_TRUST);
	ck_assert_int_eq(report.signer[0].status, SIGNER_OTHER_ROLE);
	ck_assert_ptr_nonnull(strstr(err.text, "(site, site): good, but the key has another role"));
}
END_TEST

START_TEST(attack_A19_unknown_key_does_not_fill_a_threshold)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast(2);
	OW_AUTO(signed_done) struct signed_doc d = doc();
	struct gate_report report;
	char id[KEY_ID_TEXT];

	kit_sign(&d, c.rel1, &c.what);
	kit_sign(&d, c.stranger, &c.what);
	ck_assert_int_eq(pass(&c, &d, &strict, &report, &err), OW_E_TRUST);
	ck_assert_uint_eq(report.good, 1);
	ck_assert_ptr_nonnull(strstr(err.text, key_id_text(secret_key_info(c.stranger)->id, id)));
}
END_TEST

START_TEST(attack_A20_one_key_counts_once)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast(2);
	OW_AUTO(signed_done) struct signed_doc d = doc();
	struct gate_report report;

	kit_sign(&d, c.rel1, &c.what);
	kit_sign(&d, c.rel1, &c.what);
	ck_assert_int_eq(pass(&c, &d, &strict, &report, &err), OW_E_TRUST);
	ck_assert_int_eq(report.signer[1].status, SIGNER_REPEATED);
	kit_sign(&d, c.rel2, &c.what);
	ck_ok(pass(&c, &d, &strict, &report, &err));
}
END_TEST

START_TEST(attack_A21_damaged_signature_of_a_known_key_refuses_unless_tolerated)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast(1);
	OW_AUTO(signed_done) struct signed_doc d = doc();
	struct gate_report report;

	kit_sign(&d, c.rel1, &c.what);
	ck_ok(signed_add(&d, "MANIFEST.S02", NULL, 0, &err));
	ck_assert_int_eq(pass(&c, &d, &strict, &report, &err), OW_E_TRUST);
	ck_assert_int_eq(report.signer[1].status, SIGNER_UNREADABLE);
	ck_ok(pass(&c, &d, &tolerant, &report, &err));
	d.n_sigs--;
	kit_sign(&d, c.rel2, &c.what);
	d.sig[1].text[40] = d.sig[1].text[40] == 'A' ? 'B' : 'A'; /* inside the signature */
	ck_assert_int_eq(pass(&c, &d, &strict, &report, &err), OW_E_TRUST);
	ck_assert_int_eq(report.signer[1].status, SIGNER_DAMAGED);
	ck_ok(pass(&c, &d, &tolerant, &report, &err));
	ck_assert_uint_eq(report.good, 1);
}
END_TEST

START_TEST(attack_A22_unknown_key_beside_enough_good_ones_is_ignored)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast(1);
	OW_AUTO(signed_done) struct signed_doc d = doc();
	struct gate_report report;

	kit_sign(&d, c.stranger, &c.what);
	kit_sign(&d, c.rel1, &c.what);
	ck_ok(pass(&c, &d, &strict, &report, &err));
	ck_assert_int_eq(report.signer[0].status, SIGNER_UNKNOWN);
}
END_TEST

struct sweep {
	const struct cast *c;
	struct signed_doc *d;
};

static bool signature_refused(void *ctx, const uint8_t *p, size_t n)
{
	const struct sweep *w = ctx;
	struct gate_report report;
	struct ow_error err;

	w->d->sig[1].n = n;
	memcpy(w->d->sig[1].text, p, n);
	return pass(w->c, w->d, &strict, &report, &err) == OW_E_TRUST;
}

START_TEST(attack_B03_every_flip_of_a_second_signature_is_refused)
{
	OW_AUTO(cast_done) struct cast c = cast(1);
	OW_AUTO(signed_done) struct signed_doc d = doc();
	struct sweep w = {.c = &c, .d = &d};
	uint8_t copy[SIGNATURE_FILE_MAX];
	size_t n;

	/* one good signature would do; the other one may not be touched all the same */
	kit_sign(&d, c.rel1, &c.what);
	kit_sign(&d, c.rel2, &c.what);
	n = d.sig[1].n;
	memcpy(copy, d.sig[1].text, n);
	sweep_flips(copy, n, signature_refused, &w);
	sweep_truncations(copy, n, signature_refused, &w);
}
END_TEST

START_TEST(attack_B03_every_flip_of_the_document_is_refused)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast(1);
	OW_AUTO(signed_done) struct signed_doc d = doc();
	struct gate_report report;

	kit_sign(&d, c.rel1, &c.what);
	for (size_t i = 0; i < d.doc.n * 8; i++) {
		d.doc.p[i / 8] ^= (uint8_t)(1u << i % 8);
		ck_assert_int_eq(pass(&c, &d, &strict, &report, &err), OW_E_TRUST);
		ck_assert_int_eq(pass(&c, &d, &tolerant, &report, &err), OW_E_TRUST);
		d.doc.p[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	d.doc.n--;
	ck_assert_int_eq(pass(&c, &d, &strict, &report, &err), OW_E_TRUST);
}
END_TEST

/* The form with the digest in the place of its %s. */
static void replace(char line[COMMENT_TEXT], const char *form, const char *hex)
{
	const char *at = strstr(form, "%s");

	(void)snprintf(line, COMMENT_TEXT, "%.*s%s%s", (int)(at - form), form, hex, at + 2);
}

START_TEST(attack_B04_comment_that_speaks_of_something_else_is_refused)
{
	OW_AUTO(cast_done) struct cast c = cast(1);
	struct ow_error err = {0};
	OW_AUTO(secret_free) uint8_t *seed = secret_new(SIGN_SEED, &err);
	uint8_t pk[SIGN_PUBLIC];
	struct ow_id digest;
	char hex[OW_ID_HEX], line[COMMENT_TEXT], other[OW_ID_HEX];
	static const char *const forms[] = {
	    "owstore manifest v1 origin=acme stream=main seq=7 role=release sha256=%s", /* sound */
	    "owstore manifest v1 origin=umbrella stream=main seq=7 role=release sha256=%s",
	    "owstore manifest v1 origin=acme stream=main seq=7 role=site sha256=%s",
	    "owstore manifest v1 origin=acme stream=main seq=7 role=root sha256=%s",
	    "owstore root v1 origin=acme stream=main seq=7 role=release sha256=%s",
	    "owstore receipt v1 origin=acme stream=main seq=7 role=release sha256=%s",
	    "timestamp:1795000000\tfile:MANIFEST.CBR\thashed %s",
	};

	ck_ok(sign_seed_new(seed, pk, &err));
	ck_ok(root_add_key(c.root, OW_ROLE_RELEASE, "bare", pk, &err));
	for (size_t i = 0; i < sizeof forms / sizeof forms[0] + 1; i++) {
		OW_AUTO(signed_done) struct signed_doc d = doc();
		struct gate_report report;

		ck_ok(digest_bytes(d.doc.p, d.doc.n, &digest, &err));
		(void)ow_id_hex(&digest, hex);
		memcpy(other, hex, sizeof other);
		other[0] = other[0] == '0' ? '1' : '0';
		if (i < sizeof forms / sizeof forms[0])
			replace(line, forms[i], hex);
		else
			replace(line, forms[0], other);
		kit_sign_line(&d, seed, pk, line);
		ck_assert_int_eq(pass(&c, &d, &strict, &report, &err), i == 0 ? 0 : OW_E_TRUST);
		if (i > 0)
			ck_assert_int_eq(report.signer[0].status, SIGNER_MISMATCH);
		if (i > 0)
			ck_assert_int_eq(pass(&c, &d, &tolerant, &report, &err), OW_E_TRUST);
	}
}
END_TEST

START_TEST(attack_B04_signers_must_agree_on_stream_and_sequence)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast(2);
	OW_AUTO(signed_done) struct signed_doc d = doc();
	struct gate_report report;
	struct comment later = kit_comment("manifest", "main", 8);

	kit_sign(&d, c.rel1, &c.what);
	kit_sign(&d, c.rel2, &later);
	ck_assert_int_eq(pass(&c, &d, &strict, &report, &err), OW_E_TRUST);
	ck_assert_ptr_nonnull(strstr(err.text, "seq=8, expected 7"));
	ck_assert_int_eq(pass(&c, &d, &tolerant, &report, &err), OW_E_TRUST);
}
END_TEST

START_TEST(attack_B07_only_sixteen_signature_files_are_read)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast(1);
	OW_AUTO(signed_done) struct signed_doc d = doc();
	struct gate_report report;

	for (unsigned i = 0; i < SIGNATURES_MAX; i++)
		kit_sign(&d, c.stranger, &c.what);
	kit_sign(&d, c.rel1, &c.what);
	ck_assert_uint_eq(d.n_sigs, SIGNATURES_MAX);
	ck_assert_int_eq(pass(&c, &d, &strict, &report, &err), OW_E_TRUST);
	ck_assert_ptr_nonnull(
	    strstr(err.text, "only the first 16 signature files are read, 1 more"));
}
END_TEST

START_TEST(attack_B16_signature_under_another_key_id_is_damage)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast(1);
	struct gate_report report;
	const struct secret_key *const claimed[] = {c.rel2, c.site, c.stranger};

	for (size_t i = 0; i < 3; i++) {
		OW_AUTO(signed_done) struct signed_doc d = doc();
		OW_AUTO(buf_done) struct buf file = {0};
		struct minisig s;

		kit_sign(&d, c.rel1, &c.what);
		ck_ok(minisig_parse(d.sig[0].text, d.sig[0].n, &s, &err));
		memcpy(s.key_id, secret_key_info(claimed[i])->id, SIGN_KEY_ID);
		ck_ok(minisig_format(&s, &file, &err));
		ck_ok(signed_add(&d, "MANIFEST.S02", file.p, file.n, &err));
		ck_assert_int_eq(pass(&c, &d, &strict, &report, &err), OW_E_TRUST);
		ck_assert_int_eq(report.signer[1].status, SIGNER_DAMAGED);
		ck_assert_uint_eq(report.good, 1);
	}
}
END_TEST

START_TEST(a_role_that_nobody_has_admits_nothing)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast(1);
	OW_AUTO(signed_done) struct signed_doc d = doc();
	struct gate_report report;

	kit_sign(&d, c.rel1, &c.what);
	ck_fails(gate_check(&d, c.root, OW_ROLE_REVOKE, "manifest", &strict, &report, &err),
		 OW_E_TRUST);
	ck_assert_ptr_nonnull(strstr(err.text, "nobody the role revoke"));
}
END_TEST

/* ---- counting against a plain reference ---------------------------------------------------------------- */

enum {
	KEYS = 6,  /* 0..3 release, 4 site, 5 a stranger */
	KINDS = 3, /* sound, damaged, about something else */
	ROUNDS = 400
};

struct pick {
	unsigned key, kind;
};

/* The answer in the simplest words. */
static bool reference(const struct pick *picks, size_t n, unsigned threshold, bool tolerate)
{
	bool counted[KEYS] = {false};
	unsigned good = 0;

	for (size_t i = 0; i < n; i++) {
		if (picks[i].key == 5)
			continue;
		if (picks[i].kind != 0 && !tolerate)
			return false;
		if (picks[i].kind == 0 && picks[i].key <= 3)
			counted[picks[i].key] = true;
	}
	for (unsigned k = 0; k < KEYS; k++)
		good += counted[k];
	return good >= threshold;
}

/* The file of each key and kind, made once. */
static void make_files(struct secret_key *const keys[KEYS],
		       struct signature_file files[KEYS][KINDS])
{
	for (unsigned k = 0; k < KEYS; k++) {
		OW_AUTO(signed_done) struct signed_doc d = doc();
		struct comment what = kit_comment("manifest", "main", 7),
			       wrong = kit_comment("receipt", "-", 0);

		kit_sign(&d, keys[k], &what);
		kit_sign(&d, keys[k], &wrong);
		files[k][0] = files[k][1] = d.sig[0];
		files[k][2] = d.sig[1];
		files[k][1].text[60] = files[k][1].text[60] == 'A' ? 'B' : 'A';
	}
}

START_TEST(counting_agrees_with_a_reference)
{
	struct secret_key *keys[KEYS + 1] = {
	    kit_key("k0", OW_ROLE_RELEASE), kit_key("k1", OW_ROLE_RELEASE),
	    kit_key("k2", OW_ROLE_RELEASE), kit_key("k3", OW_ROLE_RELEASE),
	    kit_key("k4", OW_ROLE_SITE),    NULL,
	};
	OW_AUTO(root_free) struct root *root = kit_root((const struct secret_key *const *)keys);
	struct signature_file(*files)[KINDS] = calloc(KEYS, sizeof *files);
	uint64_t seed = 20261121;
	unsigned accepted = 0;

	keys[5] = kit_key("k5", OW_ROLE_RELEASE);
	make_files(keys, files);
	for (unsigned round = 0; round < ROUNDS; round++) {
		OW_AUTO(signed_done) struct signed_doc d = doc();
		struct ow_error err = {0};
		struct pick picks[SIGNATURES_MAX];
		size_t n = rnd(&seed) % 9;
		bool tolerate = rnd(&seed) % 2 == 0, want;
		struct gate_rules rules = {.tolerate_damaged = tolerate};
		struct gate_report report;
		int got;

		root->role[OW_ROLE_RELEASE].threshold = 1 + (unsigned)(rnd(&seed) % 4);
		for (size_t i = 0; i < n; i++) {
			struct signature_file *f;

			picks[i] = (struct pick){
			    .key = (unsigned)(rnd(&seed) % KEYS),
			    .kind = rnd(&seed) % 4 == 0 ? (unsigned)(rnd(&seed) % KINDS) : 0};
			f = &files[picks[i].key][picks[i].kind];
			ck_ok(signed_add(&d, "MANIFEST.S", f->text, f->n, &err));
		}
		want = reference(picks, n, root->role[OW_ROLE_RELEASE].threshold, tolerate);
		got = gate_check(&d, root, OW_ROLE_RELEASE, "manifest", &rules, &report, &err);
		ck_assert_msg((got == 0) == want, "round %u: %s", round, err.text);
		accepted += want;
		/* a stranger's signature never turns a no into a yes, nor a yes into a no */
		if (n < SIGNATURES_MAX) {
			ck_ok(signed_add(&d, "MANIFEST.S", files[5][0].text, files[5][0].n, &err));
			got = gate_check(&d, root, OW_ROLE_RELEASE, "manifest", &rules, &report,
					 &err);
			ck_assert((got == 0) == want);
		}
	}
	ck_assert_uint_gt(accepted, ROUNDS / 10);
	ck_assert_uint_lt(accepted, ROUNDS - ROUNDS / 10);
	for (unsigned k = 0; k < KEYS; k++)
		secret_key_free(keys[k]);
	free(files);
}
END_TEST

SUITE_MAIN("trust/gate", good_signatures_make_sealed_bytes,
	   attack_A18_signature_of_another_role_does_not_count,
	   attack_A19_unknown_key_does_not_fill_a_threshold, attack_A20_one_key_counts_once,
	   attack_A21_damaged_signature_of_a_known_key_refuses_unless_tolerated,
	   attack_A22_unknown_key_beside_enough_good_ones_is_ignored,
	   attack_B03_every_flip_of_a_second_signature_is_refused,
	   attack_B03_every_flip_of_the_document_is_refused,
	   attack_B04_comment_that_speaks_of_something_else_is_refused,
	   attack_B04_signers_must_agree_on_stream_and_sequence,
	   attack_B07_only_sixteen_signature_files_are_read,
	   attack_B16_signature_under_another_key_id_is_damage,
	   a_role_that_nobody_has_admits_nothing, counting_agrees_with_a_reference)
