/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A folder of a model, as far as its licence goes: which files speak of it, and what they say together.
 */
#ifndef OW_GOVERN_LICENCE_FOLDER_H
#define OW_GOVERN_LICENCE_FOLDER_H

#include <owstore/identify.h>

#include "base/auto.h"
#include "detect/claims.h"

enum licence_role {
	LICENCE_NONE,
	LICENCE_TEXT,  /* holds a licence, by its name */
	LICENCE_CARD,  /* a model card, which claims one and may hold an agreement in its prompt */
	LICENCE_ASIDE, /* notices and side files: told, and not held against the claims */
	LICENCE_MODEL, /* GGUF, safetensors, settings of an adapter */
	LICENCE_CODE   /* may say in its first lines what it is under */
};
/* By the path inside its folder; that it is a model its last part alone tells. */
enum licence_role licence_file_role(const char *path);

/* Is it a file of REUSE that says what other files are under ("REUSE.toml", ".reuse/dep5")? It is an aside whose
 * annotations are not read, which is told as a claim.
 */
bool licence_annotates(const char *path);

struct licence_folder {
	char **paths; /* of the files that are read */
	size_t n_paths, cap_paths;
	size_t prefix;        /* bytes of each that are the folder's own path */
	struct claims claims; /* of cards and models */
	struct detect *texts; /* of licence files and prompts */
	size_t n_texts, cap_texts;
};
void licence_folder_done(struct licence_folder *f);
OW_DEFINE_AUTO_DONE(struct licence_folder, licence_folder_done)

bool licence_is_folder(const char *path);

/* Find the files below `path` that speak of licences. Links are not followed; a warning names them. */
OW_MUST_USE int licence_folder_list(struct licence_folder *f, const char *path,
				    const struct ow_events *events, struct ow_error *err);

/* Take what one of them says: matches move from `d`. */
OW_MUST_USE int licence_folder_take(struct licence_folder *f, const char *path, struct detect *d,
				    const struct claims *claims, struct ow_error *err);

/* Tell the caller of the folder. */
OW_MUST_USE int licence_folder_tell(const struct licence_folder *f, const char *path,
				    const struct ow_license_calls *calls, struct ow_error *err);

#endif
