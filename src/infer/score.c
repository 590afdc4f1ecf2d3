/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "infer/score.h"

#include <math.h>

#include "infer/rope.h"

enum {
	CHOICES = 40
};

bool logits_finite(const float *logits, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(logits[i]))
			return false;
	return true;
}

size_t logits_top(const float *logits, size_t n, uint32_t *id, size_t want)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		size_t place = count;

		while (place > 0 && logits[i] > logits[id[place - 1]])
			place--;
		if (place == want)
			continue;
		count += count < want;
		for (size_t j = count - 1; j > place; j--)
			id[j] = id[j - 1];
		id[place] = (uint32_t)i;
	}
	return count;
}

uint32_t logits_best(const float *logits, size_t n)
{
	size_t best = 0;

	for (size_t i = 1; i < n; i++)
		best = logits[i] > logits[best] ? i : best;
	return (uint32_t)best;
}

double logits_surprise(const float *logits, size_t n, uint32_t id)
{
	float most = logits[logits_best(logits, n)];
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += exact_exp((double)logits[i] - (double)most);
	return exact_log(sum) - ((double)logits[id] - (double)most);
}

/* splitmix64 */
static uint64_t next_random(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

uint32_t logits_draw(const float *logits, size_t n, double temperature, uint64_t *seed)
{
	uint32_t id[CHOICES] = {0};
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
