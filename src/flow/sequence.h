/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The numbers of the bundles that a store has sent, one row a stream. A number is taken durably before anything is
 * signed with it (D38): gaps may be left, a number is never used twice.
 */
#ifndef OW_FLOW_SEQUENCE_H
#define OW_FLOW_SEQUENCE_H

#include "handle/handle.h"

struct sequence {
	uint64_t seq;          /* last one taken, 0: none */
	bool has_manifest;     /* a bundle of the stream has been finished */
	struct ow_id manifest; /* the last that was */
};

/* What is known of the stream; zeros where it is new. */
OW_MUST_USE int sequence_read(struct ow_store *s, const char *origin, uint64_t epoch,
			      const char *stream, struct sequence *out, struct ow_error *err);

/* Write it durably. */
OW_MUST_USE int sequence_write(struct ow_store *s, const char *origin, uint64_t epoch,
			       const char *stream, const struct sequence *v, struct ow_error *err);

#endif
