/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From what files claim to have been made from to the parents of an artifact. No claim, no edge.
 */
#ifndef OW_GOVERN_PARENTAGE_H
#define OW_GOVERN_PARENTAGE_H

#include "record/artifact.h"
#include "record/finding.h"

/* Add the parents that model cards (base_model, datasets), GGUF files (general.base_model.*, general.dataset.*) and
 * adapter settings (base_model_name_or_path) claim and that the artifact does not have: a base that several of them claim
 * becomes one parent, called as the card says. How the artifact was made from a base:
 *
 *	the card's base_model_relation; else
 *	adapter-of   where there is an adapter
 *	quantized    where there is a GGUF file of a quantized type
 *	merge-of     where one card names several
 *	finetune     otherwise
 *
 * It is trained-on data.
 * Errors   OW_E_FORMAT: more bases than a record can have. Data beyond that are left out.
 */
OW_MUST_USE int parentage(struct artifact *a, const struct finding *f, struct ow_error *err);

/* Is there a card or a model whose claims nobody could read? It may name a base. */
bool parentage_hidden(const struct finding *f);

/* Do its files say that it was made from another model: a quantized file, or general.finetune? */
bool parentage_derived(const struct finding *f);

/* A claimed name in the form "org/model": the address of a page (scheme://host/org/model, scheme://host/datasets/org/data)
 * loses what stands before. Others stay as they are. At most cap - 1 bytes.
 */
void parent_name(const char *claimed, char *out, size_t cap);

#endif
