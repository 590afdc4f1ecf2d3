/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Prints a hash of what every kernel set of this CPU computes from fixed input, one line a set. Needs nothing but
 * the kernels, so that tools/check_kernels can build it with other compilers and for other CPUs.
 */
#include <stdio.h>

#include "infer/rope.h"
#include "unit/infer/kern_sample.h"

static uint64_t hash(uint64_t h, const void *p, size_t n)
{
	const uint8_t *b = p;

	for (size_t i = 0; i < n; i++)
		h = (h ^ b[i]) * 0x100000001b3;
	return h;
}

static uint64_t matrices(const struct kern *k, struct act *a, uint64_t h)
{
	static float y[SAMPLE_TOKENS * SAMPLE_OUT];
	uint64_t seed = 7;

	for (size_t i = 0; i < SAMPLE_TYPES; i++) {
		struct mat m;

		sample_matrix(&m, sample_types[i], &seed);
		sample_multiply(k, &m, a, y);
		h = hash(h, y, sizeof y);
		free(m.data);
	}
	return h;
}

static uint64_t floats(const struct kern *k, uint64_t h)
{
	static float out[SAMPLE_FLOATS];
	struct rope_scaling s = {.base = 10000,
				 .factor = 4,
				 .yarn = true,
				 .beta_fast = 32,
				 .beta_slow = 1,
				 .original = 64,
				 .gain = 1};
	struct rope r;
	size_t n;

	n = sample_floats(k, out);
	h = hash(h, out, n * sizeof *out);
	rope_init(&r, ROPE_NEOX, 64, &s);
	rope_turn(&r, 12345, out);
	return hash(h, out, 64 * sizeof *out);
}

int main(void)
{
	static float x[SAMPLE_TOKENS * SAMPLE_COLS];
	struct ow_error err = {0};
	uint64_t seed = 42;
	struct act a;

	if (act_init(&a, SAMPLE_TOKENS, SAMPLE_COLS, &err) < 0)
		return 1;
	sample_tokens(x, &seed);
	sample_input(&a, x, SAMPLE_TOKENS);
	for (size_t i = 0; kern_at(i) != NULL; i++) {
		const struct kern *k = kern_at(i);

		if (!k->usable())
			continue;
		sample_quantize(k, &a);
		printf("%016llx %s\n",
		       (unsigned long long)floats(k, matrices(k, &a, 0xcbf29ce484222325)), k->name);
	}
	act_done(&a);
	return 0;
}
