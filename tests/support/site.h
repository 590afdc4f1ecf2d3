/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A whole connected side in a scratch folder, made through the public interface as far as there is one: keys, a root,
 * a store with an artifact, and a medium that a bundle was written to. For suites of room flow.
 */
#ifndef OW_TEST_SITE_H
#define OW_TEST_SITE_H

#include <owstore/bundle.h>
#include <owstore/signer.h>

#include "support/support.h"

struct site {
	char dir[64]; /* the scratch folder */
	char keys[96], trust[96], store[96], medium[96], source[96];
	char bundle[1200]; /* the bundle folder, after site_export */
	struct ow_signer *release, *approver;
};

/* Keys, root (origin "lab", destination "site-b" of class customer), a trust folder that believes it, and an empty
 * store.
 */
void site_make(struct site *s);
void site_done(struct site *s);

/* Write a source folder with `n` files of these sizes and repeatable content. */
void site_source(struct site *s, const size_t *sizes, size_t n, uint64_t seed);

/* Add it as `name`@`version`, promote it to customer, export it. Each asserts success. */
void site_add(struct site *s, const char *name, const char *version);
void site_promote(struct site *s, const char *ref);
void site_export(struct site *s, const char *ref);

/* All of that: a source of `n` files, added and promoted as org/model@1, exported. */
void site_ready(struct site *s, const size_t *sizes, size_t n, uint64_t seed);

/* Verify the medium: the report's code; -1 if there is no report. */
int site_verify(const struct site *s, struct ow_verify_report *out);

/* Import the medium into the store at `path` (made if missing); the code of the outcome. */
enum ow_code site_import(const struct site *s, const char *path, struct ow_import_result *out);

#endif
