/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Unicode folding: names that some file systems take for the same, and characters that readers take for the same. The
 * one door to libutf8proc.
 */
#ifndef OW_CODEC_FOLD_H
#define OW_CODEC_FOLD_H

#include <stdint.h>

#include <owstore/error.h>

/* A UTF-8 text after case folding and composition (NFC), heap-allocated; NULL on failure: OW_E_FORMAT for broken UTF-8,
 * OW_E_IO.
 */
char *fold_name(const char *s, struct ow_error *err);

/* The letters and digits that a code point stands for after compatibility decomposition (NFKD), case folding and without
 * its marks: U+00C9 gives "e", U+FB01 "f" "i", U+FF13 "3". Returns how many are in `out`; 0 for a character that a
 * reader does not see (a zero-width one, a combining mark), < 0 for one that separates words.
 */
enum {
	FOLD_CHAR_MAX = 18
};
int fold_char(uint32_t code_point, uint32_t out[FOLD_CHAR_MAX]);

#endif
