/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is known of single words, all in lower case.
 */
#ifndef OW_DETECT_LEXICON_H
#define OW_DETECT_LEXICON_H

#include <stdbool.h>
#include <stddef.h>

/* The one spelling that stands for all spellings of a word, "license" for "licence", or two words for one, "non
 * commercial" for "noncommercial" (after the equivalent words of the SPDX matching guidelines). NULL: the word itself.
 */
const char *lexicon_spelling(const char *word, size_t n);

/* May the word turn a clause round or narrow it: "not", "only", "unless", "research", "revenue"? */
bool lexicon_turns(const char *word, size_t n);

/* Is it a word that copyright statements do not use and clauses do: "must", "use", "granted", or one that turns? */
bool lexicon_clause(const char *word, size_t n);

/* May it stand in the title of any licence: "the", "license", "version"? */
bool lexicon_title(const char *word, size_t n);

#endif
