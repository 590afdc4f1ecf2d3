/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From what files claim to have been made from to the parents in an artifact's record. No claim, no edge.
 */
#ifndef OW_GOVERN_PARENTAGE_H
#define OW_GOVERN_PARENTAGE_H

#include "record/artifact.h"
#include "record/finding.h"
#include "record/note.h"

/* Add the parents that model cards (base_model), GGUF files (general.base_model.*) and adapter settings
 * (base_model_name_or_path) claim. A base that several of them claim becomes one parent, called as the card says. How
 * the artifact was made from it:
 *
 *	the card's base_model_relation; else
 *	adapter-of   where there is an adapter
 *	quantized    where there is a GGUF file of a quantized type
 *	merge-of     where one card names several
 *	finetune     otherwise
 */
OW_MUST_USE int parentage(struct artifact *a, const struct finding *f, const struct intake *in,
			  struct ow_error *err);

/* A claimed name in the form "org/model": the address of a page (scheme://host/org/model) loses what stands before.
 * Others stay as they are. At most cap - 1 bytes.
 */
void parent_name(const char *claimed, char *out, size_t cap);

#endif
