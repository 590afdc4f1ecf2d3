/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/ids.h"

#include "base/err.h"
#include "base/mem.h"

int ids_add(struct ids *l, const struct ow_id *id, struct ow_error *err)
{
	if (mem_grow(&l->at, l->n, &l->cap, sizeof *l->at, err) < 0)
		return err->code;
	l->at[l->n++] = *id;
	return 0;
}

bool ids_have(const struct ids *l, const struct ow_id *id)
{
	for (size_t i = 0; i < l->n; i++) {
		if (ow_id_equal(&l->at[i], id))
			return true;
	}
	return false;
}

void ids_done(struct ids *l)
{
	mem_free(l->at);
	*l = (struct ids){0};
}
