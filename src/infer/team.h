/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A few threads that do the same short piece of work together, thousands of times a second. Which thread does
 * which item never shows in a result: an output element is computed by one thread in one way.
 */
#ifndef OW_INFER_TEAM_H
#define OW_INFER_TEAM_H

#include <stddef.h>

#include <owstore/error.h>

#include "base/auto.h"

enum {
	TEAM_MAX = 64
};

struct team;

/* Items from..to-1; `member` is 0..size-1 and names scratch memory. */
struct share {
	size_t from, to;
	unsigned member;
};

typedef void (*team_work)(void *ctx, struct share of);

/* A team of `size` members, 1..TEAM_MAX, the caller among them. */
OW_MUST_USE int team_new(unsigned size, struct team **out, struct ow_error *err);
void team_free(struct team *t);
OW_DEFINE_AUTO(struct team *, team_free)

unsigned team_size(const struct team *t);

/* Do n items in pieces of `piece` (0: a few for every member), and wait until all are done. */
void team_do(struct team *t, size_t n, size_t piece, team_work work, void *ctx);

#endif
