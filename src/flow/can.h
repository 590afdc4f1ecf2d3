/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What may be done, asked of many artifacts: what the answers share is opened once.
 */
#ifndef OW_FLOW_CAN_H
#define OW_FLOW_CAN_H

#include <owstore/lineage.h>

#include "govern/books.h"

struct can {
	struct ow_store *store;
	const struct license_set *set;
	const struct ow_events *events;
	struct trust_state trust;
	struct books *books;
};

/* Texts of `known` must outlive it. It must stay where it is. */
OW_MUST_USE int can_open(struct ow_store *s, const struct ow_known *known,
			 const struct ow_events *events, struct can *out, struct ow_error *err);
void can_done(struct can *c);
OW_DEFINE_AUTO_DONE(struct can, can_done)

/* What is asked about: by its digest, for a name may be in two classes, and told by its name. */
struct can_of {
	const struct ow_id *id;
	const char *name, *version;
};

/* The ceiling of an artifact, and whether it holds a model. One that is damaged has the ceiling quarantine. */
OW_MUST_USE int can_ceiling(struct can *c, const struct can_of *of, enum ow_class *ceiling,
			    bool *model, struct ow_error *err);

/* As ow_can. */
OW_MUST_USE int can_ask(struct can *c, const struct can_of *of, enum ow_can what,
			enum ow_verdict *out, struct ow_error *err);

#endif
