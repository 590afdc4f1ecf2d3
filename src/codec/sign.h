/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The one door to libsodium: Ed25519 (RFC 8032), BLAKE2b (RFC 7693), Argon2id (RFC 9106),
 * XChaCha20-Poly1305, canonical base64, random bytes and memory for secrets.
 *
 *	OW_AUTO(secret_free) uint8_t *seed = secret_new(SIGN_SEED, err);
 *
 *	if (seed == NULL || sign_seed_new(seed, pk, err) < 0)
 *		return err->code;
 */
#ifndef OW_CODEC_SIGN_H
#define OW_CODEC_SIGN_H

#include <stdbool.h>

#include <owstore/api.h>
#include <owstore/error.h>

#include "base/auto.h"

enum {
	SIGN_PUBLIC = 32,  /* an Ed25519 public key */
	SIGN_SEED = 32,    /* what an Ed25519 secret key is made from, and all that is kept of it */
	SIGN_BYTES = 64,   /* a signature */
	SIGN_PREHASH = 64, /* BLAKE2b-512 of a document */
	SIGN_KEY_ID = 8,   /* the first bytes of BLAKE2b-256 of a public key (D38) */
	BOX_SALT = 16,     /* of Argon2id */
	BOX_NONCE = 24,    /* of XChaCha20-Poly1305 */
	BOX_TAG = 16,      /* what sealing adds */
};

/* Memory for secrets: locked, left out of core dumps, between guard pages, wiped when freed. NULL
 * with OW_E_IO when there is none.
 */
uint8_t *secret_new(size_t n, struct ow_error *err);
void secret_free(void *p);

static inline void secret_free_auto(void *p)
{
	secret_free(*(void **)p);
}

/* Equal? In a time that does not tell where they differ. */
bool secret_equal(const void *a, const void *b, size_t n);

/* Unpredictable bytes from the kernel. */
OW_MUST_USE int random_fill(void *p, size_t n, struct ow_error *err);

/* A new random seed, and the public key of a seed. Seeds live in secret_new memory. */
OW_MUST_USE int sign_seed_new(uint8_t seed[SIGN_SEED], uint8_t pk[SIGN_PUBLIC],
			      struct ow_error *err);
OW_MUST_USE int sign_public(const uint8_t seed[SIGN_SEED], uint8_t pk[SIGN_PUBLIC],
			    struct ow_error *err);

/* Sign n bytes with the key of `seed`. Pure Ed25519: what is hashed beforehand is the caller's
 * business. */
OW_MUST_USE int sign_make(const uint8_t seed[SIGN_SEED], const void *p, size_t n,
			  uint8_t sig[SIGN_BYTES], struct ow_error *err);

/* Does the signature hold? Refuses S at or above the group order, small-order R, and small-order or
 * non-canonical keys.
 */
bool sign_check(const uint8_t pk[SIGN_PUBLIC], const void *p, size_t n,
		const uint8_t sig[SIGN_BYTES]);

/* Is it a canonical point of the prime-order subgroup, as every honest public key is? */
bool sign_public_ok(const uint8_t pk[SIGN_PUBLIC]);

/* BLAKE2b-512 of a document, what minisign's `ED` signatures are over; and the id of a public key.
 */
void sign_prehash(const void *p, size_t n, uint8_t out[SIGN_PREHASH]);
void sign_key_id(const uint8_t pk[SIGN_PUBLIC], uint8_t id[SIGN_KEY_ID]);

/* What Argon2id costs whoever guesses: passes over so many KiB of memory. */
struct box_cost {
	uint64_t passes;
	uint64_t mem_kib;
};

/* What is accepted from a file: anything beyond is refused before memory is touched (case J02). */
#define BOX_PASSES_MIN  1
#define BOX_PASSES_MAX  16
#define BOX_MEM_KIB_MIN 8192    /* 8 MiB */
#define BOX_MEM_KIB_MAX 1048576 /* 1 GiB */

/* What new secrets get. Test builds take the least that is accepted if OWSTORE_KDF is "least". */
struct box_cost box_cost_default(void);

bool box_cost_ok(const struct box_cost *cost);

struct box_lock {
	struct box_cost cost;
	uint8_t salt[BOX_SALT];
	uint8_t nonce[BOX_NONCE];
};

/* Encrypt `secret` (n bytes) under a passphrase into `out` (n + BOX_TAG bytes), bound to `header`;
 * open it again into secret_new memory of n - BOX_TAG bytes. box_open: a wrong passphrase, another
 * header and altered bytes cannot be told apart and are all OW_E_TRUST. The cost must be
 * box_cost_ok.
 */
OW_MUST_USE int box_seal(const struct box_lock *lock, struct ow_view passphrase,
			 struct ow_view header, struct ow_view secret, uint8_t *out,
			 struct ow_error *err);
OW_MUST_USE int box_open(const struct box_lock *lock, struct ow_view passphrase,
			 struct ow_view header, struct ow_view box, uint8_t *secret,
			 struct ow_error *err);

/* Base64 (RFC 4648 §4, with padding) of n bytes into `out`, terminated: BASE64_TEXT(n) bytes. */
#define BASE64_TEXT(n) (((n) + 2) / 3 * 4 + 1)
void base64_encode(const uint8_t *p, size_t n, char *out);

/* Read exactly `n` bytes from text[0..len): only the one canonical form, nothing around it. */
bool base64_decode(const char *text, size_t len, uint8_t *out, size_t n);

#endif
