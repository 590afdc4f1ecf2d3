/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Artifacts, licences, classes and obligations as a table for printing, row by row.
 */
#ifndef OW_CLI_LICENCE_PAGE_H
#define OW_CLI_LICENCE_PAGE_H

#include <owstore/artifact.h>
#include <owstore/policy.h>

#include "base/buf.h"

/* What one page counts at its head. */
struct licence_counts {
	size_t artifacts, licences;
	size_t below; /* stand in a class above their ceiling, by somebody's word */
	size_t unmet; /* obligations */
	size_t unjudged;
};

/* Append the rows of an artifact: one an effective licence, with its components and what it asks for. */
void licence_page_rows(struct buf *rows, const struct ow_artifact_row *a,
		       const struct ow_decision *d, struct licence_counts *counts);

/* The same where nothing could be decided. */
void licence_page_unjudged(struct buf *rows, const struct ow_artifact_row *a, const char *why,
			   struct licence_counts *counts);

/* The page around the rows. */
void licence_page_write(struct buf *out, const struct buf *rows, const char *store,
			const struct licence_counts *counts);

/* Is this the first component of the decision with its expression? Then it stands for the others. */
bool licence_is_first(const struct ow_decision *d, size_t i);

/* Does an obligation belong to a component that stands under this expression? And is it the first of its id and licence
 * there?
 */
bool licence_has_duty(const struct ow_decision *d, const char *expression,
		      const struct ow_obligation *o);

/* The expression as people read it: "not known" for the word that SPDX has for that. */
const char *licence_shown(const char *expression);

#endif
