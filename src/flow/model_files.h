/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The files of a model, on disk or in a store: one, or all of a split one.
 */
#ifndef OW_FLOW_MODEL_FILES_H
#define OW_FLOW_MODEL_FILES_H

#include <owstore/infer.h>

#include "base/auto.h"
#include "handle/handle.h"
#include "inspect/source.h"

struct model_file_open {
	int fd;
	char *path; /* of a store: inside the artifact */
};

struct model_files {
	struct model_file_open *open; /* what the sources read from */
	struct inspect_src *src;
	int *fds;
	size_t n;
	struct ow_id *expected; /* of a store: the digest of each; else NULL */
	struct found of;        /* of a store: the artifact */
};

/* Open what the source names. OW_E_FORMAT: a file of a split model is missing; OW_E_UNCHECKED: the artifact has no model
 * that could be run.
 */
OW_MUST_USE int model_files_open(const struct ow_model_source *m, struct model_files *out,
				 struct ow_error *err);
/* Put the model's name in front of an error, as the file where it tells a place in it; one that names a file on disk
 * says enough.
 */
int model_err(const struct ow_model_source *m, struct ow_error *err);
void model_files_done(struct model_files *f);
OW_DEFINE_AUTO_DONE(struct model_files, model_files_done)

#endif
