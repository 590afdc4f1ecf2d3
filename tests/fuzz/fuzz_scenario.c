/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Scenario files: whatever is accepted can be decided, and every refusal has whole reasons.
 */
#include <stdlib.h>

#include "policy/decide.h"
#include "policy/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const struct license_set *profiles(void)
{
	static struct license_set *set;
	struct ow_error err = {0};

	if (set == NULL && license_set_new(&set, &err) < 0)
		abort();
	return set;
}

static void check(const struct ow_decision *d)
{
	for (size_t i = 0; i < d->n_reasons; i++) {
		const struct ow_reason *r = &d->reasons[i];

		if (r->component[0] == '\0' || r->license[0] == '\0' || r->clause[0] == '\0' ||
		    r->n_path == 0 || r->remedies[0] == NULL)
			abort();
	}
	if ((d->verdict == OW_BLOCK) !=
		(d->n_reasons > 0 && d->reasons[0].severity == OW_SEVERITY_BLOCK) ||
	    d->usable > d->ceiling || (d->requested > d->ceiling && d->verdict != OW_BLOCK))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = {0};
	struct ow_error err = {0};
	struct policy_case c;
	struct ow_decision d;

	if (scenario_read(p, n, "input", 1795219200, &a, &c, &err) == 0 &&
	    decide(&c, profiles(), &a, &d, &err) == 0)
		check(&d);
	else if (err.code != OW_E_FORMAT)
		abort();
	arena_done(&a);
	return 0;
}
