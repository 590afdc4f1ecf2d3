/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From the blobs that a bundle shall carry to the files that they are on the medium.
 *
 *	for each component: plan_want(&m, &id, size, "onnx/model.gguf", err);
 *	plan_settle(&m, err);
 *	for each m.blobs[i]: fill m.blobs[i].chunks with the chunk list
 *	plan_cut(&m, limit, err);
 */
#ifndef OW_BUNDLE_PLAN_H
#define OW_BUNDLE_PLAN_H

#include "bundle/manifest.h"

/* Ask for a blob, under the name of the component that needs it; the same blob may be asked for
 * often. Errors: OW_E_USAGE (more than BUNDLE_BLOBS_MAX askings), OW_E_IO (memory).
 */
OW_MUST_USE int plan_want(struct manifest *m, const struct ow_id *id, uint64_t size,
			  const char *component, struct ow_error *err);

/* Sort the manifest as manifest_sort does, merge repeated blobs (of several extensions the first in
 * byte order stays, but any before "BIN"). Each then has .chunks.blob and .chunks.size set, no
 * chunks yet, and one part, the whole. Errors: OW_E_INTERNAL (one blob asked for with two sizes),
 * OW_E_USAGE (two blobs agree in their first 16 hex: they cannot stand on one medium).
 */
OW_MUST_USE int plan_settle(struct manifest *m, struct ow_error *err);

/* Cut every blob above `limit` bytes into parts that end at the last chunk end at or below the
 * limit (D33). Errors: OW_E_USAGE (limit below PART_MIN; more than PARTS_MAX parts or
 * BUNDLE_FILES_MAX files: the text says which limit would do), OW_E_IO (memory). After an error the
 * manifest is only good for manifest_done.
 */
OW_MUST_USE int plan_cut(struct manifest *m, uint64_t limit, struct ow_error *err);

#endif
