/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * An operator's word on a licence, by which an artifact is promoted without a decision.
 */
#ifndef OW_GOVERN_WORD_H
#define OW_GOVERN_WORD_H

#include "govern/books.h"
#include "record/finding.h"

/* Does the word count, by what is on record: does the site's policy let it, and do the licences that people concluded
 * for texts and components of the artifact all stand in it? OW_E_POLICY says what is against it, with both licences.
 */
OW_MUST_USE int word_check(const struct books *b, const struct ow_id *artifact, const char *licence,
			   struct ow_error *err);

/* The same about a text: is it no known one, or do its licences all stand in the word? */
bool word_holds(const char *licence, const struct finding_file *text);

/* Is the word one of the ways that a conclusion leaves open? */
bool word_elects(const char *licence, const char *concluded);

/* Of all texts that were found in the artifact, but for those that a person concluded to be something. */
OW_MUST_USE int word_check_texts(const struct books *b, const struct ow_id *artifact,
				 const struct finding *f, const char *licence,
				 struct ow_error *err);

#endif
