/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What no artifact of a class uses any more, in two steps: a plan that a person can read, and a sweep that removes
 * exactly that. Use is read from the records themselves, never from the catalog.
 */
#include <stdio.h>
#include <string.h>

#include <owstore/store.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/digest.h"
#include "handle/handle.h"
#include "handle/uses.h"
#include "store/blob.h"
#include "store/chunklist.h"
#include "store/stage.h"

void ow_gc_plan_done(struct ow_gc_plan *p)
{
	free(p->items);
	*p = (struct ow_gc_plan){0};
}
OW_DEFINE_AUTO_DONE(struct ow_gc_plan, ow_gc_plan_done)

struct planning {
	struct ow_gc_plan plan;
	enum ow_class class;
	const struct uses *uses;
};

static int plan_add(struct planning *p, const char *kind, const char *name, const char *where,
		    uint64_t size, struct ow_error *err)
{
	struct ow_gc_item *item;

	if (mem_grow(&p->plan.items, p->plan.n, &p->plan.cap, sizeof *item, err) < 0)
		return err->code;
	item = &p->plan.items[p->plan.n++];
	*item = (struct ow_gc_item){.zone = p->class, .size = size};
	text_copy(item->kind, sizeof item->kind, kind);
	text_copy(item->name, sizeof item->name, name);
	text_copy(item->where, sizeof item->where, where);
	p->plan.bytes += size;
	return 0;
}

static int plan_blob(void *ctx, const struct blob_seen *seen, struct ow_error *err)
{
	struct planning *p = ctx;
	char hex[OW_ID_HEX];

	if (uses_has(p->uses, &seen->id, seen->licence))
		return 0;
	return plan_add(p, "blob", ow_id_hex(&seen->id, hex), seen->licence, seen->size, err);
}

static int plan_chunks(void *ctx, const struct ow_id *blob, struct ow_error *err)
{
	struct planning *p = ctx;
	char hex[OW_ID_HEX];

	return uses_has(p->uses, blob, NULL)
		   ? 0
		   : plan_add(p, "chunks", ow_id_hex(blob, hex), "", 0, err);
}

static int plan_stage(void *ctx, const struct stage_seen *seen, struct ow_error *err)
{
	return plan_add(ctx, "staging", seen->name, "", seen->size, err);
}

/* The digest of the items in order: the same garbage has the same plan. */
static int plan_id(struct ow_gc_plan *p, struct ow_error *err)
{
	struct digest d;

	digest_init(&d);
	for (size_t i = 0; i < p->n; i++) {
		const struct ow_gc_item *item = &p->items[i];
		char line[300];
		int n =
		    snprintf(line, sizeof line, "%s %s %s %s %llu\n", ow_class_name(item->zone),
			     item->kind, item->name, item->where, (unsigned long long)item->size);

		digest_update(&d, line, (size_t)n);
	}
	return digest_final(&d, &p->id, err);
}

static int make_plan(struct ow_store *s, struct ow_gc_plan *out, struct ow_error *err)
{
	struct planning p = {0};

	for (int c = 0; c < OW_CLASSES; c++) {
		OW_AUTO(uses_done) struct uses uses = {0};
		struct zone *z;
		int r = handle_zone(s, (enum ow_class)c, &z, err);

		p.class = (enum ow_class)c;
		p.uses = &uses;
		if (r == 0)
			continue;
		if (r < 0 || uses_read(z, &uses, err) < 0 ||
		    zone_blob_walk(z, plan_blob, NULL, &p, err) < 0 ||
		    zone_chunks_walk(z, plan_chunks, NULL, &p, err) < 0)
			break;
	}
	p.class = OW_CLASS_QUARANTINE;
	if (err->code != OW_OK || stage_walk(s->store, plan_stage, &p, err) < 0 ||
	    plan_id(&p.plan, err) < 0) {
		ow_gc_plan_done(&p.plan);
		return err->code;
	}
	*out = p.plan;
	return 0;
}

int ow_gc_plan(struct ow_store *s, struct ow_gc_plan *out, struct ow_error *err)
{
	return make_plan(s, out, err);
}

static int sweep_item(struct ow_store *s, const struct ow_gc_item *item, struct ow_error *err)
{
	struct ow_id id;

	if (strcmp(item->kind, "staging") == 0)
		return stage_remove(s->store, item->name, err);
	if (!ow_id_parse(item->name, &id))
		return err_set(err, OW_E_INTERNAL, "gc: %s is no digest", item->name);
	if (strcmp(item->kind, "chunks") == 0)
		return zone_chunks_remove(s->zones[item->zone], &id, err);
	return zone_blob_remove(s->zones[item->zone], &id, item->where, err);
}

int ow_gc_apply(struct ow_store *s, const struct ow_id *id, struct ow_gc_plan *out,
		struct ow_error *err)
{
	OW_AUTO(ow_gc_plan_done) struct ow_gc_plan plan = {0};
	char text[100], hex[OW_ID_HEX];

	if (make_plan(s, &plan, err) < 0)
		return err->code;
	if (!ow_id_equal(id, &plan.id)) {
		(void)err_set(err, OW_E_STALE, "the store has changed since plan %.12s was made",
			      ow_id_hex(id, hex));
		(void)err_kept(err, "nothing was removed");
		return err_hint(err, "look at a new plan: owstore gc --plan");
	}
	(void)snprintf(text, sizeof text, "%zu items, %llu bytes", plan.n,
		       (unsigned long long)plan.bytes);
	if (plan.n > 0 && handle_log(s, "gc", "begun", &plan.id, 1, text, err) < 0)
		return err->code;
	for (size_t i = 0; i < plan.n; i++) {
		if (sweep_item(s, &plan.items[i], err) < 0)
			return err_kept(err,
					"%zu of %zu items were removed; nothing in use was touched",
					i, plan.n);
	}
	for (int c = 0; c < OW_CLASSES; c++) {
		if (s->zones[c] != NULL && zone_sync(s->zones[c], err) < 0)
			return err->code;
	}
	if (plan.n > 0 && handle_log(s, "gc", "done", &plan.id, 1, text, err) < 0)
		return err->code;
	*out = MOVE(plan);
	return 0;
}
