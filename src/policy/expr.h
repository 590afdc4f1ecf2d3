/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * SPDX licence expressions (SPDX 2.3, annex D): ids, "+", WITH, AND, OR, parentheses. Read without recursion into
 * the form that deciding needs: the ways in which the expression can be met, each a set of licences that hold
 * together. "A AND (B OR C)" can be met by {A, B} or by {A, C}.
 *
 *	struct expr e;
 *
 *	if (expr_parse("Apache-2.0 OR GPL-3.0-only", &e, err) < 0)
 *		return err->code;
 */
#ifndef OW_POLICY_EXPR_H
#define OW_POLICY_EXPR_H

#include <stdbool.h>
#include <stdint.h>

#include <owstore/error.h>

#include "base/arena.h"

enum {
	EXPR_TEXT_MAX = 1024,
	EXPR_LEAVES_MAX = 32,
	EXPR_WAYS_MAX = 64,
	EXPR_DEPTH_MAX = 32,
	EXPR_ID_MAX = 128
};

/* One licence: "GPL-2.0-or-later", "Apache-2.0+", "GPL-3.0-only WITH GCC-exception-3.1". */
struct expr_leaf {
	char id[EXPR_ID_MAX];   /* as written */
	char with[EXPR_ID_MAX]; /* the exception, or "" */
	bool or_later;
};

struct expr {
	size_t n_leaves;
	struct expr_leaf leaves[EXPR_LEAVES_MAX]; /* each once, in the order of the text */
	size_t n_ways;
	uint32_t ways[EXPR_WAYS_MAX]; /* bit i: leaves[i]; none contains another */
};

/* Read an expression. Operators are in capitals or in small letters; ids are compared without regard to case;
 * NONE and NOASSERTION stand alone.
 * Errors   OW_E_FORMAT that names the byte; *out is then undefined.
 */
OW_MUST_USE int expr_parse(const char *text, struct expr *out, struct ow_error *err);

/* Do both mean the same: the same ways, whatever the order? */
bool expr_same(const struct expr *a, const struct expr *b);

/* Is every way of `part` a way of `whole`: could it be elected from it? */
bool expr_elects(const struct expr *whole, const struct expr *part);

/* Does each way of `whole` hold a way of `part`: whoever meets the first has met the second? */
bool expr_holds(const struct expr *whole, const struct expr *part);

/* Leaf or expression as text, in the arena. */
const char *expr_leaf_text(const struct expr_leaf *leaf, struct arena *a);
const char *expr_text(const struct expr *e, struct arena *a);

#endif
