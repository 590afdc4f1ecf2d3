/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trust/minisig.h"

#include <string.h>

#include "base/err.h"

#define UNTRUSTED "untrusted comment: "
#define TRUSTED   "trusted comment: "

static const char first_line[] = UNTRUSTED "owstore";

enum {
	ALGORITHM = 2,
	SIG_BLOB = ALGORITHM + SIGN_KEY_ID + SIGN_BYTES,
	KEY_BLOB = ALGORITHM + SIGN_KEY_ID + SIGN_PUBLIC,
};

/* The lines of a file that must be made of whole lines, each ended by one newline. */
struct lines {
	const char *p;
	size_t n;
};

static bool line_next(struct lines *l, struct ow_view *out)
{
	const char *end = l->n == 0 ? NULL : memchr(l->p, '\n', l->n);

	if (end == NULL)
		return false;
	*out = (struct ow_view){.p = (const uint8_t *)l->p, .n = (size_t)(end - l->p)};
	l->n -= out->n + 1;
	l->p = end + 1;
	return true;
}

static bool starts(struct ow_view line, const char *with)
{
	return line.n >= strlen(with) && memcmp(line.p, with, strlen(with)) == 0;
}

static bool is(struct ow_view line, const char *text)
{
	return line.n == strlen(text) && starts(line, text);
}

static bool blob(struct ow_view line, uint8_t *out, size_t n)
{
	return base64_decode((const char *)line.p, line.n, out, n);
}

/* Why the signature file is not canonical, or NULL. */
static const char *parse(const uint8_t *p, size_t n, struct minisig *s)
{
	struct lines l = {.p = (const char *)p, .n = n};
	struct ow_view first, second, third, fourth;
	uint8_t raw[SIG_BLOB];
	size_t prefix = strlen(TRUSTED);

	if (n > SIGNATURE_FILE_MAX)
		return "more than 1,024 bytes";
	if (n > 0 && memchr(p, 0, n) != NULL)
		return "a NUL byte";
	if (!line_next(&l, &first) || !line_next(&l, &second) || !line_next(&l, &third) ||
	    !line_next(&l, &fourth) || l.n != 0)
		return "not exactly four lines, each with its newline";
	if (!is(first, first_line))
		return "the first line is not \"untrusted comment: owstore\"";
	if (!blob(second, raw, sizeof raw))
		return "the second line is not 74 bytes in canonical base64";
	if (memcmp(raw, "ED", ALGORITHM) != 0)
		return "not a prehashed (ED) signature";
	if (!starts(third, TRUSTED))
		return "the third line is not a trusted comment";
	if (third.n - prefix >= sizeof s->comment)
		return "the trusted comment is too long";
	if (!blob(fourth, s->comment_sig, sizeof s->comment_sig))
		return "the fourth line is not 64 bytes in canonical base64";
	memcpy(s->key_id, raw + ALGORITHM, SIGN_KEY_ID);
	memcpy(s->sig, raw + ALGORITHM + SIGN_KEY_ID, SIGN_BYTES);
	memcpy(s->comment, third.p + prefix, third.n - prefix);
	return NULL;
}

int minisig_parse(const uint8_t *p, size_t n, struct minisig *out, struct ow_error *err)
{
	struct minisig s = {0};
	const char *why = parse(p, n, &s);

	if (why != NULL)
		return err_set(err, OW_E_TRUST, "signature file: %s", why);
	*out = s;
	return 0;
}

int minisig_format(const struct minisig *s, struct buf *out, struct ow_error *err)
{
	uint8_t raw[SIG_BLOB] = "ED";
	char sig[BASE64_TEXT(SIG_BLOB)], comment_sig[BASE64_TEXT(SIGN_BYTES)];

	memcpy(raw + ALGORITHM, s->key_id, SIGN_KEY_ID);
	memcpy(raw + ALGORITHM + SIGN_KEY_ID, s->sig, SIGN_BYTES);
	base64_encode(raw, sizeof raw, sig);
	base64_encode(s->comment_sig, sizeof s->comment_sig, comment_sig);
	buf_printf(out, "%s\n%s\n" TRUSTED "%s\n%s\n", first_line, sig, s->comment, comment_sig);
	return buf_finish(out, err);
}

size_t minisig_comment_message(const struct minisig *s, uint8_t out[COMMENT_MESSAGE])
{
	size_t n = strlen(s->comment);

	memcpy(out, s->sig, SIGN_BYTES);
	memcpy(out + SIGN_BYTES, s->comment, n);
	return SIGN_BYTES + n;
}

bool minisig_check(const struct minisig *s, const uint8_t pk[SIGN_PUBLIC],
		   const uint8_t prehash[SIGN_PREHASH])
{
	uint8_t message[COMMENT_MESSAGE];
	size_t n = minisig_comment_message(s, message);

	return sign_check(pk, prehash, SIGN_PREHASH, s->sig) &&
	       sign_check(pk, message, n, s->comment_sig);
}

int public_key_parse(const uint8_t *p, size_t n, uint8_t pk[SIGN_PUBLIC], struct ow_error *err)
{
	struct lines l = {.p = (const char *)p, .n = n};
	struct ow_view first, second;
	uint8_t raw[KEY_BLOB], id[SIGN_KEY_ID];
	char claimed[KEY_ID_TEXT], real[KEY_ID_TEXT];

	if (n > PUBLIC_KEY_FILE_MAX || !line_next(&l, &first) || !line_next(&l, &second) ||
	    l.n != 0 || !starts(first, UNTRUSTED) || !blob(second, raw, sizeof raw) ||
	    memcmp(raw, "Ed", ALGORITHM) != 0)
		return err_set(err, OW_E_FORMAT, "not a minisign public key file");
	sign_key_id(raw + ALGORITHM + SIGN_KEY_ID, id);
	if (memcmp(id, raw + ALGORITHM, SIGN_KEY_ID) != 0)
		return err_set(
		    err, OW_E_FORMAT,
		    "public key file: key id %s does not belong to the key (expected %s)",
		    key_id_text(raw + ALGORITHM, claimed), key_id_text(id, real));
	if (!sign_public_ok(raw + ALGORITHM + SIGN_KEY_ID))
		return err_set(err, OW_E_FORMAT, "public key file: not a sound Ed25519 key");
	memcpy(pk, raw + ALGORITHM + SIGN_KEY_ID, SIGN_PUBLIC);
	return 0;
}

int public_key_format(const uint8_t pk[SIGN_PUBLIC], struct buf *out, struct ow_error *err)
{
	uint8_t raw[KEY_BLOB] = "Ed";
	char id[KEY_ID_TEXT], text[BASE64_TEXT(KEY_BLOB)];

	sign_key_id(pk, raw + ALGORITHM);
	memcpy(raw + ALGORITHM + SIGN_KEY_ID, pk, SIGN_PUBLIC);
	base64_encode(raw, sizeof raw, text);
	buf_printf(out, UNTRUSTED "minisign public key %s\n%s\n", key_id_text(raw + ALGORITHM, id),
		   text);
	return buf_finish(out, err);
}
