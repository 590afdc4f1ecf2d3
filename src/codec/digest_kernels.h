/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What stands below codec/digest.h where EVP does not do the work: the SHA-256 compression function
 * over whole blocks, in four shapes. Only digest.c and its tests call these.
 */
#ifndef OW_CODEC_DIGEST_KERNELS_H
#define OW_CODEC_DIGEST_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct digest;

/* Each takes `n` blocks of 64 bytes from unaligned memory; a state is H0..H7 of FIPS 180-4 §5.3.3.
 */
struct digest_kernels {
	const char *name;
	void (*one)(uint32_t state[8], const uint8_t *p, size_t n);

	/* Two messages, block by block side by side. */
	void (*two)(uint32_t a[8], const uint8_t *pa, uint32_t b[8], const uint8_t *pb, size_t n);

	/* One message into two states: its schedule is computed once. */
	void (*both)(uint32_t a[8], uint32_t b[8], const uint8_t *p, size_t n);

	/* Sixteen messages side by side; NULL where there is nothing faster than pairs. */
	void (*sixteen)(uint32_t *const state[16], const uint8_t *const p[16], size_t n);
};

/* The kernels that use the SHA extensions of x86-64, and these with AVX-512 for sixteen messages; NULL where the CPU
 * has none.
 */
const struct digest_kernels *digest_shani(void);
const struct digest_kernels *digest_wide(void);

#ifdef __x86_64__
extern const uint32_t digest_constants[64]; /* K of FIPS 180-4 */
void digest_sixteen_avx512(uint32_t *const state[16], const uint8_t *const p[16], size_t n);
bool digest_has_avx512(void);
#endif

/* digest_init with a choice: NULL is EVP. Digests that are updated together must have the same. */
void digest_init_by(struct digest *d, const struct digest_kernels *kernels);

#endif
