/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A blob of a manifest as the files that it is on a medium.
 */
#ifndef OW_FLOW_PARTS_H
#define OW_FLOW_PARTS_H

#include "bundle/manifest.h"
#include "media/item.h"

/* Describe the parts of blob number `blob` as items, each with its slice of the blob's chunks; `out` has room for
 * b->n_parts of them. Everything is borrowed from the manifest. Returns b->n_parts.
 */
size_t parts_items(const struct manifest_blob *b, size_t blob, struct media_item *out);

#endif
