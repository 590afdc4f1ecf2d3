/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Agreements of which there is no fingerprint, known by phrases that only they have together: a title, a version or
 * date, something of the body. That tells what a text is, not that it is unchanged.
 */
#ifndef OW_DETECT_ANCHORS_H
#define OW_DETECT_ANCHORS_H

#include <stddef.h>

#include "detect/words.h"

enum {
	ANCHOR_PHRASES = 3
};

/* Each phrase as words in lower case with a space between. */
struct anchor {
	const char *id;
	const char *all[ANCHOR_PHRASES]; /* all must be there; the first is the title; NULL ends */
	const char *veto;                /* and this must not, or NULL */
};

extern const struct anchor anchors[];
extern const size_t n_anchors;

/* Where a phrase stands: its first word, or SIZE_MAX. */
size_t anchor_phrase(const struct words *w, const char *phrase);

/* The agreement whose phrases are all there; the one whose title comes first where there are several. NULL: none. */
const struct anchor *anchor_find(const struct words *w, size_t *title);

#endif
