/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The roll: which statements were put on record about what, so that a missing one is noticed without reading the
 * ledger. It is derived from the ledger, as catalogs are from records, and fsck --rebuild makes it anew.
 *
 * <store>/roll is a row of 64 bytes for each statement, oldest first: the digest of the artifact that it is about (32
 * zero bytes where it is about parties and licences), then its own. A row stands there only once the statement is
 * durable. What a power cut left of an unfinished row at the end is passed over and written over.
 */
#ifndef OW_STORE_ROLL_H
#define OW_STORE_ROLL_H

#include <stdbool.h>
#include <stddef.h>

#include <owstore/error.h>
#include <owstore/id.h>

#include "base/auto.h"
#include "store/store.h"

struct roll_row {
	struct ow_id about; /* an artifact, or all zero */
	struct ow_id statement;
};

struct roll {
	struct roll_row *at; /* sorted by what they are about */
	size_t n, cap;
};

/* Read it; a store without one has an empty roll. */
OW_MUST_USE int roll_read(const struct store *s, struct roll *out, struct ow_error *err);
void roll_done(struct roll *r);
OW_DEFINE_AUTO_DONE(struct roll, roll_done)

/* The rows about an artifact, or (NULL) about none: *n of them from the pointer on, which is borrowed. */
const struct roll_row *roll_about(const struct roll *r, const struct ow_id *artifact, size_t *n);

/* Into the order in which roll_read gives it, and whether a roll in that order has a row. */
void roll_sort(struct roll *r);
bool roll_has(const struct roll *r, const struct roll_row *row);

/* Add a row for each statement, after they are durable (the writer). Durable on return. */
OW_MUST_USE int roll_add(struct store *s, const struct roll_row *rows, size_t n,
			 struct ow_error *err);

/* Write it anew, whole (the writer). */
OW_MUST_USE int roll_write(struct store *s, const struct roll *r, struct ow_error *err);

#endif
