/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What was changed between a known text and the place where it stands in a file, and whether that matters.
 */
#ifndef OW_DETECT_JUDGE_H
#define OW_DETECT_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "detect/align.h"

/* A known text in a file. */
struct sighting {
	const struct print *known;
	size_t from, to;        /* words of the file */
	size_t missing;         /* words of the known text that are not there and should be */
	size_t added;           /* words inside that are not of the known text and should not be */
	size_t gaps;            /* places where any of these are */
	bool heavy;             /* more than a slip of one or two plain words */
	size_t outside;         /* words around it that belong to no known text */
	size_t extra, extra_to; /* the first of the words added inside; none where both are 0 */
	bool headless;          /* it has no beginning, and that has a name or a number in it */
	bool
	    retitled; /* it has another name or number than the known text where that says what it is */
	bool rival; /* another text fits its place nearly as well */
};

/* Judge one chain. What may differ is not counted: names in slots, numbers of list items, optional parts, copyright
 * statements.
 */
void judge(const struct words *w, const struct print *known, const struct chain *c,
	   struct sighting *out);

/* The part of the known text that is there, 0..1. */
double sighting_coverage(const struct sighting *s);

/* Are the words [from, to) around a known text only its title and copyright statements, or nothing? */
bool judge_frame(const struct words *w, size_t from, size_t to, const struct print *known);

#endif
