/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/dir.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "os/fd.h"
#include "os/io.h"
#include "os/path.h"

static void stream_close(DIR *d)
{
	if (d != NULL)
		(void)closedir(d);
}
OW_DEFINE_AUTO(DIR *, stream_close)

int dir_sync(int dir, const char *name, struct ow_error *err)
{
	/* some file systems cannot sync a directory and say so; there is nothing more to do on
	 * those */
	if (os_io()->fsync(dir) < 0 && errno != EINVAL && errno != ENOTSUP)
		return err_sys(err, errno, "%s: sync of the folder", name);
	return 0;
}

int dir_writable(int dir, const char *name, struct ow_error *err)
{
	if (faccessat(dir, ".", W_OK | X_OK, AT_EACCESS) < 0)
		return err_sys(err, errno, "%s: writing to the folder", name);
	return 0;
}

/* One level: the directory `name` below `dir`, made if missing. */
static int make_one(int dir, const char *name, unsigned mode, struct ow_error *err)
{
	int fd;

	if (os_io()->mkdirat(dir, name, mode) == 0) {
		if (dir_sync(dir, name, err) < 0)
			return err->code;
	} else if (errno != EEXIST) {
		return err_sys(err, errno, "make folder %s", name);
	}
	fd = os_io()->openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	return fd < 0 ? err_sys(err, errno, "folder %s", name) : fd;
}

int dir_make(int dir, const char *path, unsigned mode, struct ow_error *err)
{
	OW_AUTO(fd_close) int at = -1;
	char part[NAME_LEN_MAX + 1];

	for (const char *p = path; *p != '\0';) {
		size_t n = strcspn(p, "/");
		int next;

		if (n > NAME_LEN_MAX)
			return err_set(err, OW_E_FORMAT, "folder %s: name too long", path);
		memcpy(part, p, n);
		part[n] = '\0';
		next = make_one(at < 0 ? dir : at, part, mode, err);
		if (next < 0)
			return err->code;
		fd_close(at);
		at = next;
		p += n + (p[n] == '/');
	}
	return fd_steal(&at);
}

int dir_add(int dir, const char *path, unsigned mode, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = -1;

	if (os_io()->mkdirat(dir, path, mode) < 0)
		return errno == EEXIST ? 0 : err_sys(err, errno, "make folder %s", path);
	fd = path_open(dir, path, O_RDONLY | O_DIRECTORY, err);
	if (fd < 0 || fd_chmod(fd, mode, path, err) < 0)
		return err->code;
	return 1;
}

/* Make one folder of a user's path if it is missing, and make its name last. */
static int make_user_one(const char *path, unsigned mode, struct ow_error *err)
{
	OW_AUTO(fd_close) int parent = -1;
	OW_AUTO(mem_free) char *up = NULL;
	struct stat st;

	if (stat(path, &st) == 0)
		return 0;
	if (os_io()->mkdirat(AT_FDCWD, path, mode) < 0)
		return errno == EEXIST ? 0 : err_sys(err, errno, "make folder %s", path);
	up = path_join(path, "..", err);
	if (up == NULL)
		return err->code;
	parent = path_open_dir(up, err);
	return parent < 0 ? err->code : dir_sync(parent, up, err);
}

int dir_make_new(int dir, const char *name, unsigned mode, struct ow_error *err)
{
	int fd;

	if (os_io()->mkdirat(dir, name, mode) < 0)
		return err_sys(err, errno, "make folder %s", name);
	if (dir_sync(dir, name, err) < 0)
		return err->code;
	fd = os_io()->openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	return fd < 0 ? err_sys(err, errno, "folder %s", name) : fd;
}

int dir_make_user(const char *path, unsigned mode, struct ow_error *err)
{
	size_t n = strlen(path);
	OW_AUTO(mem_free) char *p = mem_text(path, n, err);
	int fd;

	if (p == NULL)
		return err->code;
	for (size_t i = 1; i <= n; i++) {
		if (i < n && path[i] != '/')
			continue;
		p[i] = '\0';
		if (make_user_one(p, mode, err) < 0)
			return err->code;
		p[i] = path[i];
	}
	fd = path_open_dir(path, err);
	return fd < 0 ? err->code : fd;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct dir_entry *)a)->name, ((const struct dir_entry *)b)->name);
}

static enum dir_kind kind_of(mode_t mode)
{
	return S_ISREG(mode)   ? DIR_FILE
	       : S_ISDIR(mode) ? DIR_DIR
	       : S_ISLNK(mode) ? DIR_LINK
			       : DIR_OTHER;
}

static int list_add(struct dir_list *l, int fd, const char *name, struct ow_error *err)
{
	struct stat st;

	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : err_sys_file(err, errno, name); /* gone meanwhile */
	if (mem_grow(&l->at, l->n, &l->cap, sizeof *l->at, err) < 0)
		return err->code;
	l->at[l->n].name = mem_text(name, strlen(name), err);
	if (l->at[l->n].name == NULL)
		return err->code;
	l->at[l->n++].kind = kind_of(st.st_mode);
	return 0;
}

int dir_list(int dir, const char *path, size_t limit, struct dir_list *out, struct ow_error *err)
{
	OW_AUTO(dir_list_done) struct dir_list l = {0};
	OW_AUTO(stream_close) DIR *d = NULL;
	struct ow_error why = {0};
	int fd = path_open(dir, path[0] == '\0' ? "." : path, O_RDONLY | O_DIRECTORY, &why);

	if (fd < 0 && why.sys == ENOENT) {
		*out = l;
		return 0;
	}
	if (fd < 0) {
		*err = why;
		return err->code;
	}
	d = fdopendir(fd);
	if (d == NULL) {
		fd_close(fd);
		return err_sys_file(err, errno, path);
	}
	for (;;) {
		struct dirent *e;

		errno = 0;
		e = readdir(d); /* NOLINT(concurrency-mt-unsafe): the stream is ours alone */
		if (e == NULL && errno != 0)
			return err_sys(err, errno, "list %s", path);
		if (e == NULL)
			break;
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (l.n >= limit) {
			l.cut = true;
			break;
		}
		if (list_add(&l, fd, e->d_name, err) < 0)
			return err_ctx(err, "list %s", path);
	}
	if (l.n > 1)
		qsort(l.at, l.n, sizeof *l.at, by_name);
	*out = MOVE(l);
	return 0;
}

void dir_list_done(struct dir_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->at[i].name);
	free(l->at);
	*l = (struct dir_list){0};
}

/* A walk in progress: the directories entered, each with its listing and how far it got. */
struct level {
	struct dir_list list;
	size_t next;
	size_t path_len;
};

struct walk {
	struct level levels[PATH_DEPTH_MAX + 1];
	size_t depth; /* levels in use */
	char path[PATH_LEN_MAX + 1];
	dev_t dev;
};

static void walk_done(struct walk *w)
{
	for (size_t i = 0; i < w->depth; i++)
		dir_list_done(&w->levels[i].list);
}
OW_DEFINE_AUTO_DONE(struct walk, walk_done)

static int walk_enter(struct walk *w, int dir, size_t limit, struct ow_error *err)
{
	struct level *l;

	if (w->depth > PATH_DEPTH_MAX)
		return err_set(err, OW_E_FORMAT, "folder %s: deeper than %d", w->path,
			       PATH_DEPTH_MAX);
	l = &w->levels[w->depth];
	*l = (struct level){.path_len = strlen(w->path)};
	if (dir_list(dir, w->path, limit + 1, &l->list, err) < 0)
		return err->code;
	w->depth++;
	return 0;
}

/* Put the entry's name behind the path of its level. */
static int walk_name(struct walk *w, const struct level *l, const char *name, struct ow_error *err)
{
	size_t n = l->path_len, len = strlen(name);

	if (n + 1 + len > PATH_LEN_MAX)
		return err_set(err, OW_E_FORMAT, "path %.60s…/%.60s: longer than %d bytes", w->path,
			       name, PATH_LEN_MAX);
	if (n > 0)
		w->path[n++] = '/';
	memcpy(w->path + n, name, len + 1);
	return 0;
}

/* The next entry that is not a folder, in *out: 1, or 0 at the end. Folders on the way are entered. */
static int walk_next(struct walk *w, int dir, size_t limit, struct dir_file *out,
		     struct ow_error *err)
{
	while (w->depth > 0) {
		struct level *l = &w->levels[w->depth - 1];
		const struct dir_entry *e;
		struct stat st;

		if (l->next == l->list.n) {
			dir_list_done(&l->list);
			w->depth--;
			continue;
		}
		assert(l->list.at != NULL);
		e = &l->list.at[l->next++];
		if (walk_name(w, l, e->name, err) < 0)
			return err->code;
		if (fstatat(dir, w->path, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return err_sys_file(err, errno, w->path);
		if (e->kind != DIR_DIR) {
			*out = (struct dir_file){
			    .path = w->path,
			    .kind = e->kind,
			    .size = (uint64_t)st.st_size,
			    .mtime_ns = st.st_mtim.tv_sec * 1000000000LL + st.st_mtim.tv_nsec,
			};
			return 1;
		}
		if (st.st_dev != w->dev)
			return err_set(err, OW_E_UNSAFE, "%s: another file system is mounted here",
				       w->path);
		if (walk_enter(w, dir, limit, err) < 0)
			return err->code;
	}
	return 0;
}

int dir_walk(int dir, size_t limit, dir_visit visit, void *ctx, struct ow_error *err)
{
	OW_AUTO(walk_done) struct walk w = {0};
	struct dir_file f = {0};
	struct stat st;
	int r;

	if (fstat(dir, &st) < 0)
		return err_sys(err, errno, "folder");
	w.dev = st.st_dev;
	if (walk_enter(&w, dir, limit, err) < 0)
		return err->code;
	for (size_t n = 0; (r = walk_next(&w, dir, limit, &f, err)) > 0; n++) {
		if (n == limit)
			return err_set(err, OW_E_FORMAT, "more than %zu files", limit);
		if (visit(ctx, &f, err) < 0)
			return err->code;
	}
	return r;
}

int dir_sync_fs(int dir, const char *name, struct ow_error *err)
{
	if (os_io()->syncfs(dir) < 0)
		return err_sys(err, errno, "%s: sync of the file system", name);
	return 0;
}

int dir_rename(int dir, const char *from, const char *to, struct ow_error *err)
{
	if (os_io()->renameat2(dir, from, dir, to, 0) < 0)
		return err_sys_file(err, errno, to);
	return dir_sync(dir, to, err);
}

static int remove_file(void *ctx, const struct dir_file *f, struct ow_error *err)
{
	const int *dir = ctx;

	if (os_io()->unlinkat(*dir, f->path, 0) < 0 && errno != ENOENT)
		return err_sys(err, errno, "remove %s", f->path);
	return 0;
}

/* Remove the (now fileless) directories below and including `path`, deepest first. */
static int remove_dirs(int dir, const char *path, struct ow_error *err)
{
	char at[PATH_LEN_MAX + 1];
	size_t base = strlen(path);

	if (base > PATH_LEN_MAX)
		return err_set(err, OW_E_INTERNAL, "remove %s: path too long", path);
	memcpy(at, path, base + 1);
	for (;;) {
		OW_AUTO(dir_list_done) struct dir_list l = {0};
		char *slash;

		if (dir_list(dir, at, SIZE_MAX, &l, err) < 0)
			return err->code;
		if (l.n > 0) {
			size_t n = strlen(at), len = strlen(l.at[0].name);

			if (n + 1 + len > PATH_LEN_MAX)
				return err_set(err, OW_E_INTERNAL, "remove %s: path too long", at);
			at[n] = '/';
			memcpy(at + n + 1, l.at[0].name, len + 1);
			continue;
		}
		if (os_io()->unlinkat(dir, at, AT_REMOVEDIR) < 0 && errno != ENOENT)
			return err_sys(err, errno, "remove %s", at);
		if (strlen(at) == base)
			return 0;
		slash = strrchr(at, '/');
		*slash = '\0';
	}
}

int dir_remove(int dir, const char *name, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = -1;
	struct ow_error why = {0};

	fd = path_open(dir, name, O_RDONLY | O_DIRECTORY, &why);
	if (fd < 0 && why.sys == ENOENT)
		return 0;
	if (fd < 0 && (why.sys == ENOTDIR || why.sys == ELOOP)) {
		struct dir_file f = {.path = name};

		return remove_file(&dir, &f, err);
	}
	if (fd < 0) {
		*err = why;
		return err->code;
	}
	if (dir_walk(fd, SIZE_MAX - 1, remove_file, &fd, err) < 0)
		return err_ctx(err, "remove %s", name);
	return remove_dirs(dir, name, err);
}

int dir_remove_empty(int dir, const char *name, struct ow_error *err)
{
	if (os_io()->unlinkat(dir, name, AT_REMOVEDIR) < 0)
		return err_sys(err, errno, "remove folder %s", name);
	return 0;
}
