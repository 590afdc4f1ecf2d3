/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The files of a model on disk: one, or all of a split one.
 */
#ifndef OW_FLOW_MODEL_FILES_H
#define OW_FLOW_MODEL_FILES_H

#include "base/auto.h"
#include "inspect/source.h"

struct model_files {
	struct model_file_open *open; /* what the sources read from */
	struct inspect_src *src;
	int *fds;
	size_t n;
};

/* Open what `path` names. OW_E_INCOMPLETE: a file of a split model is missing. */
OW_MUST_USE int model_files_open(const char *path, struct model_files *out, struct ow_error *err);
void model_files_done(struct model_files *f);
OW_DEFINE_AUTO_DONE(struct model_files, model_files_done)

#endif
