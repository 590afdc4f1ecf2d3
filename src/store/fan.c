/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/fan.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/hex.h"
#include "base/limits.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/path.h"

void fan_init(struct fan *f, int dir, const char *root, unsigned mode)
{
	size_t n = strlen(root);

	assert(n < sizeof f->root);
	*f = (struct fan){.dir = dir, .mode = mode};
	memcpy(f->root, root, n + 1);
}

const char *fan_path(const struct fan *f, const struct ow_id *id, const char *suffix,
		     char out[FAN_PATH])
{
	char hex[OW_ID_HEX];

	(void)ow_id_hex(id, hex);
	if (f->flat)
		(void)snprintf(out, FAN_PATH, "%s/%s%s", f->root, hex, suffix);
	else
		(void)snprintf(out, FAN_PATH, "%s/%.2s/%s%s", f->root, hex, hex, suffix);
	return out;
}

/* Make the folders that the file `path` needs. */
static int make_folders(const struct fan *f, const char *path, struct ow_error *err)
{
	char at[FAN_PATH];
	size_t n = strlen(f->root) + 3; /* "/", two digits */

	if (dir_add(f->dir, f->root, f->mode, err) < 0)
		return err->code;
	if (f->flat)
		return 0;
	memcpy(at, path, n);
	at[n] = '\0';
	return dir_add(f->dir, at, f->mode, err) < 0 ? err->code : 0;
}

int fan_place(struct fan *f, int from_dir, const char *name, const struct ow_id *id,
	      const char *suffix, enum file_publish how, struct ow_error *err)
{
	struct ow_error why = {0};
	char path[FAN_PATH];

	(void)fan_path(f, id, suffix, path);
	if (file_rename(from_dir, name, f->dir, path, how, &why) < 0) {
		if (why.sys != ENOENT) {
			*err = why;
			return err->code;
		}
		if (make_folders(f, path, err) < 0 ||
		    file_rename(from_dir, name, f->dir, path, how, err) < 0)
			return err->code;
	}
	fan_touch(f, id);
	return 0;
}

void fan_touch(struct fan *f, const struct ow_id *id)
{
	f->touched = true;
	f->touched_in[id->b[0] / 64] |= (uint64_t)1 << id->b[0] % 64;
}

int fan_remove(struct fan *f, const struct ow_id *id, const char *suffix, struct ow_error *err)
{
	struct ow_error why = {0};
	char path[FAN_PATH];

	if (file_remove(f->dir, fan_path(f, id, suffix, path), &why) < 0) {
		if (why.sys == ENOENT)
			return 0;
		*err = why;
		return err->code;
	}
	fan_touch(f, id);
	return 1;
}

static int sync_folder(int dir, const char *path, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = path_open(dir, path, O_RDONLY | O_DIRECTORY, err);

	return fd < 0 ? err->code : dir_sync(fd, path, err);
}

/* From the leaves up: a folder's own name is worth syncing once its content is. */
static int sync_all(const struct fan *f, struct ow_error *err)
{
	char path[FAN_ROOT + 4];
	char *slash;

	for (unsigned i = 0; i < 256 && !f->flat; i++) {
		if ((f->touched_in[i / 64] >> i % 64 & 1) == 0)
			continue;
		(void)snprintf(path, sizeof path, "%s/%02x", f->root, i);
		if (sync_folder(f->dir, path, err) < 0)
			return err->code;
	}
	if (sync_folder(f->dir, f->root, err) < 0)
		return err->code;
	(void)snprintf(path, sizeof path, "%s", f->root);
	slash = strrchr(path, '/');
	if (slash == NULL)
		return 0; /* made and synced with the store */
	*slash = '\0';
	return sync_folder(f->dir, path, err);
}

int fan_sync(struct fan *f, struct ow_error *err)
{
	if (f->broken)
		return err_set(err, OW_E_IO, "%s: an earlier sync failed", f->root);
	if (!f->touched)
		return 0;
	if (sync_all(f, err) < 0) {
		f->broken = true;
		return err->code;
	}
	f->touched = false;
	memset(f->touched_in, 0, sizeof f->touched_in);
	return 0;
}

static int tell(store_stray stray, void *ctx, const char *path, const char *why,
		struct ow_error *err)
{
	return stray == NULL ? 0 : stray(ctx, path, why, err);
}

struct walk {
	const struct fan *fan;
	fan_visit visit;
	store_stray stray;
	void *ctx, *stray_ctx;
};

/* Visit one folder; `digits` are the two that its files begin with, "" in a flat fan. */
static int walk_folder(const struct walk *w, const char *folder, const char *digits,
		       struct ow_error *err)
{
	OW_AUTO(dir_list_done) struct dir_list l = {0};

	if (dir_list(w->fan->dir, folder, SIZE_MAX, &l, err) < 0)
		return err->code;
	for (size_t i = 0; i < l.n; i++) {
		char path[FAN_ROOT + 4 + NAME_LEN_MAX + 1];
		const char *name = l.at[i].name;
		struct fan_file file = {.path = path};
		int r;

		(void)snprintf(path, sizeof path, "%s/%s", folder, name);
		if (l.at[i].kind != DIR_FILE)
			r = tell(w->stray, w->stray_ctx, path, "not a regular file", err);
		else if (strlen(name) < 64 || !hex_decode(name, 64, file.id.b) ||
			 strncmp(name, digits, strlen(digits)) != 0)
			r = tell(w->stray, w->stray_ctx, path, "not the name of a digest", err);
		else {
			file.rest = name + 64;
			r = w->visit(w->ctx, &file, err);
		}
		if (r < 0)
			return err->code;
	}
	return 0;
}

int fan_walk(const struct fan *f, fan_visit visit, store_stray stray, void *ctx, void *stray_ctx,
	     struct ow_error *err)
{
	OW_AUTO(dir_list_done) struct dir_list l = {0};
	struct walk w = {
	    .fan = f, .visit = visit, .stray = stray, .ctx = ctx, .stray_ctx = stray_ctx};

	if (f->flat)
		return file_exists(f->dir, f->root) ? walk_folder(&w, f->root, "", err) : 0;
	if (dir_list(f->dir, f->root, SIZE_MAX, &l, err) < 0)
		return err->code;
	for (size_t i = 0; i < l.n; i++) {
		char path[FAN_ROOT + NAME_LEN_MAX + 2];
		const char *name = l.at[i].name;
		uint8_t first;
		int r;

		(void)snprintf(path, sizeof path, "%s/%s", f->root, name);
		if (l.at[i].kind == DIR_DIR && strlen(name) == 2 && hex_decode(name, 2, &first))
			r = walk_folder(&w, path, name, err);
		else
			r = tell(stray, stray_ctx, path, "not a folder of two hex digits", err);
		if (r < 0)
			return err->code;
	}
	return 0;
}
