/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Is an artifact under a licence, by what was found in it, by a person's conclusion, or by the licence of its
 * promotion? For questions about many artifacts: what they share is opened once.
 */
#ifndef OW_GOVERN_SIFT_H
#define OW_GOVERN_SIFT_H

#include "govern/books.h"
#include "govern/subject.h"
#include "policy/license.h"

struct sift {
	struct ow_store *store;
	const struct license_set *set;
	const char *id;                /* the licence that is looked for */
	const struct license *license; /* its profile, or NULL: then the id is compared */
	const struct ow_events *events;
	struct trust_state trust;
	struct books *books;
};

/* `set` and `id` must outlive it. */
OW_MUST_USE int sift_open(struct ow_store *s, const struct license_set *set, const char *id,
			  const char *trust, const struct ow_events *events, struct sift *out,
			  struct ow_error *err);
void sift_done(struct sift *s);
OW_DEFINE_AUTO_DONE(struct sift, sift_done)

/* 1 it is, in any of its parts; 0 not. `promoted` is the licence of its promotion, or "". */
OW_MUST_USE int sift_under(struct sift *s, const struct subject *subject, const char *promoted,
			   struct ow_error *err);

#endif
