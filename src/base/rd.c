/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/rd.h"

#include "base/err.h"

int rd_finish(const struct rd *r, struct ow_error *err, const char *what)
{
	if (r->want == 0 && r->pos == r->size)
		return 0;
	if (r->want == SIZE_MAX)
		(void)err_set(err, OW_E_FORMAT, "%s: the count before byte %zu exceeds the input",
			      what, r->pos);
	else if (r->want != 0)
		(void)err_set(err, OW_E_FORMAT, "%s: needs %zu bytes at byte %zu, has %zu", what,
			      r->want, r->pos, r->size - r->pos);
	else
		(void)err_set(err, OW_E_FORMAT, "%s: %zu stray bytes at byte %zu", what,
			      r->size - r->pos, r->pos);
	return err_byte(err, r->pos);
}
