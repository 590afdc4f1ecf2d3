/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Fill a store for benchmarks, faster than the tool would: with artifacts of one small shared blob, with promoted
 * models that have findings, or with entries of the ledger. Catalogs are not touched; `owstore fsck --rebuild` makes them
 * anew.
 *
 *	fill STORE artifacts 100000
 *	fill STORE models 10000     one in four is made from one of the first ten, half are under MIT, half under Apache-2.0
 *	fill STORE deep 10000       org/deep@1 of so many components, and the 50 models that it comes from
 *	fill STORE entries 1000000
 */
#include <stdio.h>
#include <string.h>

#include <owstore/error.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/digest.h"
#include "os/fd.h"
#include "record/artifact.h"
#include "record/finding.h"
#include "record/note.h"
#include "store/blob.h"
#include "store/docs.h"
#include "store/ledger.h"
#include "store/licence.h"
#include "store/stage.h"
#include "store/store.h"
#include "store/zone.h"

enum {
	BATCH = 1000, /* of entries, for one sync */
	DEPTH = 50
};
#define TIME UINT64_C(1795262400) /* 2026-11-21T12:00:00Z */

static const char blob_bytes[] = "one small blob\n";

static int put_blob(struct store *s, struct zone *z, struct ow_id *id, struct ow_error *err)
{
	OW_AUTO(stage_close) struct stage *st = NULL;
	OW_AUTO(fd_close) int fd = -1;

	if (digest_bytes(blob_bytes, sizeof blob_bytes - 1, id, err) < 0 ||
	    stage_open(s, "fill", &st, err) < 0)
		return err->code;
	fd = stage_file(st, "blob", err);
	if (fd < 0 || fd_pwrite(fd, blob_bytes, sizeof blob_bytes - 1, 0, "blob", err) < 0 ||
	    fd_sync(fd, "blob", err) < 0 ||
	    zone_blob_publish(z, stage_dirfd(st), "blob", id, LICENCE_UNSORTED, err) < 0)
		return err->code;
	return stage_drop(st, err);
}

/* One artifact: its record and the note of how it came. */
static int put_artifact(struct zone *z, const struct ow_id *blob, uint64_t n, struct ow_error *err)
{
	OW_AUTO(artifact_done) struct artifact a = {.version = "1"};
	OW_AUTO(intake_done)
	struct intake in = {.time = TIME, .source = "made up", .declared = "MIT"};
	OW_AUTO(buf_done) struct buf record = {0}, note = {0};
	struct ow_id id;

	(void)snprintf(a.name, sizeof a.name, "org-%03llu/model-%06llu",
		       (unsigned long long)(n % 1000), (unsigned long long)n);
	if (artifact_add_component(&a, "model.gguf", "weights", blob, sizeof blob_bytes - 1, err) <
		0 ||
	    artifact_sort(&a, err) < 0)
		return err->code;
	artifact_encode(&a, &record);
	if (buf_finish(&record, err) < 0 ||
	    docs_put(zone_records(z), (struct ow_view){record.p, record.n}, NULL, 0, &in.artifact,
		     err) < 0)
		return err->code;
	intake_encode(&in, &note);
	if (buf_finish(&note, err) < 0)
		return err->code;
	return docs_put(zone_records(z), (struct ow_view){note.p, note.n}, NULL, 0, &id, err);
}

static int fill_artifacts(struct store *s, uint64_t n, struct ow_error *err)
{
	OW_AUTO(zone_close) struct zone *z = NULL;
	struct ow_id blob;

	if (zone_open(s, OW_CLASS_QUARANTINE, &z, err) <= 0)
		return err->code != OW_OK ? err->code
					  : err_set(err, OW_E_USAGE, "no quarantine here");
	if (put_blob(s, z, &blob, err) < 0)
		return err->code;
	for (uint64_t i = 1; i <= n; i++) {
		if (put_artifact(z, &blob, i, err) < 0)
			return err->code;
	}
	return zone_sync(z, err);
}

/* ---- models -------------------------------------------------------------------------------------------- */

static int put(struct zone *z, struct buf *record, struct ow_id *id, struct ow_error *err)
{
	if (buf_finish(record, err) < 0)
		return err->code;
	return docs_put(zone_records(z), (struct ow_view){record->p, record->n}, NULL, 0, id, err);
}

/* A model that was promoted under the licence whose text it has, with what add would have found. */
static int put_model(struct zone *z, struct artifact *a, const char *base, const char *licence,
		     const struct ow_id *blob, struct ow_error *err)
{
	OW_AUTO(finding_done) struct finding f = {.time = TIME};
	OW_AUTO(buf_done) struct buf record = {0}, finding = {0}, promotion = {0};
	struct promotion p = {.to = OW_CLASS_INTERNAL,
			      .reason = "made up",
			      .basis = "operator",
			      .origin = "nobody",
			      .time = TIME};
	const struct finding_file text = {.path = "LICENSE",
					  .as = "text",
					  .state = "confirmed-exact",
					  .ids = &licence,
					  .n_ids = 1,
					  .words = *blob,
					  .excerpt = ""};
	const struct finding_claim made = {"README.md", "base_model", base, ""};
	struct ow_id id;

	if (artifact_add_component(a, "model.gguf", "weights", blob, sizeof blob_bytes - 1, err) <
		0 ||
	    artifact_add_component(a, "LICENSE", "licence", blob, sizeof blob_bytes - 1, err) < 0 ||
	    (base != NULL && artifact_add_parent(a, "finetune", base, err) < 0) ||
	    artifact_sort(a, err) < 0)
		return err->code;
	artifact_encode(a, &record);
	if (put(z, &record, &f.artifact, err) < 0 || finding_add_file(&f, &text, err) < 0 ||
	    (base != NULL && finding_add_claim(&f, &made, err) < 0))
		return err->code;
	p.artifact = f.artifact;
	text_copy(p.licence, sizeof p.licence, licence);
	finding_encode(&f, &finding);
	promotion_encode(&p, &promotion);
	return put(z, &finding, &id, err) < 0 ? err->code : put(z, &promotion, &id, err);
}

static int open_internal(struct store *s, struct zone **out, struct ow_id *blob,
			 struct ow_error *err)
{
	int r = zone_open(s, OW_CLASS_INTERNAL, out, err);

	if (r <= 0)
		return r < 0 ? r : err_set(err, OW_E_USAGE, "no class internal here");
	return put_blob(s, *out, blob, err);
}

static int fill_models(struct store *s, uint64_t n, struct ow_error *err)
{
	OW_AUTO(zone_close) struct zone *z = NULL;
	struct ow_id blob;

	if (open_internal(s, &z, &blob, err) < 0)
		return err->code;
	for (uint64_t i = 0; i < n; i++) {
		OW_AUTO(artifact_done) struct artifact a = {.version = "1"};
		char base[64];

		(void)snprintf(a.name, sizeof a.name, "org/model-%06llu", (unsigned long long)i);
		(void)snprintf(base, sizeof base, "org/model-%06llu", (unsigned long long)i % 10);
		if (put_model(z, &a, i >= 10 && i % 4 == 0 ? base : NULL,
			      i % 2 == 0 ? "MIT" : "Apache-2.0", &blob, err) < 0)
			return err->code;
	}
	return zone_sync(z, err);
}

static int fill_deep(struct store *s, uint64_t n, struct ow_error *err)
{
	OW_AUTO(zone_close) struct zone *z = NULL;
	struct ow_id blob;
	char base[64] = "";

	if (open_internal(s, &z, &blob, err) < 0)
		return err->code;
	for (int i = 0; i <= DEPTH; i++) {
		OW_AUTO(artifact_done) struct artifact a = {.version = "1"};
		char path[64];

		(void)snprintf(a.name, sizeof a.name, i == DEPTH ? "org/deep" : "org/depth-%02d",
			       i);
		for (uint64_t k = 2; i == DEPTH && k < n; k++) {
			(void)snprintf(path, sizeof path, "part-%05llu.bin", (unsigned long long)k);
			if (artifact_add_component(&a, path, k % 2 == 0 ? "weights" : "config",
						   &blob, sizeof blob_bytes - 1, err) < 0)
				return err->code;
		}
		if (put_model(z, &a, i == 0 ? NULL : base, "Apache-2.0", &blob, err) < 0)
			return err->code;
		text_copy(base, sizeof base, a.name);
	}
	return zone_sync(z, err);
}

/* ---- the ledger ------------------------------------------------------------------------------------------ */

static int fill_entries(struct store *s, uint64_t n, struct ow_error *err)
{
	OW_AUTO(ledger_close) struct ledger *l = NULL;
	static const struct ow_id id = {{7}};
	static struct ledger_note notes[BATCH];

	for (size_t i = 0; i < BATCH; i++)
		notes[i] = (struct ledger_note){
		    .command = "fill", .outcome = "done", .digests = &id, .n_digests = 1};
	if (ledger_open(store_dirfd(s), LEDGER_WRITE, &l, err) < 0)
		return err->code;
	for (uint64_t done = 0; done < n; done += BATCH) {
		if (ledger_append(l, notes, n - done < BATCH ? (size_t)(n - done) : BATCH, err) < 0)
			return err->code;
	}
	return 0;
}

static int fill(const char *path, const char *what, uint64_t n, struct ow_error *err)
{
	static const struct {
		const char *what;
		int (*fill)(struct store *, uint64_t, struct ow_error *);
	} kinds[] = {{"artifacts", fill_artifacts},
		     {"models", fill_models},
		     {"deep", fill_deep},
		     {"entries", fill_entries}};
	OW_AUTO(store_close) struct store *s = NULL;

	if (store_open(path, STORE_WRITE, "fill", &s, err) < 0)
		return err->code;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (strcmp(what, kinds[i].what) == 0)
			return kinds[i].fill(s, n, err);
	}
	return err_set(err, OW_E_USAGE, "%s: artifacts, models, deep or entries", what);
}

int main(int argc, char **argv)
{
	struct ow_error err = {0};
	uint64_t n;

	if (argc != 4 || !text_parse_u64(argv[3], &n)) {
		(void)fprintf(stderr, "Usage: fill STORE artifacts|models|deep|entries N\n");
		return 2;
	}
	if (fill(argv[1], argv[2], n, &err) < 0) {
		(void)fprintf(stderr, "fill: %s\n", err.text);
		return ow_code_exit(err.code);
	}
	return 0;
}
