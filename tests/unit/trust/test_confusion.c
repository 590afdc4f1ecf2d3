/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What readers of signature envelopes have been talked into, tried on signature files: an algorithm named where it is
 * not signed, another kind of file, an empty document, one document in the place of another, words that must be
 * understood. Each by a key that the root knows.
 */
#include "codec/digest.h"
#include "unit/trust/kit.h"

static const char document[] = "no CBOR, which the gate does not care about";
static const struct gate_rules strict = {.tolerate_damaged = false};
static const struct gate_rules tolerant = {.tolerate_damaged = true};

/* A release key as bare bytes, and a root that has it and one key of every other role. */
struct cast {
	struct secret_key *key[OW_ROLES];
	struct root *root;
	uint8_t *seed;
	uint8_t pk[SIGN_PUBLIC];
	struct signed_doc doc; /* with one sound signature by the bare key */
};

static void sound_line(const struct cast *c, const char *form, char line[COMMENT_TEXT])
{
	struct ow_error err = {0};
	struct ow_id id;
	char hex[OW_ID_HEX];
	const char *at = strstr(form, "%s");

	ck_ok(digest_bytes(c->doc.doc.p, c->doc.doc.n, &id, &err));
	(void)snprintf(line, COMMENT_TEXT, "%.*s%s%s", (int)(at - form), form, ow_id_hex(&id, hex),
		       at + 2);
}

static const char sound[] =
    "owstore manifest v1 origin=acme stream=main seq=7 role=release sha256=%s";

static struct cast cast(const void *p, size_t n)
{
	struct ow_error err = {0};
	struct cast c = {.doc = kit_doc("MANIFEST", p, n), .seed = secret_new(SIGN_SEED, &err)};
	const struct secret_key *keys[OW_ROLES + 1] = {NULL};
	char line[COMMENT_TEXT];

	for (unsigned role = 0; role < OW_ROLES; role++)
		keys[role] = c.key[role] =
		    kit_key(role_name((enum ow_role)role), (enum ow_role)role);
	c.root = kit_root(keys);
	ck_ok(sign_seed_new(c.seed, c.pk, &err));
	ck_ok(root_add_key(c.root, OW_ROLE_RELEASE, "bare", c.pk, &err));
	sound_line(&c, sound, line);
	kit_sign_line(&c.doc, c.seed, c.pk, line);
	return c;
}

static void cast_done(struct cast *c)
{
	for (unsigned role = 0; role < OW_ROLES; role++)
		secret_key_free(c->key[role]);
	root_free(c->root);
	secret_free(c->seed);
	signed_done(&c->doc);
}
OW_DEFINE_AUTO_DONE(struct cast, cast_done)

static int pass(const struct cast *c, const struct gate_rules *rules, struct gate_report *report,
		struct ow_error *err)
{
	*err = (struct ow_error){0};
	return gate_check(&c->doc, c->root, OW_ROLE_RELEASE, "manifest", rules, report, err);
}

/* Is the document refused with this in the place of its signature file, whether damage is tolerated or not? */
static void refuse(struct cast *c, const void *p, size_t n, enum signer_status status)
{
	struct ow_error err = {0};
	struct gate_report report;
	struct signature_file *s = &c->doc.sig[0];

	ck_assert_uint_le(n, sizeof s->text);
	memcpy(s->text, p, n);
	s->n = n;
	ck_assert_int_eq(pass(c, &strict, &report, &err), OW_E_TRUST);
	ck_assert_int_eq(report.signer[0].status, status);
	ck_assert_int_eq(pass(c, &tolerant, &report, &err), OW_E_TRUST);
}

/* The same for the sound file with `to` in the place of `from`. */
static void refuse_changed(struct cast *c, const char *from, const char *to)
{
	struct signature_file was = c->doc.sig[0];
	char *text = strndup((const char *)was.text, was.n), *at = strstr(text, from);
	char changed[SIGNATURE_FILE_MAX + 1];

	ck_assert_ptr_nonnull(at);
	(void)snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, to,
		       at + strlen(from));
	refuse(c, changed, strlen(changed), SIGNER_UNREADABLE);
	c->doc.sig[0] = was;
	free(text);
}

START_TEST(the_sound_one_passes)
{
	OW_AUTO(cast_done) struct cast c = cast(document, sizeof document);
	struct gate_report report;
	struct ow_error err;

	ck_ok(pass(&c, &strict, &report, &err));
}
END_TEST

START_TEST(attack_B09_no_algorithm_is_read_from_the_line_that_is_not_signed)
{
	static const char *const lines[] = {
	    "untrusted comment: owstore alg=EdDSA\n",
	    "untrusted comment: owstore Ed\n",
	    "untrusted comment: alg=none\n",
	};
	OW_AUTO(cast_done) struct cast c = cast(document, sizeof document);

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		refuse_changed(&c, "untrusted comment: owstore\n", lines[i]);
}
END_TEST

START_TEST(attack_B10_every_other_algorithm)
{
	static const char names[][2] = {"Ed", "eD", "ed", "ES", "RS", "HS", {0, 0}, {'E', 0}};
	OW_AUTO(cast_done) struct cast c = cast(document, sizeof document);
	struct signature_file was = c.doc.sig[0];
	char *second = strchr((char *)c.doc.sig[0].text, '\n') + 1;
	uint8_t raw[74];

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char file[SIGNATURE_FILE_MAX];

		c.doc.sig[0] = was;
		ck_assert(base64_decode(second, 100, raw, sizeof raw));
		memcpy(raw, names[i], 2);
		memcpy(file, was.text, was.n);
		base64_encode(raw, sizeof raw, file + (second - (char *)c.doc.sig[0].text));
		file[(second - (char *)c.doc.sig[0].text) + 100] = '\n';
		refuse(&c, file, was.n, SIGNER_UNREADABLE);
	}
	/* none at all: the key id and the signature alone */
	c.doc.sig[0] = was;
	ck_assert(base64_decode(second, 100, raw, sizeof raw));
	{
		char old[101], shorter[101];

		(void)snprintf(old, sizeof old, "%.100s", second);
		base64_encode(raw + 2, sizeof raw - 2, shorter);
		refuse_changed(&c, old, shorter);
	}
}
END_TEST

START_TEST(attack_B11_other_kinds_of_file)
{
	OW_AUTO(cast_done) struct cast c = cast(document, sizeof document);
	OW_AUTO(buf_done) struct buf file = {0};
	struct ow_error err = {0};
	struct signature_file was = c.doc.sig[0];
	static const char ssh[] = "-----BEGIN SSH SIGNATURE-----\n"
				  "U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg\n"
				  "-----END SSH SIGNATURE-----\n";
	static const uint8_t cose[] = {0xd2, 0x84, 0x43, 0xa1, 0x01, 0x27, 0xa0, 0x41, 0x00, 0x40};

	/* a public key, which begins alike */
	ck_ok(public_key_format(c.pk, &file, &err));
	refuse(&c, file.p, file.n, SIGNER_UNREADABLE);
	refuse(&c, ssh, strlen(ssh), SIGNER_UNREADABLE);
	refuse(&c, cose, sizeof cose, SIGNER_UNREADABLE);
	refuse(&c, document, sizeof document, SIGNER_UNREADABLE);
	refuse(&c, "", 0, SIGNER_UNREADABLE);
	/* the same signature twice in one file, and the sound one inside a comment of another */
	buf_clear(&file);
	buf_add(&file, was.text, was.n);
	buf_add(&file, was.text, was.n);
	refuse(&c, file.p, file.n, SIGNER_UNREADABLE);
	buf_clear(&file);
	buf_text(&file, "untrusted comment: ");
	buf_add(&file, was.text, was.n);
	refuse(&c, file.p, file.n, SIGNER_UNREADABLE);
}
END_TEST

START_TEST(attack_B12_the_line_that_is_not_signed_holds_nothing)
{
	static const char *const lines[] = {
	    "untrusted comment: \n",
	    "untrusted comment: owstore manifest v1\n",
	    "untrusted comment: owstore role=root\n",
	    "untrusted comment: owstore\t\n",
	};
	OW_AUTO(cast_done) struct cast c = cast(document, sizeof document);

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		refuse_changed(&c, "untrusted comment: owstore\n", lines[i]);
}
END_TEST

START_TEST(attack_B13_no_signature_stands_without_its_document)
{
	OW_AUTO(cast_done) struct cast c = cast(document, sizeof document);
	OW_AUTO(cast_done) struct cast none = cast("", 0);
	OW_AUTO(sealed_free) struct sealed *s = NULL;
	OW_AUTO(root_free) struct root *root = NULL;
	struct gate_report report;
	struct ow_error err = {0};
	int dir;

	/* signed, then taken away */
	c.doc.doc.n = 0;
	ck_assert_int_eq(pass(&c, &strict, &report, &err), OW_E_TRUST);
	(void)scratch(&dir);
	put_file(dir, "MANIFEST.S01", c.doc.sig[0].text, c.doc.sig[0].n);
	{
		OW_AUTO(signed_done) struct signed_doc d = {0};

		ck_fails(signed_read(dir, "MANIFEST", DOCUMENT_MAX, &d, &err), OW_E_IO);
	}
	/* nothing at all, properly signed: sealed, and no document of any kind */
	err = (struct ow_error){0};
	ck_ok(
	    gate_open(&none.doc, none.root, OW_ROLE_RELEASE, "manifest", &strict, NULL, &s, &err));
	ck_assert_uint_eq(sealed_bytes(s).n, 0);
	ck_fails(root_decode(sealed_bytes(s).p, 0, &root, &err), OW_E_FORMAT);
}
END_TEST

START_TEST(attack_B14_no_document_stands_for_one_of_another_type)
{
	static const char *const types[] = {"manifest",  "root",    "promotion",  "approval",
					    "receipt",   "golden",  "checkpoint", "revocations",
					    "manifest-", "manifes", "manifestx"};
	OW_AUTO(cast_done) struct cast c = cast(document, sizeof document);

	for (size_t wanted = 0; wanted < 8; wanted++) {
		for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
			for (unsigned role = 0; role < OW_ROLES; role++) {
				OW_AUTO(signed_done)
				struct signed_doc d = kit_doc("DOC", document, sizeof document);
				struct comment what = kit_comment(types[i], "main", 7);
				struct ow_error err = {0};
				struct gate_report report;
				int r;

				kit_sign(&d, c.key[role], &what);
				r = gate_check(&d, c.root, (enum ow_role)role, types[wanted],
					       &strict, &report, &err);
				ck_assert_int_eq(r, i == wanted ? 0 : OW_E_TRUST);
				if (i != wanted)
					ck_assert_int_eq(report.signer[0].status, SIGNER_MISMATCH);
			}
		}
	}
}
END_TEST

START_TEST(attack_B15_no_word_that_might_have_to_be_understood)
{
	static const char *const forms[] = {
	    "owstore manifest v1 crit=b64 origin=acme stream=main seq=7 role=release sha256=%s",
	    "owstore manifest v1 origin=acme stream=main seq=7 role=release sha256=%s crit=b64",
	    "owstore manifest v1 origin=acme stream=main seq=7 role=release role=root sha256=%s",
	    "owstore manifest v1 origin=acme origin=acme stream=main seq=7 role=release sha256=%s",
	    "owstore manifest v1 origin=acme stream=main seq=7 role=release sha256=%s sha256=0",
	    "owstore manifest v1 origin=acme stream=main seq=7 sha256=%s",
	    "owstore manifest v2 origin=acme stream=main seq=7 role=release sha256=%s",
	};
	OW_AUTO(cast_done) struct cast c = cast(document, sizeof document);

	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		struct ow_error err = {0};
		struct gate_report report;
		char line[COMMENT_TEXT];

		c.doc.n_sigs = 0;
		sound_line(&c, forms[i], line);
		kit_sign_line(&c.doc, c.seed, c.pk, line);
		ck_assert_int_eq(pass(&c, &strict, &report, &err), OW_E_TRUST);
		ck_assert_int_eq(report.signer[0].status, SIGNER_MISMATCH);
		ck_assert_int_eq(pass(&c, &tolerant, &report, &err), OW_E_TRUST);
	}
}
END_TEST

SUITE_MAIN("trust/confusion", the_sound_one_passes,
	   attack_B09_no_algorithm_is_read_from_the_line_that_is_not_signed,
	   attack_B10_every_other_algorithm, attack_B11_other_kinds_of_file,
	   attack_B12_the_line_that_is_not_signed_holds_nothing,
	   attack_B13_no_signature_stands_without_its_document,
	   attack_B14_no_document_stands_for_one_of_another_type,
	   attack_B15_no_word_that_might_have_to_be_understood)
