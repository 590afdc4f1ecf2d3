/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "media/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/sorted.h"
#include "base/text.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"

#define TOP      "OWSTORE"
#define MANIFEST "MANIFEST.CBR"

enum {
	NAME_ROOM = 32, /* longer than any name of ours */
	DEPTH_MAX = 4   /* folders of a bundle are not deeper */
};

static char to_upper(char c)
{
	return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

/* Is `name` the one in upper case, or the same in lower case throughout? */
static bool is_named(const char *name, const char *upper)
{
	bool lower = true;
	size_t i;

	for (i = 0; name[i] != '\0' && upper[i] != '\0'; i++) {
		if (to_upper(name[i]) != upper[i])
			return false;
		lower &= name[i] < 'A' || name[i] > 'Z';
	}
	return name[i] == upper[i] && (lower || strcmp(name, upper) == 0);
}

/* Which of both forms of a name exists in the folder, or NULL. */
static const char *find_name(int dir, const char *upper, char room[NAME_ROOM])
{
	if (file_exists(dir, upper))
		return upper;
	for (size_t i = 0; i < NAME_ROOM; i++) {
		room[i] =
		    (char)(upper[i] >= 'A' && upper[i] <= 'Z' ? upper[i] - 'A' + 'a' : upper[i]);
		if (upper[i] == '\0')
			break;
	}
	return file_exists(dir, room) ? room : NULL;
}

static bool is_bundle(int dir)
{
	char room[NAME_ROOM];

	return find_name(dir, MANIFEST, room) != NULL;
}

/* ---- finding ---- */

/* A path without slashes at its end. */
static char *trimmed(const char *path, struct ow_error *err)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	return mem_text(path, n, err);
}

static int add_bundle(struct scan *s, char **path, int *fd, struct ow_error *err)
{
	OW_AUTO(mem_free) char *name = mem_text(path_base(*path), strlen(path_base(*path)), err);

	if (name == NULL || mem_grow(&s->at, s->n, &s->cap, sizeof *s->at, err) < 0)
		return err->code;
	for (char *c = name; *c != '\0'; c++)
		*c = to_upper(*c);
	s->at[s->n++] =
	    (struct scan_bundle){.path = STEAL(*path), .name = STEAL(name), .dir = fd_steal(fd)};
	return 0;
}

static int add_unfinished(struct scan *s, char **path, struct ow_error *err)
{
	if (mem_grow(&s->unfinished, s->n_unfinished, &s->cap_unfinished, sizeof *s->unfinished,
		     err) < 0)
		return err->code;
	s->unfinished[s->n_unfinished++] = STEAL(*path);
	return 0;
}

/* One folder in a folder that may hold bundles. */
static int look_at(struct scan *s, int dir, const char *base, const char *name, bool top,
		   struct ow_error *err)
{
	OW_AUTO(mem_free) char *path = NULL;
	OW_AUTO(fd_close) int fd = -1;
	struct ow_error why = {0};
	bool bundle;

	fd = path_open(dir, name, O_RDONLY | O_DIRECTORY, &why);
	if (fd < 0)
		return 0; /* gone, unreadable, another file system: no bundle to be had */
	bundle = is_bundle(fd);
	if (!bundle && !top)
		return 0;
	if (s->n + s->n_unfinished == SCAN_BUNDLES_MAX) {
		s->cut = true;
		return 0;
	}
	path = path_join(base, name, err);
	if (path == NULL)
		return err->code;
	return bundle ? add_bundle(s, &path, &fd, err) : add_unfinished(s, &path, err);
}

/* All folders in `dir`; `top` where none but bundles belong. */
static int look_into(struct scan *s, int dir, const char *base, bool top, struct ow_error *err)
{
	OW_AUTO(dir_list_done) struct dir_list list = {0};

	if (dir_list(dir, "", SCAN_NAMES_MAX, &list, err) < 0)
		return err_file(err, base);
	s->cut |= list.cut;
	for (size_t i = 0; i < list.n; i++) {
		if (list.at[i].kind == DIR_DIR &&
		    look_at(s, dir, base, list.at[i].name, top, err) < 0)
			return err->code;
	}
	return 0;
}

static int look_into_top(struct scan *s, int dir, const char *base, struct ow_error *err)
{
	OW_AUTO(mem_free) char *path = NULL;
	OW_AUTO(fd_close) int fd = -1;
	char room[NAME_ROOM];
	const char *name = find_name(dir, TOP, room);
	struct ow_error why = {0};

	if (name == NULL)
		return 0;
	fd = path_open(dir, name, O_RDONLY | O_DIRECTORY, &why);
	if (fd < 0)
		return 0;
	path = path_join(base, name, err);
	return path == NULL ? err->code : look_into(s, fd, path, true, err);
}

int scan_open(const char *path, struct ow_error *err)
{
	struct ow_error why = {0};
	int fd = path_open_dir(path, &why);

	if (fd >= 0)
		return fd;
	*err = why;
	if (why.sys == ENOENT) {
		err->code = OW_E_USAGE;
		return err_hint(err, "name the folder where the medium is mounted");
	}
	if (why.sys == ENOTDIR) {
		err->code = OW_E_USAGE;
		return err_hint(err, "name the medium or the bundle's folder, not a file in it");
	}
	return err->code;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct scan_bundle *)a)->path, ((const struct scan_bundle *)b)->path);
}

int scan_media(const char *path, struct scan *out, struct ow_error *err)
{
	OW_AUTO(scan_done) struct scan s = {0};
	OW_AUTO(mem_free) char *base = trimmed(path, err);
	OW_AUTO(fd_close) int fd = -1;

	if (base == NULL)
		return err->code;
	fd = scan_open(base, err);
	if (fd < 0)
		return err->code;
	if (is_bundle(fd)) {
		if (add_bundle(&s, &base, &fd, err) < 0)
			return err->code;
	} else if (look_into_top(&s, fd, base, err) < 0 ||
		   look_into(&s, fd, base, is_named(path_base(base), TOP), err) < 0) {
		return err->code;
	}
	if (s.n > 1)
		qsort(s.at, s.n, sizeof *s.at, by_path);
	if (s.n_unfinished > 1)
		qsort(s.unfinished, s.n_unfinished, sizeof *s.unfinished, text_order);
	*out = MOVE(s);
	return 0;
}

void scan_done(struct scan *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->at[i].path);
		free(s->at[i].name);
		fd_close(s->at[i].dir);
	}
	for (size_t i = 0; i < s->n_unfinished; i++)
		free(s->unfinished[i]);
	free(s->at);
	free(s->unfinished);
	*s = (struct scan){0};
}

/* ---- extras ---- */

/* A folder that leads to known files, still to be listed. */
struct folder {
	char *path;   /* as it is there */
	char *listed; /* as the known paths have it */
	size_t depth; /* names in it */
};

struct walk {
	const char *const *known;
	size_t n_known;
	struct folder *folders;
	size_t n, cap;
	struct scan_extras extras;
};

static void walk_done(struct walk *w)
{
	for (size_t i = 0; i < w->n; i++) {
		free(w->folders[i].path);
		free(w->folders[i].listed);
	}
	free(w->folders);
	scan_extras_done(&w->extras);
}
OW_DEFINE_AUTO_DONE(struct walk, walk_done)

static int path_order(const void *path, const void *known)
{
	return strcmp(path, *(const char *const *)known);
}

/* Is there a known path that is `path`, or (with `prefix`) that begins with it? */
static bool is_known(const struct walk *w, const char *path, bool prefix)
{
	size_t at = sorted_from(path, w->known, w->n_known, sizeof(char *), path_order);

	if (at == w->n_known)
		return false;
	return prefix ? strncmp(w->known[at], path, strlen(path)) == 0
		      : strcmp(w->known[at], path) == 0;
}

static int add_extra(struct walk *w, char **path, enum dir_kind kind, struct ow_error *err)
{
	struct scan_extras *x = &w->extras;

	if (x->n == SCAN_EXTRAS_MAX) {
		x->more = true;
		return 0;
	}
	if (mem_grow(&x->at, x->n, &x->cap, sizeof *x->at, err) < 0)
		return err->code;
	x->at[x->n++] = (struct scan_extra){.path = STEAL(*path), .kind = kind};
	return 0;
}

static int add_folder(struct walk *w, char **path, char **listed, size_t depth,
		      struct ow_error *err)
{
	if (mem_grow(&w->folders, w->n, &w->cap, sizeof *w->folders, err) < 0)
		return err->code;
	w->folders[w->n++] =
	    (struct folder){.path = STEAL(*path), .listed = STEAL(*listed), .depth = depth};
	return 0;
}

static int entry_by_name(const void *key, const void *entry)
{
	return strcmp(key, ((const struct dir_entry *)entry)->name);
}

/* What a manifest would call the entry: its name in upper case if that has no upper-case letter and
 * the other form is not there too, else its own name.
 */
static char *listed_name(const struct dir_list *list, const char *name, struct ow_error *err)
{
	char *upper = mem_text(name, strlen(name), err);
	bool lower = true;

	for (char *c = upper; c != NULL && *c != '\0'; c++) {
		lower &= *c < 'A' || *c > 'Z';
		*c = to_upper(*c);
	}
	if (upper != NULL && strcmp(upper, name) != 0 &&
	    (!lower || bsearch(upper, list->at, list->n, sizeof *list->at, entry_by_name) != NULL))
		memcpy(upper, name, strlen(name));
	return upper;
}

static int look_at_entry(struct walk *w, size_t folder, const struct dir_list *list,
			 const struct dir_entry *e, struct ow_error *err)
{
	size_t depth = w->folders[folder].depth + 1;
	OW_AUTO(mem_free) char *path = path_join(w->folders[folder].path, e->name, err);
	OW_AUTO(mem_free) char *name = path == NULL ? NULL : listed_name(list, e->name, err);
	OW_AUTO(mem_free)
	char *listed = name == NULL ? NULL : path_join(w->folders[folder].listed, name, err);
	OW_AUTO(mem_free) char *prefix = NULL;

	if (listed == NULL)
		return err->code;
	if (e->kind != DIR_DIR)
		return is_known(w, listed, false) ? 0 : add_extra(w, &path, e->kind, err);
	prefix = path_join(listed, "", err);
	if (prefix == NULL)
		return err->code;
	if (depth < DEPTH_MAX && is_known(w, prefix, true))
		return add_folder(w, &path, &listed, depth, err);
	/* a folder where a file is known: whoever reads that file says so */
	return is_known(w, listed, false) ? 0 : add_extra(w, &path, e->kind, err);
}

static int extra_by_path(const void *a, const void *b)
{
	return strcmp(((const struct scan_extra *)a)->path, ((const struct scan_extra *)b)->path);
}

int scan_extras(const struct scan_bundle *b, const char *const *known, size_t n,
		struct scan_extras *out, struct ow_error *err)
{
	OW_AUTO(walk_done) struct walk w = {.known = known, .n_known = n};
	OW_AUTO(mem_free) char *top = mem_text("", 0, err);
	OW_AUTO(mem_free) char *top_listed = mem_text("", 0, err);

	if (top == NULL || top_listed == NULL || add_folder(&w, &top, &top_listed, 0, err) < 0)
		return err->code;
	for (size_t i = 0; i < w.n; i++) {
		OW_AUTO(dir_list_done) struct dir_list list = {0};

		if (dir_list(b->dir, w.folders[i].path, n + SCAN_NAMES_MAX, &list, err) < 0)
			return err->code;
		w.extras.more |= list.cut;
		for (size_t k = 0; k < list.n; k++) {
			if (look_at_entry(&w, i, &list, &list.at[k], err) < 0)
				return err->code;
		}
	}
	if (w.extras.n > 1)
		qsort(w.extras.at, w.extras.n, sizeof *w.extras.at, extra_by_path);
	*out = w.extras;
	w.extras = (struct scan_extras){0};
	return 0;
}

void scan_extras_done(struct scan_extras *e)
{
	for (size_t i = 0; i < e->n; i++)
		free(e->at[i].path);
	free(e->at);
	*e = (struct scan_extras){0};
}
