/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Decisions: what goes in is gathered here, the policy engine decides.
 */
#include "policy/decide.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "flow/licenses.h"
#include "os/clock.h"
#include "os/file.h"
#include "policy/scenario.h"

/* A decision with what its texts belong to; the public part comes first. */
struct decided {
	struct ow_decision d;
	struct arena arena;
	struct policy_case c;
};

int ow_decide_scenario(const struct ow_licenses *known, const char *path, struct ow_decision **out,
		       struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf text = {0};
	struct decided *x;

	if (file_read_user(path, YAML_SIZE_MAX, &text, err) < 0)
		return err->code;
	x = MEM_NEW(struct decided, err);
	if (x == NULL)
		return err->code;
	if (scenario_read(text.p, text.n, path, clock_now(), &x->arena, &x->c, err) < 0 ||
	    decide(&x->c, known->set, &x->arena, &x->d, err) < 0) {
		ow_decision_free(&x->d);
		return err->code;
	}
	*out = &x->d;
	return 0;
}

void ow_decision_free(struct ow_decision *d)
{
	struct decided *x = (struct decided *)d;

	if (d == NULL)
		return;
	arena_done(&x->arena);
	free(x);
}
