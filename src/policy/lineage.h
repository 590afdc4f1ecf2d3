/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Where terms come from: from an item back along the edges that carry them. A model is derived from what it was tuned,
 * quantized, converted, pruned, merged or adapted from; its tokenizer keeps the terms of its origin; a program has
 * the terms of what is linked into it; and a model trained on outputs has of its teacher what the teacher's terms say.
 */
#ifndef OW_POLICY_LINEAGE_H
#define OW_POLICY_LINEAGE_H

#include "policy/claim.h"

/* How an item was reached. */
enum flow {
	FLOW_FULL,   /* all its terms */
	FLOW_TAUGHT, /* by its outputs: what its terms say of those */
	FLOW_DATA,   /* as data that a model was trained on: no terms, a risk */
	FLOW_OUTPUT, /* as what wrote data, documents or pictures: no terms, only what they may not serve */
	FLOWS
};

/* What the edges on the way do; an item is looked at once for each flow and each of these together. */
enum {
	CAME_TUNED = 1,     /* finetune, continued-pretrain, merge-of, adapter-of */
	CAME_CONVERTED = 2, /* quantized, converted, pruned */
	CAME_CHANGED = 4,   /* trained on outputs, or otherwise different from upstream */
	CAME_LINKED = 8,
	CAME_VOCAB = 16,
	CAMES = 32,
	CAME_DERIVED = CAME_TUNED | CAME_CONVERTED | CAME_CHANGED
};

struct step {
	const struct item *item;
	enum flow flow;
	unsigned came; /* bits */
	size_t before; /* the step it was reached from; of the first: itself */
	size_t length; /* steps from the first */
};

struct lineage {
	const struct policy_case *c;
	const struct relation **links; /* linked and embeds, in the order of `from` */
	size_t n_links;
	bool *in_circle; /* by index of the item */
	uint32_t *seen;  /* by index, flow and came, the number of the walk */
	uint32_t walk;
	struct step *steps; /* of the last walk, nearest first */
	size_t n_steps, cap;
};

OW_MUST_USE int lineage_init(struct lineage *l, const struct policy_case *c, struct ow_error *err);
void lineage_done(struct lineage *l);
OW_DEFINE_AUTO_DONE(struct lineage, lineage_done)

/* Walk from an item; the steps stay until the next walk. Step 0 is the item itself. */
OW_MUST_USE int lineage_walk(struct lineage *l, const struct item *from, struct ow_error *err);

/* Does the edge carry all terms of the parent? */
static inline bool edge_carries(unsigned kind)
{
	return kind <= EDGE_MERGE_OF || kind == EDGE_VOCAB_FROM;
}

#endif
