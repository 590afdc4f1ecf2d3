/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Which licence a text is, and what a model says of its own licence.
 *
 *	static int show(void *ctx, const struct ow_license_file *f, struct ow_error *err)
 *	{
 *		printf("%s: %s %s\n", f->path, f->state, f->id == NULL ? "" : f->id);
 *		return 0;
 *	}
 *
 *	if (ow_license_identify(paths, n, &(struct ow_license_calls){.file = show}, NULL, &err) < 0)
 *		return ow_code_exit(err.code);
 *
 * The files are read in a jailed child process: no network, no other file, bounded memory.
 */
#ifndef OW_IDENTIFY_H
#define OW_IDENTIFY_H

#include <owstore/api.h>
#include <owstore/error.h>
#include <owstore/event.h>
#include <owstore/id.h>

/* A known text, or traces of one, in a file. */
struct ow_license_match {
	const char *id;     /* "Apache-2.0", "LicenseRef-llama-3.1" */
	const char *method; /* "exact" "anchor+shingle" "anchor-only" */
	double coverage;    /* 0..1: how much of the known text is there; 0: it is not known */
	uint64_t residual;  /* words missing, added, or around it in no known text */
	uint64_t from, to;  /* bytes of the file */
};

/* What a file says of a licence: "license" or "license_name" of a model card, "general.license" of GGUF,
 * "SPDX-License-Identifier", …
 */
struct ow_license_claim {
	const char *key;
	const char *value; /* as it stands there, escaped */
	const char *id;    /* the licence that it means; NULL: none known, or several */
};

/* What one file is. All of it is valid during the call only.
 *
 * state    "confirmed-exact" "confirmed" "confirmed-noisy" "modified" "partial" "family-clue" "unknown-text"
 * matches  a text that serves several ids has one for each
 * words    SHA-256 of the words: names the text however it is wrapped or marked up; all zero where the file is not
 *          read as text
 * excerpt  the first words that belong to no known text, folded; NULL where there are none
 */
struct ow_license_file {
	const char *path;
	const char *id; /* the licence meant; NULL: none, or more than one */
	const char *state;
	const struct ow_license_match *matches;
	size_t n_matches;
	const struct ow_license_claim *claims;
	size_t n_claims;
	struct ow_id words;
	const char *excerpt;
};

/* What a folder says of its licence, against the texts in it. Valid during the call only.
 *
 * state     "confirmed" "text-only" "tag-only" "mismatch" "modified" "unknown-text" "absent"
 * declared  ids, or claims that no id is known for; each once
 * found     ids of the texts; each once
 */
struct ow_license_folder {
	const char *path;
	const char *state;
	const char *const *declared;
	size_t n_declared;
	const char *const *found;
	size_t n_found;
};

/* Called for each file in the order in which it was asked for, and for each folder after its files; either may be NULL.
 * < 0 ends, with err filled.
 */
struct ow_license_calls {
	int (*file)(void *ctx, const struct ow_license_file *f, struct ow_error *err);
	int (*folder)(void *ctx, const struct ow_license_folder *f, struct ow_error *err);
	void *ctx;
};

/* Tell the licences of n files and folders. Of a folder those files are read that hold licences or speak of them by
 * their names: licence and notice files, model cards, GGUF and safetensors, REUSE side files. A text larger than 4 MiB
 * is "unknown-text": no licence is that long.
 *
 * Errors   OW_E_IO: a file cannot be read; OW_E_FORMAT: it is neither file nor folder, or a folder has too many files;
 *          OW_E_UNCHECKED: the jail cannot be made here.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_license_identify(const char *const *paths, size_t n,
					   const struct ow_license_calls *calls,
					   const struct ow_events *events, struct ow_error *err);

#endif
