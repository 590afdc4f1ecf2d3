/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "codec/digest.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"
#include "store/inside.h"

#define BLOB_MODE 0444

/* ---- licence folders
 * ----------------------------------------------------------------------------- */

static struct shelf *find_shelf(struct zone *z, const char *licence)
{
	for (size_t i = 0; i < z->n_shelves; i++) {
		if (strcmp(z->shelves[i].licence, licence) == 0)
			return &z->shelves[i];
	}
	return NULL;
}

/* The shelf of a licence whose name is in order; pointers to others may move. NULL: no memory. */
static struct shelf *shelf(struct zone *z, const char *licence, struct ow_error *err)
{
	struct shelf *s = find_shelf(z, licence);
	char root[FAN_ROOT] = "blobs/";

	if (s != NULL)
		return s;
	if (mem_grow(&z->shelves, z->n_shelves, &z->cap_shelves, sizeof *z->shelves, err) < 0)
		return NULL;
	s = &z->shelves[z->n_shelves++];
	memcpy(s->licence, licence, strlen(licence) + 1);
	memcpy(root + 6, licence, strlen(licence) + 1);
	fan_init(&s->fan, z->dir, root, z->mode);
	return s;
}

/* Learn which licence folders there are by now. Returns how many are new. */
static int64_t learn_shelves(struct zone *z, store_stray stray, void *ctx, struct ow_error *err)
{
	OW_AUTO(dir_list_done) struct dir_list l = {0};
	size_t before = z->n_shelves;

	if (dir_list(z->dir, "blobs", SIZE_MAX, &l, err) < 0)
		return err->code;
	for (size_t i = 0; i < l.n; i++) {
		char path[NAME_LEN_MAX + 8] = "blobs/";

		if (l.at[i].kind == DIR_DIR && licence_folder_ok(l.at[i].name)) {
			if (shelf(z, l.at[i].name, err) == NULL)
				return err->code;
			continue;
		}
		memcpy(path + 6, l.at[i].name, strlen(l.at[i].name) + 1);
		if (stray != NULL && stray(ctx, path, "not a licence folder", err) < 0)
			return err->code;
	}
	return (int64_t)(z->n_shelves - before);
}

/* The shelf of a licence that a caller named. */
static struct shelf *named_shelf(struct zone *z, const char *licence, struct ow_error *err)
{
	if (licence_folder_ok(licence))
		return shelf(z, licence, err);
	(void)err_set(err, OW_E_USAGE, "\"%s\" is not the name of a licence folder", licence);
	return NULL;
}

/* Is the blob in this folder? 1 with its size, or 0. */
static int look(const struct zone *z, const struct fan *fan, const struct ow_id *id, uint64_t *size,
		struct ow_error *err)
{
	struct file_info info = {0};
	char path[FAN_PATH];
	int r = file_info(z->dir, fan_path(fan, id, "", path), &info, err);

	if (r > 0 && !info.regular)
		return err_set(err, OW_E_FORMAT, "%s/%s: not a regular file", z->path, path);
	*size = info.size;
	return r;
}

/* The shelf that has the blob, or NULL with err clean if none has. `licence` NULL looks on all of
 * them, also those that another process made meanwhile.
 */
static struct shelf *locate(struct zone *z, const struct ow_id *id, const char *licence,
			    uint64_t *size, struct ow_error *err)
{
	size_t seen = 0;

	if (licence != NULL) {
		struct shelf *s = named_shelf(z, licence, err);

		return s != NULL && look(z, &s->fan, id, size, err) > 0 ? s : NULL;
	}
	do {
		for (; seen < z->n_shelves; seen++) {
			int r = look(z, &z->shelves[seen].fan, id, size, err);

			if (r != 0)
				return r > 0 ? &z->shelves[seen] : NULL;
		}
	} while (learn_shelves(z, NULL, NULL, err) > 0);
	return NULL;
}

/* ---- reading
 * ------------------------------------------------------------------------------------- */

int zone_blob_has(struct zone *z, const struct ow_id *id, const char *licence, uint64_t *size,
		  struct ow_error *err)
{
	uint64_t n;
	struct shelf *s = locate(z, id, licence, &n, err);

	if (s == NULL)
		return err->code;
	/* who put it there may have been killed before it was synced */
	fan_touch(&s->fan, id);
	if (size != NULL)
		*size = n;
	return 1;
}

int zone_blob_open(struct zone *z, const struct ow_id *id, const char *licence, int *fd,
		   char found[LICENCE_FOLDER], struct ow_error *err)
{
	uint64_t size;
	struct shelf *s = locate(z, id, licence, &size, err);
	char path[FAN_PATH];
	int got;

	if (s == NULL)
		return err->code;
	got = path_open_file(z->dir, fan_path(&s->fan, id, "", path), err);
	if (got < 0)
		return err_file(err, z->path);
	if (found != NULL)
		memcpy(found, s->licence, strlen(s->licence) + 1);
	*fd = got;
	return 1;
}

struct walk {
	struct zone *zone;
	const char *licence;
	blob_visit visit;
	store_stray stray;
	void *ctx;
};

static int walk_file(void *ctx, const struct fan_file *file, struct ow_error *err)
{
	const struct walk *w = ctx;
	struct file_info info;
	struct blob_seen seen = {.id = file->id, .licence = w->licence};
	int r;

	if (file->rest[0] != '\0')
		return w->stray == NULL
			   ? 0
			   : w->stray(w->ctx, file->path, "not the name of a digest", err);
	r = file_info(w->zone->dir, file->path, &info, err);
	if (r <= 0)
		return r; /* gone meanwhile */
	seen.size = info.size;
	seen.mode = info.mode;
	seen.mtime_ns = info.mtime_ns;
	return w->visit(w->ctx, &seen, err);
}

int zone_blob_walk(struct zone *z, blob_visit visit, store_stray stray, void *ctx,
		   struct ow_error *err)
{
	OW_AUTO(dir_list_done) struct dir_list l = {0};
	struct walk w = {.zone = z, .visit = visit, .stray = stray, .ctx = ctx};

	if (learn_shelves(z, stray, ctx, err) < 0 ||
	    dir_list(z->dir, "blobs", SIZE_MAX, &l, err) < 0)
		return err->code;
	for (size_t i = 0; i < l.n; i++) {
		struct fan fan;
		const struct shelf *s = find_shelf(z, l.at[i].name);

		if (s == NULL)
			continue;
		fan = s->fan; /* the visitor may make shelves move */
		w.licence = l.at[i].name;
		if (fan_walk(&fan, walk_file, stray, &w, ctx, err) < 0)
			return err->code;
	}
	return 0;
}

/* ---- writing
 * ------------------------------------------------------------------------------------- */

/* Make the staged file read-only, its mode as durable as its bytes. */
static int make_readonly(int dir, const char *name, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = path_open_file(dir, name, err);
	int changed;

	if (fd < 0)
		return err->code;
	changed = fd_chmod(fd, BLOB_MODE, name, err);
	if (changed <= 0)
		return changed;
	return fd_sync(fd, name, err);
}

/* Copy the bytes of `from` to the new file `to`, checking that they are `id`. */
static int copy_checked(int from, int to, const struct ow_id *id, const char *name,
			struct ow_error *err)
{
	OW_AUTO(mem_free) uint8_t *block = mem_array(1, 1 * MIB, err);
	char want[OW_ID_TEXT], have[OW_ID_TEXT];
	struct digest d;
	struct ow_id got;
	int64_t n;

	if (block == NULL)
		return err->code;
	digest_init(&d);
	do {
		n = fd_read(from, block, 1 * MIB, name, err);
		if (n > 0) {
			digest_update(&d, block, (size_t)n);
			if (fd_write(to, block, (size_t)n, name, err) < 0)
				n = -1;
		}
	} while (n > 0);
	if (n < 0) {
		digest_drop(&d);
		return err->code;
	}
	if (digest_final(&d, &got, err) < 0)
		return err->code;
	if (!ow_id_equal(&got, id))
		return err_set(err, OW_E_INTEGRITY, "%s: hash mismatch (expected %s, got %s)", name,
			       ow_id_text(id, want), ow_id_text(&got, have));
	return 0;
}

/* A new file in incoming/, opened for writing. */
static int incoming_file(struct zone *z, const char *name, struct ow_error *err)
{
	struct ow_error ignored = {0};

	(void)(file_remove(z->incoming, name, &ignored) < 0); /* of a failed attempt before */
	return file_make(z->incoming, name, 0600, err);
}

static int finish_incoming(int fd, const char *name, struct ow_error *err)
{
	if (fd_chmod(fd, BLOB_MODE, name, err) < 0)
		return err->code;
	return fd_sync(fd, name, err);
}

/* Bring the staged file over from another file system. */
static int bring_over(struct zone *z, int from_dir, const char *name, const struct ow_id *id,
		      const char *as, struct ow_error *err)
{
	OW_AUTO(fd_close) int from = path_open_file(from_dir, name, err);
	OW_AUTO(fd_close) int to = -1;

	if (from < 0)
		return err->code;
	to = incoming_file(z, as, err);
	if (to < 0 || copy_checked(from, to, id, name, err) < 0)
		return err->code;
	return finish_incoming(to, as, err);
}

/* Is the blob there with this size? 1 yes, 0 nothing is there, 2 something else is. */
static int present(struct zone *z, const struct fan *fan, const struct ow_id *id, uint64_t size,
		   struct ow_error *err)
{
	uint64_t there = 0;
	int r = look(z, fan, id, &there, err);

	return r <= 0 ? r : there == size ? 1 : 2;
}

static int publish(struct zone *z, struct fan *fan, int from_dir, const char *name,
		   const struct ow_id *id, struct ow_error *err)
{
	struct file_info staged;
	struct ow_error why = {0};
	enum file_publish how;
	char hex[OW_ID_HEX];
	int there, r = file_info(from_dir, name, &staged, err);

	if (r <= 0)
		return r < 0 ? r : err_sys(err, ENOENT, "%s", name);
	there = present(z, fan, id, staged.size, err);
	if (there < 0)
		return there;
	how = there == 0 ? FILE_NEW : FILE_REPLACE;
	if (make_readonly(from_dir, name, err) < 0)
		return err->code;
	if (fan_place(fan, from_dir, name, id, "", how, &why) == 0)
		return there != 1;
	if (why.sys != EXDEV) {
		*err = why;
		return err->code;
	}
	(void)ow_id_hex(id, hex);
	if (bring_over(z, from_dir, name, id, hex, err) < 0 ||
	    fan_place(fan, z->incoming, hex, id, "", how, err) < 0 ||
	    file_remove(from_dir, name, err) < 0)
		return err->code;
	return there != 1;
}

int zone_blob_publish(struct zone *z, int from_dir, const char *name, const struct ow_id *id,
		      const char *licence, struct ow_error *err)
{
	char text[OW_ID_TEXT];
	struct shelf *s = named_shelf(z, licence, err);
	int r;

	if (s == NULL)
		return err->code;
	r = publish(z, &s->fan, from_dir, name, id, err);
	return r < 0 ? err_ctx(err, "blob %s", ow_id_text(id, text)) : r;
}

static int clone(struct zone *z, struct fan *fan, int from_fd, const struct ow_id *id,
		 struct ow_error *err)
{
	OW_AUTO(fd_close) int to = -1;
	char hex[OW_ID_HEX];
	uint64_t size;
	int there, r;

	(void)ow_id_hex(id, hex);
	if (fd_size(from_fd, &size, hex, err) < 0)
		return err->code;
	there = present(z, fan, id, size, err);
	if (there == 1)
		fan_touch(fan, id);
	if (there < 0 || there == 1)
		return there < 0 ? there : 0;
	to = incoming_file(z, hex, err);
	if (to < 0)
		return err->code;
	r = fd_clone(to, from_fd, hex, err);
	if (r == 0)
		return file_remove(z->incoming, hex, err) < 0 ? err->code : CLONE_NOT_HERE;
	if (r < 0 || finish_incoming(to, hex, err) < 0 ||
	    fan_place(fan, z->incoming, hex, id, "", there == 2 ? FILE_REPLACE : FILE_NEW, err) < 0)
		return err->code;
	return 1;
}

int zone_blob_clone(struct zone *z, int from_fd, const struct ow_id *id, const char *licence,
		    struct ow_error *err)
{
	char text[OW_ID_TEXT];
	struct shelf *s = named_shelf(z, licence, err);
	int r;

	if (s == NULL)
		return err->code;
	r = clone(z, &s->fan, from_fd, id, err);
	return r < 0 ? err_ctx(err, "blob %s", ow_id_text(id, text)) : r;
}

int zone_blob_remove(struct zone *z, const struct ow_id *id, const char *licence,
		     struct ow_error *err)
{
	struct shelf *s = named_shelf(z, licence, err);

	return s == NULL ? err->code : fan_remove(&s->fan, id, "", err);
}
