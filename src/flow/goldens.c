/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/goldens.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/digest.h"
#include "handle/index.h"

void kept_golden_done(struct kept_golden *k)
{
	signed_done(&k->doc);
	sealed_free(k->sealed);
	golden_done(&k->golden);
	*k = (struct kept_golden){0};
}

void golden_list_done(struct golden_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		kept_golden_done(&l->at[i]);
	free(l->at);
	*l = (struct golden_list){0};
}

/* Is there room for it beside those that were taken? */
static int take_size(struct golden_list *l, const struct kept_golden *k, struct ow_error *err)
{
	size_t size = l->size + sealed_bytes(k->sealed).n;

	if (size > GOLDENS_MAX)
		return err_set(err, OW_E_FORMAT, "with it the goldens have %zu bytes, at most %llu",
			       size, (unsigned long long)GOLDENS_MAX);
	l->size = size;
	return 0;
}

int golden_list_take(struct golden_list *l, struct kept_golden *k, struct ow_error *err)
{
	if (mem_grow(&l->at, l->n, &l->cap, sizeof *l->at, err) < 0 || take_size(l, k, err) < 0)
		return err->code;
	l->at[l->n++] = MOVE(*k);
	return 0;
}

/* ---- in a store ---- */

static int list_one(void *ctx, const struct catalog_note *note, struct ow_error *err)
{
	return strcmp(note->kind, "golden") != 0 ? 0 : ids_add(ctx, &note->record, err);
}

int goldens_of(struct ow_store *s, const struct found *f, struct ids *out, struct ow_error *err)
{
	struct catalog *catalog;

	if (handle_catalog(s, f->class, &catalog, err) <= 0)
		return err->code;
	return catalog_notes(catalog, &f->id, list_one, out, err);
}

int golden_read(struct ow_store *s, const struct found *f, const struct ow_id *id,
		struct kept_golden *out, struct ow_error *err)
{
	OW_AUTO(kept_golden_done) struct kept_golden k = {.id = *id};
	OW_AUTO(docs_sigs_done) struct docs_sigs sigs = {0};
	struct docs *records = zone_records(s->zones[f->class]);
	int r = docs_read(records, id, &k.doc.doc, err);
	char text[OW_ID_TEXT];

	if (r == 0)
		return err_set(err, OW_E_INTEGRITY,
			       "golden %s: the catalog names it, it is not there",
			       ow_id_text(id, text));
	if (r < 0 || docs_sigs(records, id, &sigs, err) < 0)
		return err->code;
	text_copy(k.doc.name, sizeof k.doc.name, "golden");
	for (size_t i = 0; i < sigs.n; i++) {
		char name[32];

		(void)snprintf(name, sizeof name, "golden.S%02zu", i + 1);
		if (signed_add(&k.doc, name, sigs.at[i].p, sigs.at[i].n, err) < 0)
			return err->code;
	}
	*out = MOVE(k);
	return 0;
}

int golden_open(struct kept_golden *k, const struct root *root, struct ow_error *err)
{
	struct gate_rules strict = {0};
	struct ow_view bytes;

	if (gate_open(&k->doc, root, OW_ROLE_RELEASE, "golden", &strict, NULL, &k->sealed, err) < 0)
		return err->code;
	bytes = sealed_bytes(k->sealed);
	if (golden_decode(bytes.p, bytes.n, &k->golden, err) < 0)
		return err->code;
	if (!k->golden.signed_for)
		return err_set(err, OW_E_FORMAT, "golden: is signed, but about no artifact");
	return sealed_matches(k->sealed, k->golden.origin, "-", 0, err);
}

static int index_golden(struct ow_store *s, enum ow_class class, const struct kept_golden *k,
			struct ow_error *err)
{
	OW_AUTO(catalog_rollback) struct catalog *guard = NULL;
	struct catalog_note note = {.record = k->id,
				    .kind = "golden",
				    .artifact = k->golden.artifact,
				    .time = k->golden.time};
	struct catalog *catalog;

	if (handle_catalog(s, class, &catalog, err) <= 0 ||
	    catalog_begin(catalog, &guard, err) < 0 || catalog_put_note(catalog, &note, err) < 0)
		return err->code;
	return catalog_commit(&guard, err);
}

int golden_put(struct ow_store *s, const char *how, enum ow_class class,
	       const struct kept_golden *k, struct ow_error *err)
{
	struct zone *z = s->zones[class];
	const struct ow_id digests[] = {k->golden.artifact, k->id};
	struct ow_view sigs[SIGNATURES_MAX];
	size_t n = signed_views(&k->doc, sigs);
	struct ow_id id;
	int here = docs_has(zone_records(z), &k->id, err);

	if (here != 0)
		return here < 0 ? here : 0;
	if (handle_log(s, "golden", "begun", digests, 2, how, err) < 0 ||
	    docs_put(zone_records(z), sealed_bytes(k->sealed), sigs, n, &id, err) < 0 ||
	    zone_sync(z, err) < 0 || index_golden(s, class, k, err) < 0 ||
	    handle_log(s, "golden", "done", digests, 2, how, err) < 0)
		return err->code;
	return 1;
}

/* ---- in a bundle ---- */

static struct ow_bundle_artifact *reported(struct ow_bundle_report *b, const struct ow_id *id)
{
	for (size_t i = 0; i < b->n_artifacts; i++) {
		if (ow_id_equal(&b->artifacts[i].id, id))
			return &b->artifacts[i];
	}
	return NULL;
}

/* Read one from the folder. What is hashed here is what is used. */
static int read_one(struct received *r, const struct manifest_file *file, struct kept_golden *k,
		    struct ow_bundle_artifact **of, struct ow_error *err)
{
	char stem[NAMES_PATH];

	(void)snprintf(stem, sizeof stem, "%.*s", (int)strlen(file->path) - 4, file->path);
	if (signed_read(r->folder->dir, stem, GOLDEN_MAX, &k->doc, err) < 0 ||
	    digest_bytes(k->doc.doc.p, k->doc.doc.n, &k->id, err) < 0)
		return err->code;
	if (!ow_id_equal(&k->id, &file->id))
		return err_set(err, OW_E_INTEGRITY, "differs from what was signed");
	if (golden_open(k, chain_newest(&r->chain), err) < 0)
		return err->code;
	*of = reported(r->report, &k->golden.artifact);
	return *of == NULL
		   ? err_set(err, OW_E_FORMAT, "is about an artifact that is not in the bundle")
		   : 0;
}

static int receive_one(struct received *r, const struct manifest_file *file, struct golden_list *to,
		       bool keep, struct ow_error *err)
{
	OW_AUTO(kept_golden_done) struct kept_golden k = {0};
	struct ow_bundle_artifact *of = NULL;
	struct ow_error why = {0};

	if (read_one(r, file, &k, &of, &why) < 0 ||
	    (keep ? golden_list_take(to, &k, &why) : take_size(to, &k, &why)) < 0)
		return report_error(r->report, why.code == OW_E_TRUST ? "signature" : "golden",
				    file->path, &why, err);
	assert(of != NULL);
	of->n_goldens++;
	return 0;
}

int receive_goldens(struct received *r, struct golden_list *out, struct ow_error *err)
{
	struct golden_list counted = {0}; /* holds none: needs no end */

	for (size_t i = 0; i < r->manifest.n_files; i++) {
		const struct manifest_file *file = &r->manifest.files[i];

		if (names_is_golden(file->path) &&
		    receive_one(r, file, out != NULL ? out : &counted, out != NULL, err) < 0)
			return err->code;
	}
	return 0;
}
