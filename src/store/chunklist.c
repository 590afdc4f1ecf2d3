/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/chunklist.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "os/file.h"
#include "store/inside.h"

#define LIST_MODE 0444

/* Read the file of a list: 1 read, 0 not there. */
static int read_list(const struct zone *z, const struct ow_id *id, struct buf *out,
		     struct ow_error *err)
{
	struct ow_error why = {0};
	char path[FAN_PATH];

	/* a list is part of a manifest, so it is never larger than one */
	if (file_read(z->dir, fan_path(&z->chunks, id, "", path), MANIFEST_MAX, out, &why) == 0)
		return 1;
	if (why.sys == ENOENT)
		return 0;
	*err = why;
	return err_file(err, z->path);
}

int zone_chunks_get(struct zone *z, const struct ow_id *id, struct chunks *out,
		    struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(chunks_done) struct chunks c = {0};
	char want[OW_ID_TEXT], got[OW_ID_TEXT];
	int r = read_list(z, id, &b, err);

	if (r <= 0)
		return r;
	if (chunks_decode(b.p, b.n, &c, err) < 0)
		return err_ctx(err, "%s: chunk list of %s", z->path, ow_id_text(id, want));
	if (!ow_id_equal(&c.blob, id))
		return err_set(err, OW_E_INTEGRITY, "%s: chunk list of %s: it is that of %s",
			       z->path, ow_id_text(id, want), ow_id_text(&c.blob, got));
	*out = MOVE(c);
	return 1;
}

int zone_chunks_put(struct zone *z, const struct chunks *c, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(buf_done) struct buf old = {0};
	struct ow_error ignored = {0};
	char hex[OW_ID_HEX];

	assert(z->incoming >= 0);
	chunks_encode(c, &b);
	if (buf_finish(&b, err) < 0)
		return err->code;
	/* one that cannot be read is replaced */
	if (read_list(z, &c->blob, &old, &ignored) == 1 && old.n == b.n &&
	    memcmp(old.p, b.p, b.n) == 0) {
		fan_touch(&z->chunks, &c->blob);
		return 0;
	}
	(void)ow_id_hex(&c->blob, hex);
	ignored = (struct ow_error){0};
	(void)(file_remove(z->incoming, hex, &ignored) < 0); /* of a failed attempt before */
	if (file_create(z->incoming, hex, b.p, b.n, LIST_MODE, err) < 0 ||
	    fan_place(&z->chunks, z->incoming, hex, &c->blob, "", FILE_REPLACE, err) < 0)
		return err_ctx(err, "%s: chunk list of %s", z->path, hex);
	return 1;
}

int zone_chunks_remove(struct zone *z, const struct ow_id *id, struct ow_error *err)
{
	return fan_remove(&z->chunks, id, "", err);
}

struct walk {
	chunks_visit visit;
	store_stray stray;
	void *ctx;
};

static int walk_file(void *ctx, const struct fan_file *file, struct ow_error *err)
{
	const struct walk *w = ctx;

	if (file->rest[0] == '\0')
		return w->visit(w->ctx, &file->id, err);
	return w->stray == NULL ? 0 : w->stray(w->ctx, file->path, "not the name of a digest", err);
}

int zone_chunks_walk(struct zone *z, chunks_visit visit, store_stray stray, void *ctx,
		     struct ow_error *err)
{
	struct walk w = {.visit = visit, .stray = stray, .ctx = ctx};

	return fan_walk(&z->chunks, walk_file, stray, &w, ctx, err);
}
