/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codec/digest.h"

#include <openssl/evp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "codec/digest_kernels.h"

enum {
	BLOCK = 64
};

/* ---- choice
 * ----------------------------------------------------------------------------------------- */

#ifdef OW_FAULTS
static void wrong_one(uint32_t state[8], const uint8_t *p, size_t n)
{
	for (; n > 0; n--, p += BLOCK)
		state[0] += p[0];
}

static void wrong_two(uint32_t a[8], const uint8_t *pa, uint32_t b[8], const uint8_t *pb, size_t n)
{
	wrong_one(a, pa, n);
	wrong_one(b, pb, n);
}

static void wrong_both(uint32_t a[8], uint32_t b[8], const uint8_t *p, size_t n)
{
	wrong_two(a, p, b, p, n);
}
#endif

static const struct digest_kernels *choose(void)
{
	const char *asked =
	    getenv("OWSTORE_SHA"); /* NOLINT(concurrency-mt-unsafe): nobody sets it */

#ifdef OW_FAULTS
	static const struct digest_kernels wrong = {"wrong", wrong_one, wrong_two, wrong_both,
						    NULL};

	if (asked != NULL && strcmp(asked, "wrong") == 0)
		return &wrong;
#endif
	if (asked != NULL && strcmp(asked, "evp") == 0)
		return NULL;
	if (asked == NULL && digest_wide() != NULL)
		return digest_wide();
	return digest_shani();
}

/* Asking the CPU is slow where a hypervisor answers, so the choice is kept. Threads that come first
 * at the same time choose the same.
 */
static const struct digest_kernels *kernels_in_use(void)
{
	static const struct digest_kernels *_Atomic kernels;
	static atomic_bool chosen;

	if (!atomic_load(&chosen)) {
		atomic_store(&kernels, choose());
		atomic_store(&chosen, true);
	}
	return atomic_load(&kernels);
}

const char *digest_backend(void)
{
	const struct digest_kernels *k = kernels_in_use();

	return k == NULL ? "evp" : k->name;
}

/* ---- one digest
 * ------------------------------------------------------------------------------------- */

void digest_drop(struct digest *d)
{
	EVP_MD_CTX_free(d->evp);
	d->evp = NULL;
}

void digest_init_by(struct digest *d, const struct digest_kernels *kernels)
{
	/* FIPS 180-4 §5.3.3 */
	*d = (struct digest){
	    .state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
		      0x1f83d9ab, 0x5be0cd19},
	    .kernels = kernels,
	};
	if (kernels != NULL)
		return;
	d->evp = EVP_MD_CTX_new();
	if (d->evp != NULL && EVP_DigestInit_ex(d->evp, EVP_sha256(), NULL) != 1)
		digest_drop(d);
}

void digest_init(struct digest *d)
{
	digest_init_by(d, kernels_in_use());
}

static void update_evp(struct digest *d, const void *p, size_t n)
{
	if (d->evp != NULL && EVP_DigestUpdate(d->evp, p, n) != 1)
		digest_drop(d);
}

static size_t waiting(const struct digest *d)
{
	return d->size % BLOCK;
}

/* Bytes that come before the first whole block lying in the input: they fill up the waiting block.
 */
static size_t fill(struct digest *d, const uint8_t *p, size_t n)
{
	size_t have = waiting(d);

	if (have == 0)
		return 0;
	n = size_min(n, BLOCK - have);
	memcpy(d->block + have, p, n);
	d->size += n;
	if (have + n == BLOCK)
		d->kernels->one(d->state, d->block, 1);
	return n;
}

/* Everything behind `fill`: whole blocks, then the rest, which waits. */
static void take(struct digest *d, const uint8_t *p, size_t n)
{
	size_t blocks = n / BLOCK;

	if (blocks > 0)
		d->kernels->one(d->state, p, blocks);
	if (n % BLOCK > 0)
		memcpy(d->block, p + blocks * BLOCK, n % BLOCK);
	d->size += n;
}

void digest_update(struct digest *d, const void *p, size_t n)
{
	size_t filled;

	if (n == 0)
		return;
	if (d->kernels == NULL) {
		update_evp(d, p, n);
		return;
	}
	filled = fill(d, p, n);
	if (filled < n)
		take(d, (const uint8_t *)p + filled, n - filled);
}

static void store_be32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

/* A one bit, zeros, and the size in bits as the last eight bytes of a block: FIPS 180-4 §5.1.1. */
static void pad(struct digest *d)
{
	uint8_t end[2 * BLOCK] = {0x80};
	size_t n = (waiting(d) < BLOCK - 8 ? BLOCK : 2 * BLOCK) - waiting(d);

	store_be32(end + n - 8, (uint32_t)(d->size >> 29));
	store_be32(end + n - 4, (uint32_t)(d->size << 3));
	digest_update(d, end, n);
}

int digest_final(struct digest *d, struct ow_id *out, struct ow_error *err)
{
	if (d->kernels == NULL) {
		bool ok = d->evp != NULL && EVP_DigestFinal_ex(d->evp, out->b, NULL) == 1;

		digest_drop(d);
		return ok ? 0 : err_set(err, OW_E_IO, "SHA-256: libcrypto gave up (out of memory)");
	}
	pad(d);
	for (size_t i = 0; i < 8; i++)
		store_be32(out->b + 4 * i, d->state[i]);
	return 0;
}

int digest_bytes(const void *p, size_t n, struct ow_id *out, struct ow_error *err)
{
	struct digest d;

	digest_init(&d);
	digest_update(&d, p, n);
	return digest_final(&d, out, err);
}

/* ---- several digests
 * ------------------------------------------------------------------------------------ */

/* From here on the wide kernel is faster than pairs, though it hashes some messages for nothing. */
#define WIDE_FROM 10

/* Blocks of up to sixteen messages, by the widest kernels that pay. */
static void blocks_of(const struct digest_kernels *k, struct digest *const d[],
		      const uint8_t *const at[], unsigned count, size_t blocks)
{
	unsigned i = 0;

	if (k->sixteen != NULL && count >= WIDE_FROM) {
		uint32_t nobody[DIGEST_LANES][8] = {0};
		uint32_t *state[DIGEST_LANES];
		const uint8_t *p[DIGEST_LANES];

		for (; i < DIGEST_LANES; i++) {
			state[i] = i < count ? d[i]->state : nobody[i];
			p[i] = i < count ? at[i] : at[0];
		}
		k->sixteen(state, p, blocks);
	}
	for (; i + 1 < count; i += 2)
		k->two(d[i]->state, at[i], d[i + 1]->state, at[i + 1], blocks);
	if (i < count)
		k->one(d[i]->state, at[i], blocks);
	for (i = 0; i < count; i++)
		d[i]->size += blocks * BLOCK;
}

static bool alike(struct digest *const d[], unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (d[i]->kernels == NULL || d[i]->kernels != d[0]->kernels)
			return false;
	}
	return true;
}

void digest_update_many(struct digest *const d[], const uint8_t *const p[], unsigned count,
			size_t n)
{
	const uint8_t *at[DIGEST_LANES];
	size_t blocks = n / BLOCK;

	if (count == 0 || n == 0)
		return;
	if (!alike(d, count)) {
		for (unsigned i = 0; i < count; i++)
			digest_update(d[i], p[i], n);
		return;
	}
	for (unsigned i = 0; i < count; i++) {
		at[i] = p[i] + fill(d[i], p[i], n);
		blocks = size_min(blocks, (n - (size_t)(at[i] - p[i])) / BLOCK);
	}
	if (blocks > 0)
		blocks_of(d[0]->kernels, d, at, count, blocks);
	for (unsigned i = 0; i < count; i++) {
		size_t done = (size_t)(at[i] - p[i]) + blocks * BLOCK;

		if (done < n)
			take(d[i], p[i] + done, n - done);
	}
}

unsigned digest_lanes(void)
{
	const struct digest_kernels *k = kernels_in_use();

	if (k == NULL)
		return 1;
	return k->sixteen == NULL ? 2 : DIGEST_LANES;
}

void digest_update_both(struct digest *whole, struct digest *part, const void *p, size_t n)
{
	const uint8_t *at = p;
	size_t filled, blocks;

	if (whole->kernels == NULL || whole->kernels != part->kernels || n == 0 ||
	    waiting(whole) != waiting(part)) {
		digest_update_many((struct digest *const[]){whole, part},
				   (const uint8_t *const[]){at, at}, 2, n);
		return;
	}
	filled = fill(whole, at, n);
	(void)fill(part, at, n);
	blocks = (n - filled) / BLOCK;
	if (blocks > 0) {
		whole->kernels->both(whole->state, part->state, at + filled, blocks);
		whole->size += blocks * BLOCK;
		part->size += blocks * BLOCK;
	}
	filled += blocks * BLOCK;
	if (filled < n) {
		take(whole, at + filled, n - filled);
		take(part, at + filled, n - filled);
	}
}

/* ---- self-test
 * -------------------------------------------------------------------------------------- */

/* SHA-256 of the bytes 0, 1, … 255, 0, … up to byte 1024: all of them, and those from byte 32 and
 * 64 on. */
static const char known_all[] = "785b0751fc2c53dc14a4ce3d800e69ef9ce1009eb327ccf458afe09c242c26c9";
static const char known_from_32[] =
    "a42263c5b436efce29de8c45426d2b3cf7344b46ee2f329e8529aa129033ca52";
static const char known_from_64[] =
    "5d1a889d89882944d9149f02a82cea61c6932d1022039137b9e0604b5bd01fa5";

static int known(struct digest *d, const char *want, const char *path, struct ow_error *err)
{
	struct ow_id id;
	char hex[OW_ID_HEX];

	if (digest_final(d, &id, err) < 0)
		return err->code;
	if (strcmp(ow_id_hex(&id, hex), want) != 0)
		return err_set(err, OW_E_INTERNAL,
			       "SHA-256 (%s, %s) computes wrong digests: expected %s, got %s",
			       digest_backend(), path, want, hex);
	return 0;
}

static int known_pair(struct digest *a, struct digest *b, const char *want_b, const char *path,
		      struct ow_error *err)
{
	int r = known(a, known_all, path, err);

	if (r < 0) {
		digest_drop(b);
		return r;
	}
	return known(b, want_b, path, err);
}

static int sixteen_selftest(const uint8_t *m, size_t n, struct ow_error *err)
{
	struct digest d[DIGEST_LANES], *to[DIGEST_LANES];
	const uint8_t *p[DIGEST_LANES];
	int r = 0;

	for (size_t i = 0; i < DIGEST_LANES; i++) {
		digest_init(&d[i]);
		to[i] = &d[i];
		p[i] = m + (i % 2) * 32;
	}
	digest_update_many(to, p, DIGEST_LANES, n - 32);
	for (unsigned i = 0; i < DIGEST_LANES; i++) {
		if (i % 2 == 0)
			digest_update(&d[i], m + n - 32, 32);
		if (r == 0)
			r = known(&d[i], i % 2 == 0 ? known_all : known_from_32, "sixteen messages",
				  err);
		else
			digest_drop(&d[i]);
	}
	return r;
}

int digest_selftest(struct ow_error *err)
{
	struct digest a, b;
	uint8_t m[1024];

	for (size_t i = 0; i < sizeof m; i++)
		m[i] = (uint8_t)i;

	digest_init(&a);
	digest_update(&a, m, 100);
	digest_update(&a, m + 100, sizeof m - 100);
	if (known(&a, known_all, "one message", err) < 0)
		return err->code;

	digest_init(&a);
	digest_init(&b);
	digest_update_many((struct digest *const[]){&a, &b}, (const uint8_t *const[]){m, m + 32}, 2,
			   sizeof m - 32);
	digest_update(&a, m + sizeof m - 32, 32);
	if (known_pair(&a, &b, known_from_32, "two messages", err) < 0)
		return err->code;

	digest_init(&a);
	digest_init(&b);
	digest_update(&a, m, 64);
	digest_update_both(&a, &b, m + 64, sizeof m - 64);
	if (known_pair(&a, &b, known_from_64, "two states", err) < 0)
		return err->code;

	digest_init(&a);
	digest_init(&b);
	digest_update(&a, m, 32);
	digest_update_both(&a, &b, m + 32, sizeof m - 32);
	if (known_pair(&a, &b, known_from_32, "two phases", err) < 0)
		return err->code;
	return sixteen_selftest(m, sizeof m, err);
}
