/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codec/sign.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/err.h"

static_assert(SIGN_PUBLIC == crypto_sign_PUBLICKEYBYTES, "Ed25519 public key");
static_assert(SIGN_SEED == crypto_sign_SEEDBYTES, "Ed25519 seed");
static_assert(SIGN_BYTES == crypto_sign_BYTES, "Ed25519 signature");
static_assert(SIGN_PREHASH == crypto_generichash_BYTES_MAX, "BLAKE2b-512");
static_assert(BOX_SALT == crypto_pwhash_argon2id_SALTBYTES, "Argon2id salt");
static_assert(BOX_NONCE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "XChaCha20 nonce");
static_assert(BOX_TAG == crypto_aead_xchacha20poly1305_ietf_ABYTES, "Poly1305 tag");

/* 128 MiB, so that unlocking a key stays under the 256 MiB that a command may take. */
#define DEFAULT_PASSES  4
#define DEFAULT_MEM_KIB 131072

/* libsodium wants to be asked once; asking again is harmless and safe from every thread. */
static int ready(struct ow_error *err)
{
	if (sodium_init() < 0)
		return err_set(err, OW_E_INTERNAL, "libsodium cannot start");
	return 0;
}

uint8_t *secret_new(size_t n, struct ow_error *err)
{
	uint8_t *p;

	if (ready(err) < 0)
		return NULL;
	p = sodium_malloc(n);
	if (p == NULL)
		(void)err_set(err, OW_E_IO, "out of memory for secrets (%zu bytes)", n);
	else
		sodium_memzero(p, n);
	return p;
}

void secret_free(void *p)
{
	sodium_free(p);
}

bool secret_equal(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}

int random_fill(void *p, size_t n, struct ow_error *err)
{
	if (ready(err) < 0)
		return err->code;
	randombytes_buf(p, n);
	return 0;
}

int sign_public(const uint8_t seed[SIGN_SEED], uint8_t pk[SIGN_PUBLIC], struct ow_error *err)
{
	OW_AUTO(secret_free) uint8_t *sk = secret_new(crypto_sign_SECRETKEYBYTES, err);

	if (sk == NULL)
		return err->code;
	if (crypto_sign_seed_keypair(pk, sk, seed) != 0)
		return err_set(err, OW_E_INTERNAL, "no Ed25519 key from this seed");
	return 0;
}

int sign_seed_new(uint8_t seed[SIGN_SEED], uint8_t pk[SIGN_PUBLIC], struct ow_error *err)
{
	if (random_fill(seed, SIGN_SEED, err) < 0)
		return err->code;
	return sign_public(seed, pk, err);
}

int sign_make(const uint8_t seed[SIGN_SEED], const void *p, size_t n, uint8_t sig[SIGN_BYTES],
	      struct ow_error *err)
{
	OW_AUTO(secret_free) uint8_t *sk = secret_new(crypto_sign_SECRETKEYBYTES, err);
	uint8_t pk[SIGN_PUBLIC];

	if (sk == NULL)
		return err->code;
	if (crypto_sign_seed_keypair(pk, sk, seed) != 0 ||
	    crypto_sign_detached(sig, NULL, p, n, sk) != 0)
		return err_set(err, OW_E_INTERNAL, "Ed25519 cannot sign");
	/* A fault while signing would give the key away: nothing leaves that does not verify. */
	if (!sign_check(pk, p, n, sig))
		return err_set(err, OW_E_INTERNAL, "a signature just made does not verify");
	return 0;
}

bool sign_check(const uint8_t pk[SIGN_PUBLIC], const void *p, size_t n,
		const uint8_t sig[SIGN_BYTES])
{
	return crypto_sign_verify_detached(sig, p, n, pk) == 0;
}

bool sign_public_ok(const uint8_t pk[SIGN_PUBLIC])
{
	return crypto_core_ed25519_is_valid_point(pk) == 1;
}

void sign_prehash(const void *p, size_t n, uint8_t out[SIGN_PREHASH])
{
	/* fails for impossible lengths alone */
	(void)crypto_generichash(out, SIGN_PREHASH, p, n, NULL, 0);
}

void sign_key_id(const uint8_t pk[SIGN_PUBLIC], uint8_t id[SIGN_KEY_ID])
{
	uint8_t whole[crypto_generichash_BYTES];

	(void)crypto_generichash(whole, sizeof whole, pk, SIGN_PUBLIC, NULL, 0);
	memcpy(id, whole, SIGN_KEY_ID);
}

struct box_cost box_cost_default(void)
{
#ifdef OW_FAULTS
	const char *wish =
	    getenv("OWSTORE_KDF"); /* NOLINT(concurrency-mt-unsafe): nobody sets it */

	if (wish != NULL && strcmp(wish, "least") == 0)
		return (struct box_cost){.passes = BOX_PASSES_MIN, .mem_kib = BOX_MEM_KIB_MIN};
#endif
	return (struct box_cost){.passes = DEFAULT_PASSES, .mem_kib = DEFAULT_MEM_KIB};
}

bool box_cost_ok(const struct box_cost *cost)
{
	return cost->passes >= BOX_PASSES_MIN && cost->passes <= BOX_PASSES_MAX &&
	       cost->mem_kib >= BOX_MEM_KIB_MIN && cost->mem_kib <= BOX_MEM_KIB_MAX;
}

/* The key that a passphrase gives, in memory for secrets; NULL on failure. */
static uint8_t *derive(const struct box_lock *lock, struct ow_view passphrase, struct ow_error *err)
{
	OW_AUTO(secret_free)
	uint8_t *key = secret_new(crypto_aead_xchacha20poly1305_ietf_KEYBYTES, err);

	assert(box_cost_ok(&lock->cost));
	if (key == NULL)
		return NULL;
	if (crypto_pwhash(key, crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
			  (const char *)passphrase.p, passphrase.n, lock->salt, lock->cost.passes,
			  lock->cost.mem_kib * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0) {
		(void)err_set(err, OW_E_IO, "out of memory for Argon2id (%llu KiB)",
			      (unsigned long long)lock->cost.mem_kib);
		return NULL;
	}
	return STEAL(key);
}

int box_seal(const struct box_lock *lock, struct ow_view passphrase, struct ow_view header,
	     struct ow_view secret, uint8_t *out, struct ow_error *err)
{
	OW_AUTO(secret_free) uint8_t *key = derive(lock, passphrase, err);

	if (key == NULL)
		return err->code;
	if (crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, secret.p, secret.n, header.p,
						       header.n, NULL, lock->nonce, key) != 0)
		return err_set(err, OW_E_INTERNAL, "XChaCha20-Poly1305 cannot seal");
	return 0;
}

int box_open(const struct box_lock *lock, struct ow_view passphrase, struct ow_view header,
	     struct ow_view box, uint8_t *secret, struct ow_error *err)
{
	OW_AUTO(secret_free) uint8_t *key = derive(lock, passphrase, err);

	if (key == NULL)
		return err->code;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(secret, NULL, NULL, box.p, box.n, header.p,
						       header.n, lock->nonce, key) != 0)
		return err_set(err, OW_E_TRUST, "wrong passphrase, or the file was altered");
	return 0;
}

void base64_encode(const uint8_t *p, size_t n, char *out)
{
	(void)sodium_bin2base64(out, BASE64_TEXT(n), p, n, sodium_base64_VARIANT_ORIGINAL);
}

bool base64_decode(const char *text, size_t len, uint8_t *out, size_t n)
{
	/* the decoder allows for some looseness in the last digit; encoding again does not */
	char again[BASE64_TEXT(128)];
	size_t got = 0;

	assert(n <= 128);
	if (len != BASE64_TEXT(n) - 1 ||
	    sodium_base642bin(out, n, text, len, NULL, &got, NULL,
			      sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    got != n)
		return false;
	base64_encode(out, n, again);
	return memcmp(again, text, len) == 0;
}
