/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Markup is overwritten in place, so that what is left keeps its place: tags become spaces, a tag that begins a block a
 * line feed, a character reference the character it stands for.
 *
 * A whole page (it begins as HTML does) also loses its comments, scripts, styles and head. Anywhere else these stay and
 * count as words, so that nothing can be hidden in a text file; there only tags of running text are taken for tags,
 * so that "<year>" and "<https://…>" stay what they are. Of a Markdown link the target goes and the text stays.
 */
#ifndef OW_DETECT_MARKUP_H
#define OW_DETECT_MARKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a byte becomes that is not there for a reader; words go on over it. */
#define MARKUP_NOTHING 0x01

/* Clean p[0..n) in place. Says whether it is a whole page. */
bool markup_clean(uint8_t *p, size_t n);

#endif
