/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a row of logits says.
 */
#ifndef OW_INFER_SCORE_H
#define OW_INFER_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Are all n of them finite? */
bool logits_finite(const float *logits, size_t n);

/* The `want` largest of n, the largest first and the lower id on a tie, into id; returns how many there are. */
size_t logits_top(const float *logits, size_t n, uint32_t *id, size_t want);

/* The id with the largest of n logits; the lowest on a tie. */
uint32_t logits_best(const float *logits, size_t n);

/* Draw from the 40 likeliest of n ids at this temperature (> 0), the same for the same seed everywhere; *seed moves
 * on.
 */
uint32_t logits_draw(const float *logits, size_t n, double temperature, uint64_t *seed);

/* The negative natural logarithm of the probability of `id`, the same on every machine; n finite logits. */
double logits_surprise(const float *logits, size_t n, uint32_t id);

#endif
