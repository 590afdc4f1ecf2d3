/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The artifact record: a named, versioned set of components. Its digest is the artifact's identity
 * (D30), so it holds nothing that depends on time, host, class or how chunks were cut. Schema:
 * schemas/artifact.cddl.
 */
#ifndef OW_RECORD_ARTIFACT_H
#define OW_RECORD_ARTIFACT_H

#include <owstore/api.h>
#include <owstore/error.h>
#include <owstore/id.h>

#include "base/auto.h"
#include "base/buf.h"
#include "record/name.h"

struct component {
	char *path; /* owned; passes path_check */
	char role[ROLE_CAP];
	struct ow_id blob;
	uint64_t size;
};

/* What this artifact was made from, as its source claims. */
struct parent {
	char kind[ROLE_CAP]; /* finetune, quantized, merge-of, … */
	char *name;          /* owned; as claimed: "org/model" or a URL */
};

struct artifact {
	char name[NAME_CAP];
	char version[VERSION_CAP];
	struct component *components; /* sorted by the bytes of the path, unique */
	size_t n_components, cap_components;
	char **upstream; /* owned, sorted: "hf:org/name@commit" */
	size_t n_upstream, cap_upstream;
	struct parent *parents; /* sorted by kind, then name */
	size_t n_parents, cap_parents;
};

/* The component of a path, or NULL. Of a sorted artifact. */
const struct component *artifact_find_component(const struct artifact *a, const char *path);

/* Add to an artifact that is being put together; strings are copied. artifact_sort brings it in
 * order and refuses two components of one path.
 */
OW_MUST_USE int artifact_add_component(struct artifact *a, const char *path, const char *role,
				       const struct ow_id *blob, uint64_t size,
				       struct ow_error *err);
OW_MUST_USE int artifact_add_upstream(struct artifact *a, const char *id, struct ow_error *err);
OW_MUST_USE int artifact_add_parent(struct artifact *a, const char *kind, const char *name,
				    struct ow_error *err);
OW_MUST_USE int artifact_sort(struct artifact *a, struct ow_error *err);

/* Sum of the component sizes. */
uint64_t artifact_size(const struct artifact *a);

/* Deterministic CBOR of a sorted artifact. */
void artifact_encode(const struct artifact *a, struct buf *out);

/* Strict: whatever it accepts, artifact_encode gives the same bytes again. OW_E_FORMAT. */
OW_MUST_USE int artifact_decode(const uint8_t *p, size_t n, struct artifact *out,
				struct ow_error *err);

void artifact_done(struct artifact *a);
OW_DEFINE_AUTO_DONE(struct artifact, artifact_done)

#endif
