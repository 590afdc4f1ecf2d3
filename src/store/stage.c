/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"
#include "store/inside.h"

#define STAGING "staging"

enum {
	NAME_MAX_LEN = 128,
	STAGE_PATH = sizeof STAGING + 1 + NAME_MAX_LEN
};

struct stage {
	struct store *store; /* borrowed */
	int dir;
	char name[NAME_MAX_LEN + 1];
};

static bool name_ok(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-");

	return n > 0 && n <= NAME_MAX_LEN && name[n] == '\0' && name[0] != '.' && name[0] != '-';
}

static int stage_path(const char *name, char out[STAGE_PATH], struct ow_error *err)
{
	if (!name_ok(name))
		return err_set(err, OW_E_INTERNAL, "\"%s\" is not the name of a stage", name);
	(void)snprintf(out, STAGE_PATH, STAGING "/%s", name);
	return 0;
}

/* 1 opened; 0 with `err` set: there is none. */
static int stage_at(struct store *s, const char *name, const char *path, struct stage **out,
		    struct ow_error *err)
{
	OW_AUTO(stage_close) struct stage *st = MEM_NEW(struct stage, err);

	if (st == NULL)
		return err->code;
	st->store = s;
	memcpy(st->name, name, strlen(name) + 1);
	st->dir = path_open(s->dir, path, O_RDONLY | O_DIRECTORY, err);
	if (st->dir < 0)
		return err->sys == ENOENT ? 0 : err_file(err, s->path);
	*out = STEAL(st);
	return 1;
}

int stage_open(struct store *s, const char *name, struct stage **out, struct ow_error *err)
{
	char path[STAGE_PATH];

	if (stage_path(name, path, err) < 0)
		return err->code;
	if (dir_add(s->dir, path, 0700, err) < 0)
		return err_file(err, s->path);
	return stage_at(s, name, path, out, err) <= 0 ? err->code : 0;
}

int stage_find(struct store *s, const char *name, struct stage **out, struct ow_error *err)
{
	struct ow_error why = {0};
	char path[STAGE_PATH];
	int r;

	if (stage_path(name, path, err) < 0)
		return err->code;
	r = stage_at(s, name, path, out, &why);
	if (r < 0)
		*err = why;
	return r;
}

void stage_close(struct stage *st)
{
	if (st == NULL)
		return;
	fd_close(st->dir);
	free(st);
}

int stage_dirfd(const struct stage *st)
{
	return st->dir;
}

/* Open for writing what an earlier run already made read-only. */
static int reopen(int dir, const char *name, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = path_open_file(dir, name, err);

	if (fd < 0 || fd_chmod(fd, 0600, name, err) < 0)
		return err->code;
	return file_edit(dir, name, 0600, err);
}

int stage_file(struct stage *st, const char *name, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = -1;
	struct ow_error why = {0};
	uint64_t size;

	fd = file_edit(st->dir, name, 0600, &why);
	if (fd < 0 && why.sys == EACCES)
		fd = reopen(st->dir, name, err);
	else if (fd < 0)
		*err = why;
	/* refuses what is no regular file */
	if (fd < 0 || fd_size(fd, &size, name, err) < 0 || fd_chmod(fd, 0444, name, err) < 0)
		return err_ctx(err, "stage %s", st->name);
	return fd_steal(&fd);
}

int stage_drop(struct stage *st, struct ow_error *err)
{
	return stage_remove(st->store, st->name, err);
}

int stage_remove(struct store *s, const char *name, struct ow_error *err)
{
	char path[STAGE_PATH];

	if (stage_path(name, path, err) < 0)
		return err->code;
	return dir_remove(s->dir, path, err) < 0 ? err_file(err, s->path) : 0;
}

static int sum_up(void *ctx, const struct dir_file *f, struct ow_error *err)
{
	struct stage_seen *seen = ctx;
	uint64_t changed = f->mtime_ns < 0 ? 0 : (uint64_t)f->mtime_ns / 1000000000;

	(void)err;
	seen->n_files++;
	seen->size += f->size;
	if (changed > seen->changed)
		seen->changed = changed;
	return 0;
}

static int look_at(int dir, const char *name, struct stage_seen *seen, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = path_open(dir, name, O_RDONLY | O_DIRECTORY, err);
	struct dir_file itself = {0};
	struct file_info info = {0};

	*seen = (struct stage_seen){.name = name};
	if (fd < 0 || file_info(fd, ".", &info, err) < 0)
		return err->code;
	itself.mtime_ns = info.mtime_ns;
	if (sum_up(seen, &itself, err) < 0)
		return err->code;
	seen->n_files = 0;
	return dir_walk(fd, SIZE_MAX - 1, sum_up, seen, err);
}

int stage_walk(struct store *s, stage_visit visit, void *ctx, struct ow_error *err)
{
	OW_AUTO(fd_close) int dir = path_open(s->dir, STAGING, O_RDONLY | O_DIRECTORY, err);
	OW_AUTO(dir_list_done) struct dir_list l = {0};

	if (dir < 0 || dir_list(dir, "", SIZE_MAX, &l, err) < 0)
		return err_file(err, s->path);
	for (size_t i = 0; i < l.n; i++) {
		struct stage_seen seen;

		if (l.at[i].kind != DIR_DIR || !name_ok(l.at[i].name))
			continue;
		if (look_at(dir, l.at[i].name, &seen, err) < 0 || visit(ctx, &seen, err) < 0)
			return err->code;
	}
	return 0;
}
