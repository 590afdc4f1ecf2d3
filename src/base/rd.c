/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/rd.h"

#include "base/err.h"

int rd_finish(const struct rd *r, struct ow_error *err, const char *what)
{
	if (r->want == SIZE_MAX)
		return err_set(err, OW_E_FORMAT, "%s: the count before byte %zu exceeds the input",
			       what, r->pos);
	if (r->want != 0)
		return err_set(err, OW_E_FORMAT, "%s: needs %zu bytes at byte %zu, has %zu", what,
			       r->want, r->pos, r->size - r->pos);
	if (r->pos != r->size)
		return err_set(err, OW_E_FORMAT, "%s: %zu stray bytes at byte %zu", what,
			       r->size - r->pos, r->pos);
	return 0;
}
