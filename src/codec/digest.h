/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 (FIPS 180-4), the only digest that names things. The one door to libcrypto's EVP, beside
 *which stand two kernels for CPUs with SHA instructions that do what EVP cannot: hash two messages
 *at once on one core, and feed one message to two digests with one message schedule.
 *
 *	struct digest d;
 *
 *	digest_init(&d);
 *	digest_update(&d, p, n);
 *	digest_final(&d, &id);
 */
#ifndef OW_CODEC_DIGEST_H
#define OW_CODEC_DIGEST_H

#include <owstore/api.h>
#include <owstore/error.h>
#include <owstore/id.h>

struct digest_kernels;

/* A running digest, in the caller's memory. It may be moved, not copied: EVP's state is outside. */
struct digest {
	uint32_t state[8];
	uint64_t size;                        /* bytes taken so far */
	uint8_t block[64];                    /* size % 64 bytes that wait for a whole block */
	const struct digest_kernels *kernels; /* NULL: EVP does the work */
	void *evp;                            /* its context, owned; NULL after a failure in EVP */
};

/* Which code does the work, "sha-ni, avx-512", "sha-ni" or "evp": chosen once from the CPU. OWSTORE_SHA=sha-ni or evp
 * in the environment asks for less (evp is also what a FIPS provider needs).
 */
const char *digest_backend(void);

/* Known answers for every code path in use; OW_E_INTERNAL if one is wrong. Called once at start,
 * before anything is hashed. Test builds take OWSTORE_SHA=wrong for a backend that hashes wrongly.
 */
OW_MUST_USE int digest_selftest(struct ow_error *err);

/* A digest that was begun must be ended by digest_final or digest_drop. Running out of memory
 * inside EVP is fatal to the digest, never silent: final then gives OW_E_IO. After either the
 * digest holds nothing and may be begun again.
 */
void digest_init(struct digest *d);
void digest_update(struct digest *d, const void *p, size_t n);
OW_MUST_USE int digest_final(struct digest *d, struct ow_id *out, struct ow_error *err);
void digest_drop(struct digest *d);

/* One message in memory. */
OW_MUST_USE int digest_bytes(const void *p, size_t n, struct ow_id *out, struct ow_error *err);

/* Up to DIGEST_LANES messages side by side, n bytes of each: faster on one core than one after the other. */
enum {
	DIGEST_LANES = 16
};
void digest_update_many(struct digest *const d[], const uint8_t *const p[], unsigned count,
			size_t n);

/* How many messages side by side are fastest on this CPU: 1, 2 or 16. */
unsigned digest_lanes(void);

/* The same n bytes into two digests (of a whole file, and of the chunk at hand). Fastest where both
 * have taken the same number of bytes modulo 64, so that one message schedule serves both; else as
 * digest_update_many.
 */
void digest_update_both(struct digest *whole, struct digest *part, const void *p, size_t n);

#endif
