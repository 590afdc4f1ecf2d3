/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The files of a bundle that people read. ASCII, LF; what came from outside is escaped. They are
 * derived from the manifest and are covered by it: nothing reads them back.
 */
#ifndef OW_BUNDLE_TEXT_H
#define OW_BUNDLE_TEXT_H

#include "bundle/manifest.h"

/* A key that may sign this manifest. */
struct text_key {
	const char *id;     /* its name in the root document */
	const char *pubkey; /* as minisign's -P takes it: 56 characters of base64 */
	unsigned signature; /* number of its MANIFEST.Snn; 0: it does not sign this one */
};

struct text_component {
	const char *path, *role;
	struct ow_id id;
	uint64_t size;
};

/* An artifact as its record tells it; class and licence are those of the manifest's entry with this
 * id. */
struct text_artifact {
	struct ow_id id;
	const char *name, *version;
	const struct text_component *components;
	size_t n_components;
};

/* What the texts say. Everything is borrowed; `m` is sorted; its files need not be complete. */
struct text_facts {
	const struct manifest *m;
	const struct text_key *keys;
	size_t n_keys;
	unsigned threshold; /* so many of the keys must have signed */
	unsigned root_version;
	const struct ow_id *root; /* fingerprint of the root document that the receiver was told */
	const char *producer;     /* such as "owstore 0.1.0" */
	const struct text_artifact *artifacts;
	size_t n_artifacts;
};

/* README.TXT: what this is and how to check it with and without owstore. Failure is the buffer's.
 */
void text_readme(const struct text_facts *f, struct buf *out);

/* MANIFEST.TXT: the manifest for people. */
void text_listing(const struct text_facts *f, struct buf *out);

/* One line of SHA256SUM.TXT. */
struct text_sum {
	const char *path; /* below the bundle folder */
	struct ow_id id;  /* SHA-256 of the file as it lies there */
};

/* SHA256SUM.TXT as `sha256sum -c` reads it in the bundle folder; `sums` is sorted by path here. */
void text_sums(struct text_sum *sums, size_t n, struct buf *out);

#endif
