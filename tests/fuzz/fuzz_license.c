/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Files of licence profiles: what is accepted can be shown, found by its id, and compared.
 */
#include <stdlib.h>

#include "policy/license_diff.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static int take_fact(void *ctx, const char *key, const char *value, struct ow_error *err)
{
	(void)ctx;
	(void)err;
	if (key == NULL || value == NULL)
		abort();
	return 0;
}

static int take_shift(void *ctx, const char *dimension, const char *before, const char *after,
		      enum ow_shift shift, struct ow_error *err)
{
	(void)ctx;
	(void)err;
	if (dimension == NULL || before == NULL || after == NULL || ow_shift_name(shift) == NULL)
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct license_set *set = NULL;
	struct ow_error err = {0};

	if (license_set_empty(&set, &err) < 0)
		abort();
	if (license_set_add(set, p, n, "input", &err) < 0 && err.code != OW_E_FORMAT)
		abort();
	err = (struct ow_error){0};
	for (size_t i = 0; i < license_count(set); i++) {
		const struct license *l = license_at(set, i);

		if (license_find(set, l->id) != l || license_facts(l, take_fact, NULL, &err) < 0 ||
		    license_diff(license_at(set, 0), l, take_shift, NULL, &err) < 0)
			abort();
	}
	license_set_free(set);
	return 0;
}
