/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Text from and for people: UTF-8, printable escaping, sizes.
 */
#ifndef OW_BASE_TEXT_H
#define OW_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decode one code point of strict UTF-8 (no overlong form, no surrogate, RFC 3629).
 * Returns the bytes used, 1..4, or 0 if p[0..n) does not start with one.
 */
size_t utf8_next(const uint8_t *p, size_t n, uint32_t *code_point);

/* Is all of p[0..n) strict UTF-8? */
bool utf8_ok(const uint8_t *p, size_t n);

/* Write src[0..n) so that a terminal may see it: control characters, invisible, bidirectional and
 * tag characters and broken UTF-8 become \n, \xNN or \u{NNNN}, a backslash becomes \\, so that two
 * different inputs never look the same. Always terminates; what does not fit is cut at a whole
 * character. Returns the length written.
 */
size_t text_escape(const char *src, size_t n, char *dst, size_t cap);

/* How many columns of a terminal one printable code point, respectively an escaped text, takes: two for the wide
 * characters of East Asia and for emoji, none for combining marks, else one (Unicode 15, UAX #11).
 */
unsigned text_columns_of(uint32_t code_point);
size_t text_columns(const char *s);

/* Copy src into dst as it is, terminated; what does not fit is cut at a whole character. */
void text_copy(char *dst, size_t cap, const char *src);

/* Is it an id: [a-z0-9][a-z0-9._-]{0,63}? (origins, streams, keys, destinations) */
bool text_is_id(const char *s);

/* Does s end so? */
bool text_ends(const char *s, const char *end);

/* Are both the same text, or both NULL? */
bool text_same(const char *a, const char *b);

/* By bytes, for qsort and bsearch: of arrays of char pointers, and of rows that hold the text itself (char[N]). */
int text_order(const void *a, const void *b);
int text_order_rows(const void *a, const void *b);

/* Read a size such as 4700000000, 2GiB, 25GB, 700MB (k M G T: powers of 1000, with "i" powers of
 * 1024). */
bool text_parse_size(const char *s, uint64_t *out);

/* Write a size for people into `out`, three significant digits, powers of 1000: "98.4 MB". Returns
 * out. */
enum {
	TEXT_SIZE = 16
};
const char *text_size(uint64_t bytes, char out[TEXT_SIZE]);

/* Read a decimal number without sign, leading zero or surrounding space. */
bool text_parse_u64(const char *s, uint64_t *out);

/* How many single-character edits lead from a to b, at most `limit` (then limit + 1). For "did you
 * mean". */
unsigned text_distance(const char *a, const char *b, unsigned limit);

#endif
