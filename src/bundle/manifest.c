/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The lists of a manifest: filled, sorted, searched, freed. What they must fulfil is in
 * manifest_rules.c, how they are written in manifest_cbor.c.
 */
#include "bundle/manifest.h"

#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "bundle/manifest_rules.h"

int manifest_add_artifact(struct manifest *m, const struct manifest_artifact *a,
			  struct ow_error *err)
{
	if (m->n_artifacts == BUNDLE_ARTIFACTS_MAX)
		return err_set(err, OW_E_USAGE, "more than %d artifacts in one bundle",
			       BUNDLE_ARTIFACTS_MAX);
	if (mem_grow(&m->artifacts, m->n_artifacts, &m->cap_artifacts, sizeof *a, err) < 0)
		return err->code;
	m->artifacts[m->n_artifacts++] = *a;
	return 0;
}

int manifest_add_file(struct manifest *m, const char *path, uint64_t size, const struct ow_id *id,
		      struct ow_error *err)
{
	struct manifest_file *f;

	if (!names_path_ok(path))
		return err_set(err, OW_E_INTERNAL, "\"%s\" cannot be a name on a medium", path);
	if (m->n_files == BUNDLE_FILES_MAX)
		return err_set(err, OW_E_USAGE, "more than %d files in one bundle",
			       BUNDLE_FILES_MAX);
	if (mem_grow(&m->files, m->n_files, &m->cap_files, sizeof *f, err) < 0)
		return err->code;
	f = &m->files[m->n_files++];
	f->size = size;
	f->id = *id;
	memcpy(f->path, path, strlen(path) + 1);
	return 0;
}

int manifest_artifact_order(const void *a, const void *b)
{
	return ow_id_order(&((const struct manifest_artifact *)a)->id,
			   &((const struct manifest_artifact *)b)->id);
}

int manifest_blob_order(const void *a, const void *b)
{
	return ow_id_order(&((const struct manifest_blob *)a)->chunks.blob,
			   &((const struct manifest_blob *)b)->chunks.blob);
}

int manifest_file_order(const void *a, const void *b)
{
	return strcmp(((const struct manifest_file *)a)->path,
		      ((const struct manifest_file *)b)->path);
}

static void sort(void *p, size_t n, size_t size, int (*order)(const void *, const void *))
{
	if (n > 1)
		qsort(p, n, size, order);
}

void manifest_sort(struct manifest *m)
{
	sort(m->artifacts, m->n_artifacts, sizeof *m->artifacts, manifest_artifact_order);
	sort(m->blobs, m->n_blobs, sizeof *m->blobs, manifest_blob_order);
	sort(m->files, m->n_files, sizeof *m->files, manifest_file_order);
}

struct manifest_total manifest_total(const struct manifest *m)
{
	struct manifest_total t = {.files = m->n_files};

	for (size_t i = 0; i < m->n_blobs; i++) {
		t.bytes += m->blobs[i].chunks.size;
		t.files += m->blobs[i].n_parts;
	}
	for (size_t i = 0; i < m->n_files; i++)
		t.bytes += m->files[i].size;
	return t;
}

const struct manifest_artifact *manifest_find_artifact(const struct manifest *m,
						       const struct ow_id *id)
{
	struct manifest_artifact key = {.id = *id};

	if (m->n_artifacts == 0)
		return NULL;
	return bsearch(&key, m->artifacts, m->n_artifacts, sizeof key, manifest_artifact_order);
}

const struct manifest_blob *manifest_find_blob(const struct manifest *m, const struct ow_id *id)
{
	struct manifest_blob key = {.chunks.blob = *id};

	if (m->n_blobs == 0)
		return NULL;
	return bsearch(&key, m->blobs, m->n_blobs, sizeof key, manifest_blob_order);
}

static int path_order(const void *key, const void *file)
{
	return strcmp(key, ((const struct manifest_file *)file)->path);
}

const struct manifest_file *manifest_find_file(const struct manifest *m, const char *path)
{
	if (m->n_files == 0)
		return NULL;
	return bsearch(path, m->files, m->n_files, sizeof *m->files, path_order);
}

void manifest_blob_done(struct manifest_blob *b)
{
	chunks_done(&b->chunks);
	free(b->parts);
	*b = (struct manifest_blob){0};
}

void manifest_done(struct manifest *m)
{
	for (size_t i = 0; i < m->n_blobs; i++)
		manifest_blob_done(&m->blobs[i]);
	free(m->artifacts);
	free(m->blobs);
	free(m->files);
	*m = (struct manifest){0};
}
