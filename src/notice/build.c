/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "notice/build.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "codec/digest.h"
#include "notice/write.h"

void notice_set_done(struct notice_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		buf_done(&set->at[i].own);
	free(set->at);
}

static int path_order(const void *a, const void *b)
{
	return strcmp(((const struct notice_output *)a)->path,
		      ((const struct notice_output *)b)->path);
}

const struct notice_output *notice_set_find(const struct notice_set *set, const char *path)
{
	struct notice_output wanted = {0};

	text_copy(wanted.path, sizeof wanted.path, path);
	return set->n == 0 ? NULL : bsearch(&wanted, set->at, set->n, sizeof *set->at, path_order);
}

/* Takes the buffer over; an empty one makes no file. */
static int add(struct notice_set *set, const char *path, struct buf *own, struct ow_error *err)
{
	struct notice_output *o;

	if (buf_finish(own, err) < 0)
		return err->code;
	if (own->n == 0)
		return 0;
	if (mem_grow(&set->at, set->n, &set->cap, sizeof *set->at, err) < 0)
		return err->code;
	o = &set->at[set->n++];
	text_copy(o->path, sizeof o->path, path);
	o->own = MOVE(*own);
	o->bytes = (struct ow_view){o->own.p, o->own.n};
	return 0;
}

static int add_texts(const struct plan *p, struct notice_set *set, struct ow_error *err)
{
	const char *before = "";

	for (size_t i = 0; i < p->n_texts; i++) {
		const struct plan_text *t = &p->texts[i];

		if (t->path[0] == '\0' || strcmp(before, t->path) == 0)
			continue;
		if (mem_grow(&set->at, set->n, &set->cap, sizeof *set->at, err) < 0)
			return err->code;
		set->at[set->n] = (struct notice_output){.bytes = t->text->bytes};
		text_copy(set->at[set->n++].path, NAMES_PATH, t->path);
		before = t->path;
	}
	return 0;
}

static int add_told(struct plan *p, struct notice_set *set, struct ow_error *err)
{
	static const struct {
		const char *path;
		void (*write)(struct plan *p, struct buf *out);
	} files[] = {{NOTICE_TXT, write_notice},
		     {NOTICE_INDEX, write_index},
		     {NOTICE_RESTRICT, write_restrict},
		     {NOTICE_DISPLAY, write_display}};

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		OW_AUTO(buf_done) struct buf b = {0};

		files[i].write(p, &b);
		if (add(set, files[i].path, &b, err) < 0)
			return err->code;
	}
	return arena_finish(&p->arena, err);
}

static int add_records(struct plan *p, struct notice_set *set, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf changes = {0}, decision = {0}, spdx = {0}, cdx = {0};
	OW_AUTO(bom_done) struct bom bom = {0};
	struct ow_id id;

	if (write_changes(p, &changes, err) < 0 || write_decision(p, &decision, err) < 0 ||
	    digest_bytes(decision.p, decision.n, &id, err) < 0 || bom_make(p, &bom, err) < 0 ||
	    write_spdx(p, &bom, &id, &spdx, err) < 0 || write_cdx(p, &bom, &id, &cdx, err) < 0 ||
	    add(set, NOTICE_CHANGES, &changes, err) < 0 ||
	    add(set, NOTICE_DECISION, &decision, err) < 0 || add(set, NOTICE_SPDX, &spdx, err) < 0)
		return err->code;
	return add(set, NOTICE_CDX, &cdx, err);
}

int notice_build(const struct notice_facts *facts, struct notice_set *set, struct ow_error *err)
{
	OW_AUTO(notice_set_done) struct notice_set made = {0};
	OW_AUTO(plan_done) struct plan p = {0};

	if (plan_make(facts, &p, err) < 0 || add_texts(&p, &made, err) < 0 ||
	    add_told(&p, &made, err) < 0 || add_records(&p, &made, err) < 0)
		return err->code;
	qsort(made.at, made.n, sizeof *made.at, path_order);
	*set = MOVE(made);
	return 0;
}
