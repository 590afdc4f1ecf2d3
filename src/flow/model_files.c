/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/model_files.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "intake/shards.h"
#include "os/fd.h"
#include "os/io.h"
#include "store/blob.h"

enum {
	FILES_MAX = 1000
};

static int read_at(void *ctx, void *p, size_t n, uint64_t off, struct ow_error *err)
{
	const struct model_file_open *f = ctx;
	int64_t got = fd_pread(f->fd, p, n, off, f->path, err);

	if (got < 0)
		return err->code;
	if ((size_t)got != n)
		return err_set(err, OW_E_INTEGRITY, "%s: became shorter while it was read",
			       f->path);
	return 0;
}

/* Is it a file of a split model? Any other name is a model by itself, 1 of 1. */
static bool is_set(const char *path, struct shard *sh)
{
	if (shard_of(path, sh) && sh->of <= FILES_MAX)
		return true;
	sh->no = sh->of = 1;
	return false;
}

static int make_room(struct model_files *f, size_t n, struct ow_error *err)
{
	f->open = mem_array(n, sizeof *f->open, err);
	f->src = f->open == NULL ? NULL : mem_array(n, sizeof *f->src, err);
	f->fds = f->src == NULL ? NULL : mem_array(n, sizeof *f->fds, err);
	return f->fds == NULL ? err->code : 0;
}

/* Take an open file as the next one; the descriptor is the list's from now on. */
static int take_fd(struct model_files *f, int fd, const char *path, struct ow_error *err)
{
	struct model_file_open *o = &f->open[f->n];

	assert(f->fds != NULL); /* make_room was before */
	f->fds[f->n] = o->fd = fd;
	f->src[f->n] = (struct inspect_src){.read_at = read_at, .ctx = o};
	f->n++;
	o->path = mem_text(path, strlen(path), err);
	if (o->path == NULL)
		return err->code;
	return fd_size(fd, &f->src[f->n - 1].size, path, err);
}

static int open_path(const char *path)
{
	return os_io()->openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
}

/* The named file comes first: only where it is there do others of its set lack. */
static int open_paths(struct model_files *f, const char *path, struct ow_error *err)
{
	struct shard sh;
	OW_AUTO(fd_close) int named = -1;

	if (is_set(path, &sh) && strlen(path) >= SHARD_PATH)
		return err_set(err, OW_E_USAGE, "%.40s…: the path is too long", path);
	named = open_path(path);
	if (named < 0)
		return err_sys_file(err, errno, path);
	if (make_room(f, sh.of, err) < 0)
		return err->code;
	for (unsigned i = 1; i <= sh.of; i++) {
		char other[SHARD_PATH];
		const char *name = i == sh.no ? path : shard_path(path, &sh, i, other);
		int fd = i == sh.no ? fd_steal(&named) : open_path(name);

		if (fd < 0 && errno == ENOENT)
			return shard_missing(name, path, &sh, err);
		if (fd < 0)
			return err_sys_file(err, errno, name);
		if (take_fd(f, fd, name, err) < 0)
			return err->code;
	}
	return 0;
}

/* ---- of an artifact ---- */

/* May this component be what a model begins with? */
static bool is_model(const struct component *c)
{
	const char *ext = strrchr(c->path, '.');
	struct shard sh;

	return ext != NULL && strcmp(ext, ".gguf") == 0 && (!shard_of(c->path, &sh) || sh.no == 1);
}

/* The one that was asked for, or the only one. */
static const struct component *choose(const struct artifact *a, const char *file,
				      struct ow_error *err)
{
	const struct component *found = NULL;

	if (file != NULL) {
		found = artifact_find_component(a, file);
		if (found == NULL)
			(void)err_set(err, OW_E_USAGE, "%s@%s has no file %s", a->name, a->version,
				      file);
		return found;
	}
	for (size_t i = 0; i < a->n_components; i++) {
		if (!is_model(&a->components[i]))
			continue;
		if (found != NULL) {
			(void)err_set(err, OW_E_USAGE, "%s@%s has several models: %s, %s", a->name,
				      a->version, found->path, a->components[i].path);
			(void)err_hint(err, "say which: --file %s", found->path);
			return NULL;
		}
		found = &a->components[i];
	}
	if (found == NULL)
		(void)err_set(err, OW_E_UNCHECKED,
			      "%s@%s has no GGUF file, and no other kind of model can be run",
			      a->name, a->version);
	return found;
}

static int open_component(struct model_files *f, struct zone *z, const struct component *c,
			  struct ow_error *err)
{
	char hex[OW_ID_HEX];
	int fd = -1, r = zone_blob_open(z, &c->blob, NULL, &fd, NULL, err);

	if (r == 0)
		return err_set(err, OW_E_INTEGRITY, "%s: blob %s is missing", c->path,
			       ow_id_hex(&c->blob, hex));
	if (r < 0)
		return r;
	f->expected[f->n] = c->blob;
	return take_fd(f, fd, c->path, err);
}

static int open_components(struct model_files *f, struct ow_store *s, const char *file,
			   struct ow_error *err)
{
	const struct artifact *a = &f->of.artifact;
	const struct component *first = choose(a, file, err);
	struct shard sh;
	bool set = first != NULL && is_set(first->path, &sh);

	if (first == NULL || make_room(f, sh.of, err) < 0)
		return err->code;
	f->expected = mem_array(sh.of, sizeof *f->expected, err);
	if (f->expected == NULL)
		return err->code;
	for (unsigned i = 1; i <= sh.of; i++) {
		char name[SHARD_PATH];
		const struct component *c =
		    set ? artifact_find_component(a, shard_path(first->path, &sh, i, name)) : first;

		if (c == NULL)
			return err_set(err, OW_E_FORMAT,
				       "%s@%s has no file %s: %s is one of %u files", a->name,
				       a->version, name, first->path, sh.of);
		if (open_component(f, s->zones[f->of.class], c, err) < 0)
			return err->code;
	}
	return 0;
}

int model_files_open(const struct ow_model_source *m, struct model_files *out, struct ow_error *err)
{
	OW_AUTO(model_files_done) struct model_files f = {0};

	if (m->store == NULL) {
		if (open_paths(&f, m->name, err) < 0)
			return err->code;
	} else if (handle_find(m->store, m->name, &f.of, err) < 0 ||
		   open_components(&f, m->store, m->file, err) < 0) {
		return err->code;
	}
	*out = MOVE(f);
	return 0;
}

int model_err(const struct ow_model_source *m, struct ow_error *err)
{
	if (m->store == NULL && err->path[0] != '\0')
		return err->code;
	return m->store == NULL && err->placed ? err_file(err, m->name)
					       : err_ctx(err, "%s", m->name);
}

void model_files_done(struct model_files *f)
{
	for (size_t i = 0; i < f->n; i++) {
		fd_close(f->open[i].fd);
		mem_free(f->open[i].path);
	}
	mem_free(f->open);
	mem_free(f->src);
	mem_free(f->fds);
	mem_free(f->expected);
	found_done(&f->of);
	*f = (struct model_files){0};
}
