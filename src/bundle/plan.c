/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bundle/plan.h"

#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "bundle/manifest_rules.h"

int plan_want(struct manifest *m, const struct ow_id *id, uint64_t size, const char *component,
	      struct ow_error *err)
{
	struct manifest_blob b = {.chunks = {.blob = *id, .size = size}};
	char ext[NAMES_EXT];

	if (m->n_blobs == BUNDLE_BLOBS_MAX)
		return err_set(err, OW_E_USAGE, "more than %d components in one bundle",
			       BUNDLE_BLOBS_MAX);
	if (mem_grow(&m->blobs, m->n_blobs, &m->cap_blobs, sizeof b, err) < 0 ||
	    mem_grow(&b.parts, 0, &b.cap_parts, sizeof *b.parts, err) < 0)
		return err->code;
	names_extension(component, ext);
	names_blob(id, ext, b.parts[0].path);
	b.parts[0].size = size;
	b.n_parts = 1;
	m->blobs[m->n_blobs++] = b;
	return 0;
}

static bool is_unnamed(const struct manifest_blob *b)
{
	const char *path = b->parts[0].path;

	return strcmp(path + strlen(path) - 4, ".BIN") == 0;
}

/* By id; of one id the extension to keep comes first. */
static int wanted_order(const void *pa, const void *pb)
{
	const struct manifest_blob *a = pa, *b = pb;
	int order = manifest_blob_order(a, b);

	if (order == 0)
		order = (int)is_unnamed(a) - (int)is_unnamed(b);
	return order != 0 ? order : strcmp(a->parts[0].path, b->parts[0].path);
}

/* May blob b stand behind blob a on one medium? 1 yes, 0 they are the same, < 0 no. */
static int compare_neighbours(const struct manifest_blob *a, const struct manifest_blob *b,
			      struct ow_error *err)
{
	char one[OW_ID_HEX], other[OW_ID_HEX];

	if (memcmp(a->chunks.blob.b, b->chunks.blob.b, 8) != 0)
		return 1;
	(void)ow_id_hex(&a->chunks.blob, one);
	if (manifest_blob_order(a, b) != 0)
		return err_set(
		    err, OW_E_USAGE,
		    "blobs %s and %s begin with the same 16 digits and cannot stand on one medium",
		    one, ow_id_hex(&b->chunks.blob, other));
	if (a->chunks.size != b->chunks.size)
		return err_set(
		    err, OW_E_INTERNAL, "blob %s is asked for with %llu and with %llu bytes", one,
		    (unsigned long long)a->chunks.size, (unsigned long long)b->chunks.size);
	return 0;
}

int plan_settle(struct manifest *m, struct ow_error *err)
{
	size_t kept = 0;

	if (m->n_blobs > 1)
		qsort(m->blobs, m->n_blobs, sizeof *m->blobs, wanted_order);
	for (size_t i = 0; i < m->n_blobs; i++) {
		int other =
		    kept == 0 ? 1 : compare_neighbours(&m->blobs[kept - 1], &m->blobs[i], err);

		if (other < 0)
			return err->code;
		if (other == 0) {
			manifest_blob_done(&m->blobs[i]);
			continue;
		}
		if (kept != i) {
			m->blobs[kept] = m->blobs[i];
			m->blobs[i] = (struct manifest_blob){0};
		}
		kept++;
	}
	m->n_blobs = kept;
	manifest_sort(m);
	return 0;
}

/* Where the part that begins at chunk `from` ends: after the last chunk that the limit still holds.
 * A chunk has at most CHUNK_SIZE, so there is one as long as the limit is PART_MIN or more.
 */
static size_t part_end(const struct chunks *c, size_t from, uint64_t limit, uint64_t *size)
{
	size_t i = from;

	for (*size = 0; i < c->n && c->at[i].len <= limit - *size; i++)
		*size += c->at[i].len;
	return i;
}

/* How many parts a limit makes. */
static size_t count_parts(const struct chunks *c, uint64_t limit)
{
	size_t n = 0;
	uint64_t size;

	for (size_t i = 0; i < c->n; n++)
		i = part_end(c, i, limit, &size);
	return n;
}

static int too_many(const struct chunks *c, size_t n, uint64_t limit, struct ow_error *err)
{
	/* parts may end up to one chunk below the limit */
	uint64_t enough = c->size / PARTS_MAX + 1 + CHUNK_SIZE;
	char hex[OW_ID_HEX];

	(void)err_set(err, OW_E_USAGE,
		      "blob %s of %llu bytes would need %zu parts of %llu, at most %d",
		      ow_id_hex(&c->blob, hex), (unsigned long long)c->size, n,
		      (unsigned long long)limit, PARTS_MAX);
	return err_hint(err, "ask for parts of %lluMiB or more",
			(unsigned long long)(enough / MIB + 1));
}

static int cut_blob(struct manifest_blob *b, uint64_t limit, struct ow_error *err)
{
	const struct chunks *c = &b->chunks;
	size_t n = count_parts(c, limit);
	struct manifest_part *parts;

	if (n > PARTS_MAX)
		return too_many(c, n, limit, err);
	parts = mem_array(n, sizeof *parts, err);
	if (parts == NULL)
		return err->code;
	for (size_t i = 0, chunk = 0; i < n; i++) {
		chunk = part_end(c, chunk, limit, &parts[i].size);
		names_part(&c->blob, (unsigned)i + 1, parts[i].path);
	}
	free(b->parts);
	b->parts = parts;
	b->n_parts = b->cap_parts = n;
	return 0;
}

int plan_cut(struct manifest *m, uint64_t limit, struct ow_error *err)
{
	size_t files = m->n_files;

	if (limit < PART_MIN)
		return err_set(err, OW_E_USAGE, "parts of at most %llu bytes, the least is %llu",
			       (unsigned long long)limit, PART_MIN);
	for (size_t i = 0; i < m->n_blobs; i++) {
		struct manifest_blob *b = &m->blobs[i];

		if (b->chunks.size > limit && cut_blob(b, limit, err) < 0)
			return err->code;
		files += b->n_parts;
	}
	if (files > BUNDLE_FILES_MAX) {
		(void)err_set(err, OW_E_USAGE, "%zu files, at most %d in one bundle", files,
			      BUNDLE_FILES_MAX);
		return err_hint(err, "ask for larger parts, or export fewer artifacts at a time");
	}
	return 0;
}
