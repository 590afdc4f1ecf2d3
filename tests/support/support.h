/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the suites share: a main, folders that vanish, sweeps over truncations and flips, repeatable
 *randomness.
 *
 *	START_TEST(put_same_bytes_twice_writes_once) { … } END_TEST
 *
 *	SUITE_MAIN("store/blob", put_same_bytes_twice_writes_once, …)
 */
#ifndef OW_TEST_SUPPORT_H
#define OW_TEST_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <check.h>

#include <owstore/error.h>

#include "base/buf.h"

/* Runs the tests as one TAP suite, each in a process of its own. */
int suite_run(const char *name, const TTest *const *tests, size_t n);

/* The same, and tell of `n_skipped` further tests that they were skipped, and why. */
int suite_run_but(const char *name, const TTest *const *tests, size_t n,
		  const TTest *const *skipped, size_t n_skipped, const char *why);

#define SUITE_MAIN(name, ...)                                                                      \
	int main(void)                                                                             \
	{                                                                                          \
		const TTest *const tests[] = {__VA_ARGS__};                                        \
		return suite_run(name, tests, sizeof tests / sizeof tests[0]);                     \
	}

/* The call must succeed; prints the error text if not. */
#define ck_ok(expr)                                                                                \
	do {                                                                                       \
		err = (struct ow_error){0};                                                        \
		if ((expr) < 0)                                                                    \
			ck_abort_msg("%s: %s", #expr, err.text);                                   \
	} while (0)

/* The call must fail with this code; err then holds the failure. */
#define ck_fails(expr, want)                                                                       \
	do {                                                                                       \
		err = (struct ow_error){0};                                                        \
		if ((expr) >= 0)                                                                   \
			ck_abort_msg("%s: succeeded", #expr);                                      \
		if (err.code != (want))                                                            \
			ck_abort_msg("%s: code %d, expected %d: %s", #expr, err.code, (want),      \
				     err.text);                                                    \
	} while (0)

/* A new empty folder, removed when the process ends; the path, and an open descriptor in *fd if not
 * NULL. */
const char *scratch(int *fd);

/* Repeatable pseudo-random numbers (splitmix64) from a seed. */
uint64_t rnd(uint64_t *seed);
void rnd_fill(uint64_t *seed, void *p, size_t n);

/* Write bytes as a file below dir. */
void put_file(int dir, const char *name, const void *p, size_t n);

/* Try every truncation (shorter = 0..n-1) and every single-bit flip of p[0..n): `refused` gets each
 * variant in memory of its exact size and says whether it was refused or is the same value; false
 * fails the test.
 */
typedef bool (*variant_ok)(void *ctx, const uint8_t *p, size_t n);
void sweep_truncations(const uint8_t *p, size_t n, variant_ok ok, void *ctx);
void sweep_flips(const uint8_t *p, size_t n, variant_ok ok, void *ctx);

/* Decode a document and append it encoded again; < 0 where it is refused. */
typedef int (*rewrite_fn)(const uint8_t *p, size_t n, struct buf *out, struct ow_error *err);

/* Is it refused, for its form or for what it reaches, or the same bytes again? */
bool refused_or_same(rewrite_fn rewrite, const uint8_t *p, size_t n);

/* A sound document is itself again, no truncation of it is taken, and each flipped bit is refused or means itself. */
void sweep_document(const uint8_t *p, size_t n, rewrite_fn rewrite);

/* Put n items of a list into another order. */
void shuffle(void *list, size_t n, size_t size, uint64_t *seed);

#endif
