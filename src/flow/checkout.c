/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The files of an artifact under their own names. They are written into a folder beside the target that takes its
 * name at the very end, so that a folder of that name is always whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <owstore/artifact.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "bulk/copy.h"
#include "handle/handle.h"
#include "handle/shelve.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"
#include "os/pool.h"
#include "store/blob.h"

enum {
	BATCH = 64
};

/* Files in hand at once. */
struct batch {
	struct copy_source from[BATCH];
	struct copy_job jobs[BATCH];
	struct copy_result results[BATCH];
	struct chunks chunks[BATCH];
	size_t n;
};

static void batch_free(struct batch *b)
{
	for (size_t i = 0; b != NULL && i < b->n; i++) {
		fd_close(b->from[i].fd);
		fd_close(b->jobs[i].to.fd);
		chunks_done(&b->chunks[i]);
	}
	free(b);
}
OW_DEFINE_AUTO(struct batch *, batch_free)

/* Make the file of a component, its folders too. Returns the descriptor. */
static int make_file(int dir, const char *path, struct ow_error *err)
{
	OW_AUTO(fd_close) int parent = -1;
	const char *base = path_base(path);
	char folder[PATH_LEN_MAX + 1];

	if (base == path)
		return file_make(dir, path, 0644, err);
	(void)snprintf(folder, sizeof folder, "%.*s", (int)(base - path - 1), path);
	parent = dir_make(dir, folder, 0755, err);
	return parent < 0 ? err->code : file_make(parent, base, 0644, err);
}

static int prepare(struct batch *b, struct zone *z, int dir, const struct component *c,
		   bool *reflinked, struct ow_error *err)
{
	struct copy_source *from = &b->from[b->n];
	struct copy_job *job = &b->jobs[b->n];
	char hex[OW_ID_HEX];
	int r;

	*from = (struct copy_source){.fd = -1, .len = c->size, .name = c->path};
	*job = (struct copy_job){
	    .from = from, .n_from = 1, .size = c->size, .expect = &b->chunks[b->n]};
	job->to = (struct copy_target){.fd = -1, .name = c->path};
	b->chunks[b->n] = (struct chunks){0};
	b->n++;
	r = zone_blob_open(z, &c->blob, NULL, &from->fd, NULL, err);
	if (r == 0)
		return err_set(err, OW_E_INTEGRITY, "%s: blob %s is missing", c->path,
			       ow_id_hex(&c->blob, hex));
	if (r < 0 || shelf_chunks(z, &c->blob, c->size, &b->chunks[b->n - 1], err) < 0)
		return err->code;
	job->to.fd = make_file(dir, c->path, err);
	if (job->to.fd < 0)
		return err->code;
	r = fd_clone(job->to.fd, from->fd, c->path, err);
	if (r > 0) {
		/* the clone is there; reading the blob once says whether it is right */
		if (fd_sync(job->to.fd, c->path, err) < 0)
			return err->code;
		fd_close(job->to.fd);
		job->to.fd = -1;
		*reflinked = true;
	}
	return r < 0 ? r : 0;
}

static int write_files(struct zone *z, int dir, const struct artifact *a,
		       const struct ow_events *events, struct ow_checkout_result *out,
		       struct ow_error *err)
{
	for (size_t i = 0; i < a->n_components;) {
		OW_AUTO(batch_free) struct batch *b = MEM_NEW(struct batch, err);

		if (b == NULL)
			return err->code;
		for (; i < a->n_components && b->n < BATCH; i++) {
			if (prepare(b, z, dir, &a->components[i], &out->reflinked, err) < 0)
				return err->code;
		}
		if (copy_run(b->jobs, b->n, pool_cores(), "writing", events, b->results, err) < 0)
			return err->code;
	}
	return 0;
}

/* Open the folder that holds `dir`, and give its own name in it. With `make` it is made where it does not exist; else it
 * is then -1, with *err untouched.
 */
static int open_parent(const char *dir, bool make, char name[NAME_LEN_MAX + 1],
		       struct ow_error *err)
{
	size_t n = strlen(dir);
	OW_AUTO(mem_free) char *copy = NULL;
	struct ow_error why = {0};
	const char *base;
	int parent;

	while (n > 1 && dir[n - 1] == '/')
		n--;
	copy = mem_text(dir, n, err);
	if (copy == NULL)
		return err->code;
	base = path_base(copy);
	if (base[0] == '\0' || strcmp(base, ".") == 0 || strcmp(base, "..") == 0 ||
	    strlen(base) > NAME_LEN_MAX - 20) {
		(void)err_set(err, OW_E_USAGE, "%s cannot be made as a new folder", dir);
		return err_hint(err, "name a folder that does not exist yet");
	}
	memcpy(name, base, strlen(base) + 1);
	if (base == copy)
		return path_open_dir(".", err);
	copy[base - copy - (base - copy > 1)] = '\0';
	if (make)
		return dir_make_user(copy, 0755, err);
	parent = path_open_dir(copy, &why);
	if (parent < 0 && why.sys != ENOENT)
		*err = why;
	return parent;
}

/* An existing target must be an empty folder. */
static int check_target(int parent, const char *name, const char *dir, struct ow_error *err)
{
	OW_AUTO(dir_list_done) struct dir_list l = {0};
	struct ow_error why = {0};

	if (!file_exists(parent, name))
		return 0;
	if (dir_list(parent, name, 1, &l, &why) < 0 || l.n > 0) {
		(void)err_set(err, OW_E_USAGE, "%s exists and is not an empty folder", dir);
		return err_hint(err, "name a folder that does not exist yet");
	}
	return 0;
}

/* Write everything into `partial` below parent and give it its name. */
static int check_out(struct zone *z, const struct artifact *a, int parent, const char *partial,
		     const char *name, const struct ow_events *events,
		     struct ow_checkout_result *out, struct ow_error *err)
{
	OW_AUTO(fd_close) int dir = -1;

	/* what an interrupted run left */
	if (dir_remove(parent, partial, err) < 0)
		return err->code;
	dir = dir_make(parent, partial, 0755, err);
	if (dir < 0 || write_files(z, dir, a, events, out, err) < 0 ||
	    dir_sync_fs(dir, partial, err) < 0)
		return err->code;
	return dir_rename(parent, partial, name, err);
}

int ow_checkout(struct ow_store *s, const char *ref, const char *dir, bool dry_run,
		const struct ow_events *events, struct ow_checkout_result *out,
		struct ow_error *err)
{
	OW_AUTO(found_done) struct found f = {0};
	OW_AUTO(fd_close) int parent = -1;
	struct ow_checkout_result result = {0};
	struct ow_error ignored = {0};
	char name[NAME_LEN_MAX + 1], partial[NAME_LEN_MAX + 1];

	if (handle_find(s, ref, &f, err) < 0)
		return err_ctx(err, "checkout");
	if (f.class == OW_CLASS_QUARANTINE) {
		(void)err_set(err, OW_E_POLICY, "%s@%s is in quarantine", f.artifact.name,
			      f.artifact.version);
		(void)err_kept(err, "nothing was written");
		return err_hint(err,
				"see what it takes: owstore decide %s@%s --class internal; then "
				"owstore promote %s@%s --to CLASS --key NAME",
				f.artifact.name, f.artifact.version, f.artifact.name,
				f.artifact.version);
	}
	parent = open_parent(dir, !dry_run, name, err);
	if (err->code != OW_OK || (parent >= 0 && check_target(parent, name, dir, err) < 0))
		return err_kept(err, "nothing was written");
	(void)snprintf(partial, sizeof partial, ".%.200s.owstore-part", name);
	result.id = f.id;
	result.files = f.artifact.n_components;
	result.bytes = artifact_size(&f.artifact);
	if (dry_run) {
		*out = result;
		return 0;
	}
	if (check_out(s->zones[f.class], &f.artifact, parent, partial, name, events, &result, err) <
	    0) {
		bool gone = dir_remove(parent, partial, &ignored) == 0;

		return err_kept(
		    err, gone ? "nothing was left behind" : "an unfinished %s is left beside it",
		    partial);
	}
	*out = result;
	return 0;
}
