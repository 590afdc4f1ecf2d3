/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The lines that agreements want in a notice file ("… is licensed under …"), known by their digests: such a line tells
 * under what something came, where the agreement itself is not at hand.
 */
#ifndef OW_DETECT_NOTICES_H
#define OW_DETECT_NOTICES_H

#include <stddef.h>

#include <owstore/error.h>

#include "base/buf.h"

struct notice {
	const char *id;
	unsigned n_words;
	const char *digest; /* SHA-256 of the line as notice_line() leaves it, 64 hex digits */
};

/* In the order of digests that agree: the same line may be wanted by several versions of an agreement. */
extern const struct notice notices[];
extern const size_t n_notices;

/* A line in the form that is hashed, appended to `out`: lower case, without quotes and emphasis, "(c)" as the copyright
 * sign, one space between words, no final stop. Returns the number of words.
 */
unsigned notice_line(const char *p, size_t n, struct buf *out);

/* The first line or paragraph of a text in UTF-8 that is such a notice: 1 with its place in [from, to) and the index of
 * its first entry in notices[]; 0 if there is none.
 */
OW_MUST_USE int notice_find(const char *p, size_t n, size_t *from, size_t *to, size_t *entry,
			    struct ow_error *err);

/* The notice that an agreement wants, where its text quotes it: 1 with the line appended to `line`, without the quotes
 * and with one space between words; 0 if the text of p[0..n) holds none that is known for this id.
 */
OW_MUST_USE int notice_wanted(const char *p, size_t n, const char *id, struct buf *line,
			      struct ow_error *err);

#endif
