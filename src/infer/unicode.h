/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Classes of characters, as the scanners of tokenizers ask for them.
 */
#ifndef OW_INFER_UNICODE_H
#define OW_INFER_UNICODE_H

#include <stddef.h>
#include <stdint.h>

enum {
	UNI_LU = 1, /* letters: upper case, lower case, title case, modifiers, others */
	UNI_LL = 2,
	UNI_LT = 4,
	UNI_LM = 8,
	UNI_LO = 16,
	UNI_L = UNI_LU | UNI_LL | UNI_LT | UNI_LM | UNI_LO,
	UNI_M = 32,      /* marks */
	UNI_N = 64,      /* numbers */
	UNI_P = 128,     /* punctuation */
	UNI_S = 256,     /* symbols */
	UNI_SPACE = 512, /* White_Space; in no other class */
	UNI_HAN = 1024,  /* the script, beside one of the others */
};

/* The table, ascending and without overlap; made by tools/unicode-classes. */
struct unicode_range {
	uint32_t first, last;
	uint16_t class;
};
extern const struct unicode_range unicode_ranges[];
extern const size_t unicode_n_ranges;

#endif
