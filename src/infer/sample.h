/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Drawing the next token by chance, the same for the same seed everywhere.
 */
#ifndef OW_INFER_SAMPLE_H
#define OW_INFER_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

/* Draw from the 40 likeliest of n ids at this temperature (> 0); *seed moves on. */
uint32_t sample_draw(const float *logits, size_t n, double temperature, uint64_t *seed);

#endif
