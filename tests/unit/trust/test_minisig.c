/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/trust/kit.h"

static const char document[] = "not CBOR at all";

/* A signature file over `document`, and the public key. */
static struct buf make(uint8_t pk[SIGN_PUBLIC])
{
	struct ow_error err = {0};
	struct secret_key *key = kit_key("rel", OW_ROLE_RELEASE);
	struct comment what = kit_comment("manifest", "main", 7);
	struct buf text = {0};

	ck_ok(sign_document(key, &what, document, strlen(document), &text, &err));
	memcpy(pk, secret_key_info(key)->pk, SIGN_PUBLIC);
	secret_key_free(key);
	return text;
}

static bool holds(const uint8_t *p, size_t n, const uint8_t pk[SIGN_PUBLIC])
{
	struct ow_error err = {0};
	struct minisig s;
	uint8_t prehash[SIGN_PREHASH];

	sign_prehash(document, strlen(document), prehash);
	return minisig_parse(p, n, &s, &err) == 0 && minisig_check(&s, pk, prehash);
}

START_TEST(signature_holds_and_is_canonical)
{
	struct ow_error err = {0};
	uint8_t pk[SIGN_PUBLIC];
	OW_AUTO(buf_done) struct buf text = make(pk);
	OW_AUTO(buf_done) struct buf again = {0};
	struct minisig s;

	ck_assert(holds(text.p, text.n, pk));
	ck_ok(minisig_parse(text.p, text.n, &s, &err));
	ck_ok(minisig_format(&s, &again, &err));
	ck_assert_uint_eq(again.n, text.n);
	ck_assert_mem_eq(again.p, text.p, text.n);
	pk[3] ^= 1;
	ck_assert(!holds(text.p, text.n, pk));
}
END_TEST

struct sweep {
	const uint8_t *pk;
	const struct minisig *sound;
};

/* A flipped key id is caught by the gate, which knows whose key it is; all else must fail here. */
static bool refused(void *ctx, const uint8_t *p, size_t n)
{
	const struct sweep *w = ctx;
	struct ow_error err = {0};
	struct minisig s;

	if (!holds(p, n, w->pk))
		return true;
	return minisig_parse(p, n, &s, &err) == 0 &&
	       memcmp(s.key_id, w->sound->key_id, SIGN_KEY_ID) != 0;
}

START_TEST(attack_B03_every_flip_and_truncation_is_refused)
{
	struct ow_error err = {0};
	uint8_t pk[SIGN_PUBLIC];
	OW_AUTO(buf_done) struct buf text = make(pk);
	struct minisig s;
	struct sweep w = {.pk = pk, .sound = &s};

	ck_ok(minisig_parse(text.p, text.n, &s, &err));
	sweep_truncations(text.p, text.n, refused, &w);
	sweep_flips(text.p, text.n, refused, &w);
}
END_TEST

START_TEST(attack_B02_legacy_signature_is_refused)
{
	struct ow_error err = {0};
	uint8_t pk[SIGN_PUBLIC], raw[74];
	OW_AUTO(buf_done) struct buf text = make(pk);
	char *second = strchr((char *)text.p, '\n') + 1;
	struct minisig s;

	ck_assert(base64_decode(second, 100, raw, sizeof raw));
	raw[1] = 'd';
	base64_encode(raw, sizeof raw, second);
	second[100] = '\n';
	ck_fails(minisig_parse(text.p, text.n, &s, &err), OW_E_TRUST);
	ck_assert_ptr_nonnull(strstr(err.text, "prehashed"));
}
END_TEST

/* The canonical file with `from` replaced by `to` once. */
static struct buf replaced(const struct buf *text, const char *from, const char *to)
{
	struct buf out = {0};
	char *copy = strndup((const char *)text->p, text->n), *at = strstr(copy, from);

	ck_assert_ptr_nonnull(at);
	buf_add(&out, copy, (size_t)(at - copy));
	buf_text(&out, to);
	buf_text(&out, at + strlen(from));
	free(copy);
	return out;
}

START_TEST(attack_B05_only_the_canonical_form_is_accepted)
{
	static const struct {
		const char *from, *to;
	} changes[] = {
	    {"untrusted comment: owstore", "untrusted comment: owstore "},
	    {"untrusted comment: owstore", "untrusted comment: VERIFIED"},
	    {"untrusted comment: owstore", "untrusted comment:"},
	    {"untrusted", "Untrusted"},
	    {"owstore\n", "owstore\r\n"},
	    {"owstore\n", "owstore\n\n"},
	    {"\ntrusted comment: ", "\ntrusted comment:  "},
	    {"\ntrusted comment: ", "\ntrusted comment: \t"},
	    {"=\ntrusted", "\ntrusted"},
	    {"=\ntrusted", "==\ntrusted"},
	    {"=\ntrusted", " =\ntrusted"},
	    {"=\ntrusted", "= \ntrusted"},
	};
	struct ow_error err = {0};
	uint8_t pk[SIGN_PUBLIC];
	OW_AUTO(buf_done) struct buf text = make(pk);
	OW_AUTO(buf_done) struct buf longer = {0};
	struct minisig s;

	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		OW_AUTO(buf_done) struct buf bad = replaced(&text, changes[i].from, changes[i].to);

		ck_assert_msg(!holds(bad.p, bad.n, pk), "case %zu", i);
	}
	/* no final newline; a fifth line; a NUL */
	ck_assert(!holds(text.p, text.n - 1, pk));
	buf_add(&longer, text.p, text.n);
	buf_text(&longer, "\n");
	ck_assert(!holds(longer.p, longer.n, pk));
	longer.p[longer.n - 1] = '\0';
	ck_assert(!holds(longer.p, longer.n, pk));
	/* 1,025 bytes */
	while (longer.n < SIGNATURE_FILE_MAX + 1)
		buf_text(&longer, "x");
	ck_fails(minisig_parse(longer.p, longer.n, &s, &err), OW_E_TRUST);
	ck_assert_ptr_nonnull(strstr(err.text, "1,024"));
}
END_TEST

START_TEST(attack_B05_unused_bits_of_base64_are_refused)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t pk[SIGN_PUBLIC];
	OW_AUTO(buf_done) struct buf text = make(pk);
	char *last = strstr((char *)text.p, "=\ntrusted") - 1;
	const char *digit = strchr(digits, *last);

	/* 74 bytes leave two bits of the last digit unused */
	*last = digits[(size_t)(digit - digits) | 1];
	ck_assert(!holds(text.p, text.n, pk));
}
END_TEST

START_TEST(attack_B08_untrusted_comment_never_reaches_a_message)
{
	struct ow_error err = {0};
	uint8_t pk[SIGN_PUBLIC];
	OW_AUTO(buf_done) struct buf text = make(pk);
	OW_AUTO(buf_done)
	struct buf bad = replaced(&text, "comment: owstore", "comment: \033[2JVERIFIED");
	struct minisig s;

	ck_fails(minisig_parse(bad.p, bad.n, &s, &err), OW_E_TRUST);
	ck_assert_ptr_null(strstr(err.text, "VERIFIED"));
	ck_assert_ptr_null(strchr(err.text, '\033'));
}
END_TEST

static int run(const char *const *argv)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		(void)dup2(null, 1);
		(void)dup2(null, 2);
		(void)execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

START_TEST(attack_B01_stock_minisign_verifies_what_we_sign)
{
	struct ow_error err = {0};
	uint8_t pk[SIGN_PUBLIC];
	OW_AUTO(buf_done) struct buf text = make(pk);
	OW_AUTO(buf_done) struct buf pub = {0};
	int dir;
	const char *path = scratch(&dir);
	char doc[128], sig[128], key[128], line[64];
	const char *by_file[] = {"minisign", "-Vm", doc, "-x", sig, "-p", key, NULL};
	const char *by_line[] = {"minisign", "-Vm", doc, "-x", sig, "-P", line, NULL};

	(void)snprintf(doc, sizeof doc, "%s/DOC.CBR", path);
	(void)snprintf(sig, sizeof sig, "%s/DOC.S01", path);
	(void)snprintf(key, sizeof key, "%s/rel.pub", path);
	ck_ok(public_key_format(pk, &pub, &err));
	(void)snprintf(line, sizeof line, "%.56s", strchr((char *)pub.p, '\n') + 1);
	put_file(dir, "DOC.CBR", document, strlen(document));
	put_file(dir, "DOC.S01", text.p, text.n);
	put_file(dir, "rel.pub", pub.p, pub.n);
	ck_assert_int_eq(run(by_file), 0);
	ck_assert_int_eq(run(by_line), 0);
	put_file(dir, "DOC.CBR", "not CBOR at al1", 15);
	ck_assert_int_eq(run(by_file), 1);
	(void)close(dir);
}
END_TEST

struct public_sweep {
	const uint8_t *pk;
};

static bool public_refused(void *ctx, const uint8_t *p, size_t n)
{
	const struct public_sweep *w = ctx;
	struct ow_error err = {0};
	uint8_t pk[SIGN_PUBLIC];

	return public_key_parse(p, n, pk, &err) < 0 || memcmp(pk, w->pk, sizeof pk) == 0;
}

START_TEST(public_key_is_read_and_altered_ones_are_refused)
{
	struct ow_error err = {0};
	uint8_t pk[SIGN_PUBLIC], back[SIGN_PUBLIC];
	OW_AUTO(buf_done) struct buf text = make(pk);
	OW_AUTO(buf_done) struct buf pub = {0};
	struct public_sweep w = {.pk = pk};

	ck_assert_uint_gt(text.n, 0);
	ck_ok(public_key_format(pk, &pub, &err));
	ck_assert_uint_eq(pub.n, 113);
	ck_ok(public_key_parse(pub.p, pub.n, back, &err));
	ck_assert_mem_eq(pk, back, sizeof pk);
	sweep_truncations(pub.p, pub.n, public_refused, &w);
	sweep_flips(pub.p, pub.n, public_refused, &w);
}
END_TEST

SUITE_MAIN("trust/minisig", signature_holds_and_is_canonical,
	   attack_B03_every_flip_and_truncation_is_refused, attack_B02_legacy_signature_is_refused,
	   attack_B05_only_the_canonical_form_is_accepted,
	   attack_B05_unused_bits_of_base64_are_refused,
	   attack_B08_untrusted_comment_never_reaches_a_message,
	   attack_B01_stock_minisign_verifies_what_we_sign,
	   public_key_is_read_and_altered_ones_are_refused)
