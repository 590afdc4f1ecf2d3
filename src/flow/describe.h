/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * An artifact with all that its records tell, as one value for people and programs.
 */
#ifndef OW_FLOW_DESCRIBE_H
#define OW_FLOW_DESCRIBE_H

#include <owstore/artifact.h>

#include "handle/handle.h"

/* Read every note about the artifact and put the whole together; the caller frees it with ow_artifact_free. */
OW_MUST_USE int describe(struct ow_store *s, const struct found *f, struct ow_artifact **out,
			 struct ow_error *err);

#endif
