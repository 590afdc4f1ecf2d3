/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handle/uses.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/sorted.h"
#include "base/text.h"
#include "handle/index.h"
#include "record/doc.h"
#include "store/licence.h"

static int use_order(const void *a, const void *b)
{
	const struct use *u = a, *v = b;
	int order = ow_id_order(&u->blob, &v->blob);

	if (order == 0)
		order = strcmp(u->licence, v->licence);
	return order != 0 ? order : ow_id_order(&u->artifact, &v->artifact);
}

/* The last conclusion about each artifact decides its folder. */
struct conclusion {
	struct note_head head;
	char folder[LICENCE_FOLDER];
};

struct reading {
	struct zone *zone;
	struct uses *out;
	struct conclusion *conclusions;
	size_t n, cap;
	struct buf bytes;
	uses_bad bad;
	void *ctx;
};

static void reading_done(struct reading *r)
{
	free(r->conclusions);
	buf_done(&r->bytes);
}
OW_DEFINE_AUTO_DONE(struct reading, reading_done)

static int add_uses(struct uses *out, const struct artifact *a, const struct ow_id *id,
		    struct ow_error *err)
{
	for (size_t i = 0; i < a->n_components; i++) {
		if (mem_grow(&out->at, out->n, &out->cap, sizeof *out->at, err) < 0)
			return err->code;
		out->at[out->n++] = (struct use){
		    .blob = a->components[i].blob,
		    .size = a->components[i].size,
		    .artifact = *id,
		    .licence = LICENCE_UNSORTED,
		};
	}
	out->n_artifacts++;
	return 0;
}

static int add_conclusion(struct reading *r, const struct note_seen *note, struct ow_error *err)
{
	struct conclusion c = {.head = note->head};

	if (note->licence[0] == '\0')
		return 0;
	if (licence_folder(note->licence, c.folder, err) < 0 ||
	    mem_grow(&r->conclusions, r->n, &r->cap, sizeof c, err) < 0)
		return err->code;
	r->conclusions[r->n++] = c;
	return 0;
}

static int read_record(struct reading *r, const struct ow_id *id, struct ow_error *err)
{
	OW_AUTO(artifact_done) struct artifact a = {0};
	struct note_seen note = {0};
	char type[DOC_TYPE_CAP] = "";
	int got = docs_read(zone_records(r->zone), id, &r->bytes, err);

	if (got <= 0)
		return got;
	if (doc_type(r->bytes.p, r->bytes.n, type) && strcmp(type, "artifact") == 0) {
		if (artifact_decode(r->bytes.p, r->bytes.n, &a, err) < 0)
			return err->code;
		return add_uses(r->out, &a, id, err);
	}
	got = index_note(r->bytes.p, r->bytes.n, id, &note, err);
	if (got == 0)
		return err_set(err, OW_E_FORMAT, "a record of an unknown kind");
	return got < 0 ? got : add_conclusion(r, &note, err);
}

static int visit_record(void *ctx, const struct ow_id *id, struct ow_error *err)
{
	struct reading *r = ctx;
	struct ow_error why = {0};
	char hex[OW_ID_HEX];

	r->out->n_records++;
	if (read_record(r, id, &why) >= 0)
		return 0;
	if (r->bad != NULL && why.code != OW_E_IO)
		return r->bad(r->ctx, id, &why, err);
	*err = why;
	return err_ctx(err, "record %s", ow_id_hex(id, hex));
}

static int conclusion_order(const void *a, const void *b)
{
	return note_order(&((const struct conclusion *)a)->head,
			  &((const struct conclusion *)b)->head);
}

static int about_order(const void *artifact, const void *conclusion)
{
	return ow_id_order(artifact, &((const struct conclusion *)conclusion)->head.artifact);
}

/* The last conclusion about an artifact, or NULL. */
static const struct conclusion *concluded(const struct reading *r, const struct ow_id *artifact)
{
	size_t n, from = sorted_run(artifact, r->conclusions, r->n, sizeof *r->conclusions,
				    about_order, &n);

	return n > 0 ? &r->conclusions[from + n - 1] : NULL;
}

int uses_read_with(struct zone *z, struct uses *out, uses_bad bad, void *ctx, struct ow_error *err)
{
	OW_AUTO(reading_done) struct reading r = {.zone = z, .out = out, .bad = bad, .ctx = ctx};

	if (docs_walk(zone_records(z), visit_record, NULL, &r, err) < 0)
		return err->code;
	if (r.n > 1)
		qsort(r.conclusions, r.n, sizeof *r.conclusions, conclusion_order);
	for (size_t i = 0; i < out->n && zone_class(z) != OW_CLASS_QUARANTINE; i++) {
		const struct conclusion *c = concluded(&r, &out->at[i].artifact);

		if (c != NULL)
			text_copy(out->at[i].licence, sizeof out->at[i].licence, c->folder);
	}
	if (out->n > 1)
		qsort(out->at, out->n, sizeof *out->at, use_order);
	return 0;
}

static int blob_order(const void *blob, const void *use)
{
	return ow_id_order(blob, &((const struct use *)use)->blob);
}

bool uses_has(const struct uses *u, const struct ow_id *blob, const char *licence)
{
	size_t n, from = sorted_run(blob, u->at, u->n, sizeof *u->at, blob_order, &n);

	for (size_t i = from; i < from + n; i++) {
		if (licence == NULL || strcmp(u->at[i].licence, licence) == 0)
			return true;
	}
	return false;
}

void uses_done(struct uses *u)
{
	free(u->at);
	*u = (struct uses){0};
}
