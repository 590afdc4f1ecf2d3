/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "infer/sample.h"

#include "infer/rope.h"
#include "infer/score.h"

enum {
	CHOICES = 40
};

/* splitmix64 */
static uint64_t next_random(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

uint32_t sample_draw(const float *logits, size_t n, double temperature, uint64_t *seed)
{
	uint32_t id[CHOICES];
	size_t count = logits_top(logits, n, id, CHOICES);
	double weight[CHOICES], sum = 0, at;

	for (size_t i = 0; i < count; i++) {
		weight[i] = exact_exp((double)(logits[id[i]] - logits[id[0]]) / temperature);
		sum += weight[i];
	}
	at = (double)(next_random(seed) >> 11) * 0x1p-53 * sum;
	for (size_t i = 0; i < count; i++) {
		at -= weight[i];
		if (at < 0)
			return id[i];
	}
	return id[0];
}
