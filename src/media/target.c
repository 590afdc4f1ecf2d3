/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "media/target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/limits.h"
#include "base/mem.h"
#include "codec/digest.h"
#include "media/progress.h"
#include "media/reader.h"
#include "media/room.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/fs.h"
#include "os/path.h"

#define TOP "OWSTORE"

enum {
	NAME_ROOM = 128, /* longer than any path of a bundle */
	BATCH_FILES =
	    64, /* parts copied at a time: enough for every core, few enough to hold open */
};

/* A small file that was written and not yet read back. */
struct written {
	char path[NAME_ROOM];
	uint64_t size;
	struct ow_id id;
};

struct target {
	char *path; /* of the medium, as the user gave it */
	char name[NAME_ROOM];
	int medium; /* the folder that the user named */
	int top;    /* OWSTORE, once begun */
	int dir;    /* the bundle folder, once begun */
	bool made_top, sealed;
	struct fs_type fs;
	struct written *written; /* sorted by path only while it is searched */
	size_t n_written, cap_written;
};

static bool folder_exists(const struct target *t)
{
	char path[sizeof TOP + NAME_ROOM];

	(void)snprintf(path, sizeof path, TOP "/%s", t->name);
	return file_exists(t->medium, path);
}

static int refuse_existing(const struct target *t, struct ow_error *err)
{
	(void)err_set(err, OW_E_USAGE, "%s/" TOP "/%s is there already", t->path, t->name);
	return err_hint(err, "remove that folder, or take another medium");
}

int target_open(const char *dir, const char *name, const struct media_limits *limits,
		const struct target_need *need, struct target **out, struct ow_error *err)
{
	OW_AUTO(target_close) struct target *t = MEM_NEW(struct target, err);

	if (t == NULL)
		return err->code;
	t->medium = t->top = t->dir = -1;
	t->path = mem_text(dir, strlen(dir), err);
	if (t->path == NULL)
		return err->code;
	if (strlen(name) >= sizeof t->name)
		return err_set(err, OW_E_INTERNAL, "%s: too long for a bundle folder", name);
	memcpy(t->name, name, strlen(name) + 1);
	t->medium = path_open_dir(dir, err);
	if (t->medium < 0 || fs_type(t->medium, dir, &t->fs, err) < 0)
		return err->code;
	if (folder_exists(t))
		return refuse_existing(t, err);
	if (room_check(t->medium, dir, &t->fs, limits, need, err) < 0)
		return err->code;
	*out = STEAL(t);
	return 0;
}

const char *target_fs(const struct target *t)
{
	return t->fs.name;
}

/* ---- writing ---- */

int target_begin(struct target *t, struct ow_error *err)
{
	struct ow_error why = {0};

	t->made_top = !file_exists(t->medium, TOP);
	t->top = dir_make(t->medium, TOP, 0755, err);
	if (t->top < 0)
		return err_file(err, t->path);
	t->dir = dir_make_new(t->top, t->name, 0755, &why);
	if (t->dir < 0 && why.sys == EEXIST)
		return refuse_existing(t, err);
	if (t->dir < 0) {
		*err = why;
		return err_file(err, t->path);
	}
	return 0;
}

/* Open the folder of a path below the bundle folder, making it if missing; tells the last name. */
static int open_folder(struct target *t, const char *path, const char **last, struct ow_error *err)
{
	char folder[NAME_ROOM];
	size_t n;

	*last = path_base(path);
	n = (size_t)(*last - path);
	if (n == 0)
		return path_open(t->dir, ".", O_RDONLY | O_DIRECTORY, err);
	if (n >= sizeof folder)
		return err_set(err, OW_E_INTERNAL, "%s: too long for a bundle", path);
	memcpy(folder, path, n - 1);
	folder[n - 1] = '\0';
	return dir_make(t->dir, folder, 0755, err);
}

/* Open a new file below the bundle folder for writing. */
static int open_new(struct target *t, const char *path, struct ow_error *err)
{
	OW_AUTO(fd_close) int folder = -1;
	const char *last;
	int fd;

	folder = open_folder(t, path, &last, err);
	if (folder < 0)
		return err->code;
	fd = file_make(folder, last, 0644, err);
	return fd < 0 ? err->code : fd;
}

/* Parts that are copied at one time, with what they need. */
struct batch {
	const struct media_item *items; /* the first of the batch */
	size_t n;
	struct copy_source from[BATCH_FILES];
	struct copy_job jobs[BATCH_FILES];
	struct copy_result results[BATCH_FILES];
	struct chunks got[BATCH_FILES];
	uint64_t *cuts[BATCH_FILES];
	uint64_t bytes;
};

static void batch_done(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		fd_close(b->from[i].fd);
		fd_close(b->jobs[i].to.fd);
		chunks_done(&b->got[i]);
		free(b->cuts[i]);
	}
	b->n = 0;
	b->bytes = 0;
}

/* Ask for the chunks that the part should have: where they begin, and as `data` the one place that
 * may come after a chunk shorter than other cuts allow.
 */
static int ask_cuts(const struct media_item *item, struct copy_job *job, uint64_t **room,
		    struct ow_error *err)
{
	uint64_t *at = mem_array(item->n_chunks, sizeof *at, err);

	if (at == NULL)
		return err->code;
	for (size_t i = 0; i < item->n_chunks; i++) {
		at[i] = item->chunks[i].off - item->off;
		if (i > 0 && item->chunks[i - 1].len < CHUNK_MIN_CUT)
			job->cuts.data = at[i];
	}
	*room = at;
	job->cuts.at = at;
	job->cuts.n = item->n_chunks;
	return 0;
}

static int batch_add(struct batch *b, struct target *t, const struct media_item *item,
		     const struct target_source *source, struct ow_error *err)
{
	size_t i = b->n;
	struct copy_job *job = &b->jobs[i];

	b->from[i] = (struct copy_source){.fd = source->open(source->ctx, item->blob, err),
					  .off = item->off,
					  .len = item->size,
					  .name = item->path};
	*job = (struct copy_job){.from = &b->from[i],
				 .n_from = 1,
				 .to = {.fd = -1, .name = item->path},
				 .size = item->size,
				 .out = &b->got[i]};
	b->got[i] = (struct chunks){0};
	b->cuts[i] = NULL;
	b->n++;
	if (b->from[i].fd < 0 || ask_cuts(item, job, &b->cuts[i], err) < 0)
		return err->code;
	job->to.fd = open_new(t, item->path, err);
	b->bytes += item->size;
	return job->to.fd < 0 ? err->code : 0;
}

/* Are the bytes that went by those of the part? Chunks are compared where the list that was made
 * has the same ones; those that it has not are compared when the medium is read back.
 */
static int compare(const struct media_item *item, const struct chunks *got, struct ow_error *err)
{
	char want_hex[OW_ID_HEX], got_hex[OW_ID_HEX];
	size_t k = 0;

	for (size_t i = 0; i < item->n_chunks; i++) {
		const struct chunk *want = &item->chunks[i];
		uint64_t end = want->off + want->len;

		while (k < got->n && got->at[k].off < want->off - item->off)
			k++;
		if (k == got->n || got->at[k].off != want->off - item->off ||
		    got->at[k].len != want->len || ow_id_equal(&got->at[k].id, &want->id))
			continue;
		return err_set(err, OW_E_INTEGRITY,
			       "%s: the store's bytes %llu to %llu: SHA-256 %s, expected %s",
			       item->path, (unsigned long long)want->off, (unsigned long long)end,
			       ow_id_hex(&got->at[k].id, got_hex), ow_id_hex(&want->id, want_hex));
	}
	if (item->size == item->whole && !ow_id_equal(&got->blob, &item->id))
		return err_set(err, OW_E_INTEGRITY,
			       "%s: the store's bytes: SHA-256 %s, expected %s", item->path,
			       ow_id_hex(&got->blob, got_hex), ow_id_hex(&item->id, want_hex));
	return 0;
}

static int batch_copy(struct batch *b, struct ow_id *sums, unsigned threads,
		      struct progress *progress, struct ow_error *err)
{
	if (copy_run(b->jobs, b->n, threads, "writing", &progress->events, b->results, err) < 0)
		return err->code;
	for (size_t i = 0; i < b->n; i++) {
		if (compare(&b->items[i], &b->got[i], err) < 0)
			return err_hint(err, "run `owstore fsck --data` on the store");
		sums[i] = b->got[i].blob;
	}
	progress_add(progress, b->bytes);
	batch_done(b);
	return 0;
}

int target_copy(struct target *t, const struct media_item *parts, size_t n,
		const struct target_source *source, struct ow_id *sums, unsigned threads,
		const struct ow_events *events, struct ow_error *err)
{
	OW_AUTO(mem_free) struct batch *b = MEM_NEW(struct batch, err);
	size_t most = size_min(BATCH_FILES, fd_room() / 2);
	struct progress progress;
	uint64_t total = 0;
	int r = 0;

	if (b == NULL)
		return err->code;
	for (size_t i = 0; i < n; i++)
		total += parts[i].size;
	progress_init(&progress, events, total);
	for (size_t i = 0, done = 0; i < n && r == 0; i++) {
		b->items = parts + done;
		r = batch_add(b, t, &parts[i], source, err);
		if (r == 0 && (b->n == most || i + 1 == n)) {
			r = batch_copy(b, sums + done, threads, &progress, err);
			done = i + 1;
		}
	}
	batch_done(b);
	return r;
}

static int remember(struct target *t, const char *path, const void *p, size_t n,
		    struct ow_error *err)
{
	struct written *w;

	if (strlen(path) >= sizeof w->path)
		return err_set(err, OW_E_INTERNAL, "%s: too long for a bundle", path);
	if (mem_grow(&t->written, t->n_written, &t->cap_written, sizeof *w, err) < 0)
		return err->code;
	w = &t->written[t->n_written];
	w->size = n;
	memcpy(w->path, path, strlen(path) + 1);
	if (digest_bytes(p, n, &w->id, err) < 0)
		return err->code;
	t->n_written++;
	return 0;
}

int target_write(struct target *t, const char *path, const void *p, size_t n, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = open_new(t, path, err);

	if (fd < 0 || fd_write(fd, p, n, path, err) < 0 || fd_sync(fd, path, err) < 0)
		return err->code;
	return remember(t, path, p, n, err);
}

/* ---- reading back ---- */

struct faults {
	const struct media_item *items;
	struct ow_error first;
};

static void on_fault(void *ctx, const struct reader_fault *f)
{
	struct faults *all = ctx;
	const char *path = all->items[f->item].path;
	char want[OW_ID_HEX], got[OW_ID_HEX];
	uint64_t end = f->off + f->len;

	if (all->first.code != OW_OK)
		return;
	if (f->kind == READER_DIGEST)
		(void)err_set(&all->first, OW_E_INTEGRITY,
			      "%s: bytes %llu to %llu came back with SHA-256 %s, written was %s",
			      path, (unsigned long long)f->off, (unsigned long long)end,
			      ow_id_hex(f->got, got), ow_id_hex(f->want, want));
	else if (f->kind == READER_SIZE)
		(void)err_set(&all->first, OW_E_INTEGRITY,
			      "%s: came back with %llu bytes, written were %llu", path,
			      (unsigned long long)f->size, (unsigned long long)f->len);
	else if (f->kind == READER_MISSING)
		(void)err_set(&all->first, OW_E_INTEGRITY, "%s: was written and is not there",
			      path);
	else
		(void)err_set(&all->first, OW_E_IO, "%s: %s", path,
			      f->why == NULL ? "cannot be read" : f->why->text);
}

static int read_back(struct target *t, const struct media_item *items, size_t n, unsigned threads,
		     const struct ow_events *events, struct ow_error *err)
{
	struct faults faults = {.items = items};

	if (dir_sync_fs(t->dir, t->path, err) < 0)
		return err->code;
	if (reader_check(t->dir, items, n, threads, CHECK_MEDIUM, "reading back", events, on_fault,
			 &faults, err) < 0)
		return err->code;
	if (faults.first.code == OW_OK)
		return 0;
	*err = faults.first;
	(void)err_ctx(err, "read back from %s", t->path);
	return err_hint(err, "do not use this medium; export to another one");
}

static int written_by_path(const void *a, const void *b)
{
	return strcmp(((const struct written *)a)->path, ((const struct written *)b)->path);
}

static int path_to_written(const void *key, const void *w)
{
	return strcmp(key, ((const struct written *)w)->path);
}

/* Forget the files that were among the items read back. */
static void forget_read(struct target *t, const struct media_item *items, size_t n)
{
	size_t kept = 0;

	if (t->n_written == 0)
		return;
	qsort(t->written, t->n_written, sizeof *t->written, written_by_path);
	for (size_t i = 0; i < n; i++) {
		struct written *w = bsearch(items[i].path, t->written, t->n_written,
					    sizeof *t->written, path_to_written);

		if (w != NULL && w->size == items[i].size && ow_id_equal(&w->id, &items[i].id))
			w->size = UINT64_MAX; /* no file has that: the mark of what may go */
	}
	for (size_t i = 0; i < t->n_written; i++) {
		if (t->written[i].size != UINT64_MAX)
			t->written[kept++] = t->written[i];
	}
	t->n_written = kept;
}

int target_readback(struct target *t, const struct media_item *items, size_t n, unsigned threads,
		    const struct ow_events *events, struct ow_error *err)
{
	if (read_back(t, items, n, threads, events, err) < 0)
		return err->code;
	forget_read(t, items, n);
	return 0;
}

/* Read back what target_readback was not given. */
static int read_back_rest(struct target *t, struct ow_error *err)
{
	OW_AUTO(mem_free) struct media_item *items = mem_array(t->n_written, sizeof *items, err);

	if (items == NULL)
		return err->code;
	for (size_t i = 0; i < t->n_written; i++)
		items[i] = (struct media_item){
		    .path = t->written[i].path, .size = t->written[i].size, .id = t->written[i].id};
	return read_back(t, items, t->n_written, 1, NULL, err);
}

int target_seal(struct target *t, const char *path, const void *p, size_t n, struct ow_error *err)
{
	static const char temporary[] = "UNSEALED.TMP";
	OW_AUTO(fd_close) int fd = file_make(t->dir, temporary, 0644, err);

	if (fd < 0 || fd_write(fd, p, n, path, err) < 0 || fd_sync(fd, path, err) < 0)
		return err->code;
	/* judged before the name is there that makes the bundle whole */
	if (remember(t, temporary, p, n, err) < 0 || read_back_rest(t, err) < 0)
		return err->code;
	/* some file systems lack RENAME_NOREPLACE; in a new folder of ours it is not needed */
	if (file_rename(t->dir, temporary, t->dir, path, FILE_REPLACE, err) < 0 ||
	    dir_sync(t->dir, path, err) < 0 || dir_sync_fs(t->dir, t->path, err) < 0)
		return err->code;
	t->sealed = true;
	return 0;
}

/* ---- the end ---- */

int target_abandon(struct target *t, struct ow_error *err)
{
	struct ow_error still_used = {0};

	if (t->sealed || t->top < 0)
		return 0;
	if (t->dir >= 0) {
		fd_close(t->dir);
		t->dir = -1;
		if (dir_remove(t->top, t->name, err) < 0)
			return err->code;
	}
	if (t->made_top && dir_remove_empty(t->medium, TOP, &still_used) == 0)
		t->made_top = false;
	return 0;
}

void target_close(struct target *t)
{
	struct ow_error unsaid = {0};

	if (t == NULL)
		return;
	if (target_abandon(t, &unsaid) < 0)
		t->sealed = false; /* what stays has no manifest: `verify` calls it unfinished */
	fd_close(t->dir);
	fd_close(t->top);
	fd_close(t->medium);
	free(t->written);
	free(t->path);
	free(t);
}
