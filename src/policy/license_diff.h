/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Two licences compared, dimension by dimension.
 */
#ifndef OW_POLICY_LICENSE_DIFF_H
#define OW_POLICY_LICENSE_DIFF_H

#include <owstore/policy.h>

#include "base/buf.h"
#include "policy/license.h"

/* Visit the dimensions in which `after` differs from `before`. */
OW_MUST_USE int license_diff(const struct license *before, const struct license *after,
			     ow_shift_visit visit, void *ctx, struct ow_error *err);

/* Visit the facts of one as words. */
OW_MUST_USE int license_facts(const struct license *l, ow_fact_visit visit, void *ctx,
			      struct ow_error *err);

/* "redistribution tightened, fields loosened" into `out`; returns how many there are. */
size_t license_shifts(const struct license *before, const struct license *after, struct buf *out);

#endif
