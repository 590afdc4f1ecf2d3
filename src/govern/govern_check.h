/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What may be put on record.
 */
#ifndef OW_GOVERN_GOVERN_CHECK_H
#define OW_GOVERN_GOVERN_CHECK_H

#include "govern/licenses.h"
#include "record/statement.h"

/* Could the engine use the statement: known keys, questions, rules and obligations, values that the readers of
 * scenario files take, expressions that can be read? `known` NULL: licences are not looked up. OW_E_USAGE says which
 * is wrong.
 */
OW_MUST_USE int govern_check(const struct statement *st, const struct ow_licenses *known,
			     struct ow_error *err);

#endif
