/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "infer/score.h"

#include <math.h>

#include "infer/rope.h"

bool logits_finite(const float *logits, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(logits[i]))
			return false;
	}
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

double logits_surprise(const float *logits, size_t n, uint32_t id)
{
	float most = logits[0];
	double sum = 0;

	for (size_t i = 1; i < n; i++)
		most = logits[i] > most ? logits[i] : most;
	for (size_t i = 0; i < n; i++)
		sum += exact_exp((double)logits[i] - (double)most);
	return exact_log(sum) - ((double)logits[id] - (double)most);
}
