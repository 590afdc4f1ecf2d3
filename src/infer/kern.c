/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Choosing a kernel set.
 */
#include "infer/kern.h"

#include <string.h>

#include "infer/kern_sets.h"

static const struct kern *const sets[] = {
    &kern_scalar,
#if defined(__x86_64__)
    &kern_avx2,
    &kern_avx512,
    &kern_amx,
#elif defined(__aarch64__)
    &kern_neon_plain,
    &kern_neon,
#endif
};

const struct kern *kern_at(size_t i)
{
	return i < sizeof sets / sizeof sets[0] ? sets[i] : NULL;
}

const struct kern *kern_best(void)
{
	const struct kern *best = sets[0];

	for (size_t i = 1; kern_at(i) != NULL; i++)
		if (sets[i]->usable())
			best = sets[i];
	return best;
}

const struct kern *kern_named(const char *name)
{
	for (size_t i = 0; kern_at(i) != NULL; i++)
		if (strcmp(sets[i]->name, name) == 0 && sets[i]->usable())
			return sets[i];
	return NULL;
}
