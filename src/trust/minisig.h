/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * minisign's files: detached signatures, of which only the one canonical form is accepted, and
 *public keys.
 *
 *	untrusted comment: owstore
 *	base64("ED" ‖ key id (8) ‖ Ed25519 signature (64) over BLAKE2b-512 of the document)
 *	trusted comment: <text>
 *	base64(Ed25519 signature (64) over the signature above ‖ <text>)
 *
 * Format source: minisign 0.11; docs/format/signatures.md has the bytes.
 */
#ifndef OW_TRUST_MINISIG_H
#define OW_TRUST_MINISIG_H

#include "base/buf.h"
#include "base/limits.h"
#include "trust/comment.h"

struct minisig {
	uint8_t key_id[SIGN_KEY_ID];     /* a hint only: trust is by the whole key */
	uint8_t sig[SIGN_BYTES];         /* over the prehash of the document */
	uint8_t comment_sig[SIGN_BYTES]; /* over sig and the comment */
	char comment[COMMENT_TEXT];      /* not yet believed */
};

/* Read a signature file. Not canonical in any byte: OW_E_TRUST (D35). */
OW_MUST_USE int minisig_parse(const uint8_t *p, size_t n, struct minisig *out,
			      struct ow_error *err);

/* Append the file to `out`. */
OW_MUST_USE int minisig_format(const struct minisig *s, struct buf *out, struct ow_error *err);

/* What comment_sig is over: sig, then the bytes of the comment. Returns their number. */
enum {
	COMMENT_MESSAGE = SIGN_BYTES + COMMENT_TEXT
};
size_t minisig_comment_message(const struct minisig *s, uint8_t out[COMMENT_MESSAGE]);

/* Do both signatures hold under this key? `prehash` is sign_prehash of the document. */
bool minisig_check(const struct minisig *s, const uint8_t pk[SIGN_PUBLIC],
		   const uint8_t prehash[SIGN_PREHASH]);

/* A public key file: a comment line, and base64("Ed" ‖ key id ‖ key). Reading accepts any printable
 * comment but only the key id that belongs to the key; OW_E_FORMAT otherwise.
 */
OW_MUST_USE int public_key_parse(const uint8_t *p, size_t n, uint8_t pk[SIGN_PUBLIC],
				 struct ow_error *err);
OW_MUST_USE int public_key_format(const uint8_t pk[SIGN_PUBLIC], struct buf *out,
				  struct ow_error *err);

enum {
	PUBLIC_KEY_FILE_MAX = 1200 /* a comment of 1,023 bytes and a short line */
};

#endif
