/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rows that the suites of the catalog share: artifact i of a made-up collection, a catalog full of
 * them, and a listing as one text.
 */
#ifndef OW_TEST_CATALOG_ROWS_H
#define OW_TEST_CATALOG_ROWS_H

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "catalog/catalog.h"
#include "support/support.h"

static inline struct ow_id row_id(uint64_t i, uint8_t kind)
{
	uint64_t seed = i * 256 + kind;
	struct ow_id id;

	rnd_fill(&seed, id.b, sizeof id.b);
	return id;
}

/* Artifact i with i % 3 + 1 components, every third one sharing a blob. */
static inline int row_put(struct catalog *c, uint64_t i, struct ow_error *err)
{
	char name[40], version[20];
	struct catalog_component parts[3];
	struct catalog_artifact a = {
	    .id = row_id(i, 0),
	    .name = name,
	    .version = version,
	    .licence = i % 2 == 0 ? "Apache-2.0" : "MIT",
	    .upstream = "hf:org/name@0123abcd",
	    .model = "org/name",
	    .added = 1700000000 + i,
	};

	(void)snprintf(name, sizeof name, "org%llu/Model-%llu", (unsigned long long)i % 7,
		       (unsigned long long)i / 2);
	(void)snprintf(version, sizeof version, "%llu", (unsigned long long)i % 2 + 1);
	for (size_t k = 0; k < i % 3 + 1; k++) {
		static const char *const paths[] = {"model.gguf", "LICENSE", "tokenizer.json"};

		parts[k] = (struct catalog_component){
		    .path = paths[k],
		    .role = k == 0 ? "weights" : "document",
		    .blob = k == 1 ? row_id(0, 99) : row_id(i, (uint8_t)(k + 1)),
		    .size = 1000 * (k + 1),
		    .licence = a.licence,
		};
	}
	return catalog_put_artifact(c, &a, parts, i % 3 + 1, err);
}

/* Put artifacts from..to-1 in one transaction. */
static inline int rows_put(struct catalog *c, uint64_t from, uint64_t to, struct ow_error *err)
{
	OW_AUTO(catalog_rollback) struct catalog *guard = NULL;

	if (catalog_begin(c, &guard, err) < 0)
		return err->code;
	for (uint64_t i = from; i < to; i++) {
		struct catalog_note note = {.record = row_id(i, 200),
					    .kind = "intake",
					    .artifact = row_id(i, 0),
					    .time = 5};

		if (row_put(c, i, err) < 0 || catalog_put_note(c, &note, err) < 0)
			return err->code;
	}
	return catalog_commit(&guard, err);
}

/* Rebuild the catalog of a folder with artifacts 0..n-1. */
static inline int rows_rebuild(const char *dir, uint64_t n, struct ow_error *err)
{
	OW_AUTO(catalog_close) struct catalog *c = NULL;

	if (catalog_open(dir, CATALOG_REBUILD, &c, err) < 0 || rows_put(c, 0, n, err) < 0)
		return err->code;
	return catalog_publish(c, err);
}

static inline int row_print(void *ctx, const struct catalog_artifact *a, struct ow_error *err)
{
	char hex[OW_ID_HEX];

	(void)err;
	buf_printf(ctx, "%s@%s %.8s %s %s %llu %llu %llu\n", a->name, a->version,
		   ow_id_hex(&a->id, hex), a->licence, a->upstream, (unsigned long long)a->added,
		   (unsigned long long)a->size, (unsigned long long)a->n_components);
	return 0;
}

/* The whole listing as text. */
static inline int rows_text(struct catalog *c, struct buf *out, struct ow_error *err)
{
	const struct catalog_filter all = {0};

	buf_clear(out);
	return catalog_list(c, &all, row_print, out, err);
}

#endif
