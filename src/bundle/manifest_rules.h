/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What holds for every manifest, whether it is about to be written or has just been read. Used
 * inside this room only.
 */
#ifndef OW_BUNDLE_MANIFEST_RULES_H
#define OW_BUNDLE_MANIFEST_RULES_H

#include "bundle/manifest.h"

/* The one order of each list, for qsort and bsearch. */
int manifest_artifact_order(const void *a, const void *b);
int manifest_blob_order(const void *a, const void *b);
int manifest_file_order(const void *a, const void *b);

void manifest_blob_done(struct manifest_blob *b);

/* All rules of docs/format/bundle.md that are not the encoding's. OW_E_FORMAT naming the entry;
 * OW_E_IO (digest).
 */
OW_MUST_USE int manifest_check(const struct manifest *m, struct ow_error *err);

#endif
