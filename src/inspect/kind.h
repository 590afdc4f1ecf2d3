/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a file is, by its first bytes (a name alone proves nothing), and what it is for, by its
 * path.
 */
#ifndef OW_INSPECT_KIND_H
#define OW_INSPECT_KIND_H

#include "inspect/source.h"

enum inspect_kind {
	INSPECT_OTHER, /* nothing is known about it, which is not the same as harmless */
	INSPECT_GGUF,
	INSPECT_SAFETENSORS,
	INSPECT_JSON,
	INSPECT_TEXT,    /* UTF-8 without NUL as far as looked */
	INSPECT_ARCHIVE, /* tar, zip, 7z or a compressed stream */
	INSPECT_PICKLE,  /* Python objects, alone or in a PyTorch zip: loading it runs what it says
			  */
};

/* Looks at the first 8 KiB; the name only tells JSON from other text. OW_E_IO if they cannot be
 * read. */
OW_MUST_USE int inspect_kind(const struct inspect_src *src, const char *path,
			     enum inspect_kind *out, struct ow_error *err);

/* "gguf", "safetensors", "json", "text", "archive", "pickle", "other" */
const char *inspect_kind_name(enum inspect_kind kind);

/* "weights", "tokenizer", "config", "chat-template", "adapter", "runtime", "code", "dataset",
 * "document", "licence", "notice" or "other". A static text.
 */
const char *inspect_role(const char *path, enum inspect_kind kind);

#endif
